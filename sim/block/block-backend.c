/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends: where a guest's requests enter the graph, and wait while it is drained.
 *
 * Stands in for QEMU's block/block-backend.c.  A request that arrives while its
 * backend is quiesced is no longer counted as in flight and starts anew at the end of
 * the drained section (blk_wait_while_drained()).
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

struct BlockBackend {
    char *name;
    uint64_t name_hash;             /* as events want it */
    BdrvChild *root;
    int quiesce_counter;
    unsigned in_flight;
    unsigned n_queued;
    bool has_iothread;
    BlockBackend *next;
};

static SimPool backends;
static BlockBackend *all_backends;

static struct {
    SimRequest *first;
    SimRequest *last;
    SimPool pool;
    uint64_t n_submitted;
} requests;

/* ---- backends ---------------------------------------------------------------- */

BlockBackend *blk_new(const char *name, BlockDriverState *bs)
{
    BlockBackend *blk = sim_pool_new(&backends, BlockBackend);
    BlockBackend **link = &all_backends;

    blk->name = g_strdup(name);
    blk->name_hash = sim_event_hash(name);
    if (bs) {
        blk->root = bdrv_root_attach_child(blk, bs);
    }
    while (*link) {
        link = &(*link)->next;
    }
    *link = blk;
    return blk;
}

BlockBackend *blk_next(BlockBackend *blk)
{
    return blk ? blk->next : all_backends;
}

BlockBackend *blk_by_name(const char *name)
{
    for (BlockBackend *blk = all_backends; blk; blk = blk->next) {
        if (!strcmp(blk->name, name)) {
            return blk;
        }
    }
    return NULL;
}

const char *blk_name(const BlockBackend *blk)
{
    return blk->name;
}

void blk_set_iothread(BlockBackend *blk)
{
    blk->has_iothread = true;
}

bool blk_has_iothread(const BlockBackend *blk)
{
    return blk->has_iothread;
}

uint64_t blk_name_hash(const BlockBackend *blk)
{
    return blk->name_hash;
}

BlockDriverState *blk_bs(BlockBackend *blk)
{
    return blk->root ? blk->root->bs : NULL;
}

unsigned blk_in_flight(const BlockBackend *blk)
{
    return blk->in_flight;
}

int blk_quiesce_counter(const BlockBackend *blk)
{
    return blk->quiesce_counter;
}

/* A node with several backends comes with the first of them only. */
static BlockDriverState *next_root(BdrvNextIterator *it)
{
    while ((it->blk = blk_next(it->blk))) {
        BlockDriverState *bs = blk_bs(it->blk);

        for (BdrvChild *edge = bs ? bs->parents : NULL; edge; edge = edge->next_parent) {
            if (edge->parent_blk) {
                if (edge->parent_blk == it->blk) {
                    return bs;
                }
                break;
            }
        }
    }
    return NULL;
}

BlockDriverState *bdrv_first(BdrvNextIterator *it)
{
    it->blk = NULL;
    return next_root(it);
}

BlockDriverState *bdrv_next(BdrvNextIterator *it)
{
    return next_root(it);
}

void bdrv_next_cleanup(BdrvNextIterator *it)
{
    it->blk = NULL;
}

static bool has_request(const BlockBackend *blk)
{
    for (const SimRequest *request = requests.first; request; request = request->next) {
        if (request->blk == blk) {
            return true;
        }
    }
    return false;
}

void blk_sim_delete(BlockBackend *blk, const char *who)
{
    BlockBackend **link = &all_backends;
    BdrvChild *root;

    for (bool has_polled = false; has_request(blk) || sim_poll_goes_on(has_polled);
         has_polled = true) {
        sim_poll("the drive is unplugged", who);
    }
    sim_events_emit(sim_events, &(SimEvent){ .kind = SIM_EVENT_UNPLUG, .who = who });
    root = blk->root;
    blk->root = NULL;
    while (*link != blk) {
        link = &(*link)->next;
    }
    *link = blk->next;
    if (root) {
        bdrv_root_unref_child(root);
    }
    g_free(blk->name);
    sim_pool_free(&backends, blk);
}

void sim_block_backends_reset(void)
{
    while (all_backends) {
        BlockBackend *blk = all_backends;

        all_backends = blk->next;
        g_free(blk->name);
        sim_pool_free(&backends, blk);
    }
}

/* ---- drained sections ---------------------------------------------------------- */

void blk_root_drained_begin(BlockBackend *blk)
{
    blk->quiesce_counter++;
}

