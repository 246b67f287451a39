/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sparse map from ranges of numbers to values: a sorted array of disjoint
 * ranges, searched by halving.
 *
 * An array, because the maps of a run hold a handful of ranges: moving a few
 * dozen bytes is cheaper than any tree.  Every change at the end goes through append(),
 * every other one through splice(), so the form stays canonical: ascending, disjoint,
 * non-empty, no value 0, neighbours of equal value joined.
 */
#include <glib.h>
#include <string.h>

#include "sim/core/pool.h"
#include "sim/core/rangemap.h"

/*
 * Arrays of 16, 64 and 256 ranges that maps gave back: a run makes dozens of maps, and the next
 * one makes the same.  Larger ones are rare and come from the heap.
 */
#define N_POOLS 3
static SimPool pools[N_POOLS];

/* NULL: @n_allocated is too large for any. */
static SimPool *pool_of(uint32_t n_allocated)
{
    uint32_t n = SIM_RANGEMAP_INLINE * 4;

    for (unsigned i = 0; i < N_POOLS; i++, n *= 4) {
        if (n == n_allocated) {
            return &pools[i];
        }
    }
    return NULL;
}

static SimRange *take_array(uint32_t n_allocated)
{
    SimPool *pool = pool_of(n_allocated);

    return pool ? sim_pool_take(pool, n_allocated * sizeof(SimRange))
                : g_new(SimRange, n_allocated);
}

static void give_array_back(SimRange *ranges, uint32_t n_allocated)
{
    SimPool *pool = pool_of(n_allocated);

    if (pool) {
        sim_pool_free(pool, ranges);
    } else {
        g_free(ranges);
    }
}

static SimRange *ranges_of(const SimRangeMap *map)
{
    return map->ranges ? map->ranges : (SimRange *)map->inline_ranges;
}

/* Index of the first range that ends above @at: halving without a branch to guess. */
static uint32_t find_end_above(const SimRangeMap *map, uint64_t at)
{
    const SimRange *ranges = ranges_of(map);
    const SimRange *low = ranges;
    uint32_t n = map->n_ranges;

    /* Most of what is looked for lies behind all that there is. */
    if (n == 0 || ranges[n - 1].end <= at) {
        return n;
    }
    for (; n > 1; n -= n / 2) {
        low += low[n / 2 - 1].end <= at ? n / 2 : 0;
    }
    return low - ranges;
}

/* Index of the first range from @low on that starts at or above @at: there are few before. */
static uint32_t find_start_from(const SimRangeMap *map, uint32_t low, uint64_t at)
{
    const SimRange *ranges = ranges_of(map);

    while (low < map->n_ranges && ranges[low].start < at) {
        low++;
    }
    return low;
}

static void reserve(SimRangeMap *map, uint32_t n_wanted)
{
    uint32_t n_allocated = MAX(map->n_allocated, SIM_RANGEMAP_INLINE);
    SimRange *ranges;

    if (n_wanted <= n_allocated) {
        return;
    }
    g_assert(n_wanted <= UINT32_MAX / 4);
    while (n_allocated < n_wanted) {
        n_allocated *= 4;
    }
    ranges = take_array(n_allocated);
    memcpy(ranges, ranges_of(map), map->n_ranges * sizeof(*ranges));
    if (map->ranges) {
        give_array_back(map->ranges, map->n_allocated);
    }
    map->ranges = ranges;
    map->n_allocated = n_allocated;
}

/* Makes room for @n_wanted ranges in the place of the ranges [low, high). */
static SimRange *splice(SimRangeMap *map, uint32_t low, uint32_t high, uint32_t n_wanted)
{
    uint32_t n_after = map->n_ranges - high;
    SimRange *ranges;

    reserve(map, low + n_wanted + n_after);
    ranges = ranges_of(map);
    if (n_after && low + n_wanted != high) {
        memmove(ranges + low + n_wanted, ranges + high, n_after * sizeof(*ranges));
    }
    map->n_ranges = low + n_wanted + n_after;
    return ranges + low;
}

