/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drained sections, the graph lock, and what a request does in the graph.
 *
 * Stands in for QEMU's block/io.c and block/graph-lock.c, as QEMU 10.0 has them.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/util/sim-context.h"

/* ---- drained sections ------------------------------------------------------ */

static void quiesce_begin(BlockDriverState *bs);
static void quiesce_end(BlockDriverState *bs);

static void parent_drained_begin(BdrvChild *child)
{
    g_assert(!child->quiesced_parent);
    child->quiesced_parent = true;
    if (child->parent_blk) {
        blk_root_drained_begin(child->parent_blk);
    } else if (child->klass) {
        child->klass->drained_begin(child);
    } else {
        quiesce_begin(child->parent_bs);
    }
}

static void parent_drained_end(BdrvChild *child)
{
    g_assert(child->quiesced_parent);
    child->quiesced_parent = false;
    if (child->parent_blk) {
        blk_root_drained_end(child->parent_blk);
    } else if (child->klass) {
        child->klass->drained_end(child);
    } else {
        quiesce_end(child->parent_bs);
    }
}

void bdrv_parent_drained_follow(BdrvChild *child)
{
    bool quiesced = child->bs->quiesce_counter > 0;

    if (quiesced && !child->quiesced_parent) {
        parent_drained_begin(child);
    } else if (!quiesced && child->quiesced_parent) {
        parent_drained_end(child);
    }
}

void bdrv_parent_drained_release(BdrvChild *child)
{
    if (child->quiesced_parent) {
        parent_drained_end(child);
    }
}

static void quiesce_begin(BlockDriverState *bs)
{
    if (bs->quiesce_counter++ == 0) {
        for (BdrvChild *child = bs->parents; child; child = child->next_parent) {
            if (!child->quiesced_parent) {
                parent_drained_begin(child);
            }
        }
    }
}

static void quiesce_end(BlockDriverState *bs)
{
    g_assert_cmpint(bs->quiesce_counter, >, 0);
    if (--bs->quiesce_counter == 0) {
        for (BdrvChild *child = bs->parents; child; child = child->next_parent) {
            if (child->quiesced_parent) {
                parent_drained_end(child);
            }
        }
        sim_node_reads_restart(bs);
    }
}

static bool is_busy(const BlockDriverState *bs);

static bool is_parent_busy(const BdrvChild *child)
{
    if (child->parent_blk) {
        return blk_in_flight(child->parent_blk);
    }
    return child->klass ? child->klass->drained_poll(child) : is_busy(child->parent_bs);
}

/* Anything on its way through @bs or towards it. */
static bool is_busy(const BlockDriverState *bs)
{
    if (bs->in_flight) {
        return true;
    }
    for (const BdrvChild *child = bs->parents; child; child = child->next_parent) {
        if (is_parent_busy(child)) {
            return true;
        }
    }
    return false;
}

static void emit_drain(SimEventKind kind, const BlockDriverState *bs)
{
    uint64_t who_hash;
    const char *who = sim_bdrv_device_or_node_name(bs, &who_hash);

    sim_events_emit(sim_events, &(SimEvent){ .kind = kind, .who = who, .who_hash = who_hash });
}

static void drained_begin(BlockDriverState *bs)
{
    quiesce_begin(bs);
    emit_drain(SIM_EVENT_DRAIN_BEGIN, bs);
    for (bool has_polled = false; is_busy(bs) || sim_poll_goes_on(has_polled);
         has_polled = true) {
        sim_poll("a drained section waits for requests", bdrv_get_device_or_node_name(bs));
    }
    emit_drain(SIM_EVENT_DRAINED, bs);
}

static void drained_end(BlockDriverState *bs)
{
    emit_drain(SIM_EVENT_DRAIN_END, bs);
    quiesce_end(bs);
}

static void drain_all_begin(void);
static void drain_all_end(void);

typedef struct CoDrain {
    Coroutine *co;
    BlockDriverState *bs;       /* NULL: all */
    bool begin;
    bool done;
} CoDrain;

static void co_drain_bh(void *opaque)
{
    CoDrain *data = opaque;

    if (data->bs) {
        bdrv_dec_in_flight(data->bs);
        (data->begin ? drained_begin : drained_end)(data->bs);
    } else {
        (data->begin ? drain_all_begin : drain_all_end)();
    }
    data->done = true;
    aio_co_wake(data->co);
}

