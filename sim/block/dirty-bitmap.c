/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty bitmaps of a node.
 *
 * Stands in for QEMU's block/dirty-bitmap.c and keeps its whole contract as its
 * callers see it: what is refused, what is an assertion, who may be busy, what a
 * merge does.  Only the content is held differently (sim/util/hbitmap.c), so that
 * it costs what is dirty.  Where QEMU's versions differ, this follows 10.0.
 *
 * QEMU's one file is three here: this one makes, unmakes and changes bitmaps,
 * dirty-bitmap-search.c reads their content, dirty-bitmap-state.c holds their flags.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "block/block_int.h"
#include "block/dirty-bitmap.h"
#include "sim/block/dirty-bitmap-private.h"
#include "sim/core/pool.h"

static SimPool bitmaps;

void bdrv_dirty_bitmap_lock(BdrvDirtyBitmap *bitmap)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
}

void bdrv_dirty_bitmap_unlock(BdrvDirtyBitmap *bitmap)
{
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

/* ---- life ---------------------------------------------------------------- */

BdrvDirtyBitmap *bdrv_create_dirty_bitmap(BlockDriverState *bs, uint32_t granularity,
                                          const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap;
    int64_t size_bytes;

    g_assert((granularity & (granularity - 1)) == 0);
    g_assert(granularity >= BDRV_SECTOR_SIZE);

    /* Errors are made here, as in QEMU: whoever loses one is told this function's name. */
    if (name && bdrv_find_dirty_bitmap(bs, name)) {
        error_setg(errp, "Bitmap '%s' already exists on this node", name);
        return NULL;
    }
    if (name && strlen(name) > BDRV_BITMAP_MAX_NAME_SIZE) {
        error_setg(errp, "This name is too long for a bitmap: %s", name);
        return NULL;
    }
    size_bytes = bdrv_getlength(bs);
    if (size_bytes < 0) {
        error_setg_errno(errp, -size_bytes, "cannot tell how long the node is");
        errno = -size_bytes;
        return NULL;
    }

    bitmap = sim_pool_new(&bitmaps, BdrvDirtyBitmap);
    bitmap->bs = bs;
    bitmap->name = g_strdup(name);
    bitmap->size_bytes = size_bytes;
    sim_hbitmap_init(&bitmap->content, size_bytes, __builtin_ctz(granularity));

    sim_dirty_bitmaps_lock(bs);
    bitmap->next = bs->dirty_bitmaps.lh_first;
    bitmap->previous_next = &bs->dirty_bitmaps.lh_first;
    if (bitmap->next) {
        bitmap->next->previous_next = &bitmap->next;
    }
    bs->dirty_bitmaps.lh_first = bitmap;
    sim_dirty_bitmaps_unlock(bs);
    return bitmap;
}

BdrvDirtyBitmap *bdrv_find_dirty_bitmap(BlockDriverState *bs, const char *name)
{
    BdrvDirtyBitmap *bitmap;

    g_assert(name);
    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        if (bitmap->name && strcmp(bitmap->name, name) == 0) {
            return bitmap;
        }
    }
    return NULL;
}

static void release_locked(BdrvDirtyBitmap *bitmap)
{
    g_assert(bitmap->n_iterators == 0);
    g_assert(!bitmap->busy);
    g_assert(!bitmap->successor);
    *bitmap->previous_next = bitmap->next;
    if (bitmap->next) {
        bitmap->next->previous_next = bitmap->previous_next;
    }
    sim_hbitmap_destroy(&bitmap->content);
    g_free(bitmap->name);
    sim_pool_free(&bitmaps, bitmap);
}

void bdrv_release_dirty_bitmap(BdrvDirtyBitmap *bitmap)
{
    BlockDriverState *bs = bitmap->bs;

    sim_dirty_bitmaps_lock(bs);
    release_locked(bitmap);
    sim_dirty_bitmaps_unlock(bs);
}

