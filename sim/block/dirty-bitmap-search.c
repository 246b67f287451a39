/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty bitmaps of a node: reading what is dirty.
 *
 * The part of QEMU's block/dirty-bitmap.c that looks at the content and changes
 * nothing; see dirty-bitmap.c beside it.
 */
#include "qemu/osdep.h"
#include "block/block_int.h"
#include "block/dirty-bitmap.h"
#include "sim/block/dirty-bitmap-private.h"

struct BdrvDirtyBitmapIter {
    BdrvDirtyBitmap *bitmap;
    uint64_t at;                    /* offset of the next chunk to look at */
};

bool bdrv_dirty_bitmap_get_locked(BdrvDirtyBitmap *bitmap, int64_t offset)
{
    return sim_hbitmap_get(&bitmap->content, offset);
}

bool bdrv_dirty_bitmap_get(BdrvDirtyBitmap *bitmap, int64_t offset)
{
    bool dirty;

    sim_dirty_bitmaps_lock(bitmap->bs);
    dirty = bdrv_dirty_bitmap_get_locked(bitmap, offset);
    sim_dirty_bitmaps_unlock(bitmap->bs);
    return dirty;
}

int64_t bdrv_get_dirty_count(BdrvDirtyBitmap *bitmap)
{
    return sim_hbitmap_count(&bitmap->content);
}

int64_t bdrv_dirty_bitmap_next_dirty(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    return sim_hbitmap_next_dirty(&bitmap->content, offset, bytes);
}

int64_t bdrv_dirty_bitmap_next_zero(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes)
{
    return sim_hbitmap_next_zero(&bitmap->content, offset, bytes);
}

bool bdrv_dirty_bitmap_next_dirty_area(BdrvDirtyBitmap *bitmap, int64_t start, int64_t end,
                                       int64_t max_dirty_count,
                                       int64_t *dirty_start, int64_t *dirty_count)
{
    const HBitmap *content = &bitmap->content;
    int64_t first, zero;

    g_assert(start >= 0);
    g_assert(end >= 0);
    g_assert(max_dirty_count > 0);
    end = MIN(end, (int64_t)content->size_bytes);
    if (start >= end) {
        return false;
    }
    first = sim_hbitmap_next_dirty(content, start, end - start);
    if (first < 0) {
        return false;
    }
    end = first + MIN(end - first, max_dirty_count);
    zero = sim_hbitmap_next_zero(content, first, end - first);
    *dirty_start = first;
    *dirty_count = (zero < 0 ? end : zero) - first;
    return true;
}

void sim_dirty_bitmap_ranges(const BdrvDirtyBitmap *bitmap, SimRangeMap *ret_ranges)
{
    const HBitmap *content = &bitmap->content;
    uint64_t size = MIN((uint64_t)bitmap->size_bytes, content->size_bytes);

    for (uint32_t i = 0; i < sim_rangemap_count(&content->chunks); i++) {
        const SimRange *chunks = sim_rangemap_at(&content->chunks, i);

        sim_rangemap_set(ret_ranges, chunks->start << content->chunk_bits,
                         chunks->end << content->chunk_bits, 1);
    }
    sim_rangemap_truncate(ret_ranges, size);
}

/*
 * True if @offset is dirty; *@count says how far that holds.  Before a fix in QEMU
 * 8.0, hbitmap_status() said false for dirty bytes that clean ones follow.
 */
bool bdrv_dirty_bitmap_status(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t bytes,
                              int64_t *count)
{
    const HBitmap *content = &bitmap->content;
    bool dirty;
    int64_t next;

    g_assert(offset >= 0);
    g_assert(bytes > 0);
    g_assert((uint64_t)offset + bytes <= content->size_bytes);
    dirty = sim_hbitmap_get(content, offset);
    next = dirty ? sim_hbitmap_next_zero(content, offset, bytes)
                 : sim_hbitmap_next_dirty(content, offset, bytes);
    *count = next < 0 ? bytes : next - offset;
    return dirty;
}

char *bdrv_dirty_bitmap_sha256(const BdrvDirtyBitmap *bitmap, Error **errp)
{
    (void)errp;
    return sim_hbitmap_sha256(&bitmap->content);
}

BdrvDirtyBitmapIter *bdrv_dirty_iter_new(BdrvDirtyBitmap *bitmap)
{
    BdrvDirtyBitmapIter *iter = g_new(BdrvDirtyBitmapIter, 1);

    iter->bitmap = bitmap;
    bdrv_set_dirty_iter(iter, 0);
    bitmap->n_iterators++;
    return iter;
}

void bdrv_dirty_iter_free(BdrvDirtyBitmapIter *iter)
{
    if (!iter) {
        return;
    }
    g_assert(iter->bitmap->n_iterators > 0);
    iter->bitmap->n_iterators--;
    g_free(iter);
}

int64_t bdrv_dirty_iter_next(BdrvDirtyBitmapIter *iter)
{
    int64_t offset = sim_hbitmap_next_chunk(&iter->bitmap->content, iter->at);

    if (offset >= 0) {
        iter->at = offset + bdrv_dirty_bitmap_granularity(iter->bitmap);
    }
    return offset;
}

void bdrv_set_dirty_iter(BdrvDirtyBitmapIter *iter, int64_t offset)
{
    const HBitmap *content = &iter->bitmap->content;

    g_assert((uint64_t)offset >> content->chunk_bits < content->n_chunks);
    iter->at = offset;
}
