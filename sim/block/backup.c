/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backup jobs: copying a disk as it was at one moment while its guest goes on.
 *
 * Stands in for QEMU's block/backup.c (10.0, with Proxmox VE's patches) and for what
 * block/block-copy.c does for it.  A copy-before-write filter over the source sends old
 * data to the target before a guest changes it; in the background the job copies the
 * rest, several chunks at a time.  With a bitmap only what is dirty there is copied, and the
 * bitmap has a successor while the job works: after success the successor takes over,
 * else both are merged.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "qapi/error.h"

#include "sim/block/block-private.h"
#include "sim/util/sim-context.h"

#define NS_PER_SECOND 1000000000ULL

typedef struct BackupBlockJob {
    BlockJob common;
    BlockDriverState *cbw;
    BdrvDirtyBitmap *sync_bitmap;   /* NULL: everything is copied */
    BitmapSyncMode bitmap_mode;
    int64_t max_workers;
    uint64_t speed;                 /* bytes a second; 0: no limit */
    uint64_t next_chunk_ns;         /* when the speed allows the next chunk */

    /* The call that copies in the background, as QEMU's BlockCopyCallState. */
    unsigned n_workers;
    uint64_t at;                    /* the next chunk is looked for from here on */
    bool call_stopped;              /* begins no more chunks: cancelled or paused */
    bool call_finished;
    int call_ret;
    bool waits_for_call;            /* its coroutine yields until the call is over */
} BackupBlockJob;

/* ---- copying in the background ---------------------------------------------------- */

static void finish_call(BackupBlockJob *job)
{
    job->call_finished = true;
    if (job->waits_for_call) {
        job->waits_for_call = false;
        aio_co_wake(job->common.job.co);
    } else {
        job_enter(&job->common.job);
    }
}

static void begin_chunk(BackupBlockJob *job, const SimRange *range)
{
    uint64_t now_ns = sim_loop_now_ns(sim_main_loop);
    uint64_t delay_ns = 0;
    int ret = sim_fault("backup-read", job->common.job.id, &delay_ns);

    if (job->speed) {
        job->next_chunk_ns = MAX(job->next_chunk_ns, now_ns);
        delay_ns += job->next_chunk_ns - now_ns;
        job->next_chunk_ns += (range->end - range->start) * NS_PER_SECOND / job->speed;
    }
    job->at = range->end;
    job->n_workers++;
    sim_cbw_begin_copy(job->cbw, range, ret, delay_ns);
}

/*
 * Begins as many chunks as there may be workers.  The call is over when nothing is left and
 * nobody copies, guests' writes included: what fails there is to be copied again.
 */
static void go_on(BackupBlockJob *job)
{
    bool may_begin = !job->call_stopped && !job->call_ret;
    SimRange range;

    while (may_begin && job->n_workers < job->max_workers) {
        if (!sim_cbw_next_to_copy(job->cbw, job->at, &range) &&
            !sim_cbw_next_to_copy(job->cbw, 0, &range)) {
            break;
        }
        begin_chunk(job, &range);
    }
    if (job->n_workers == 0 && (!may_begin || !sim_cbw_is_copying(job->cbw))) {
        finish_call(job);
    }
}

static void copied(bool is_background, int ret, void *opaque)
{
    BackupBlockJob *job = opaque;

    if (is_background) {
        job->n_workers--;
        if (ret < 0 && !job->call_ret) {
            job->call_ret = ret;
        }
    }
    if (job->common.job.co && !job->call_finished) {
        go_on(job);
    }
}

static void coroutine_fn stop_call(BackupBlockJob *job)
{
    job->call_stopped = true;
    if (job->n_workers == 0) {
        job->call_finished = true;
        return;
    }
    job->waits_for_call = true;
    qemu_coroutine_yield();
    g_assert(job->call_finished);
}

