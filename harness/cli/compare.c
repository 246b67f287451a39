/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where two reports differ, scenario by scenario.
 */
#include <string.h>

#include "harness/cli/compare.h"

/* ---- lines --------------------------------------------------------------------- */

static const char *line_at(const GPtrArray *lines, guint index)
{
    return g_ptr_array_index(lines, index);
}

/* Entry i * (b->len + 1) + k: how many lines a[i..] and b[k..] have in common, in order. */
static guint *count_common(const GPtrArray *a, const GPtrArray *b)
{
    gsize width = (gsize) b->len + 1;
    guint *counts = g_new0(guint, ((gsize) a->len + 1) * width);

    for (guint i = a->len; i-- > 0;) {
        for (guint k = b->len; k-- > 0;) {
            guint *count = &counts[i * width + k];

            *count = strcmp(line_at(a, i), line_at(b, k)) == 0
                ? count[width + 1] + 1 : MAX(count[width], count[1]);
        }
    }
    return counts;
}

void line_difference_init(LineDifference *difference, const GPtrArray *a, const GPtrArray *b)
{
    g_autofree guint *counts = NULL;
    guint i = 0, k = 0;
    gsize width;

    difference->only_a = g_ptr_array_new();
    difference->only_b = g_ptr_array_new();
    difference->same = g_ptr_array_new();
    if (!a || !b) {
        return;
    }
    counts = count_common(a, b);
    width = (gsize) b->len + 1;
    while (i < a->len || k < b->len) {
        if (i < a->len && k < b->len && strcmp(line_at(a, i), line_at(b, k)) == 0) {
            g_ptr_array_add(difference->same, g_ptr_array_index(a, i++));
            k++;
        } else if (k == b->len
                   || (i < a->len && counts[(i + 1) * width + k] >= counts[i * width + k + 1])) {
            g_ptr_array_add(difference->only_a, g_ptr_array_index(a, i++));
        } else {
            g_ptr_array_add(difference->only_b, g_ptr_array_index(b, k++));
        }
    }
}

void line_difference_clear(LineDifference *difference)
{
    g_clear_pointer(&difference->only_a, g_ptr_array_unref);
    g_clear_pointer(&difference->only_b, g_ptr_array_unref);
    g_clear_pointer(&difference->same, g_ptr_array_unref);
}

static bool has_difference(const LineDifference *difference)
{
    return difference->only_a->len > 0 || difference->only_b->len > 0;
}

/* ---- scenarios ------------------------------------------------------------------ */

static void comparison_clear(gpointer opaque)
{
    Comparison *comparison = opaque;

    line_difference_clear(&comparison->findings);
    line_difference_clear(&comparison->answers);
    line_difference_clear(&comparison->bitmaps);
}

static bool is_skipped(const ComparedScenario *scenario)
{
    return strcmp(scenario->verdict, "skipped") == 0;
}

static void add(GArray *comparisons, const ComparedScenario *a, const ComparedScenario *b)
{
    Comparison comparison = { .a = a, .b = b };
    bool is_compared = a && b && !is_skipped(a) && !is_skipped(b);

    line_difference_init(&comparison.findings, is_compared ? a->findings : NULL,
                         is_compared ? b->findings : NULL);
    line_difference_init(&comparison.answers, is_compared ? a->answers : NULL,
                         is_compared ? b->answers : NULL);
    line_difference_init(&comparison.bitmaps, is_compared ? a->bitmaps : NULL,
                         is_compared ? b->bitmaps : NULL);
    comparison.is_verdict_other = is_compared && strcmp(a->verdict, b->verdict) != 0;
    if (!is_compared) {
        comparison.outcome = a && b && is_skipped(a) && is_skipped(b) ? COMPARED_SAME
                                                                      : COMPARED_NOT;
    } else if (comparison.is_verdict_other || has_difference(&comparison.findings)
               || has_difference(&comparison.answers) || has_difference(&comparison.bitmaps)) {
        comparison.outcome = COMPARED_DIFFERS;
    }
    g_array_append_val(comparisons, comparison);
}

static const ComparedScenario *find(GHashTable *by_file, const ComparedScenario *scenario)
{
    return g_hash_table_lookup(by_file, scenario->file);
}

static GHashTable *index_by_file(const ComparedReport *report)
{
    GHashTable *by_file = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < report->scenarios->len; i++) {
        ComparedScenario *scenario = g_ptr_array_index(report->scenarios, i);

        g_hash_table_insert(by_file, scenario->file, scenario);
    }
    return by_file;
}

GArray *compare_reports(const ComparedReport *a, const ComparedReport *b)
{
    GArray *comparisons = g_array_new(FALSE, FALSE, sizeof(Comparison));
    g_autoptr(GHashTable) of_a = index_by_file(a);
    g_autoptr(GHashTable) of_b = index_by_file(b);

    g_array_set_clear_func(comparisons, comparison_clear);
    for (guint i = 0; i < a->scenarios->len; i++) {
        const ComparedScenario *scenario = g_ptr_array_index(a->scenarios, i);

        add(comparisons, scenario, find(of_b, scenario));
    }
    for (guint i = 0; i < b->scenarios->len; i++) {
        const ComparedScenario *scenario = g_ptr_array_index(b->scenarios, i);

        if (!find(of_a, scenario)) {
            add(comparisons, NULL, scenario);
        }
    }
    return comparisons;
}
