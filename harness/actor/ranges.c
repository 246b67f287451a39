/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges in complaints: the same text as in a scenario.
 */
#include "harness/actor/ranges.h"

/* A complaint names so many ranges and how many more there are. */
#define MAX_SHOWN 16

static void show_size(GString *text, uint64_t bytes)
{
    static const char suffixes[] = "KMGT";
    unsigned n_divided = 0;

    while (bytes && bytes % 1024 == 0 && n_divided < sizeof(suffixes) - 1) {
        bytes /= 1024;
        n_divided++;
    }
    g_string_append_printf(text, "%" G_GUINT64_FORMAT, bytes);
    if (n_divided > 0) {
        g_string_append_c(text, suffixes[n_divided - 1]);
    }
}

char *ranges_show(const SimRangeMap *ranges)
{
    GString *text = g_string_new(NULL);
    uint32_t n_ranges = sim_rangemap_count(ranges);

    for (uint32_t i = 0; i < MIN(n_ranges, MAX_SHOWN); i++) {
        const SimRange *range = sim_rangemap_at(ranges, i);

        if (i > 0) {
            g_string_append_c(text, ',');
        }
        show_size(text, range->start);
        g_string_append_c(text, '+');
        show_size(text, range->end - range->start);
    }
    if (n_ranges > MAX_SHOWN) {
        g_string_append_printf(text, " and %u more", n_ranges - MAX_SHOWN);
    } else if (n_ranges == 0) {
        g_string_append(text, "none");
    }
    return g_string_free(text, FALSE);
}

void ranges_of_value(const SimRangeMap *content, uint64_t value, uint64_t start, uint64_t end,
                     SimRangeMap *ret_ranges)
{
    SimRange run;

    for (uint64_t at = start; at < end; at = run.end) {
        run = sim_rangemap_run(content, at, end);
        if (run.value == value) {
            sim_rangemap_set(ret_ranges, run.start, run.end, 1);
        }
    }
}

void ranges_of_argument(const StepArg *argument, uint64_t size_bytes, SimRangeMap *ret_ranges)
{
    if (argument->all) {
        sim_rangemap_set(ret_ranges, 0, size_bytes, 1);
    } else if (argument->ranges) {
        sim_rangemap_copy(ret_ranges, argument->ranges);
    }
}

static void flatten(const SimRangeMap *map, SimRangeMap *ret_flat)
{
    for (uint32_t i = 0; i < sim_rangemap_count(map); i++) {
        const SimRange *range = sim_rangemap_at(map, i);

        sim_rangemap_set(ret_flat, range->start, range->end, 1);
    }
}

bool ranges_cover_same(const SimRangeMap *a, const SimRangeMap *b)
{
    SimRangeMap flat_a = { 0 }, flat_b = { 0 };
    bool is_same;

    flatten(a, &flat_a);
    flatten(b, &flat_b);
    is_same = sim_rangemap_equal(&flat_a, &flat_b);
    sim_rangemap_clear(&flat_a);
    sim_rangemap_clear(&flat_b);
    return is_same;
}
