/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the sparse map: cases at the edges, and random operations compared
 * with an array that holds every single value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>

#include "sim/core/rangemap.h"

static void assert_ranges(const SimRangeMap *map, const SimRange *expected, uint32_t n_expected)
{
    assert_int_equal(sim_rangemap_count(map), n_expected);
    for (uint32_t i = 0; i < n_expected; i++) {
        const SimRange *range = sim_rangemap_at(map, i);

        assert_int_equal(range->start, expected[i].start);
        assert_int_equal(range->end, expected[i].end);
        assert_int_equal(range->value, expected[i].value);
    }
}

#define ASSERT_RANGES(map, ...)                                                        \
    do {                                                                               \
        const SimRange expected_[] = { __VA_ARGS__ };                                  \
                                                                                       \
        assert_ranges(map, expected_, G_N_ELEMENTS(expected_));                        \
    } while (0)

/* One row is one set() on a map of [10,20)=1 [20,30)=2 [40,50)=1. */
static void test_rangemap_set__every_way_to_overlap(void **state)
{
    static const struct {
        const char *what;
        SimRange set;
        bool changes;
        uint32_t n_ranges;
        SimRange ranges[5];
    } cases[] = {
        { "nothing", { 15, 15, 7 }, false, 3, { {10, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "the same within", { 12, 18, 1 }, false, 3, { {10, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "erase in a hole", { 31, 39, 0 }, false, 3, { {10, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "alone in front", { 1, 9, 1 }, true, 4,
          { {1, 9, 1}, {10, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "joins to the right", { 1, 10, 1 }, true, 3, { {1, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "touches another value", { 1, 10, 3 }, true, 4,
          { {1, 10, 3}, {10, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "joins to the left", { 50, 60, 1 }, true, 3, { {10, 20, 1}, {20, 30, 2}, {40, 60, 1} } },
        { "closes a gap", { 30, 40, 1 }, true, 3, { {10, 20, 1}, {20, 30, 2}, {30, 50, 1} } },
        { "splits", { 13, 16, 9 }, true, 5,
          { {10, 13, 1}, {13, 16, 9}, {16, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "splits by erasing", { 13, 16, 0 }, true, 4,
          { {10, 13, 1}, {16, 20, 1}, {20, 30, 2}, {40, 50, 1} } },
        { "takes over the next", { 20, 30, 1 }, true, 2, { {10, 30, 1}, {40, 50, 1} } },
        { "joins both sides", { 18, 45, 1 }, true, 1, { {10, 50, 1} } },
        { "cuts both sides", { 18, 45, 2 }, true, 3, { {10, 18, 1}, {18, 45, 2}, {45, 50, 1} } },
        { "erases across", { 18, 45, 0 }, true, 2, { {10, 18, 1}, {45, 50, 1} } },
        { "covers all", { 0, 100, 5 }, true, 1, { {0, 100, 5} } },
        { "erases all", { 0, UINT64_MAX, 0 }, true, 0, { {0, 0, 0} } },
        { "up to the last number", { 45, UINT64_MAX, 1 }, true, 3,
          { {10, 20, 1}, {20, 30, 2}, {40, UINT64_MAX, 1} } },
    };
    (void)state;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SimRangeMap map = { 0 };

        sim_rangemap_set(&map, 10, 20, 1);
        sim_rangemap_set(&map, 20, 30, 2);
        sim_rangemap_set(&map, 40, 50, 1);
        print_message("           %s\n", cases[i].what);
        assert_int_equal(sim_rangemap_set(&map, cases[i].set.start, cases[i].set.end,
                                          cases[i].set.value), cases[i].changes);
        assert_ranges(&map, cases[i].ranges, cases[i].n_ranges);
        sim_rangemap_clear(&map);
    }
}

/* The fifth range goes to the heap, whatever has been inside before and goes out again. */
static void test_rangemap__grows_and_shrinks_over_the_inline_ranges(void **state)
{
    SimRangeMap map = { 0 };
    (void)state;

    for (uint64_t i = 0; i < SIM_RANGEMAP_INLINE; i++) {
        sim_rangemap_set(&map, 10 * i, 10 * i + 5, i + 1);
    }
    ASSERT_RANGES(&map, {0, 5, 1}, {10, 15, 2}, {20, 25, 3}, {30, 35, 4});
    /* Splitting the second makes two more at once. */
    sim_rangemap_set(&map, 12, 13, 9);
    ASSERT_RANGES(&map, {0, 5, 1}, {10, 12, 2}, {12, 13, 9}, {13, 15, 2}, {20, 25, 3},
                  {30, 35, 4});
    for (uint64_t i = 0; i < 1000; i++) {
        sim_rangemap_set(&map, 100 + 2 * i, 101 + 2 * i, 1);
    }
    assert_int_equal(sim_rangemap_count(&map), 1006);
    assert_int_equal(sim_rangemap_covered(&map, 100, 2100), 1000);
    sim_rangemap_truncate(&map, 13);
    ASSERT_RANGES(&map, {0, 5, 1}, {10, 12, 2}, {12, 13, 9});
    sim_rangemap_clear(&map);
    assert_true(sim_rangemap_is_empty(&map));
    sim_rangemap_set(&map, 1, 2, 3);
    ASSERT_RANGES(&map, {1, 2, 3});
    sim_rangemap_clear(&map);
}

static void test_rangemap__empty_map_answers(void **state)
{
    SimRangeMap map = { 0 };
    SimRange range = { 77, 78, 79 };
    (void)state;

    assert_true(sim_rangemap_is_empty(&map));
    assert_int_equal(sim_rangemap_get(&map, 0), 0);
    assert_int_equal(sim_rangemap_get(&map, UINT64_MAX), 0);
    assert_false(sim_rangemap_next(&map, 0, UINT64_MAX, &range));
    assert_int_equal(range.start, 77);
    assert_int_equal(sim_rangemap_covered(&map, 0, UINT64_MAX), 0);
    range = sim_rangemap_run(&map, 3, UINT64_MAX);
    assert_int_equal(range.start, 3);
    assert_int_equal(range.end, UINT64_MAX);
    assert_int_equal(range.value, 0);
    assert_true(sim_rangemap_next_hole(&map, 3, 4, &range));
    assert_int_equal(range.start, 3);
    assert_int_equal(range.end, 4);
    assert_false(sim_rangemap_next_hole(&map, 3, 3, &range));
    sim_rangemap_truncate(&map, 0);
    assert_true(sim_rangemap_is_empty(&map));
}

static void test_rangemap__highest_numbers(void **state)
{
    SimRangeMap map = { 0 };
    SimRange range;
    (void)state;

    sim_rangemap_set(&map, UINT64_MAX - 2, UINT64_MAX, UINT64_MAX);
    assert_int_equal(sim_rangemap_get(&map, UINT64_MAX - 3), 0);
    assert_true(sim_rangemap_get(&map, UINT64_MAX - 1) == UINT64_MAX);
    assert_int_equal(sim_rangemap_get(&map, UINT64_MAX), 0);
    assert_true(sim_rangemap_next(&map, 0, UINT64_MAX - 1, &range));
    assert_true(range.start == UINT64_MAX - 2 && range.end == UINT64_MAX - 1);
    assert_false(sim_rangemap_next_hole(&map, UINT64_MAX - 2, UINT64_MAX, &range));
    sim_rangemap_truncate(&map, UINT64_MAX - 1);
    ASSERT_RANGES(&map, {UINT64_MAX - 2, UINT64_MAX - 1, UINT64_MAX});
}

static void test_rangemap__copies_are_independent(void **state)
{
    SimRangeMap map = { 0 }, copy = { 0 };
    (void)state;

    for (uint64_t i = 0; i < 6; i++) {
        sim_rangemap_set(&map, 10 * i, 10 * i + 1, 1);
    }
    sim_rangemap_copy(&copy, &map);
    assert_true(sim_rangemap_equal(&copy, &map));
    sim_rangemap_set(&copy, 10, 11, 2);
    assert_false(sim_rangemap_equal(&copy, &map));
    assert_int_equal(sim_rangemap_get(&map, 10), 1);
    sim_rangemap_copy(&copy, &copy);
    sim_rangemap_overlay(&copy, &copy);
    sim_rangemap_copy_range(&copy, &copy, 0, 100);
    assert_int_equal(sim_rangemap_count(&copy), 6);
    sim_rangemap_clear(&map);
    assert_int_equal(sim_rangemap_get(&copy, 10), 2);
    sim_rangemap_clear(&copy);
}

/* ---- against an array ---------------------------------------------------- */

#define N_CELLS 96
#define N_MAPS 2

typedef struct Fixture {
    SimRangeMap maps[N_MAPS];
    uint64_t cells[N_MAPS][N_CELLS];
    uint64_t seed;
} Fixture;

static uint64_t pick(Fixture *fixture, uint64_t n)
{
    uint64_t x = fixture->seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (x ^ (x >> 31)) % n;
}

static void pick_range(Fixture *fixture, uint64_t *ret_start, uint64_t *ret_end)
{
    uint64_t a = pick(fixture, N_CELLS + 1), b = pick(fixture, N_CELLS + 1);

    if (pick(fixture, 2)) {
        b = a + pick(fixture, 4);
        b = MIN(b, N_CELLS);
    }
    *ret_start = MIN(a, b);
    *ret_end = MAX(a, b);
}

/* Everything that can be asked, for a whole map and for one range of it. */
static void compare(Fixture *fixture, unsigned m)
{
    const SimRangeMap *map = &fixture->maps[m];
    const uint64_t *cells = fixture->cells[m];
    uint64_t start, end, covered = 0, first = UINT64_MAX, hole = UINT64_MAX;
    SimRange range;

    for (uint32_t i = 0; i < sim_rangemap_count(map); i++) {
        const SimRange *at = sim_rangemap_at(map, i);

        assert_true(at->start < at->end && at->value != 0);
        if (i > 0) {
            assert_true(at[-1].end < at->start ||
                        (at[-1].end == at->start && at[-1].value != at->value));
        }
    }
    for (uint64_t i = 0; i < N_CELLS; i++) {
        assert_int_equal(sim_rangemap_get(map, i), cells[i]);
    }

    pick_range(fixture, &start, &end);
    for (uint64_t i = start; i < end; i++) {
        covered += cells[i] != 0;
        first = cells[i] != 0 ? MIN(first, i) : first;
        hole = cells[i] == 0 ? MIN(hole, i) : hole;
    }
    assert_int_equal(sim_rangemap_covered(map, start, end), covered);
    assert_int_equal(sim_rangemap_next(map, start, end, &range), first != UINT64_MAX);
    if (first != UINT64_MAX) {
        assert_int_equal(range.start, first);
        assert_int_equal(range.value, cells[first]);
        while (first < end && cells[first] == range.value) {
            first++;
        }
        assert_int_equal(range.end, first);
    }
    assert_int_equal(sim_rangemap_next_hole(map, start, end, &range), hole != UINT64_MAX);
    if (hole != UINT64_MAX) {
        assert_int_equal(range.start, hole);
        while (hole < end && cells[hole] == 0) {
            hole++;
        }
        assert_int_equal(range.end, hole);
    }
    if (start < end) {
        uint64_t at = start;

        range = sim_rangemap_run(map, start, end);
        assert_int_equal(range.start, start);
        assert_int_equal(range.value, cells[start]);
        while (at < end && cells[at] == range.value) {
            at++;
        }
        assert_int_equal(range.end, at);
    }
}

static void set_cells(uint64_t *cells, uint64_t start, uint64_t end, uint64_t value)
{
    for (uint64_t i = start; i < end; i++) {
        cells[i] = value;
    }
}

static void random_step(Fixture *fixture)
{
    unsigned m = pick(fixture, N_MAPS);
    SimRangeMap *map = &fixture->maps[m], *other = &fixture->maps[!m];
    uint64_t *cells = fixture->cells[m], *other_cells = fixture->cells[!m];
    uint64_t start, end, value = pick(fixture, 4), before[N_CELLS];

    pick_range(fixture, &start, &end);
    memcpy(before, cells, sizeof(before));
    switch (pick(fixture, 40)) {
    case 0:
        sim_rangemap_copy(map, other);
        memcpy(cells, other_cells, sizeof(before));
        break;
    case 1:
    case 2:
        sim_rangemap_overlay(map, other);
        for (unsigned i = 0; i < N_CELLS; i++) {
            cells[i] = other_cells[i] ? other_cells[i] : cells[i];
        }
        break;
    case 3:
    case 4:
        sim_rangemap_copy_range(map, other, start, end);
        memcpy(cells + start, other_cells + start, (end - start) * sizeof(*cells));
        break;
    case 5:
        sim_rangemap_truncate(map, start);
        set_cells(cells, start, N_CELLS, 0);
        break;
    case 6:
        sim_rangemap_clear(map);
        set_cells(cells, 0, N_CELLS, 0);
        break;
    default:
        set_cells(cells, start, end, value);
        assert_int_equal(sim_rangemap_set(map, start, end, value),
                         memcmp(before, cells, sizeof(before)) != 0);
        break;
    }
    compare(fixture, m);
    assert_int_equal(sim_rangemap_equal(map, other),
                     memcmp(cells, other_cells, sizeof(before)) == 0);
}

static void test_rangemap__random_operations_match_an_array(void **state)
{
    (void)state;

    for (uint64_t seed = 1; seed <= 20; seed++) {
        Fixture fixture = { .seed = seed };

        for (unsigned i = 0; i < 10000; i++) {
            random_step(&fixture);
        }
        sim_rangemap_clear(&fixture.maps[0]);
        sim_rangemap_clear(&fixture.maps[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rangemap_set__every_way_to_overlap),
        cmocka_unit_test(test_rangemap__grows_and_shrinks_over_the_inline_ranges),
        cmocka_unit_test(test_rangemap__empty_map_answers),
        cmocka_unit_test(test_rangemap__highest_numbers),
        cmocka_unit_test(test_rangemap__copies_are_independent),
        cmocka_unit_test(test_rangemap__random_operations_match_an_array),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
