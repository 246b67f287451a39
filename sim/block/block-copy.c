/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copying from the source of a copy-before-write filter to its target.
 *
 * Stands in for QEMU's block/block-copy.c: before a guest's write and, for backup jobs,
 * in the background.  A copy is one or two tasks of the loop; copies never overlap, and
 * whoever needs a cluster that is being copied waits.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"

#include "sim/block/backup-dump.h"
#include "sim/block/copy-before-write-private.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

/* As BLOCK_COPY_MAX_BUFFER: what one copy takes at a time, or a cluster if that is more. */
#define CBW_CHUNK_BYTES (1024 * 1024)
/* As BLOCK_COPY_MAX_WORKERS: chunks that are copied for one write at the same time. */
#define CBW_MAX_WORKERS 64

/* One run of clusters that is on its way from source to target. */
struct CopyTask {
    SimTask task;
    BlockDriverState *bs;
    uint64_t request_number;        /* of the write that began it; 0: in the background */
    const BlockBackend *blk;        /* of that write */
    uint64_t start;
    uint64_t end;
    int ret;
    SimRangeMap content;            /* on its way to a dump target */
    struct CopyTask *next;
};

static SimPool tasks;

/* As block_copy_chunk_size(). */
static uint64_t chunk_bytes(const CbwState *s)
{
    return MAX(s->cluster_bytes, CBW_CHUNK_BYTES);
}

/* ---- a copy ---------------------------------------------------------------------- */

/* A write that waits for its old data, if it still does: a timeout may have let it go. */
static SimRequest *find_copying(BlockDriverState *bs, uint64_t number)
{
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->number == number) {
            return request->filter == bs && request->copying ? request : NULL;
        }
    }
    return NULL;
}

static void emit_copy(const CopyTask *task)
{
    sim_events_emit(sim_events, &(SimEvent){
        .kind = sim_cbw_is_backup(task->bs) ? SIM_EVENT_BACKUP_COPY : SIM_EVENT_COPY,
        .who = task->blk ? blk_name(task->blk) : drive_name(task->bs),
        .who_hash = task->blk ? blk_name_hash(task->blk) : 0,
        .offset = task->start,
        .bytes = task->end - task->start,
        .number = task->request_number,
        .ret = task->ret,
    });
}

/* On failure the clusters are to be copied again, as block_copy_task_end() has it. */
static void finish_copy_task(CopyTask *task)
{
    BlockDriverState *bs = task->bs;
    CbwState *s = bs->opaque;
    CopyTask **link = &s->tasks;
    SimRequest *request = find_copying(bs, task->request_number);

    while (*link != task) {
        link = &(*link)->next;
    }
    *link = task->next;
    if (task->ret < 0) {
        sim_rangemap_set(&s->copy, task->start, task->end, 1);
        if (request && !request->ret) {
            request->ret = task->ret;
        }
    } else if (s->discard_source) {
        sim_world_discard_snapshot(bs->file->bs->node_name, task->start, task->end - task->start);
    }
    emit_copy(task);
    bdrv_graph_co_rdunlock();
    bdrv_dec_in_flight(bs);
    sim_cbw_wake_waiting(bs);
    if (s->copied) {
        s->copied(!task->request_number, task->ret, s->copied_opaque);
    }
    sim_rangemap_clear(&task->content);
    sim_pool_free(&tasks, task);
}

static void dump_done(int ret, void *opaque)
{
    CopyTask *task = opaque;

    task->ret = ret;
    finish_copy_task(task);
}

/* The source was read: @content is what it holds in the task's range. */
static void write_copy(CopyTask *task, const SimRangeMap *content)
{
    CbwState *s = task->bs->opaque;
    BlockDriverState *target = s->target->bs;

    /* QEMU's, in bdrv_co_write_req_prepare(): opening a filter compares no sizes. */
    g_assert_cmpuint(task->end, <=, (uint64_t)target->total_sectors << BDRV_SECTOR_BITS);
    if (sim_cbw_is_backup(task->bs)) {
        sim_rangemap_copy_range(&task->content, content, task->start, task->end);
        sim_backup_dump_write(target, task->start, task->end - task->start, &task->content,
                              dump_done, task);
    } else {
        sim_rangemap_copy_range(&target->content, content, task->start, task->end);
        finish_copy_task(task);
    }
}

static void snapshot_read_done(int ret, const SimRangeMap *content, void *opaque)
{
    CopyTask *task = opaque;

    if (ret < 0) {
        task->ret = ret;
        finish_copy_task(task);
    } else {
        write_copy(task, content);
    }
}

static void run_copy_task(void *opaque)
{
    CopyTask *task = opaque;
    BlockDriverState *source = task->bs->file->bs;

    if (task->ret < 0) {
        finish_copy_task(task);
    } else if (source->drv == &bdrv_snapshot_access) {
        sim_node_read(source, false, task->start, task->end - task->start, 0, snapshot_read_done,
                      task);
    } else {
        write_copy(task, &sim_bdrv_leaf(source)->content);
    }
}