void sim_rangemap_init(SimRangeMap *map)
{
    map->ranges = NULL;
    map->n_ranges = 0;
    map->n_allocated = 0;
}

void sim_rangemap_clear(SimRangeMap *map)
{
    if (map->ranges) {
        give_array_back(map->ranges, map->n_allocated);
    }
    sim_rangemap_init(map);
}

void sim_rangemap_copy(SimRangeMap *map, const SimRangeMap *source)
{
    if (map != source) {
        memcpy(splice(map, 0, map->n_ranges, source->n_ranges), ranges_of(source),
               source->n_ranges * sizeof(SimRange));
    }
}

/* True if [start, end) already has the value; [low, high) are the ranges that overlap it. */
static bool has_value(const SimRangeMap *map, uint32_t low, uint32_t high,
                      uint64_t start, uint64_t end, uint64_t value)
{
    const SimRange *range = &ranges_of(map)[low];

    if (low == high) {
        return value == 0;
    }
    return low + 1 == high && range->value == value && range->start <= start && range->end >= end;
}

/* Nothing ends above @start. */
static bool is_behind_all(const SimRangeMap *map, uint64_t start)
{
    return map->n_ranges == 0 || ranges_of(map)[map->n_ranges - 1].end <= start;
}

static bool append(SimRangeMap *map, uint64_t start, uint64_t end, uint64_t value)
{
    SimRange *last = map->n_ranges ? &ranges_of(map)[map->n_ranges - 1] : NULL;

    g_assert(start <= end);
    if (start == end || value == 0) {
        return false;
    }
    if (last && last->end == start && last->value == value) {
        last->end = end;
        return true;
    }
    reserve(map, map->n_ranges + 1);
    ranges_of(map)[map->n_ranges++] = (SimRange){ start, end, value };
    return true;
}

/* Anywhere, whatever is there. */
static bool insert(SimRangeMap *map, uint64_t start, uint64_t end, uint64_t value)
{
    SimRange *ranges = ranges_of(map);
    uint32_t low = find_end_above(map, start);
    uint32_t high = find_start_from(map, low, end);
    /* What touches [start, end): the rest of a range that it cuts, or else a neighbour. */
    uint64_t left_start = start, left_value = 0;
    uint64_t right_end = end, right_value = 0;
    SimRange *piece;

    g_assert(start <= end);
    if (start == end || has_value(map, low, high, start, end, value)) {
        return false;
    }

    if (low < high && ranges[low].start < start) {
        left_start = ranges[low].start;
        left_value = ranges[low].value;
    } else if (low > 0 && ranges[low - 1].end == start) {
        low--;
        left_start = ranges[low].start;
        left_value = ranges[low].value;
    }
    if (low < high && ranges[high - 1].end > end) {
        right_end = ranges[high - 1].end;
        right_value = ranges[high - 1].value;
    } else if (high < map->n_ranges && ranges[high].start == end) {
        right_end = ranges[high].end;
        right_value = ranges[high].value;
        high++;
    }

    piece = splice(map, low, high, (left_value && left_value != value) + (value != 0) +
                                   (right_value && right_value != value));
    if (left_value && left_value != value) {
        *piece++ = (SimRange){ left_start, start, left_value };
    }
    if (value) {
        *piece++ = (SimRange){ left_value == value ? left_start : start,
                               right_value == value ? right_end : end, value };
    }
    if (right_value && right_value != value) {
        *piece = (SimRange){ end, right_end, right_value };
    }
    return true;
}

/* Maps that are made from others are filled from the beginning to the end. */
bool sim_rangemap_set(SimRangeMap *map, uint64_t start, uint64_t end, uint64_t value)
{
    return is_behind_all(map, start) ? append(map, start, end, value)
                                     : insert(map, start, end, value);
}

void sim_rangemap_overlay(SimRangeMap *map, const SimRangeMap *source)
{
    const SimRange *ranges = ranges_of(source);

    if (map == source) {
        return;
    }
    if (map->n_ranges == 0) {
        sim_rangemap_copy(map, source);
        return;
    }
    for (uint32_t i = 0; i < source->n_ranges; i++) {
        sim_rangemap_set(map, ranges[i].start, ranges[i].end, ranges[i].value);
    }
}