/* As bdrv_co_yield_to_drain(): only outside of coroutines may the loop be run nested. */
static void co_yield_to_drain(BlockDriverState *bs, bool begin)
{
    CoDrain data = { .co = qemu_coroutine_self(), .bs = bs, .begin = begin };

    if (bs) {
        bdrv_inc_in_flight(bs);
    }
    aio_bh_schedule_oneshot(qemu_get_aio_context(), co_drain_bh, &data);
    qemu_coroutine_yield();
    g_assert(data.done);
}

void bdrv_drained_begin(BlockDriverState *bs)
{
    if (qemu_in_coroutine()) {
        co_yield_to_drain(bs, true);
    } else {
        drained_begin(bs);
    }
}

void bdrv_drained_end(BlockDriverState *bs)
{
    if (qemu_in_coroutine()) {
        co_yield_to_drain(bs, false);
    } else {
        drained_end(bs);
    }
}

void bdrv_inc_in_flight(BlockDriverState *bs)
{
    bs->in_flight++;
}

void bdrv_dec_in_flight(BlockDriverState *bs)
{
    g_assert_cmpuint(bs->in_flight, >, 0);
    bs->in_flight--;
}

/* Drained sections over all nodes that are open: nodes made meanwhile join them. */
static int drain_all_count;

void sim_drain_all_join(BlockDriverState *bs)
{
    bs->quiesce_counter = drain_all_count;
}

static void drain_all_quiesce(void)
{
    drain_all_count++;
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        quiesce_begin(bs);
    }
}

static bool is_anything_busy(void)
{
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        if (is_busy(bs)) {
            return true;
        }
    }
    return false;
}

static void drain_all_begin(void)
{
    drain_all_quiesce();
    for (bool has_polled = false; is_anything_busy() || sim_poll_goes_on(has_polled);
         has_polled = true) {
        sim_poll("a drained section waits for requests", "all drives");
    }
}

void bdrv_drain_all_begin(void)
{
    if (qemu_in_coroutine()) {
        co_yield_to_drain(NULL, true);
    } else {
        drain_all_begin();
    }
}

static void drain_all_end(void)
{
    g_assert_cmpint(drain_all_count, >, 0);
    drain_all_count--;
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        quiesce_end(bs);
    }
}

/* QEMU has a bottom half for each node then; they come one right after the other. */
void bdrv_drain_all_end(void)
{
    if (qemu_in_coroutine()) {
        co_yield_to_drain(NULL, false);
    } else {
        drain_all_end();
    }
}

/* ---- the graph lock ---------------------------------------------------------- */

static unsigned n_graph_readers;
static bool has_graph_writer;

void bdrv_graph_co_rdlock(void)
{
    g_assert(!has_graph_writer);
    n_graph_readers++;
}

void bdrv_graph_co_rdunlock(void)
{
    g_assert_cmpuint(n_graph_readers, >, 0);
    n_graph_readers--;
}

/*
 * QEMU un-quiesces before it changes the graph and makes the requests that start then wait
 * for the lock.  Nothing runs in between here, so they may as well stay in their backends.
 */
void bdrv_graph_wrlock(void)
{
    g_assert(!has_graph_writer);
    g_assert(!qemu_in_coroutine());
    drain_all_quiesce();
    for (bool has_polled = false; n_graph_readers || sim_poll_goes_on(has_polled);
         has_polled = true) {
        sim_poll("a change of the block graph waits for requests", "all drives");
    }
    has_graph_writer = true;
}

void bdrv_graph_wrunlock(void)
{
    g_assert(has_graph_writer);
    has_graph_writer = false;
    drain_all_end();
}

void sim_io_reset(void)
{
    n_graph_readers = 0;
    has_graph_writer = false;
    drain_all_count = 0;
}

/* ---- requests ------------------------------------------------------------------ */

