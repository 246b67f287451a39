/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the builtin dirty bitmaps share: the bitmap itself and the
 * lock of its node.
 */
#ifndef SIM_BLOCK_DIRTY_BITMAP_PRIVATE_H
#define SIM_BLOCK_DIRTY_BITMAP_PRIVATE_H

#include "block/block_int.h"
#include "sim/util/hbitmap.h"

struct BdrvDirtyBitmap {
    BlockDriverState *bs;
    HBitmap content;
    char *name;                     /* NULL: anonymous */
    int64_t size_bytes;             /* content.size_bytes but for a restored older content */
    BdrvDirtyBitmap *successor;
    int n_iterators;
    bool busy;
    bool disabled;
    bool readonly;
    bool persistent;
    bool inconsistent;
    bool skip_store;

    BdrvDirtyBitmap *next;
    BdrvDirtyBitmap **previous_next;
};

/* For sim/world-view.c: what bdrv_dirty_bitmap_next_dirty_area() finds, added to @ret_ranges. */
void sim_dirty_bitmap_ranges(const BdrvDirtyBitmap *bitmap, SimRangeMap *ret_ranges);

static inline void sim_dirty_bitmaps_lock(BlockDriverState *bs)
{
    qemu_mutex_lock(&bs->dirty_bitmap_mutex);
}

static inline void sim_dirty_bitmaps_unlock(BlockDriverState *bs)
{
    qemu_mutex_unlock(&bs->dirty_bitmap_mutex);
}

#endif