void sim_rangemap_copy_range(SimRangeMap *map, const SimRangeMap *source,
                             uint64_t start, uint64_t end)
{
    const SimRange *ranges = ranges_of(source);

    g_assert(start <= end);
    if (map == source || start == end) {
        return;
    }
    sim_rangemap_set(map, start, end, 0);
    for (uint32_t i = find_end_above(source, start);
         i < source->n_ranges && ranges[i].start < end; i++) {
        sim_rangemap_set(map, MAX(ranges[i].start, start), MIN(ranges[i].end, end),
                         ranges[i].value);
    }
}

void sim_rangemap_truncate(SimRangeMap *map, uint64_t end)
{
    SimRange *ranges = ranges_of(map);

    while (map->n_ranges > 0 && ranges[map->n_ranges - 1].start >= end) {
        map->n_ranges--;
    }
    if (map->n_ranges > 0 && ranges[map->n_ranges - 1].end > end) {
        ranges[map->n_ranges - 1].end = end;
    }
}

uint64_t sim_rangemap_get(const SimRangeMap *map, uint64_t at)
{
    uint32_t i = find_end_above(map, at);

    if (i < map->n_ranges && ranges_of(map)[i].start <= at) {
        return ranges_of(map)[i].value;
    }
    return 0;
}

SimRange sim_rangemap_run(const SimRangeMap *map, uint64_t start, uint64_t end)
{
    uint32_t i = find_end_above(map, start);
    SimRange run = { start, end, 0 };

    g_assert(start < end);
    if (i < map->n_ranges) {
        const SimRange *range = &ranges_of(map)[i];

        if (range->start <= start) {
            run.end = MIN(range->end, end);
            run.value = range->value;
        } else {
            run.end = MIN(range->start, end);
        }
    }
    return run;
}

bool sim_rangemap_next(const SimRangeMap *map, uint64_t start, uint64_t end, SimRange *ret_range)
{
    uint32_t i = find_end_above(map, start);
    const SimRange *range = &ranges_of(map)[i];

    g_assert(start <= end);
    if (i == map->n_ranges || start == end || range->start >= end) {
        return false;
    }
    ret_range->start = MAX(range->start, start);
    ret_range->end = MIN(range->end, end);
    ret_range->value = range->value;
    return true;
}

bool sim_rangemap_next_hole(const SimRangeMap *map, uint64_t start, uint64_t end,
                            SimRange *ret_range)
{
    const SimRange *ranges = ranges_of(map);
    uint32_t i = find_end_above(map, start);
    uint64_t at = start;

    g_assert(start <= end);
    while (i < map->n_ranges && ranges[i].start <= at) {
        at = ranges[i++].end;
    }
    if (at >= end) {
        return false;
    }
    ret_range->start = at;
    ret_range->end = i < map->n_ranges ? MIN(ranges[i].start, end) : end;
    ret_range->value = 0;
    return true;
}

uint64_t sim_rangemap_covered(const SimRangeMap *map, uint64_t start, uint64_t end)
{
    const SimRange *ranges = ranges_of(map);
    uint64_t covered = 0;

    g_assert(start <= end);
    for (uint32_t i = find_end_above(map, start);
         i < map->n_ranges && ranges[i].start < end; i++) {
        covered += MIN(ranges[i].end, end) - MAX(ranges[i].start, start);
    }
    return covered;
}

bool sim_rangemap_is_empty(const SimRangeMap *map)
{
    return map->n_ranges == 0;
}

bool sim_rangemap_equal(const SimRangeMap *a, const SimRangeMap *b)
{
    return a->n_ranges == b->n_ranges &&
           memcmp(ranges_of(a), ranges_of(b), a->n_ranges * sizeof(SimRange)) == 0;
}

uint32_t sim_rangemap_find(const SimRangeMap *map, uint64_t at)
{
    return find_end_above(map, at);
}
