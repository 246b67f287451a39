/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of a dirty bitmap as ranges of dirty chunks.
 *
 * The rules are those of QEMU's util/hbitmap.c, down to its assertions, so that a
 * caller who breaks them breaks here as well.
 */
#include "qemu/osdep.h"
#include "block/dirty-bitmap-int.h"
#include "sim/util/hbitmap.h"

/* As HBITMAP_LOG_MAX_SIZE of QEMU's include/qemu/hbitmap.h on 64-bit hosts. */
#define MAX_CHUNKS (UINT64_C(1) << 41)

#define BITS_PER_WORD 64

static uint64_t chunks_for(uint64_t size_bytes, unsigned chunk_bits)
{
    uint64_t n_chunks;

    g_assert(size_bytes <= INT64_MAX);
    n_chunks = (size_bytes + (UINT64_C(1) << chunk_bits) - 1) >> chunk_bits;
    g_assert(n_chunks <= MAX_CHUNKS);
    return n_chunks;
}

void sim_hbitmap_init(HBitmap *hb, uint64_t size_bytes, unsigned chunk_bits)
{
    hb->size_bytes = size_bytes;
    hb->n_chunks = chunks_for(size_bytes, chunk_bits);
    hb->chunk_bits = chunk_bits;
    sim_rangemap_init(&hb->chunks);
}

void sim_hbitmap_destroy(HBitmap *hb)
{
    sim_rangemap_clear(&hb->chunks);
}

void hbitmap_free(HBitmap *hb)
{
    sim_hbitmap_destroy(hb);
    g_free(hb);
}

void sim_hbitmap_truncate(HBitmap *hb, uint64_t size_bytes)
{
    hb->size_bytes = size_bytes;
    hb->n_chunks = chunks_for(size_bytes, hb->chunk_bits);
    sim_rangemap_truncate(&hb->chunks, hb->n_chunks);
}

HBitmap *sim_hbitmap_steal(HBitmap *hb, uint64_t size_bytes)
{
    HBitmap *stolen = g_new(HBitmap, 1);

    *stolen = *hb;
    sim_hbitmap_init(hb, size_bytes, stolen->chunk_bits);
    return stolen;
}

void sim_hbitmap_replace(HBitmap *hb, HBitmap *source)
{
    sim_hbitmap_destroy(hb);
    *hb = *source;
    g_free(source);
}

void sim_hbitmap_set(HBitmap *hb, uint64_t offset, uint64_t bytes)
{
    uint64_t first = offset >> hb->chunk_bits;
    uint64_t end = ((offset + bytes - 1) >> hb->chunk_bits) + 1;

    if (bytes == 0) {
        return;
    }
    g_assert(end <= hb->n_chunks);
    sim_rangemap_set(&hb->chunks, first, end, 1);
}

void sim_hbitmap_reset(HBitmap *hb, uint64_t offset, uint64_t bytes)
{
    uint64_t granularity = UINT64_C(1) << hb->chunk_bits;
    uint64_t first = offset >> hb->chunk_bits;
    uint64_t end = ((offset + bytes - 1) >> hb->chunk_bits) + 1;

    if (bytes == 0) {
        return;
    }
    g_assert(QEMU_IS_ALIGNED(offset, granularity));
    g_assert(QEMU_IS_ALIGNED(bytes, granularity) || offset + bytes == hb->size_bytes);
    g_assert(end <= hb->n_chunks);
    sim_rangemap_set(&hb->chunks, first, end, 0);
}

void sim_hbitmap_reset_all(HBitmap *hb)
{
    sim_rangemap_clear(&hb->chunks);
}

void sim_hbitmap_merge(HBitmap *target, const HBitmap *source)
{
    SimRange range;

    g_assert(source->size_bytes == target->size_bytes);
    if (source->chunk_bits == target->chunk_bits) {
        sim_rangemap_overlay(&target->chunks, &source->chunks);
        return;
    }
    for (uint64_t at = 0; sim_rangemap_next(&source->chunks, at, source->n_chunks, &range);
         at = range.end) {
        uint64_t offset = range.start << source->chunk_bits;
        uint64_t end = MIN(range.end << source->chunk_bits, source->size_bytes);

        sim_hbitmap_set(target, offset, end - offset);
    }
}

