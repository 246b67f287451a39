/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The copy-before-write filter: old data goes to the target before a guest write
 * changes it, so that a snapshot-access node above can show the disk as it was.
 *
 * Stands in for QEMU's block/copy-before-write.c and block/block-copy.c.  Its bitmaps
 * are sparse maps here, so that it costs what is written and not what the drive
 * could hold.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "qapi/error.h"
#include "qobject/qdict.h"

#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/util/sim-context.h"

/* As QEMU's BLOCK_COPY_CLUSTER_SIZE_DEFAULT: what a raw target gets. */
#define CBW_CLUSTER_BYTES (64 * 1024)
#define NS_PER_SECOND 1000000000ULL

/* One run of clusters that is on its way from source to target. */
typedef struct CopyTask {
    SimTask task;
    BlockDriverState *bs;
    uint64_t request_number;        /* of the write that began it */
    uint64_t start;
    uint64_t end;
    int ret;
    struct CopyTask *next;
} CopyTask;

struct SimFrozenRead {
    uint64_t start;
    uint64_t end;
    SimFrozenRead *next;
};

typedef struct CbwState {
    BdrvChild *target;
    bool break_snapshot;            /* on-cbw-error; else the guest's write fails */
    uint64_t timeout_ns;            /* 0: none */
    SimRangeMap copy;               /* bytes that are still to be copied before they change */
    SimRangeMap access;             /* bytes that may be read through the snapshot */
    SimRangeMap done;               /* bytes that are to be read from the target */
    CopyTask *tasks;
    SimFrozenRead *frozen_reads;
    int snapshot_error;
} CbwState;

static uint64_t align_down(uint64_t bytes)
{
    return bytes / CBW_CLUSTER_BYTES * CBW_CLUSTER_BYTES;
}

static uint64_t align_up(uint64_t bytes)
{
    return align_down(bytes + CBW_CLUSTER_BYTES - 1);
}

static const char *drive_name(const BlockDriverState *bs)
{
    return bdrv_get_device_or_node_name(bs);
}

/* ---- opening ------------------------------------------------------------------- */

static BdrvChild *open_child(BlockDriverState *bs, QDict *options, const char *key, Error **errp)
{
    const char *name = qdict_get_try_str(options, key);
    BlockDriverState *child_bs = name ? bdrv_find_node(name) : NULL;

    if (!child_bs) {
        error_setg(errp, "Cannot find a node '%s' for option '%s'", name ? name : "", key);
        return NULL;
    }
    return bdrv_attach_child(bs, child_bs, key);
}

/* As block_copy_state_new() merges @bitmap into its copy bitmap, coarser or finer. */
static bool take_bitmap(CbwState *s, BlockDriverState *bs, QDict *options, Error **errp)
{
    const char *node_name = qdict_get_try_str(options, "bitmap.node");
    const char *name = qdict_get_try_str(options, "bitmap.name");
    BlockDriverState *bitmap_bs;
    BdrvDirtyBitmap *bitmap;
    int64_t size = bs->total_sectors << BDRV_SECTOR_BITS;
    int64_t at = 0;
    int64_t start, bytes;

    if (!name) {
        sim_rangemap_set(&s->copy, 0, size, 1);
        return true;
    }
    bitmap_bs = bdrv_lookup_bs(node_name, node_name, errp);
    if (!bitmap_bs) {
        return false;
    }
    bitmap = bdrv_find_dirty_bitmap(bitmap_bs, name);
    if (!bitmap) {
        error_setg(errp, "Dirty bitmap '%s' not found", name);
        return false;
    }
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_ALLOW_RO, errp)) {
        return false;
    }
    if (bdrv_dirty_bitmap_size(bitmap) != size) {
        error_setg(errp, "Bitmap '%s' is for another size than the node", name);
        return false;
    }
    while (bdrv_dirty_bitmap_next_dirty_area(bitmap, at, size, INT64_MAX, &start, &bytes)) {
        sim_rangemap_set(&s->copy, align_down(start), align_up(start + bytes), 1);
        at = start + bytes;
    }
    sim_rangemap_truncate(&s->copy, size);
    return true;
}

static int cbw_open(BlockDriverState *bs, QDict *options, int flags G_GNUC_UNUSED, Error **errp)
{
    CbwState *s = g_new0(CbwState, 1);
    const char *on_cbw_error = qdict_get_try_str(options, "on-cbw-error");

    bs->opaque = s;
    bs->file = open_child(bs, options, "file", errp);
    if (!bs->file) {
        return -EINVAL;
    }
    s->target = open_child(bs, options, "target", errp);
    if (!s->target) {
        return -EINVAL;
    }
    bs->total_sectors = bs->file->bs->total_sectors;
    if (s->target->bs->total_sectors < bs->total_sectors) {
        error_setg(errp, "The target is smaller than the node");
        return -EINVAL;
    }
    s->break_snapshot = on_cbw_error && !strcmp(on_cbw_error, "break-snapshot");
    s->timeout_ns = (uint64_t)qdict_get_try_int(options, "cbw-timeout", 0) * NS_PER_SECOND;
    if (!take_bitmap(s, bs, options, errp)) {
        return -EINVAL;
    }
    sim_rangemap_copy(&s->access, &s->copy);
    return 0;
}

