/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block layer functions that belong to the main thread.
 *
 * Stands in for QEMU's include/block/block-global-state.h.
 */
#ifndef BLOCK_GLOBAL_STATE_H
#define BLOCK_GLOBAL_STATE_H

#include "block/block-common.h"
#include "qemu/typedefs.h"

/* Iteration state of bdrv_first(); the fields are its own. */
typedef struct BdrvNextIterator {
    BlockBackend *blk;
} BdrvNextIterator;

/*
 * Root nodes of all backends, each node once, in the order of the backends (as
 * QEMU's block/block-backend.c, bdrv_next()).  NULL at the end.
 */
BlockDriverState *bdrv_first(BdrvNextIterator *it);
BlockDriverState *bdrv_next(BdrvNextIterator *it);
void bdrv_next_cleanup(BdrvNextIterator *it);

/* NULL if no node has this name. */
BlockDriverState *bdrv_find_node(const char *node_name);
/* First a backend of the name @device, then a node of the name @node_name; either may be NULL. */
BlockDriverState *bdrv_lookup_bs(const char *device, const char *node_name, Error **errp);

/*
 * Opens a node from options; the reference is the caller's.  @options are taken, also on
 * failure.  @filename and @reference must be NULL here.
 */
BlockDriverState *bdrv_open(const char *filename, const char *reference, QDict *options,
                            int flags, Error **errp);
/*
 * Opens a filter from @options (taken) whose file is @bs, and puts it between @bs and all its
 * parents; the reference is the caller's.  Outside of coroutines.  Takes the graph write
 * lock: every backend quiesces meanwhile and requests are waited for (QEMU 10.0 block.c).
 */
BlockDriverState *bdrv_insert_node(BlockDriverState *bs, QDict *options, int flags,
                                   Error **errp);
/* The reverse: parents of the filter use its file again.  The reference stays the caller's. */
void bdrv_drop_filter(BlockDriverState *bs);

/* True with *@errp set while a job works on @bs: that forbids all of @op alike. */
bool bdrv_op_is_blocked(BlockDriverState *bs, BlockOpType op, Error **errp);

void bdrv_ref(BlockDriverState *bs);
/* NULL is fine.  The last reference closes the node: outside of coroutines. */
void bdrv_unref(BlockDriverState *bs);

/* From a coroutine: a bottom half does it while the caller yields. */
void bdrv_drained_begin(BlockDriverState *bs);
void bdrv_drained_end(BlockDriverState *bs);
void bdrv_drain_all_begin(void);
void bdrv_drain_all_end(void);

#endif
