/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The copy-before-write filter.
 *
 * Stands in for QEMU's include/block/copy-before-write.h.
 */
#ifndef COPY_BEFORE_WRITE_H
#define COPY_BEFORE_WRITE_H

#include "block/block_int.h"

/*
 * Opens a filter over @source that copies to @target, and inserts it.  @filter_node_name may
 * be NULL.  A copy that fails fails the guest's write.
 */
BlockDriverState *bdrv_cbw_append(BlockDriverState *source, BlockDriverState *target,
                                  const char *filter_node_name, bool discard_source,
                                  uint64_t min_cluster_size, Error **errp);
/* Takes the filter out of the graph and gives the caller's reference back. */
void bdrv_cbw_drop(BlockDriverState *bs);
/* 0, or -errno of the first copy that failed under on-cbw-error=break-snapshot. */
int bdrv_cbw_snapshot_error(BlockDriverState *bs);

#endif
