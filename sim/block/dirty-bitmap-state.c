/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty bitmaps of a node: names, sizes and flags.
 *
 * The part of QEMU's block/dirty-bitmap.c that says what a bitmap is and whether
 * it may be used; see dirty-bitmap.c beside it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "block/block_int.h"
#include "block/dirty-bitmap.h"
#include "sim/block/dirty-bitmap-private.h"

const char *bdrv_dirty_bitmap_name(const BdrvDirtyBitmap *bitmap)
{
    return bitmap->name;
}

int64_t bdrv_dirty_bitmap_size(const BdrvDirtyBitmap *bitmap)
{
    return bitmap->size_bytes;
}

uint32_t bdrv_dirty_bitmap_granularity(const BdrvDirtyBitmap *bitmap)
{
    return UINT32_C(1) << bitmap->content.chunk_bits;
}

/* The cluster size of the image, but within 4 KiB and 64 KiB; 64 KiB if it has none. */
uint32_t bdrv_get_default_bitmap_granularity(BlockDriverState *bs)
{
    BlockDriverInfo info;

    if (bdrv_get_info(bs, &info) < 0 || info.cluster_size <= 0) {
        return 64 * 1024;
    }
    return CLAMP(info.cluster_size, 4 * 1024, 64 * 1024);
}

int bdrv_dirty_bitmap_check(const BdrvDirtyBitmap *bitmap, uint32_t flags, Error **errp)
{
    if ((flags & BDRV_BITMAP_BUSY) && bitmap->busy) {
        error_setg(errp, "Bitmap '%s' is currently in use by another operation", bitmap->name);
        return -1;
    }
    if ((flags & BDRV_BITMAP_RO) && bitmap->readonly) {
        error_setg(errp, "Bitmap '%s' is readonly", bitmap->name);
        return -1;
    }
    if ((flags & BDRV_BITMAP_INCONSISTENT) && bitmap->inconsistent) {
        error_setg(errp, "Bitmap '%s' is inconsistent", bitmap->name);
        return -1;
    }
    return 0;
}

bool bdrv_dirty_bitmap_enabled(BdrvDirtyBitmap *bitmap)
{
    return !bitmap->disabled;
}

void bdrv_enable_dirty_bitmap_locked(BdrvDirtyBitmap *bitmap)
{
    bitmap->disabled = false;
}

void bdrv_enable_dirty_bitmap(BdrvDirtyBitmap *bitmap)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bdrv_enable_dirty_bitmap_locked(bitmap);
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_disable_dirty_bitmap(BdrvDirtyBitmap *bitmap)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bitmap->disabled = true;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_dirty_bitmap_set_busy(BdrvDirtyBitmap *bitmap, bool busy)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bitmap->busy = busy;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

bool bdrv_dirty_bitmap_readonly(const BdrvDirtyBitmap *bitmap)
{
    return bitmap->readonly;
}

void bdrv_dirty_bitmap_set_readonly(BdrvDirtyBitmap *bitmap, bool value)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bitmap->readonly = value;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

bool bdrv_dirty_bitmap_inconsistent(const BdrvDirtyBitmap *bitmap)
{
    return bitmap->inconsistent;
}

void bdrv_dirty_bitmap_set_inconsistent(BdrvDirtyBitmap *bitmap)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    g_assert(bitmap->persistent);
    bitmap->inconsistent = true;
    bitmap->disabled = true;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

bool bdrv_dirty_bitmap_get_persistence(BdrvDirtyBitmap *bitmap)
{
    return bitmap->persistent && !bitmap->skip_store;
}

void bdrv_dirty_bitmap_set_persistence(BdrvDirtyBitmap *bitmap, bool persistent)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bitmap->persistent = persistent;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_dirty_bitmap_skip_store(BdrvDirtyBitmap *bitmap, bool skip)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bitmap->skip_store = skip;
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

bool bdrv_has_readonly_bitmaps(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap;

    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        if (bitmap->readonly) {
            return true;
        }
    }
    return false;
}

bool bdrv_has_named_bitmaps(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap;

    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        if (bitmap->name) {
            return true;
        }
    }
    return false;
}

bool bdrv_supports_persistent_dirty_bitmap(BlockDriverState *bs)
{
    return bs->drv && bs->drv->bdrv_supports_persistent_dirty_bitmap &&
           bs->drv->bdrv_supports_persistent_dirty_bitmap(bs);
}

BlockDirtyInfoList *bdrv_query_dirty_bitmaps(BlockDriverState *bs)
{
    BlockDirtyInfoList *list = NULL, **tail = &list;
    BdrvDirtyBitmap *bitmap;

    sim_dirty_bitmaps_lock(bs);
    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        BlockDirtyInfo *info = g_new0(BlockDirtyInfo, 1);

        info->has_name = bitmap->name != NULL;
        info->name = g_strdup(bitmap->name);
        info->count = bdrv_get_dirty_count(bitmap);
        info->granularity = bdrv_dirty_bitmap_granularity(bitmap);
        info->recording = !bitmap->disabled ||
                          (bitmap->successor && !bitmap->successor->disabled);
        info->busy = bitmap->busy;
        info->persistent = bitmap->persistent;
        info->has_inconsistent = bitmap->inconsistent;
        info->inconsistent = bitmap->inconsistent;
        QAPI_LIST_APPEND(tail, info);
    }
    sim_dirty_bitmaps_unlock(bs);
    return list;
}