void bdrv_release_named_dirty_bitmaps(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap, *next;

    sim_dirty_bitmaps_lock(bs);
    for (bitmap = bs->dirty_bitmaps.lh_first; bitmap; bitmap = next) {
        next = bitmap->next;
        if (bitmap->name) {
            release_locked(bitmap);
        }
    }
    sim_dirty_bitmaps_unlock(bs);
}

void bdrv_dirty_bitmap_truncate(BlockDriverState *bs, int64_t bytes)
{
    BdrvDirtyBitmap *bitmap;

    sim_dirty_bitmaps_lock(bs);
    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        g_assert(!bitmap->busy);
        g_assert(!bitmap->successor);
        g_assert(bitmap->n_iterators == 0);
        sim_hbitmap_truncate(&bitmap->content, bytes);
        bitmap->size_bytes = bytes;
    }
    sim_dirty_bitmaps_unlock(bs);
}

BdrvDirtyBitmap *bdrv_dirty_bitmap_first(BlockDriverState *bs)
{
    return bs->dirty_bitmaps.lh_first;
}

BdrvDirtyBitmap *bdrv_dirty_bitmap_next(BdrvDirtyBitmap *bitmap)
{
    return bitmap->next;
}

/* ---- successors ---------------------------------------------------------- */

int bdrv_dirty_bitmap_create_successor(BdrvDirtyBitmap *bitmap, Error **errp)
{
    BdrvDirtyBitmap *successor;

    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, errp)) {
        return -1;
    }
    if (bitmap->successor) {
        error_setg(errp, "The bitmap already has a successor");
        return -1;
    }
    successor = bdrv_create_dirty_bitmap(bitmap->bs, bdrv_dirty_bitmap_granularity(bitmap),
                                         NULL, errp);
    if (!successor) {
        return -1;
    }
    successor->disabled = bitmap->disabled;
    bitmap->disabled = true;
    bitmap->successor = successor;
    bitmap->busy = true;
    return 0;
}

bool bdrv_dirty_bitmap_has_successor(BdrvDirtyBitmap *bitmap)
{
    return bitmap->successor != NULL;
}

void bdrv_dirty_bitmap_enable_successor(BdrvDirtyBitmap *bitmap)
{
    bdrv_enable_dirty_bitmap(bitmap->successor);
}

/* The successor takes over name and persistence; the old bitmap goes. */
BdrvDirtyBitmap *bdrv_dirty_bitmap_abdicate(BdrvDirtyBitmap *bitmap, Error **errp)
{
    BdrvDirtyBitmap *successor = bitmap->successor;

    if (!successor) {
        error_setg(errp, "There is no successor that could take over");
        return NULL;
    }
    successor->name = g_steal_pointer(&bitmap->name);
    successor->persistent = bitmap->persistent;
    bitmap->persistent = false;
    bitmap->successor = NULL;
    bitmap->busy = false;
    bdrv_release_dirty_bitmap(bitmap);
    return successor;
}

/* The bitmap takes in what its successor tracked; the successor goes. */
BdrvDirtyBitmap *bdrv_reclaim_dirty_bitmap_locked(BdrvDirtyBitmap *bitmap, Error **errp)
{
    BdrvDirtyBitmap *successor = bitmap->successor;

    if (!successor) {
        error_setg(errp, "There is no successor to reclaim");
        return NULL;
    }
    sim_hbitmap_merge(&bitmap->content, &successor->content);
    bitmap->disabled = successor->disabled;
    bitmap->busy = false;
    release_locked(successor);
    bitmap->successor = NULL;
    return bitmap;
}

BdrvDirtyBitmap *bdrv_reclaim_dirty_bitmap(BdrvDirtyBitmap *bitmap, Error **errp)
{
    BlockDriverState *bs = bitmap->bs;
    BdrvDirtyBitmap *reclaimed;

    sim_dirty_bitmaps_lock(bs);
    reclaimed = bdrv_reclaim_dirty_bitmap_locked(bitmap, errp);
    sim_dirty_bitmaps_unlock(bs);
    return reclaimed;
}

/* ---- content ------------------------------------------------------------- */

