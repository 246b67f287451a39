/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands on dirty bitmaps.
 *
 * Stands in for QEMU's block/monitor/bitmap-qmp-cmds.c: what a management layer may
 * do to a bitmap, and which states refuse it.  Stored bitmaps are not simulated: every
 * image here could store one, and "persistent" is but a flag.
 */
#include "qemu/osdep.h"

#include "block/block.h"
#include "block/block_int.h"
#include "block/dirty-bitmap.h"
#include "qapi/qapi-commands-block-core.h"

#define GRANULARITY_BYTES_MIN 512

static BdrvDirtyBitmap *find_in(BlockDriverState *bs, const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = bdrv_find_dirty_bitmap(bs, name);

    if (!bitmap) {
        error_setg(errp, "There is no dirty bitmap '%s' on the node", name);
    }
    return bitmap;
}

/* A bitmap that none of the states in @flags keeps from being worked on, or NULL. */
static BdrvDirtyBitmap *find_usable(const char *node, const char *name, uint32_t flags,
                                    Error **errp)
{
    BlockDriverState *bs = bdrv_lookup_bs(node, node, errp);
    BdrvDirtyBitmap *bitmap = bs ? find_in(bs, name, errp) : NULL;

    return bitmap && bdrv_dirty_bitmap_check(bitmap, flags, errp) == 0 ? bitmap : NULL;
}

void qmp_block_dirty_bitmap_add(const char *node, const char *name,
                                bool has_granularity, uint32_t granularity,
                                bool has_persistent, bool persistent,
                                bool has_disabled, bool disabled, Error **errp)
{
    BlockDriverState *bs;
    BdrvDirtyBitmap *bitmap;

    if (name[0] == 0) {
        error_setg(errp, "A dirty bitmap needs a name");
        return;
    }
    bs = bdrv_lookup_bs(node, node, errp);
    if (!bs) {
        return;
    }
    if (!has_granularity) {
        granularity = bdrv_get_default_bitmap_granularity(bs);
    } else if (granularity < GRANULARITY_BYTES_MIN || (granularity & (granularity - 1))) {
        error_setg(errp, "A granularity is a power of two, from %d on", GRANULARITY_BYTES_MIN);
        return;
    }

    bitmap = bdrv_create_dirty_bitmap(bs, granularity, name, errp);
    if (!bitmap) {
        return;
    }
    if (has_disabled && disabled) {
        bdrv_disable_dirty_bitmap(bitmap);
    }
    bdrv_dirty_bitmap_set_persistence(bitmap, has_persistent && persistent);
}

void qmp_block_dirty_bitmap_remove(const char *node, const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = find_usable(node, name, BDRV_BITMAP_BUSY | BDRV_BITMAP_RO, errp);

    if (bitmap) {
        bdrv_release_dirty_bitmap(bitmap);
    }
}

void qmp_block_dirty_bitmap_clear(const char *node, const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = find_usable(node, name, BDRV_BITMAP_DEFAULT, errp);

    if (bitmap) {
        bdrv_clear_dirty_bitmap(bitmap, NULL);
    }
}

void qmp_block_dirty_bitmap_enable(const char *node, const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = find_usable(node, name, BDRV_BITMAP_ALLOW_RO, errp);

    if (bitmap) {
        bdrv_enable_dirty_bitmap(bitmap);
    }
}

void qmp_block_dirty_bitmap_disable(const char *node, const char *name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = find_usable(node, name, BDRV_BITMAP_ALLOW_RO, errp);

    if (bitmap) {
        bdrv_disable_dirty_bitmap(bitmap);
    }
}

/* All or none: the first merge hands out what the target held before. */
void qmp_block_dirty_bitmap_merge(const char *node, const char *target, strList *bitmaps,
                                  Error **errp)
{
    BlockDriverState *bs = bdrv_lookup_bs(node, node, errp);
    BdrvDirtyBitmap *bitmap = bs ? find_in(bs, target, errp) : NULL;
    HBitmap *backup = NULL;
    bool is_merged = bitmap != NULL;

    for (strList *at = bitmaps; is_merged && at; at = at->next) {
        BdrvDirtyBitmap *source = find_in(bs, at->value, errp);

        is_merged = source && bdrv_merge_dirty_bitmap(bitmap, source, backup ? NULL : &backup,
                                                      errp);
    }
    if (backup && is_merged) {
        hbitmap_free(backup);
    } else if (backup) {
        bdrv_restore_dirty_bitmap(bitmap, backup);
    }
}
