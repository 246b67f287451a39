/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at the world from outside: reads, dirty bitmaps, the block graph.
 *
 * Nothing here changes what the simulation does, but for reads (which are requests)
 * and the states that the outside world can put a bitmap into.
 */
#include "sim/world.h"

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"

/* ---- reading through a node ------------------------------------------------------- */

static uint64_t node_size_bytes(const BlockDriverState *bs)
{
    return (uint64_t)bs->total_sectors << BDRV_SECTOR_BITS;
}

bool sim_world_read_node(const char *node_name, uint64_t offset, uint64_t bytes,
                         uint64_t delay_ns, SimReadDoneFunc *done, void *opaque)
{
    BlockDriverState *bs = bdrv_find_node(node_name);

    if (!bs || bytes > node_size_bytes(bs) || offset > node_size_bytes(bs) - bytes) {
        return false;
    }
    sim_node_read(bs, true, offset, bytes, delay_ns, done, opaque);
    return true;
}

static BlockDriverState *find_snapshot_filter(const char *node_name)
{
    BlockDriverState *bs = bdrv_find_node(node_name);

    if (!bs || bs->drv != &bdrv_snapshot_access || bs->file->bs->drv != &bdrv_cbw_filter) {
        return NULL;
    }
    return bs->file->bs;
}

int sim_world_peek_snapshot(const char *node_name, uint64_t offset, uint64_t bytes,
                            SimRangeMap *ret_content, uint64_t *ret_run_bytes)
{
    BlockDriverState *filter = find_snapshot_filter(node_name);

    g_assert_cmpuint(bytes, >, 0);
    *ret_run_bytes = bytes;
    return filter ? sim_cbw_peek_snapshot(filter, offset, bytes, ret_content, ret_run_bytes)
                  : -ENOTSUP;
}

int sim_world_discard_snapshot(const char *node_name, uint64_t offset, uint64_t bytes)
{
    BlockDriverState *bs = bdrv_find_node(node_name);
    BlockDriverState *filter = find_snapshot_filter(node_name);

    /* As bdrv_co_pdiscard(). */
    if (bs && !(bs->open_flags & BDRV_O_UNMAP)) {
        return 0;
    }
    return filter ? sim_cbw_discard_snapshot(filter, offset, bytes) : -ENOTSUP;
}

/* ---- dirty bitmaps ------------------------------------------------------------------ */

static void view_bitmap(BdrvDirtyBitmap *bitmap, SimBitmapView *ret_view)
{
    *ret_view = (SimBitmapView){
        .name = bdrv_dirty_bitmap_name(bitmap),
        .granularity = bdrv_dirty_bitmap_granularity(bitmap),
        .size_bytes = bdrv_dirty_bitmap_size(bitmap),
        .enabled = bdrv_dirty_bitmap_enabled(bitmap),
        .busy = bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL) < 0,
        .read_only = bdrv_dirty_bitmap_readonly(bitmap),
        .inconsistent = bdrv_dirty_bitmap_inconsistent(bitmap),
        .persistent = bdrv_dirty_bitmap_get_persistence(bitmap),
    };
}

bool sim_world_bitmap_at(const char *node_name, unsigned index, SimBitmapView *ret_view)
{
    BlockDriverState *bs = bdrv_find_node(node_name);
    BdrvDirtyBitmap *bitmap = bs ? bdrv_dirty_bitmap_first(bs) : NULL;

    while (bitmap && index--) {
        bitmap = bdrv_dirty_bitmap_next(bitmap);
    }
    if (bitmap) {
        view_bitmap(bitmap, ret_view);
    }
    return bitmap;
}

static BdrvDirtyBitmap *find_bitmap(const char *node_name, const char *name)
{
    BlockDriverState *bs = bdrv_find_node(node_name);

    return bs ? bdrv_find_dirty_bitmap(bs, name) : NULL;
}

bool sim_world_find_bitmap(const char *node_name, const char *name, SimBitmapView *ret_view)
{
    BdrvDirtyBitmap *bitmap = find_bitmap(node_name, name);

    if (bitmap) {
        view_bitmap(bitmap, ret_view);
    }
    return bitmap;
}

/* Asks any bitmap, ours or QEMU's, for one range after the other. */
static void search_ranges(BdrvDirtyBitmap *bitmap, SimRangeMap *ret_ranges)
{
    int64_t size = bdrv_dirty_bitmap_size(bitmap);
    int64_t at = 0;
    int64_t start, bytes;

    while (bdrv_dirty_bitmap_next_dirty_area(bitmap, at, size, INT64_MAX, &start, &bytes)) {
        sim_rangemap_set(ret_ranges, start, start + bytes, 1);
        at = start + bytes;
    }
}

/*
 * Bitmaps are looked at after every step, which made the search the dearest part of a run: our
 * own (sim/block/dirty-bitmap-search.c) hand out what they hold.  Weak: QEMU's have no such thing.
 */