static void cbw_close(BlockDriverState *bs)
{
    CbwState *s = bs->opaque;

    bs->opaque = NULL;
    sim_rangemap_clear(&s->copy);
    sim_rangemap_clear(&s->access);
    sim_rangemap_clear(&s->done);
    while (s->tasks) {
        CopyTask *task = s->tasks;

        s->tasks = task->next;
        sim_loop_cancel(sim_main_loop, &task->task);
        g_free(task);
    }
    while (s->frozen_reads) {
        SimFrozenRead *frozen = s->frozen_reads;

        s->frozen_reads = frozen->next;
        g_free(frozen);
    }
    g_free(s);
}

void bdrv_cbw_drop(BlockDriverState *bs)
{
    bdrv_drop_filter(bs);
    bdrv_unref(bs);
}

int bdrv_cbw_snapshot_error(BlockDriverState *bs)
{
    CbwState *s = bs->opaque;

    return s->snapshot_error;
}

/* ---- copying before a write ------------------------------------------------------ */

/* Lets every request look again that waits in the copy phase for something of this filter. */
static void wake_waiting(BlockDriverState *bs)
{
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->root == bs && request->copying && request->task.state == SIM_TASK_IDLE) {
            sim_loop_post(sim_main_loop, &request->task);
        }
    }
}

static void break_snapshot(BlockDriverState *bs, int ret)
{
    CbwState *s = bs->opaque;

    if (!s->snapshot_error) {
        s->snapshot_error = ret;
        sim_events_emit(sim_events, &(SimEvent){
            .kind = SIM_EVENT_SNAPSHOT_BREAK,
            .who = drive_name(bs),
            .ret = ret,
        });
    }
}

/* A write that waits for its old data, if it still does: a timeout may have let it go. */
static SimRequest *find_copying(BlockDriverState *bs, uint64_t number)
{
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->number == number) {
            return request->root == bs && request->copying ? request : NULL;
        }
    }
    return NULL;
}

/* On failure the clusters are to be copied again, as block_copy_task_end() has it. */
static void run_copy_task(void *opaque)
{
    CopyTask *task = opaque;
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
    } else {
        sim_rangemap_copy_range(&s->target->bs->content, &bs->file->bs->content,
                                task->start, task->end);
    }
    sim_events_emit(sim_events, &(SimEvent){
        .kind = SIM_EVENT_COPY,
        .who = drive_name(bs),
        .offset = task->start,
        .bytes = task->end - task->start,
        .number = task->request_number,
        .ret = task->ret,
    });
    g_free(task);
    bdrv_dec_in_flight(bs);
    wake_waiting(bs);
}

static void begin_copy_task(BlockDriverState *bs, SimRequest *request, uint64_t start,
                            uint64_t end)
{
    CbwState *s = bs->opaque;
    CopyTask *task = g_new0(CopyTask, 1);
    uint64_t delay_ns = 0;

    task->bs = bs;
    task->request_number = request->number;
    task->start = start;
    task->end = end;
    task->ret = sim_fault("cbw-read", drive_name(bs), &delay_ns);
    if (!task->ret) {
        task->ret = sim_fault("cbw-write", drive_name(bs), &delay_ns);
    }
    task->task.run = run_copy_task;
    task->task.opaque = task;
    task->task.what = "copy-before-write";
    task->next = s->tasks;
    s->tasks = task;
    bdrv_inc_in_flight(bs);
    sim_loop_post_after(sim_main_loop, &task->task, delay_ns);
}

/*
 * Begins to copy what is left to copy in the range.  True if the request must wait for a copy
 * that overlaps: any one, or after a failure its own, as block_copy_common() does.
 */
static bool copy_before_write(BlockDriverState *bs, SimRequest *request, uint64_t start,
                              uint64_t end)
{
    CbwState *s = bs->opaque;
    SimRange range;

    while (!request->ret && sim_rangemap_next(&s->copy, start, end, &range)) {
        sim_rangemap_set(&s->copy, range.start, range.end, 0);
        begin_copy_task(bs, request, range.start, range.end);
    }
    for (const CopyTask *task = s->tasks; task; task = task->next) {
        if (task->start < end && task->end > start &&
            (!request->ret || task->request_number == request->number)) {
            return true;
        }
    }
    return false;
}

static bool is_frozen(const CbwState *s, uint64_t start, uint64_t end)
{
    for (const SimFrozenRead *frozen = s->frozen_reads; frozen; frozen = frozen->next) {
        if (frozen->start < end && frozen->end > start) {
            return true;
        }
    }
    return false;
}

