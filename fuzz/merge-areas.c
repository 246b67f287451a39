/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Areas by chunks, and what two bitmaps make of writes. */
#include <glib.h>
#include <string.h>

#include "fuzz/merge-areas.h"

static int64_t round_down(int64_t at, int64_t granularity)
{
    return at & -granularity;
}

static int64_t round_up(int64_t at, int64_t granularity, int64_t size)
{
    return MIN(round_down(at + granularity - 1, granularity), size);
}

void merge_areas_add(MergeAreas *areas, int64_t start, int64_t end, int64_t granularity,
                     int64_t size)
{
    MergeArea area = { round_down(start, granularity), round_up(end, granularity, size) };
    unsigned first = 0, behind;

    while (first < areas->n_areas && areas->areas[first].end < area.start) {
        first++;
    }
    /* All that overlap or touch become one with it. */
    for (behind = first; behind < areas->n_areas && areas->areas[behind].start <= area.end;
         behind++) {
        area.start = MIN(area.start, areas->areas[behind].start);
        area.end = MAX(area.end, areas->areas[behind].end);
    }
    g_assert(areas->n_areas - (behind - first) < MERGE_MAX_AREAS);
    memmove(&areas->areas[first + 1], &areas->areas[behind],
            (areas->n_areas - behind) * sizeof(area));
    areas->areas[first] = area;
    areas->n_areas += 1 - (behind - first);
}

bool merge_areas_equal(const MergeAreas *a, const MergeAreas *b)
{
    return a->n_areas == b->n_areas &&
           memcmp(a->areas, b->areas, a->n_areas * sizeof(a->areas[0])) == 0;
}

bool merge_areas_include(const MergeAreas *outer, const MergeAreas *inner)
{
    unsigned at = 0;

    for (unsigned i = 0; i < inner->n_areas; i++) {
        while (at < outer->n_areas && outer->areas[at].end < inner->areas[i].end) {
            at++;
        }
        if (at == outer->n_areas || outer->areas[at].start > inner->areas[i].start) {
            return false;
        }
    }
    return true;
}

/* @background_granularity: chunks as the background bitmap kept them; 1: the bytes alone. */
static void expect(MergeAreas *areas, const MergeCase *merge, int64_t background_granularity)
{
    areas->n_areas = 0;
    for (unsigned i = 0; i < merge->n_writes; i++) {
        const MergeWrite *write = &merge->writes[i];
        int64_t end = write->offset + write->bytes;

        if (write->is_before && !merge->success) {
            merge_areas_add(areas, write->offset, end, merge->granularity, merge->size);
        }
        if (write->is_after) {
            merge_areas_add(areas, round_down(write->offset, background_granularity),
                            round_up(end, background_granularity, merge->size),
                            merge->granularity, merge->size);
        }
    }
}

void merge_areas_expect(MergeAreas *areas, const MergeCase *merge)
{
    expect(areas, merge, merge->background_granularity);
}

void merge_areas_expect_at_least(MergeAreas *areas, const MergeCase *merge)
{
    expect(areas, merge, 1);
}