__attribute__((weak))
void sim_dirty_bitmap_ranges(const BdrvDirtyBitmap *bitmap, SimRangeMap *ret_ranges);

static void get_ranges(BdrvDirtyBitmap *bitmap, SimRangeMap *ret_ranges)
{
    sim_rangemap_truncate(ret_ranges, 0);
    if (sim_dirty_bitmap_ranges) {
        sim_dirty_bitmap_ranges(bitmap, ret_ranges);
    } else {
        search_ranges(bitmap, ret_ranges);
    }
}

bool sim_world_bitmap_ranges(const char *node_name, const char *name, SimRangeMap *ret_ranges)
{
    BdrvDirtyBitmap *bitmap = find_bitmap(node_name, name);

    if (!bitmap) {
        sim_rangemap_truncate(ret_ranges, 0);
        return false;
    }
    get_ranges(bitmap, ret_ranges);
    return true;
}

void sim_drive_visit_bitmaps(const SimDrive *drive, SimBitmapFunc *visit, void *opaque)
{
    BlockDriverState *bs = bdrv_find_node(sim_drive_node_name(drive));
    BdrvDirtyBitmap *bitmap = bs ? bdrv_dirty_bitmap_first(bs) : NULL;
    SimRangeMap ranges;

    sim_rangemap_init(&ranges);
    for (; bitmap; bitmap = bdrv_dirty_bitmap_next(bitmap)) {
        SimBitmapView view;

        view_bitmap(bitmap, &view);
        get_ranges(bitmap, &ranges);
        visit(&view, &ranges, opaque);
    }
    sim_rangemap_clear(&ranges);
}

bool sim_world_set_bitmap_busy(const char *node_name, const char *name, bool busy)
{
    BdrvDirtyBitmap *bitmap = find_bitmap(node_name, name);

    if (!bitmap || sim_export_has_bitmap(bitmap)) {
        return false;
    }
    bdrv_dirty_bitmap_set_busy(bitmap, busy);
    return true;
}

bool sim_world_set_bitmap_read_only(const char *node_name, const char *name, bool read_only)
{
    BdrvDirtyBitmap *bitmap = find_bitmap(node_name, name);

    if (bitmap) {
        bdrv_dirty_bitmap_set_readonly(bitmap, read_only);
    }
    return bitmap;
}

/* As QEMU's block/qcow2-bitmap.c finds it after a crash: persistent, disabled, useless. */
bool sim_world_set_bitmap_inconsistent(const char *node_name, const char *name)
{
    BdrvDirtyBitmap *bitmap = find_bitmap(node_name, name);

    if (bitmap) {
        bdrv_dirty_bitmap_set_persistence(bitmap, true);
        bdrv_dirty_bitmap_set_inconsistent(bitmap);
    }
    return bitmap;
}

/* ---- block graph ---------------------------------------------------------------------- */

bool sim_world_node_exists(const char *node_name)
{
    return bdrv_find_node(node_name);
}

uint64_t sim_world_node_size_bytes(const char *node_name)
{
    BlockDriverState *bs = bdrv_find_node(node_name);

    return bs ? node_size_bytes(bs) : 0;
}

/*
 * As g_string_append(), which costs several times more: the graph is printed around every command.
 * Always inline, since most words are literals, whose length is known then.
 */
__attribute__((always_inline))
static inline void append(GString *text, const char *word)
{
    size_t length = strlen(word);

    if (text->len + length < text->allocated_len) {
        memcpy(text->str + text->len, word, length + 1);
        text->len += length;
    } else {
        g_string_append_len(text, word, length);
    }
}

static void append_digits(GString *text, unsigned number)
{
    if (number >= 10) {
        append_digits(text, number / 10);
    }
    g_string_append_c(text, '0' + number % 10);
}

__attribute__((always_inline))
static inline void append_number(GString *text, const char *word, unsigned number)
{
    append(text, word);
    append_digits(text, number);
}

static void print_backend(const BlockBackend *blk, const BlockDriverState *root, GString *text)
{
    append(text, "backend ");
    append(text, blk_name(blk));
    append(text, " root=");
    append(text, root ? root->node_name : "none");
    append_number(text, " quiesced=", blk_quiesce_counter(blk));
    append(text, "\n");
}

static void print_node(const BlockDriverState *bs, GString *text)
{
    append(text, "node ");
    append(text, bs->node_name);
    append(text, " driver=");
    append(text, bs->drv ? bs->drv->format_name : "none");
    append_number(text, " references=", bs->refcnt);
    append_number(text, " quiesced=", bs->quiesce_counter);
    for (const BdrvChild *child = bs->children; child; child = child->next_child) {
        append(text, " ");
        append(text, child->name);
        append(text, "=");
        append(text, child->bs->node_name);
    }
    append(text, "\n");
}

void sim_world_print_graph(GString *text)
{
    for (BlockBackend *blk = blk_next(NULL); blk; blk = blk_next(blk)) {
        print_backend(blk, blk_bs(blk), text);
    }
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        print_node(bs, text);
    }
}