uint64_t sim_hbitmap_count(const HBitmap *hb)
{
    return sim_rangemap_covered(&hb->chunks, 0, hb->n_chunks) << hb->chunk_bits;
}

bool sim_hbitmap_get(const HBitmap *hb, uint64_t offset)
{
    uint64_t chunk = offset >> hb->chunk_bits;

    g_assert(chunk < hb->n_chunks);
    return sim_rangemap_get(&hb->chunks, chunk) != 0;
}

/*
 * Where the search for [offset, offset + bytes) ends, in chunks; false if it has
 * nowhere to look.
 */
static bool search_end(const HBitmap *hb, int64_t offset, int64_t bytes, uint64_t *ret_end)
{
    uint64_t size_bytes = hb->size_bytes;
    uint64_t end = size_bytes;

    g_assert(offset >= 0);
    g_assert(bytes >= 0);
    if ((uint64_t)offset >= size_bytes || bytes == 0) {
        return false;
    }
    if ((uint64_t)bytes < size_bytes - offset) {
        end = (uint64_t)offset + bytes;
    }
    *ret_end = ((end - 1) >> hb->chunk_bits) + 1;
    return true;
}

int64_t sim_hbitmap_next_dirty(const HBitmap *hb, int64_t offset, int64_t bytes)
{
    SimRange range;
    uint64_t end;

    if (!search_end(hb, offset, bytes, &end) ||
        !sim_rangemap_next(&hb->chunks, (uint64_t)offset >> hb->chunk_bits, end, &range)) {
        return -1;
    }
    return MAX(offset, (int64_t)(range.start << hb->chunk_bits));
}

int64_t sim_hbitmap_next_zero(const HBitmap *hb, int64_t offset, int64_t bytes)
{
    SimRange hole;
    uint64_t end;

    if (!search_end(hb, offset, bytes, &end) ||
        !sim_rangemap_next_hole(&hb->chunks, (uint64_t)offset >> hb->chunk_bits, end, &hole)) {
        return -1;
    }
    return MAX(offset, (int64_t)(hole.start << hb->chunk_bits));
}

int64_t sim_hbitmap_next_chunk(const HBitmap *hb, uint64_t offset)
{
    uint64_t chunk = offset >> hb->chunk_bits;
    SimRange range;

    if (chunk >= hb->n_chunks ||
        !sim_rangemap_next(&hb->chunks, chunk, hb->n_chunks, &range)) {
        return -1;
    }
    return range.start << hb->chunk_bits;
}

/* The word for the chunks from 64 times @index on. */
static uint64_t word_at(const HBitmap *hb, uint64_t index)
{
    uint64_t first = index * BITS_PER_WORD;
    uint64_t word = 0;
    SimRange range;

    for (uint64_t at = first;
         sim_rangemap_next(&hb->chunks, at, first + BITS_PER_WORD, &range); at = range.end) {
        uint64_t ones = UINT64_MAX >> (BITS_PER_WORD - (range.end - range.start));

        word |= ones << (range.start - first);
    }
    return word;
}

char *sim_hbitmap_sha256(const HBitmap *hb)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    uint64_t n_words = MAX(DIV_ROUND_UP(hb->n_chunks, BITS_PER_WORD), 1);
    uint64_t words[512];
    unsigned n = 0;

    for (uint64_t i = 0; i < n_words; i++) {
        words[n++] = word_at(hb, i);
        if (n == ARRAY_SIZE(words) || i + 1 == n_words) {
            g_checksum_update(checksum, (const guchar *)words, n * sizeof(words[0]));
            n = 0;
        }
    }
    return g_strdup(g_checksum_get_string(checksum));
}