void blk_root_drained_end(BlockBackend *blk)
{
    g_assert_cmpint(blk->quiesce_counter, >, 0);
    if (--blk->quiesce_counter > 0 || !blk->n_queued) {
        return;
    }
    for (SimRequest *request = requests.first; request; request = request->next) {
        if (request->blk == blk && request->queued) {
            request->queued = false;
            blk->n_queued--;
            sim_request_submit(request);
        }
    }
}

/* ---- the life of a request ------------------------------------------------------ */

SimRequest *sim_requests_first(void)
{
    return requests.first;
}

static int check_request(const SimRequest *request)
{
    const SimRequestOptions *options = &request->options;
    BlockDriverState *bs = blk_bs(request->blk);
    uint64_t size_bytes;

    if (!bs || !bs->drv) {
        return -ENOMEDIUM;
    }
    if (sim_request_is_write(request) && bs->read_only) {
        return -EPERM;
    }
    size_bytes = (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;
    if (options->type != SIM_REQUEST_FLUSH &&
        (options->bytes > size_bytes || options->offset > size_bytes - options->bytes)) {
        return -EIO;
    }
    return 0;
}

void sim_request_submit(SimRequest *request)
{
    BlockBackend *blk = request->blk;

    if (blk->quiesce_counter) {
        request->queued = true;
        blk->n_queued++;
        sim_request_emit(request, SIM_EVENT_QUEUE, NULL);
        return;
    }
    blk->in_flight++;
    bdrv_graph_co_rdlock();
    request->ret = check_request(request);
    if (request->ret < 0) {
        sim_request_enter(request, SIM_PHASE_COMPLETE);
        return;
    }
    request->root = blk_bs(blk);
    bdrv_inc_in_flight(request->root);
    sim_request_enter(request, SIM_PHASE_COPY);
}

void sim_request_enter(SimRequest *request, SimPhase phase)
{
    request->phase = phase;
    request->waits_for = NULL;
    if (phase == request->options.hold_before) {
        request->held = true;
        request->waits_for = "its release by the scenario";
        sim_request_emit(request, SIM_EVENT_HOLD, sim_phase_name(phase));
        return;
    }
    sim_loop_post_after(sim_main_loop, &request->task,
                        phase == SIM_PHASE_LAND ? request->options.delay_ns + sim_io_time_ns()
                                                : 0);
}

const SimRequest *sim_request_of_task(const SimTask *task)
{
    for (const SimRequest *request = requests.first; request; request = request->next) {
        if (&request->task == task || &request->timeout == task) {
            return request;
        }
    }
    return NULL;
}

static void run_phase(void *opaque)
{
    sim_request_run_phase(opaque);
}

static SimRequest *new_request(void)
{
    SimRequest *request = sim_pool_new(&requests.pool, SimRequest);

    request->previous = requests.last;
    *(requests.last ? &requests.last->next : &requests.first) = request;
    requests.last = request;
    return request;
}

static void free_request(SimRequest *request)
{
    *(request->previous ? &request->previous->next : &requests.first) = request->next;
    *(request->next ? &request->next->previous : &requests.last) = request->previous;
    sim_pool_free(&requests.pool, request);
}

uint64_t blk_sim_submit(BlockBackend *blk, const SimRequestOptions *options)
{
    SimRequest *request = new_request();

    request->number = ++requests.n_submitted;
    request->blk = blk;
    request->options = *options;
    request->task.run = run_phase;
    request->task.opaque = request;
    request->task.what = "request";
    request->task.is_iothreads = blk->has_iothread;
    request->phase = SIM_PHASE_SUBMIT;
    sim_request_emit(request, SIM_EVENT_SUBMIT, sim_request_type_name(options->type));
    sim_loop_post(sim_main_loop, &request->task);
    return request->number;
}

void sim_request_complete(SimRequest *request)
{
    SimRequestDoneFunc *done = request->options.done;
    void *opaque = request->options.opaque;
    uint64_t number = request->number;
    int ret = request->ret;

    sim_request_emit(request, SIM_EVENT_COMPLETE, NULL);
    sim_loop_cancel(sim_main_loop, &request->timeout);
    if (request->root) {
        bdrv_dec_in_flight(request->root);
    }
    bdrv_graph_co_rdunlock();
    request->blk->in_flight--;
    free_request(request);
    if (done) {
        done(number, ret, opaque);
    }
}

void sim_requests_reset(void)
{
    while (requests.first) {
        SimRequest *request = requests.first;

        sim_loop_cancel(sim_main_loop, &request->task);
        sim_loop_cancel(sim_main_loop, &request->timeout);
        free_request(request);
    }
    requests.n_submitted = 0;
}
