/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sparse map from ranges of numbers to values.
 *
 * The one container that disks (byte -> number of the write that landed
 * there), bitmaps (chunk -> 1) and the model share.  It holds disjoint ranges
 * in ascending order, neighbours of equal value joined, so that the same
 * content always has the same form and costs what was written to it, not what
 * could be.  Value 0 means "nothing here" and is never stored.
 *
 * Ranges are half open: [start, end).  An empty range (start == end) is
 * allowed everywhere and does nothing; start > end is a bug of the caller.
 */
#ifndef SIM_CORE_RANGEMAP_H
#define SIM_CORE_RANGEMAP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct SimRange {
    uint64_t start;
    uint64_t end;
    uint64_t value;
} SimRange;

/* Small maps live in the struct itself and never touch the heap. */
#define SIM_RANGEMAP_INLINE 4

/* Fields are private; a zeroed struct is an empty map. */
typedef struct SimRangeMap {
    SimRange *ranges;           /* NULL: still inline */
    uint32_t n_ranges;
    uint32_t n_allocated;       /* 0: still inline */
    SimRange inline_ranges[SIM_RANGEMAP_INLINE];
} SimRangeMap;

void sim_rangemap_init(SimRangeMap *map);
/* Frees what the map holds and leaves it empty and usable. */
void sim_rangemap_clear(SimRangeMap *map);
/* @map becomes equal to @source. */
void sim_rangemap_copy(SimRangeMap *map, const SimRangeMap *source);

/* Gives [start, end) the value; 0 erases.  True if anything changed. */
bool sim_rangemap_set(SimRangeMap *map, uint64_t start, uint64_t end, uint64_t value);
/* Every range of @source (its value with it) laid over @map. */
void sim_rangemap_overlay(SimRangeMap *map, const SimRangeMap *source);
/* [start, end) of @map becomes what it is in @source, holes included. */
void sim_rangemap_copy_range(SimRangeMap *map, const SimRangeMap *source,
                             uint64_t start, uint64_t end);
/* Erases everything at and above @end. */
void sim_rangemap_truncate(SimRangeMap *map, uint64_t end);

uint64_t sim_rangemap_get(const SimRangeMap *map, uint64_t at);

/*
 * The longest run of equal value (0 included) that starts at @start, cut at
 * @end.  Needs start < end.  Walks a map: for (at = 0; at < size; at = run.end).
 */
SimRange sim_rangemap_run(const SimRangeMap *map, uint64_t start, uint64_t end);

/* First range (nonzero) that overlaps [start, end), cut to it; false if there is none. */
bool sim_rangemap_next(const SimRangeMap *map, uint64_t start, uint64_t end, SimRange *ret_range);
/* First hole (value 0) in [start, end), cut to it; false if there is none. */
bool sim_rangemap_next_hole(const SimRangeMap *map, uint64_t start, uint64_t end,
                            SimRange *ret_range);

/* Length that is covered by nonzero values within [start, end). */
uint64_t sim_rangemap_covered(const SimRangeMap *map, uint64_t start, uint64_t end);
bool sim_rangemap_is_empty(const SimRangeMap *map);
bool sim_rangemap_equal(const SimRangeMap *a, const SimRangeMap *b);

/*
 * The ranges as stored, valid until the next change: for whoever walks through many of them,
 * which sim_rangemap_next() would search for one by one.
 */
static inline uint32_t sim_rangemap_count(const SimRangeMap *map)
{
    return map->n_ranges;
}

static inline const SimRange *sim_rangemap_at(const SimRangeMap *map, uint32_t index)
{
    g_assert(index < map->n_ranges);
    return (map->ranges ? map->ranges : map->inline_ranges) + index;
}

/* Index of the first range that ends above @at; the count if there is none. */
uint32_t sim_rangemap_find(const SimRangeMap *map, uint64_t at);

#endif
