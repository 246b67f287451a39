/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dirty bitmap functions that only the block layer itself calls.
 *
 * QEMU declares them in include/block/block_int-io.h and
 * block_int-global-state.h; block/block_int.h includes this.
 */
#ifndef BLOCK_DIRTY_BITMAP_INT_H
#define BLOCK_DIRTY_BITMAP_INT_H

#include "qemu/typedefs.h"

#include <stdbool.h>
#include <stdint.h>

/* Marks [offset, offset + bytes) in every enabled bitmap of the node. */
void bdrv_set_dirty(BlockDriverState *bs, int64_t offset, int64_t bytes);

/*
 * With @out the old content is not freed but handed to the caller, who gives it
 * to bdrv_restore_dirty_bitmap() or to hbitmap_free().
 */
void bdrv_clear_dirty_bitmap(BdrvDirtyBitmap *bitmap, HBitmap **out);
void bdrv_restore_dirty_bitmap(BdrvDirtyBitmap *bitmap, HBitmap *backup);  /* taken */

/*
 * Merges without asking whether the bitmaps may be used; sizes must be equal.
 * @backup as @out above.  @lock: take and release the nodes' bitmap locks.
 */
void bdrv_dirty_bitmap_merge_internal(BdrvDirtyBitmap *dest, const BdrvDirtyBitmap *src,
                                      HBitmap **backup, bool lock);

/* Frees a backup that is not restored (QEMU: util/hbitmap.c). */
void hbitmap_free(HBitmap *hb);

#endif