void bdrv_set_dirty_bitmap_locked(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    g_assert(!bitmap->readonly);
    sim_hbitmap_set(&bitmap->content, offset, bytes);
}

void bdrv_set_dirty_bitmap(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bdrv_set_dirty_bitmap_locked(bitmap, offset, bytes);
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_reset_dirty_bitmap_locked(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    g_assert(!bitmap->readonly);
    sim_hbitmap_reset(&bitmap->content, offset, bytes);
}

void bdrv_reset_dirty_bitmap(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    sim_dirty_bitmaps_lock(bitmap->bs);
    bdrv_reset_dirty_bitmap_locked(bitmap, offset, bytes);
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_set_dirty(BlockDriverState *bs, int64_t offset, int64_t bytes)
{
    BdrvDirtyBitmap *bitmap;

    if (!bs->dirty_bitmaps.lh_first) {
        return;
    }
    sim_dirty_bitmaps_lock(bs);
    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        if (!bitmap->disabled) {
            bdrv_set_dirty_bitmap_locked(bitmap, offset, bytes);
        }
    }
    sim_dirty_bitmaps_unlock(bs);
}

void bdrv_clear_dirty_bitmap(BdrvDirtyBitmap *bitmap, HBitmap **out)
{
    g_assert(!bitmap->readonly);
    sim_dirty_bitmaps_lock(bitmap->bs);
    if (out) {
        *out = sim_hbitmap_steal(&bitmap->content, bitmap->size_bytes);
    } else {
        sim_hbitmap_reset_all(&bitmap->content);
    }
    sim_dirty_bitmaps_unlock(bitmap->bs);
}

void bdrv_restore_dirty_bitmap(BdrvDirtyBitmap *bitmap, HBitmap *backup)
{
    g_assert(!bitmap->readonly);
    sim_hbitmap_replace(&bitmap->content, backup);
}

/* Nodes are locked in this order by QEMU too; a node is never locked twice. */
static void lock_both(BlockDriverState *first, BlockDriverState *second)
{
    sim_dirty_bitmaps_lock(first);
    if (second != first) {
        sim_dirty_bitmaps_lock(second);
    }
}

static void unlock_both(BlockDriverState *first, BlockDriverState *second)
{
    sim_dirty_bitmaps_unlock(first);
    if (second != first) {
        sim_dirty_bitmaps_unlock(second);
    }
}

void bdrv_dirty_bitmap_merge_internal(BdrvDirtyBitmap *dest, const BdrvDirtyBitmap *src,
                                      HBitmap **backup, bool take_lock)
{
    g_assert(!dest->readonly);
    g_assert(!dest->inconsistent);
    g_assert(!src->inconsistent);

    if (take_lock) {
        lock_both(dest->bs, src->bs);
    }
    if (backup) {
        *backup = sim_hbitmap_steal(&dest->content, dest->size_bytes);
        sim_hbitmap_merge(&dest->content, *backup);
    }
    sim_hbitmap_merge(&dest->content, &src->content);
    if (take_lock) {
        unlock_both(dest->bs, src->bs);
    }
}

bool bdrv_merge_dirty_bitmap(BdrvDirtyBitmap *dest, const BdrvDirtyBitmap *src,
                             HBitmap **backup, Error **errp)
{
    bool merged = false;

    lock_both(dest->bs, src->bs);
    if (bdrv_dirty_bitmap_check(dest, BDRV_BITMAP_DEFAULT, errp) ||
        bdrv_dirty_bitmap_check(src, BDRV_BITMAP_ALLOW_RO, errp)) {
        goto out;
    }
    if (src->size_bytes != dest->size_bytes) {
        error_setg(errp, "Bitmaps of different sizes (%" PRId64 " and %" PRId64
                   " bytes) cannot be merged", dest->size_bytes, src->size_bytes);
        goto out;
    }
    bdrv_dirty_bitmap_merge_internal(dest, src, backup, false);
    merged = true;
out:
    unlock_both(dest->bs, src->bs);
    return merged;
}