/* As backup_loop(): a pause stops the call, and a new one begins where it was. */
static int coroutine_fn backup_run(Job *common, Error **errp G_GNUC_UNUSED)
{
    BackupBlockJob *job = container_of(common, BackupBlockJob, common.job);

    do {
        job->call_stopped = false;
        job->call_finished = false;
        job->call_ret = 0;
        job->at = 0;
        go_on(job);
        while (!job->call_finished && !job_is_cancelled(common)) {
            job_yield(common);
        }
        if (!job->call_finished) {
            stop_call(job);
            return 0;
        }
    } while (job->call_stopped && !job->call_ret && !job_is_cancelled(common));
    return job_is_cancelled(common) ? 0 : job->call_ret;
}

static void coroutine_fn backup_pause(Job *common)
{
    BackupBlockJob *job = container_of(common, BackupBlockJob, common.job);

    if (!job->call_finished) {
        stop_call(job);
    }
}

/* ---- the end -------------------------------------------------------------------------- */

static void settle_bitmap(BackupBlockJob *job, bool is_success)
{
    BdrvDirtyBitmap *bitmap = job->sync_bitmap;

    if (!bitmap) {
        return;
    }
    if (is_success && job->bitmap_mode != BITMAP_SYNC_MODE_NEVER) {
        bitmap = bdrv_dirty_bitmap_abdicate(bitmap, NULL);
    } else {
        bitmap = bdrv_reclaim_dirty_bitmap(bitmap, NULL);
    }
    g_assert(bitmap);
}

static void backup_commit(Job *common)
{
    settle_bitmap(container_of(common, BackupBlockJob, common.job), true);
}

static void backup_abort(Job *common)
{
    settle_bitmap(container_of(common, BackupBlockJob, common.job), false);
}

static void backup_clean(Job *common)
{
    BackupBlockJob *job = container_of(common, BackupBlockJob, common.job);

    block_job_remove_all_bdrv(&job->common);
    bdrv_cbw_drop(job->cbw);
}

static void backup_free(Job *common)
{
    block_job_remove_all_bdrv(container_of(common, BlockJob, job));
}

static const JobDriver backup_job_driver = {
    .instance_size = sizeof(BackupBlockJob),
    .type = "backup",
    .run = backup_run,
    .pause = backup_pause,
    .commit = backup_commit,
    .abort = backup_abort,
    .clean = backup_clean,
    .free = backup_free,
};

/* ---- making a job ----------------------------------------------------------------------- */

static bool check_node(BlockDriverState *bs, BlockOpType op, Error **errp)
{
    if (!bdrv_co_is_inserted(bs)) {
        error_setg(errp, "Device is not inserted: %s", bdrv_get_device_name(bs));
        return false;
    }
    return !bdrv_op_is_blocked(bs, op, errp);
}

static bool check_sizes(BlockDriverState *bs, BlockDriverState *target, Error **errp)
{
    int64_t size = bdrv_getlength(bs);
    int64_t target_size = size < 0 ? size : bdrv_getlength(target);

    if (target_size < 0) {
        error_setg_errno(errp, -target_size, "Unable to get length for '%s'",
                         bdrv_get_device_or_node_name(bs));
        return false;
    }
    if (target_size != size) {
        error_setg(errp, "Source and target image have different sizes");
        return false;
    }
    return true;
}

static bool check_options(BlockDriverState *bs, BlockDriverState *target, const char *job_id,
                          const BackupPerf *perf, Error **errp)
{
    int ret;

    if (bs == target) {
        error_setg(errp, "Source and target cannot be the same");
        return false;
    }
    if (!check_node(bs, BLOCK_OP_TYPE_BACKUP_SOURCE, errp) ||
        !check_node(target, BLOCK_OP_TYPE_BACKUP_TARGET, errp)) {
        return false;
    }
    if (perf->max_workers < 1 || perf->max_workers > INT_MAX) {
        error_setg(errp, "max-workers must be between 1 and %d", INT_MAX);
        return false;
    }
    ret = sim_fault("backup_job_create", job_id, NULL);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "Could not create the job");
        return false;
    }
    return true;
}

static bool freeze_bitmap(BdrvDirtyBitmap *bitmap, BitmapSyncMode mode, Error **errp)
{
    if (mode != BITMAP_SYNC_MODE_NEVER &&
        bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_DEFAULT, errp)) {
        return false;
    }
    return bdrv_dirty_bitmap_create_successor(bitmap, errp) == 0;
}