const char *sim_request_type_name(SimRequestType type)
{
    static const char *const names[] = {
        [SIM_REQUEST_WRITE] = "write",
        [SIM_REQUEST_WRITE_ZEROES] = "write-zeroes",
        [SIM_REQUEST_DISCARD] = "discard",
        [SIM_REQUEST_FLUSH] = "flush",
        [SIM_REQUEST_READ] = "read",
    };

    return names[type];
}

bool sim_request_is_write(const SimRequest *request)
{
    switch (request->options.type) {
    case SIM_REQUEST_WRITE:
    case SIM_REQUEST_WRITE_ZEROES:
    case SIM_REQUEST_DISCARD:
        return true;
    case SIM_REQUEST_FLUSH:
    case SIM_REQUEST_READ:
        return false;
    }
    g_assert_not_reached();
}

void sim_request_emit(const SimRequest *request, SimEventKind kind, const char *text)
{
    sim_events_emit(sim_events, &(SimEvent){
        .kind = kind,
        .who = blk_name(request->blk),
        .who_hash = blk_name_hash(request->blk),
        .offset = request->options.offset,
        .bytes = request->options.bytes,
        .number = request->number,
        .ret = request->ret,
        .text = text,
    });
}

static void land(SimRequest *request)
{
    static const char *const fault_calls[] = {
        [SIM_REQUEST_WRITE] = "guest-write",
        [SIM_REQUEST_WRITE_ZEROES] = "guest-write-zeroes",
        [SIM_REQUEST_DISCARD] = "guest-discard",
        [SIM_REQUEST_FLUSH] = "guest-flush",
        [SIM_REQUEST_READ] = "guest-read",
    };
    const SimRequestOptions *options = &request->options;

    request->ret = options->error ? -options->error
                                  : sim_fault(fault_calls[options->type], blk_name(request->blk),
                                              NULL);
    if (!request->ret && sim_request_is_write(request)) {
        BlockDriverState *leaf = sim_bdrv_leaf(request->root);

        /* As bdrv_co_write_req_prepare(). */
        if (bdrv_has_readonly_bitmaps(leaf)) {
            request->ret = -EPERM;
        } else {
            sim_rangemap_set(&leaf->content, options->offset, options->offset + options->bytes,
                             request->number);
        }
    }
    sim_request_emit(request, SIM_EVENT_LAND, NULL);
    sim_request_enter(request, SIM_PHASE_MARK);
}

/* As bdrv_co_write_req_finish(): each node on the way, whether the write succeeded or not. */
static void mark(SimRequest *request)
{
    const SimRequestOptions *options = &request->options;

    if (sim_request_is_write(request) && options->bytes) {
        for (BlockDriverState *bs = request->root; bs; bs = bs->file ? bs->file->bs : NULL) {
            bdrv_set_dirty(bs, options->offset, options->bytes);
        }
        sim_request_emit(request, SIM_EVENT_MARK, NULL);
    }
    sim_request_enter(request, SIM_PHASE_COMPLETE);
}

/* As bdrv_co_pdiscard(): a node that was opened without BDRV_O_UNMAP passes none on. */
static bool is_ignored_discard(const SimRequest *request)
{
    if (request->options.type != SIM_REQUEST_DISCARD) {
        return false;
    }
    for (BlockDriverState *bs = request->root; bs; bs = bs->file ? bs->file->bs : NULL) {
        if (!(bs->open_flags & BDRV_O_UNMAP)) {
            return true;
        }
    }
    return false;
}

void sim_request_run_phase(SimRequest *request)
{
    switch (request->phase) {
    case SIM_PHASE_SUBMIT:
        sim_request_submit(request);
        break;
    case SIM_PHASE_COPY:
        if (is_ignored_discard(request)) {
            sim_request_enter(request, SIM_PHASE_COMPLETE);
        } else if (request->root->drv == &bdrv_cbw_filter && sim_request_is_write(request)) {
            request->filter = request->filter ? request->filter : request->root;
            sim_cbw_before_write(request);
        } else {
            sim_request_enter(request, SIM_PHASE_LAND);
        }
        break;
    case SIM_PHASE_LAND:
        land(request);
        break;
    case SIM_PHASE_MARK:
        mark(request);
        break;
    case SIM_PHASE_COMPLETE:
        sim_request_complete(request);
        break;
    case SIM_N_PHASES:
        g_assert_not_reached();
    }
}
