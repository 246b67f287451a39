/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block layer functions of the main thread, for the block layer itself.
 *
 * Stands in for QEMU's include/block/block_int-global-state.h.
 */
#ifndef BLOCK_INT_GLOBAL_STATE_H
#define BLOCK_INT_GLOBAL_STATE_H

#include "block/block_int.h"
#include "block/block-global-state.h"
#include "block/blockjob.h"

/*
 * A job, not yet started, that copies what @bs holds at this moment to @target: everything,
 * or with MIRROR_SYNC_MODE_BITMAP what is dirty in @sync_bitmap, which is busy until the job
 * is over.  Outside of coroutines.  NULL with *@errp set: refused, nothing has changed.
 *
 * QEMU 11.0 has one argument more than the versions before, on_cbw_error behind
 * on_target_error.  The number of arguments tells which form a caller was written for, so
 * files of both ages compile.
 */
#define backup_job_create(...)                                                       \
    BACKUP_JOB_CREATE_20TH_(__VA_ARGS__, backup_job_create_since_11_0,               \
                            backup_job_create_up_to_10_2, wrong_number_of_arguments) \
    (__VA_ARGS__)
#define BACKUP_JOB_CREATE_20TH_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, \
                                twentieth, ...) twentieth

BlockJob *backup_job_create_up_to_10_2(const char *job_id, BlockDriverState *bs,
                                       BlockDriverState *target, int64_t speed,
                                       MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap,
                                       BitmapSyncMode bitmap_mode, bool compress,
                                       bool discard_source, const char *filter_node_name,
                                       BackupPerf *perf, BlockdevOnError on_source_error,
                                       BlockdevOnError on_target_error, int creation_flags,
                                       BlockCompletionFunc *cb, void *opaque, JobTxn *txn,
                                       Error **errp);
BlockJob *backup_job_create_since_11_0(const char *job_id, BlockDriverState *bs,
                                       BlockDriverState *target, int64_t speed,
                                       MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap,
                                       BitmapSyncMode bitmap_mode, bool compress,
                                       bool discard_source, const char *filter_node_name,
                                       BackupPerf *perf, BlockdevOnError on_source_error,
                                       BlockdevOnError on_target_error, OnCbwError on_cbw_error,
                                       int creation_flags, BlockCompletionFunc *cb,
                                       void *opaque, JobTxn *txn, Error **errp);

#endif