static BackupBlockJob *create_job(const char *job_id, BlockDriverState *cbw, JobTxn *txn,
                                  int flags, BlockCompletionFunc *cb, void *opaque, Error **errp)
{
    BackupBlockJob *job = block_job_create(job_id, &backup_job_driver, txn, cbw, flags, cb,
                                           opaque, errp);

    if (job) {
        job->cbw = cbw;
        /* Until the job runs there is no call that anybody could wait for. */
        job->call_finished = true;
        sim_cbw_set_copied(cbw, copied, job);
    }
    return job;
}

/* Compression, and what QEMU does on errors, have no counterpart: every error is reported. */
BlockJob *backup_job_create_up_to_10_2(const char *job_id, BlockDriverState *bs,
                                       BlockDriverState *target, int64_t speed,
                                       MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap,
                                       BitmapSyncMode bitmap_mode, bool compress G_GNUC_UNUSED,
                                       bool discard_source, const char *filter_node_name,
                                       BackupPerf *perf, BlockdevOnError on_source_error,
                                       BlockdevOnError on_target_error, int creation_flags,
                                       BlockCompletionFunc *cb, void *opaque, JobTxn *txn,
                                       Error **errp)
{
    BackupBlockJob *job = NULL;
    BlockDriverState *cbw = NULL;

    g_assert(sync_mode == MIRROR_SYNC_MODE_FULL || sync_mode == MIRROR_SYNC_MODE_BITMAP);
    g_assert(!sync_bitmap == (sync_mode == MIRROR_SYNC_MODE_FULL));
    g_assert(on_source_error == BLOCKDEV_ON_ERROR_REPORT);
    g_assert(on_target_error == BLOCKDEV_ON_ERROR_REPORT);
    g_assert(bitmap_mode != BITMAP_SYNC_MODE_ALWAYS);

    if (!check_options(bs, target, job_id, perf, errp) ||
        (sync_bitmap && !freeze_bitmap(sync_bitmap, bitmap_mode, errp))) {
        return NULL;
    }
    if (check_sizes(bs, target, errp)) {
        cbw = bdrv_cbw_append(bs, target, filter_node_name, discard_source,
                              perf->min_cluster_size, errp);
    }
    if (cbw) {
        job = create_job(job_id, cbw, txn, creation_flags, cb, opaque, errp);
    }
    if (!job) {
        if (sync_bitmap) {
            bdrv_reclaim_dirty_bitmap(sync_bitmap, NULL);
        }
        if (cbw) {
            bdrv_cbw_drop(cbw);
        }
        return NULL;
    }
    job->sync_bitmap = sync_bitmap;
    job->bitmap_mode = bitmap_mode;
    job->max_workers = perf->max_workers;
    job->speed = speed;
    block_job_add_target(&job->common, target);
    if (sync_bitmap) {
        sim_cbw_set_copy_bitmap(cbw, sync_bitmap);
    }
    return &job->common;
}

BlockJob *backup_job_create_since_11_0(const char *job_id, BlockDriverState *bs,
                                       BlockDriverState *target, int64_t speed,
                                       MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap,
                                       BitmapSyncMode bitmap_mode, bool compress,
                                       bool discard_source, const char *filter_node_name,
                                       BackupPerf *perf, BlockdevOnError on_source_error,
                                       BlockdevOnError on_target_error, OnCbwError on_cbw_error,
                                       int creation_flags, BlockCompletionFunc *cb,
                                       void *opaque, JobTxn *txn, Error **errp)
{
    g_assert(on_cbw_error == ON_CBW_ERROR_BREAK_GUEST_WRITE);
    return backup_job_create_up_to_10_2(job_id, bs, target, speed, sync_mode, sync_bitmap,
                                        bitmap_mode, compress, discard_source,
                                        filter_node_name, perf, on_source_error,
                                        on_target_error, creation_flags, cb, opaque, txn, errp);
}