static void run_timeout(void *opaque)
{
    SimRequest *request = opaque;

    request->ret = -ETIMEDOUT;
    if (request->task.state == SIM_TASK_IDLE) {
        sim_loop_post(sim_main_loop, &request->task);
    }
}

static void land(SimRequest *request, int ret)
{
    request->copying = false;
    sim_loop_cancel(sim_main_loop, &request->timeout);
    request->ret = ret;
    sim_request_enter(request, ret < 0 ? SIM_PHASE_COMPLETE : SIM_PHASE_LAND);
}

void sim_cbw_before_write(BlockDriverState *bs, SimRequest *request)
{
    CbwState *s = bs->opaque;
    uint64_t start = align_down(request->options.offset);
    uint64_t end = align_up(request->options.offset + request->options.bytes);
    uint64_t size = (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;

    end = MIN(end, size);
    if (!request->copying) {
        if (s->snapshot_error || start == end) {
            land(request, 0);
            return;
        }
        request->copying = true;
        if (s->timeout_ns) {
            request->timeout = (SimTask){
                .run = run_timeout, .opaque = request, .what = "cbw-timeout",
            };
            sim_loop_post_after(sim_main_loop, &request->timeout, s->timeout_ns);
        }
    }

    if (request->ret != -ETIMEDOUT && copy_before_write(bs, request, start, end)) {
        request->waits_for = "old data to be copied to the fleecing image";
        return;
    }
    sim_loop_cancel(sim_main_loop, &request->timeout);
    if (request->ret < 0 && !s->break_snapshot) {
        land(request, request->ret);
        return;
    }
    if (request->ret < 0) {
        break_snapshot(bs, request->ret);
    } else {
        sim_rangemap_set(&s->done, start, end, 1);
    }
    if (is_frozen(s, start, end)) {
        request->waits_for = "a read of the snapshot in the same place";
        return;
    }
    land(request, 0);
}

/* ---- reading the snapshot --------------------------------------------------------- */

int sim_cbw_snapshot_read_lock(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                               uint64_t *ret_bytes, BdrvChild **ret_child,
                               SimFrozenRead **ret_frozen)
{
    CbwState *s = bs->opaque;
    SimRange range;

    if (s->snapshot_error || sim_rangemap_next_hole(&s->access, offset, offset + bytes, &range)) {
        return -EACCES;
    }
    range = sim_rangemap_run(&s->done, offset, offset + bytes);
    *ret_bytes = range.end - range.start;
    if (range.value) {
        *ret_child = s->target;
        *ret_frozen = NULL;
    } else {
        SimFrozenRead *frozen = g_new(SimFrozenRead, 1);

        *frozen = (SimFrozenRead){
            .start = range.start, .end = range.end, .next = s->frozen_reads,
        };
        s->frozen_reads = frozen;
        *ret_child = bs->file;
        *ret_frozen = frozen;
    }
    return 0;
}

void sim_cbw_snapshot_read_unlock(BlockDriverState *bs, SimFrozenRead *frozen)
{
    CbwState *s = bs->opaque;
    SimFrozenRead **link = &s->frozen_reads;

    if (!frozen) {
        return;
    }
    while (*link != frozen) {
        link = &(*link)->next;
    }
    *link = frozen->next;
    g_free(frozen);
    wake_waiting(bs);
}

int sim_cbw_peek_snapshot(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                          SimRangeMap *ret_content, uint64_t *ret_run_bytes)
{
    CbwState *s = bs->opaque;
    uint64_t end = offset + bytes;
    BlockDriverState *source = bs->file->bs;
    SimRange run = sim_rangemap_run(&s->access, offset, end);

    if (s->snapshot_error || !run.value) {
        *ret_run_bytes = s->snapshot_error ? bytes : run.end - offset;
        return -EACCES;
    }
    run = sim_rangemap_run(&s->done, offset, run.end);
    sim_rangemap_copy_range(ret_content, &(run.value ? s->target->bs : source)->content,
                            offset, run.end);
    *ret_run_bytes = run.end - offset;
    return 0;
}

int sim_cbw_discard_snapshot(BlockDriverState *bs, uint64_t offset, uint64_t bytes)
{
    CbwState *s = bs->opaque;
    uint64_t start = align_up(offset);
    uint64_t end = align_down(offset + bytes);

    if (start < end) {
        sim_rangemap_set(&s->access, start, end, 0);
        sim_rangemap_set(&s->copy, start, end, 0);
        sim_rangemap_set(&s->target->bs->content, start, end, 0);
    }
    return 0;
}

BlockDriver bdrv_cbw_filter = {
    .format_name = "copy-before-write",
    .bdrv_open = cbw_open,
    .bdrv_close = cbw_close,
};
