/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of gates: one row for each call into the block layer that the code under test makes.
 *
 *   PASSES(type, name, parameters, arguments)                  cannot be made to fail here
 *   DOES(name, parameters, arguments)                          the same, without an answer
 *   FAILS(type, name, parameters, arguments, who, answer)      can: a fault on the call for the
 *                                                              device @who gives @answer, where
 *                                                              "ret" is its -errno
 *
 * Included by sim/gates.c, which makes functions of it, and by sim/gate-names.c, which lists them.
 * A call that can fail has its row in sim_fault_calls and in docs/faults.md, too.
 *
 * That a call passes does not mean that QEMU never refuses it: bdrv_merge_dirty_bitmap() does for
 * a busy or inconsistent bitmap, and a scenario brings that about by the bitmap's state, not by a
 * fault.  The calls that make what jobs need ask for their faults themselves, behind their checks.
 */

/* ---- names and answers ---- */
PASSES(BlockBackend *, blk_by_name, (const char *name), (name))
PASSES(BlockDriverState *, blk_bs, (BlockBackend *blk), (blk))
PASSES(BlockDriverState *, bdrv_first, (BdrvNextIterator *it), (it))
PASSES(BlockDriverState *, bdrv_next, (BdrvNextIterator *it), (it))
PASSES(BlockDriverState *, bdrv_find_node, (const char *node_name), (node_name))
PASSES(const char *, bdrv_get_node_name, (const BlockDriverState *bs), (bs))
PASSES(const char *, bdrv_get_device_name, (const BlockDriverState *bs), (bs))
PASSES(const char *, bdrv_get_device_or_node_name, (const BlockDriverState *bs), (bs))
PASSES(bool, bdrv_is_read_only, (BlockDriverState *bs), (bs))
FAILS(bool, bdrv_co_is_inserted, (BlockDriverState *bs), (bs),
      bdrv_get_device_or_node_name(bs), false)
FAILS(int64_t, bdrv_getlength, (BlockDriverState *bs), (bs),
      bdrv_get_device_or_node_name(bs), ret)
FAILS(int, bdrv_get_info, (BlockDriverState *bs, BlockDriverInfo *bdi), (bs, bdi),
      bdrv_get_device_or_node_name(bs), ret)
FAILS(bool, bdrv_op_is_blocked, (BlockDriverState *bs, BlockOpType op, Error **errp),
      (bs, op, errp), bdrv_get_device_or_node_name(bs), blocked(bs, errp))

/* ---- the graph ---- */
DOES(bdrv_ref, (BlockDriverState *bs), (bs))
DOES(bdrv_unref, (BlockDriverState *bs), (bs))
DOES(bdrv_co_unref, (BlockDriverState *bs), (bs))
DOES(bdrv_graph_co_rdlock, (void), ())
DOES(bdrv_graph_co_rdunlock, (void), ())
DOES(bdrv_drained_begin, (BlockDriverState *bs), (bs))
DOES(bdrv_drained_end, (BlockDriverState *bs), (bs))
FAILS(BlockDriverState *, bdrv_open,
      (const char *filename, const char *reference, QDict *options, int flags, Error **errp),
      (filename, reference, options, flags, errp), file_device(options),
      not_opened(options, ret, "bdrv_open", "Could not open node", errp))
FAILS(BlockDriverState *, bdrv_insert_node,
      (BlockDriverState *bs, QDict *options, int flags, Error **errp), (bs, options, flags, errp),
      bdrv_get_device_or_node_name(bs),
      not_opened(options, ret, "bdrv_insert_node", "Could not create node", errp))
DOES(bdrv_cbw_drop, (BlockDriverState *bs), (bs))
PASSES(int, bdrv_cbw_snapshot_error, (BlockDriverState *bs), (bs))

/* ---- dirty bitmaps ---- */
FAILS(BdrvDirtyBitmap *, bdrv_create_dirty_bitmap,
      (BlockDriverState *bs, uint32_t granularity, const char *name, Error **errp),
      (bs, granularity, name, errp), bdrv_get_device_or_node_name(bs), no_bitmap(ret, errp))
FAILS(int, bdrv_dirty_bitmap_create_successor, (BdrvDirtyBitmap *bitmap, Error **errp),
      (bitmap, errp), bitmap_device(bitmap), no_successor(ret, errp))
PASSES(BdrvDirtyBitmap *, bdrv_dirty_bitmap_abdicate, (BdrvDirtyBitmap *bitmap, Error **errp),
       (bitmap, errp))
