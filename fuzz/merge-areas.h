/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is dirty, as a short list of areas: the model of fuzz_merge.
 *
 * Areas are whole chunks, cut off at the size, ascending, neither overlapping nor touching: equal
 * sets are equal lists.  No memory is allocated; what does not fit is counted, not kept.
 */
#ifndef FUZZ_MERGE_AREAS_H
#define FUZZ_MERGE_AREAS_H

#include "fuzz/merge-case.h"

/* No settling of MERGE_MAX_WRITES writes, each in two bitmaps, can leave more. */
#define MERGE_MAX_AREAS (2 * MERGE_MAX_WRITES + 1)

typedef struct MergeArea {
    int64_t start;
    int64_t end;
} MergeArea;

typedef struct MergeAreas {
    unsigned n_areas;
    MergeArea areas[MERGE_MAX_AREAS];
} MergeAreas;

/* Chunks that the range touches. */
void merge_areas_add(MergeAreas *areas, int64_t start, int64_t end, int64_t granularity,
                     int64_t size);
bool merge_areas_equal(const MergeAreas *a, const MergeAreas *b);
bool merge_areas_include(const MergeAreas *outer, const MergeAreas *inner);

/* What the target's bitmap must hold afterwards, if nobody touched either bitmap. */
void merge_areas_expect(MergeAreas *areas, const MergeCase *merge);
/* What it must hold at least, whatever happened to the background bitmap. */
void merge_areas_expect_at_least(MergeAreas *areas, const MergeCase *merge);

#endif
