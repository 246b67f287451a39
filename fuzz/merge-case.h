/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fuzz_merge puts before the code under test: two bitmaps, and how the backup ended.
 *
 * Any bytes are a case.  The first eight are
 *   0     bit 0: success; bits 1 and 2: the law (MergeLaw)
 *   1, 2  from 128 on: MERGE_BITMAP_*, MERGE_BACKGROUND_*, what others did to them meanwhile
 *   3     granularity of the target's bitmap, 2^(9 + n % 23), or more where there would be too
 *         many chunks
 *   4     that of the background bitmap, if it is another one
 *   5     size: its number of bits, n % 45
 *   6, 7  size: what follows its first bit
 * and then each four are a write, up to MERGE_MAX_WRITES of them:
 *   0     bits 0 and 1: before the point in time, after it, twice: both; bits 2 to 6: shift
 *   1, 2  where it begins, in 65536ths of the size
 *   3     length: (n + 1) << shift
 * Numbers of two bytes have the low one first; what is missing is 0.
 */
#ifndef FUZZ_MERGE_CASE_H
#define FUZZ_MERGE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERGE_CHUNK_BYTES (4 * 1024 * 1024)     /* of a background bitmap as setup makes it */
#define MERGE_MAX_CHUNKS (1 << 20)
#define MERGE_MAX_WRITES 8
#define MERGE_HEADER_BYTES 8
#define MERGE_WRITE_BYTES 4

typedef enum MergeLaw {
    MERGE_LAW_MODEL,            /* what is dirty is what the model says */
    MERGE_LAW_ORDER,            /* the order of writes does not matter */
    MERGE_LAW_TWICE,            /* merging the same once more changes nothing */
    MERGE_LAW_MORE,             /* more writes never give fewer dirty chunks */
} MergeLaw;

typedef enum MergeBitmapFlag {
    MERGE_BITMAP_MISSING = 1 << 0,
    MERGE_BITMAP_READ_ONLY = 1 << 1,
    MERGE_BITMAP_INCONSISTENT = 1 << 2,
    MERGE_BITMAP_BUSY = 1 << 3,
    MERGE_BITMAP_ENABLED = 1 << 4,
} MergeBitmapFlag;

typedef enum MergeBackgroundFlag {
    MERGE_BACKGROUND_MISSING = 1 << 0,
    MERGE_BACKGROUND_READ_ONLY = 1 << 1,
    MERGE_BACKGROUND_INCONSISTENT = 1 << 2,
    MERGE_BACKGROUND_BUSY = 1 << 3,
    MERGE_BACKGROUND_DISABLED = 1 << 4,
    MERGE_BACKGROUND_OTHER_GRANULARITY = 1 << 5,
} MergeBackgroundFlag;

typedef struct MergeWrite {
    bool is_before;             /* the point in time: in the target's bitmap */
    bool is_after;              /* in the background bitmap */
    int64_t offset;
    int64_t bytes;              /* at least 1; ends within the size */
} MergeWrite;

typedef struct MergeCase {
    bool success;
    MergeLaw law;
    unsigned bitmap_flags;
    unsigned background_flags;
    int64_t granularity;
    int64_t background_granularity;
    int64_t size;               /* at least 1 */
    unsigned n_writes;
    MergeWrite writes[MERGE_MAX_WRITES];
} MergeCase;

/* @is_tame: others leave both bitmaps alone. */
void merge_case_read(MergeCase *merge, const uint8_t *data, size_t n_bytes, bool is_tame);

#endif