PASSES(BdrvDirtyBitmap *, bdrv_reclaim_dirty_bitmap, (BdrvDirtyBitmap *bitmap, Error **errp),
       (bitmap, errp))
PASSES(BdrvDirtyBitmap *, bdrv_find_dirty_bitmap, (BlockDriverState *bs, const char *name),
       (bs, name))
DOES(bdrv_release_dirty_bitmap, (BdrvDirtyBitmap *bitmap), (bitmap))
DOES(bdrv_clear_dirty_bitmap, (BdrvDirtyBitmap *bitmap, HBitmap **out), (bitmap, out))
DOES(bdrv_enable_dirty_bitmap, (BdrvDirtyBitmap *bitmap), (bitmap))
DOES(bdrv_disable_dirty_bitmap, (BdrvDirtyBitmap *bitmap), (bitmap))
DOES(bdrv_dirty_bitmap_set_busy, (BdrvDirtyBitmap *bitmap, bool busy), (bitmap, busy))
DOES(bdrv_set_dirty_bitmap, (BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes),
     (bitmap, offset, bytes))
DOES(bdrv_reset_dirty_bitmap, (BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes),
     (bitmap, offset, bytes))
PASSES(bool, bdrv_merge_dirty_bitmap,
       (BdrvDirtyBitmap *dest, const BdrvDirtyBitmap *src, HBitmap **backup, Error **errp),
       (dest, src, backup, errp))
PASSES(int, bdrv_dirty_bitmap_check, (const BdrvDirtyBitmap *bitmap, uint32_t flags, Error **errp),
       (bitmap, flags, errp))
PASSES(bool, bdrv_dirty_bitmap_enabled, (BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(bool, bdrv_dirty_bitmap_inconsistent, (const BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(bool, bdrv_dirty_bitmap_readonly, (const BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(bool, bdrv_dirty_bitmap_has_successor, (BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(const char *, bdrv_dirty_bitmap_name, (const BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(int64_t, bdrv_dirty_bitmap_size, (const BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(uint32_t, bdrv_dirty_bitmap_granularity, (const BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(int64_t, bdrv_get_dirty_count, (BdrvDirtyBitmap *bitmap), (bitmap))
PASSES(bool, bdrv_dirty_bitmap_next_dirty_area,
       (BdrvDirtyBitmap *bitmap, int64_t start, int64_t end, int64_t max_dirty_count,
        int64_t *dirty_start, int64_t *dirty_count),
       (bitmap, start, end, max_dirty_count, dirty_start, dirty_count))

/* ---- what jobs need ---- */
PASSES(BlockDriverState *, bdrv_co_backup_dump_create,
       (int dump_cb_block_size, uint64_t byte_size, BackupDumpFunc *dump_cb, void *dump_cb_data,
        Error **errp),
       (dump_cb_block_size, byte_size, dump_cb, dump_cb_data, errp))
PASSES(BlockJob *, backup_job_create_up_to_10_2,
       (const char *job_id, BlockDriverState *bs, BlockDriverState *target, int64_t speed,
        MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap, BitmapSyncMode bitmap_mode,
        bool compress, bool discard_source, const char *filter_node_name, BackupPerf *perf,
        BlockdevOnError on_source_error, BlockdevOnError on_target_error, int creation_flags,
        BlockCompletionFunc *cb, void *opaque, JobTxn *txn, Error **errp),
       (job_id, bs, target, speed, sync_mode, sync_bitmap, bitmap_mode, compress, discard_source,
        filter_node_name, perf, on_source_error, on_target_error, creation_flags, cb, opaque, txn,
        errp))
PASSES(BlockJob *, backup_job_create_since_11_0,
       (const char *job_id, BlockDriverState *bs, BlockDriverState *target, int64_t speed,
        MirrorSyncMode sync_mode, BdrvDirtyBitmap *sync_bitmap, BitmapSyncMode bitmap_mode,
        bool compress, bool discard_source, const char *filter_node_name, BackupPerf *perf,
        BlockdevOnError on_source_error, BlockdevOnError on_target_error,
        OnCbwError on_cbw_error, int creation_flags, BlockCompletionFunc *cb, void *opaque,
        JobTxn *txn, Error **errp),
       (job_id, bs, target, speed, sync_mode, sync_bitmap, bitmap_mode, compress, discard_source,
        filter_node_name, perf, on_source_error, on_target_error, on_cbw_error, creation_flags, cb,
        opaque, txn, errp))
