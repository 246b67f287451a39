/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The copy-before-write filter: old data goes to the target before a guest write
 * changes it, so that a snapshot-access node above can show the disk as it was.
 *
 * Stands in for QEMU's block/copy-before-write.c; the copying itself is block-copy.c
 * beside it.  Its bitmaps are sparse maps here, so that it costs what is written and not
 * what the drive could hold.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "qapi/error.h"
#include "qobject/qdict.h"

#include "sim/block/copy-before-write-private.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

/* As QEMU's BLOCK_COPY_CLUSTER_SIZE_DEFAULT: what a raw target gets. */
#define CBW_CLUSTER_BYTES (64 * 1024)
#define NS_PER_SECOND 1000000000ULL

struct SimFrozenRead {
    uint64_t start;
    uint64_t end;
    SimFrozenRead *next;
};

static SimPool states;
static SimPool frozen_reads;

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

/* The clusters that are dirty in @bitmap, coarser or finer, are to be copied. */
static void add_dirty(CbwState *s, BdrvDirtyBitmap *bitmap)
{
    int64_t size = bdrv_dirty_bitmap_size(bitmap);
    int64_t at = 0;
    int64_t start, bytes;

    while (bdrv_dirty_bitmap_next_dirty_area(bitmap, at, size, INT64_MAX, &start, &bytes)) {
        sim_rangemap_set(&s->copy, align_down(s, start), align_up(s, start + bytes), 1);
        at = start + bytes;
    }
    sim_rangemap_truncate(&s->copy, size);
}

/* As block_copy_state_new() merges @bitmap into its copy bitmap. */
static bool take_bitmap(CbwState *s, BlockDriverState *bs, QDict *options, Error **errp)
{
    const char *node_name = qdict_get_try_str(options, "bitmap.node");
    const char *name = qdict_get_try_str(options, "bitmap.name");
    BlockDriverState *bitmap_bs;
    BdrvDirtyBitmap *bitmap;
    int64_t size = bs->total_sectors << BDRV_SECTOR_BITS;

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
    add_dirty(s, bitmap);
    return true;
}

/* As block_copy_calculate_cluster_size(). */
static uint64_t cluster_size(const CbwState *s, QDict *options)
{
    uint64_t at_least = MAX(CBW_CLUSTER_BYTES, qdict_get_try_int(options, "min-cluster-size", 0));
    BlockDriverInfo info;

    return bdrv_get_info(s->target->bs, &info) < 0 ? at_least
                                                   : MAX(at_least, (uint64_t)info.cluster_size);
}