/*
 * @request NULL: in the background.  Whole clusters are copied, also where the source was cut
 * since: what is no more reads as zeroes (block_copy_task_create(), block_copy_do_copy()).
 */
static void begin_copy_task(BlockDriverState *bs, const SimRequest *request,
                            const SimRange *range, int ret, uint64_t delay_ns)
{
    CbwState *s = bs->opaque;
    CopyTask *task = sim_pool_new(&tasks, CopyTask);

    task->start = range->start;
    task->end = MIN(align_up(s, range->end), s->len);
    sim_rangemap_set(&s->copy, task->start, task->end, 0);
    task->bs = bs;
    if (request) {
        task->request_number = request->number;
        task->blk = request->blk;
        /* Into an archive is otherwise: that is the code under test's, and may call back. */
        task->task.is_iothreads = blk_has_iothread(request->blk) && !sim_cbw_is_backup(bs);
    }
    task->ret = ret;
    task->task.run = run_copy_task;
    task->task.opaque = task;
    task->task.what = "copy-before-write";
    task->next = s->tasks;
    s->tasks = task;
    bdrv_inc_in_flight(bs);
    /* Of its own, as block_copy_async_co_entry(): a timed-out write may leave before. */
    bdrv_graph_co_rdlock();
    sim_loop_post_after(sim_main_loop, &task->task, delay_ns + sim_io_time_ns());
}

static void begin_copy_before(BlockDriverState *bs, const SimRequest *request,
                              const SimRange *range)
{
    const char *who = blk_name(request->blk);
    uint64_t delay_ns = 0;
    int ret = sim_fault("cbw-read", who, &delay_ns);

    /* Archives have faults of their own. */
    if (!ret && !sim_cbw_is_backup(bs)) {
        ret = sim_fault("cbw-write", who, &delay_ns);
    }
    begin_copy_task(bs, request, range, ret, delay_ns);
}

static unsigned count_workers(const CbwState *s, const SimRequest *request)
{
    unsigned n = 0;

    for (const CopyTask *task = s->tasks; task; task = task->next) {
        n += task->request_number == request->number;
    }
    return n;
}

bool sim_block_copy_before_write(BlockDriverState *bs, SimRequest *request, uint64_t start,
                                 uint64_t end)
{
    CbwState *s = bs->opaque;
    unsigned n_workers = count_workers(s, request);
    SimRange range;

    while (!request->ret && n_workers < CBW_MAX_WORKERS &&
           sim_rangemap_next(&s->copy, start, end, &range)) {
        range.end = MIN(range.end, range.start + chunk_bytes(s));
        begin_copy_before(bs, request, &range);
        n_workers++;
    }
    for (const CopyTask *task = s->tasks; task; task = task->next) {
        if (task->start < end && task->end > start &&
            (!request->ret || task->request_number == request->number)) {
            return true;
        }
    }
    return false;
}

/* ---- in the background ----------------------------------------------------------- */

void sim_cbw_set_copied(BlockDriverState *bs, SimCbwCopied *copied, void *opaque)
{
    CbwState *s = bs->opaque;

    s->copied = copied;
    s->copied_opaque = opaque;
}

bool sim_cbw_next_to_copy(BlockDriverState *bs, uint64_t start, SimRange *ret_range)
{
    CbwState *s = bs->opaque;
    uint64_t size = (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;

    if (start >= size || !sim_rangemap_next(&s->copy, start, size, ret_range)) {
        return false;
    }
    ret_range->end = MIN(ret_range->end, ret_range->start + chunk_bytes(s));
    return true;
}

void sim_cbw_begin_copy(BlockDriverState *bs, const SimRange *range, int ret, uint64_t delay_ns)
{
    begin_copy_task(bs, NULL, range, ret, delay_ns);
}

bool sim_cbw_is_copying(const BlockDriverState *bs)
{
    const CbwState *s = bs->opaque;

    return s->tasks;
}

void sim_block_copy_describe(SimState *state, unsigned drive, const CbwState *s)
{
    for (const CopyTask *task = s->tasks; task; task = task->next) {
        sim_state_add(state, SIM_TOKEN_WRITE, 0, task->request_number);
        sim_state_add_place(state, drive, task->start);
        sim_state_add_number(state, task->end - task->start);
        sim_state_add_number(state, -task->ret);
    }
}

uint64_t sim_block_copy_of_task(const SimTask *task)
{
    return task->run == run_copy_task ? ((const CopyTask *)task->opaque)->request_number : 0;
}

void sim_block_copy_reset(CbwState *s)
{
    while (s->tasks) {
        CopyTask *task = s->tasks;

        s->tasks = task->next;
        sim_loop_cancel(sim_main_loop, &task->task);
        sim_rangemap_clear(&task->content);
        sim_pool_free(&tasks, task);
    }
}
