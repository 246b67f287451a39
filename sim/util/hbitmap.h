/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of a dirty bitmap: which chunks are dirty.
 *
 * Takes the place of QEMU's HBitmap for sim/block/dirty-bitmap.c.  It costs what
 * is dirty and not what the drive could hold.  The names are ours, since QEMU's
 * own qemu/hbitmap.h may be present in the same build.  Offsets and sizes are
 * bytes; whatever covers a part of a chunk covers all of it.
 */
#ifndef SIM_UTIL_HBITMAP_H
#define SIM_UTIL_HBITMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "qemu/typedefs.h"
#include "sim/core/rangemap.h"

/* Private but for being embedded. */
struct HBitmap {
    uint64_t size_bytes;
    uint64_t n_chunks;
    unsigned chunk_bits;        /* log2 of the granularity */
    SimRangeMap chunks;         /* chunk -> 1 */
};

void sim_hbitmap_init(HBitmap *hb, uint64_t size_bytes, unsigned chunk_bits);
/* Frees the content; @hb itself is the caller's. */
void sim_hbitmap_destroy(HBitmap *hb);
void sim_hbitmap_truncate(HBitmap *hb, uint64_t size_bytes);

/* Moves it all into a new HBitmap (hbitmap_free() frees it); @hb becomes an empty one. */
HBitmap *sim_hbitmap_steal(HBitmap *hb, uint64_t size_bytes);
/* @hb becomes what @source is, and @source is freed. */
void sim_hbitmap_replace(HBitmap *hb, HBitmap *source);

/* The range may end beyond the size, but within the last chunk. */
void sim_hbitmap_set(HBitmap *hb, uint64_t offset, uint64_t bytes);
/* Whole chunks only; the last one may be cut by the size. */
void sim_hbitmap_reset(HBitmap *hb, uint64_t offset, uint64_t bytes);
void sim_hbitmap_reset_all(HBitmap *hb);
/* @target |= @source.  Sizes must be equal, granularities need not. */
void sim_hbitmap_merge(HBitmap *target, const HBitmap *source);

/*
 * Dirty chunks times granularity: more than the size if the last chunk is cut and
 * dirty.  Counted when asked, since writes are many and questions few.
 */
uint64_t sim_hbitmap_count(const HBitmap *hb);
bool sim_hbitmap_get(const HBitmap *hb, uint64_t offset);
/*
 * First dirty or clean byte in [offset, offset + bytes), cut at the size; -1 if
 * there is none.
 */
int64_t sim_hbitmap_next_dirty(const HBitmap *hb, int64_t offset, int64_t bytes);
int64_t sim_hbitmap_next_zero(const HBitmap *hb, int64_t offset, int64_t bytes);
/* First byte of the first dirty chunk at or above the chunk of @offset; -1 if there is none. */
int64_t sim_hbitmap_next_chunk(const HBitmap *hb, uint64_t offset);

/*
 * SHA-256, in hex, of the words that QEMU's HBitmap would hold in its bottom
 * level: 64-bit words in the byte order of the host, at least one, bit i of them
 * for chunk i.  The caller frees it.  Costs what the drive could hold.
 */
char *sim_hbitmap_sha256(const HBitmap *hb);

#endif
