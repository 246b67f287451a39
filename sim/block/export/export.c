/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exports: what an NBD server's export does to the graph and to a bitmap.
 *
 * Stands in for QEMU's block/export/export.c and, as far as bitmaps go, for nbd/server.c,
 * nbd_export_create().  An export holds its node, and its bitmap is busy; both until the export
 * is deleted.  Its clients' reads are sim_world_read_node().
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/dirty-bitmap.h"
#include "qapi/qapi-commands-block-export.h"

#include "sim/block/block-private.h"

typedef struct BlockExport BlockExport;
struct BlockExport {
    BlockExport *next;
    char *id;
    BlockDriverState *bs;           /* one reference */
    BdrvDirtyBitmap *bitmap;        /* NULL: none */
};

static BlockExport *all_exports;    /* newest first */

static BlockExport **find_link(const char *id)
{
    BlockExport **link = &all_exports;

    while (*link && strcmp((*link)->id, id) != 0) {
        link = &(*link)->next;
    }
    return link;
}

static BdrvDirtyBitmap *find_bitmap(const char *node, const char *name, Error **errp)
{
    BlockDriverState *bs = bdrv_lookup_bs(node, node, errp);
    BdrvDirtyBitmap *bitmap = bs ? bdrv_find_dirty_bitmap(bs, name) : NULL;

    if (!bitmap) {
        if (bs) {
            error_setg(errp, "There is no dirty bitmap '%s' on the node", name);
        }
        return NULL;
    }
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_ALLOW_RO, errp) < 0) {
        return NULL;
    }
    if (bdrv_dirty_bitmap_enabled(bitmap)) {
        error_setg(errp, "Bitmap '%s' still records, and the export is read-only", name);
        return NULL;
    }
    return bitmap;
}

void qmp_block_export_add(const char *id, const char *node, const char *bitmap_node,
                          const char *bitmap_name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = NULL;
    BlockDriverState *bs;
    BlockExport *export;

    if (*find_link(id)) {
        error_setg(errp, "There is an export '%s' already", id);
        return;
    }
    bs = bdrv_lookup_bs(NULL, node, errp);
    if (!bs) {
        return;
    }
    if (bitmap_name) {
        bitmap = find_bitmap(bitmap_node, bitmap_name, errp);
        if (!bitmap) {
            return;
        }
        bdrv_dirty_bitmap_set_busy(bitmap, true);
    }
    bdrv_ref(bs);
    export = g_new(BlockExport, 1);
    *export = (BlockExport){
        .next = all_exports, .id = g_strdup(id), .bs = bs, .bitmap = bitmap,
    };
    all_exports = export;
}

static void free_first(BlockExport **link)
{
    BlockExport *export = *link;

    *link = export->next;
    g_free(export->id);
    g_free(export);
}

static void end_export(BlockExport **link)
{
    BlockDriverState *bs = (*link)->bs;

    if ((*link)->bitmap) {
        bdrv_dirty_bitmap_set_busy((*link)->bitmap, false);
    }
    free_first(link);
    bdrv_unref(bs);
}

void qmp_block_export_del(const char *id, Error **errp)
{
    BlockExport **link = find_link(id);

    if (!*link) {
        error_setg(errp, "There is no export '%s'", id);
        return;
    }
    end_export(link);
}

void sim_world_close_exports(void)
{
    while (all_exports) {
        end_export(&all_exports);
    }
}

bool sim_export_has_bitmap(const BdrvDirtyBitmap *bitmap)
{
    const BlockExport *export = all_exports;

    while (export && export->bitmap != bitmap) {
        export = export->next;
    }
    return export;
}

void sim_exports_reset(void)
{
    while (all_exports) {
        free_first(&all_exports);
    }
}