static int cbw_open(BlockDriverState *bs, QDict *options, int flags, Error **errp)
{
    CbwState *s = sim_pool_new(&states, CbwState);
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
    s->len = (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;
    s->break_snapshot = on_cbw_error && !strcmp(on_cbw_error, "break-snapshot");
    s->cluster_bytes = cluster_size(s, options);
    s->discard_source = flags & BDRV_O_CBW_DISCARD_SOURCE;
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
    sim_block_copy_reset(s);
    while (s->frozen_reads) {
        SimFrozenRead *frozen = s->frozen_reads;

        s->frozen_reads = frozen->next;
        sim_pool_free(&frozen_reads, frozen);
    }
    sim_pool_free(&states, s);
}

BlockDriverState *bdrv_cbw_append(BlockDriverState *source, BlockDriverState *target,
                                  const char *filter_node_name, bool discard_source,
                                  uint64_t min_cluster_size, Error **errp)
{
    QDict *options = qdict_new();

    qdict_put_str(options, "driver", "copy-before-write");
    if (filter_node_name) {
        qdict_put_str(options, "node-name", filter_node_name);
    }
    qdict_put_str(options, "file", bdrv_get_node_name(source));
    qdict_put_str(options, "target", bdrv_get_node_name(target));
    qdict_put_int(options, "min-cluster-size", min_cluster_size);
    return bdrv_insert_node(source, options,
                            BDRV_O_RDWR | (discard_source ? BDRV_O_CBW_DISCARD_SOURCE : 0), errp);
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

void sim_cbw_wake_waiting(BlockDriverState *bs)
{
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->filter == bs && request->copying && request->task.state == SIM_TASK_IDLE) {
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

/* On to the next filter, or to the disk; @ret < 0: the write ends here. */
static void pass_on(SimRequest *request, int ret)
{
    request->copying = false;
    sim_loop_cancel(sim_main_loop, &request->timeout);
    request->ret = ret;
    request->filter = request->filter->file->bs;
    if (ret == 0 && request->filter->drv == &bdrv_cbw_filter) {
        sim_cbw_before_write(request);
    } else {
        sim_request_enter(request, ret < 0 ? SIM_PHASE_COMPLETE : SIM_PHASE_LAND);
    }
}

void sim_cbw_before_write(SimRequest *request)
{
    BlockDriverState *bs = request->filter;
    CbwState *s = bs->opaque;
    uint64_t start = align_down(s, request->options.offset);
    uint64_t end = align_up(s, request->options.offset + request->options.bytes);
    uint64_t size = (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;

    end = MIN(end, size);
    if (!request->copying) {
        if (s->snapshot_error || start == end) {
            pass_on(request, 0);
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

    if (request->ret != -ETIMEDOUT && sim_block_copy_before_write(bs, request, start, end)) {
        request->waits_for = "old data to be copied to the fleecing image";
        return;
    }
    sim_loop_cancel(sim_main_loop, &request->timeout);
    if (request->ret < 0 && !s->break_snapshot) {
        pass_on(request, request->ret);
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
    pass_on(request, 0);
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
        SimFrozenRead *frozen = sim_pool_new(&frozen_reads, SimFrozenRead);

        /* All that is asked for, not only the run that is read: so reqlist_init_req() is told. */
        *frozen = (SimFrozenRead){
            .start = offset, .end = offset + bytes, .next = s->frozen_reads,
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
    sim_pool_free(&frozen_reads, frozen);
    sim_cbw_wake_waiting(bs);
}

int sim_cbw_peek_snapshot(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                          SimRangeMap *ret_content, uint64_t *ret_run_bytes)
{
    CbwState *s = bs->opaque;
    uint64_t end = offset + bytes;
    BlockDriverState *source = sim_bdrv_leaf(bs->file->bs);     /* other filters may be below */
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
    uint64_t start = align_up(s, offset);
    uint64_t end = align_down(s, offset + bytes);

    if (start < end) {
        sim_rangemap_set(&s->access, start, end, 0);
        sim_rangemap_set(&s->copy, start, end, 0);
        if (s->target->bs->open_flags & BDRV_O_UNMAP) {
            sim_rangemap_set(&s->target->bs->content, start, end, 0);
        }
    }
    return 0;
}

void sim_cbw_truncate(BlockDriverState *bs, uint64_t size_bytes)
{
    CbwState *s = bs->opaque;

    sim_rangemap_truncate(&s->copy, size_bytes);
    sim_rangemap_truncate(&s->access, size_bytes);
    sim_rangemap_truncate(&s->done, size_bytes);
}

/* ---- filters of backup jobs ---------------------------------------------------------- */

bool sim_cbw_is_backup(const BlockDriverState *bs)
{
    const CbwState *s = bs->opaque;

    return s->target->bs->drv == &bdrv_backup_dump;
}

void sim_cbw_set_copy_bitmap(BlockDriverState *bs, BdrvDirtyBitmap *bitmap)
{
    CbwState *s = bs->opaque;

    sim_rangemap_clear(&s->copy);
    add_dirty(s, bitmap);
}

BlockDriver bdrv_cbw_filter = {
    .format_name = "copy-before-write",
    .bdrv_open = cbw_open,
    .bdrv_close = cbw_close,
};
