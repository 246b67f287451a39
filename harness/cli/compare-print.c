/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where two reports differ, for people and as JSON.
 */
#include <json-glib/json-glib.h>

#include "harness/cli/compare.h"
#include "harness/report/report.h"

typedef struct Tally {
    unsigned n_scenarios;
    unsigned n_same;
    unsigned n_differ;
    unsigned n_not_compared;
    unsigned n_findings_a;      /* in A only */
    unsigned n_findings_b;
    unsigned n_findings_both;
} Tally;

static Tally tally(const GArray *comparisons)
{
    Tally counts = { .n_scenarios = comparisons->len };

    for (guint i = 0; i < comparisons->len; i++) {
        const Comparison *comparison = &g_array_index(comparisons, Comparison, i);

        counts.n_same += comparison->outcome == COMPARED_SAME;
        counts.n_differ += comparison->outcome == COMPARED_DIFFERS;
        counts.n_not_compared += comparison->outcome == COMPARED_NOT;
        counts.n_findings_a += comparison->findings.only_a->len;
        counts.n_findings_b += comparison->findings.only_b->len;
        counts.n_findings_both += comparison->findings.same->len;
    }
    return counts;
}

/* ---- for people ------------------------------------------------------------------ */

static void append_line(GString *text, const char *side, const char *words)
{
    g_autofree char *printable = report_printable(words);

    g_string_append_printf(text, "    %s  %s\n", side, printable);
}

static void append_difference(GString *text, const char *what, const LineDifference *difference)
{
    if (difference->only_a->len == 0 && difference->only_b->len == 0) {
        return;
    }
    g_string_append_printf(text, "  %s\n", what);
    for (guint i = 0; i < difference->only_a->len; i++) {
        append_line(text, "A", g_ptr_array_index(difference->only_a, i));
    }
    for (guint i = 0; i < difference->only_b->len; i++) {
        append_line(text, "B", g_ptr_array_index(difference->only_b, i));
    }
}

static void append_verdict(GString *text, const char *side, const ComparedScenario *scenario)
{
    g_autofree char *words = scenario->reason
        ? g_strdup_printf("%s: %s", scenario->verdict, scenario->reason)
        : g_strdup(scenario->verdict);

    append_line(text, side, words);
}

static void append_comparison(GString *text, const Comparison *comparison)
{
    g_autofree char *file = report_printable(comparison->a->file);
    g_autofree char *title = report_printable(comparison->a->title ? comparison->a->title : "");

    g_string_append_printf(text, "%s: %s\n", file, title);
    if (comparison->is_verdict_other) {
        g_string_append(text, "  verdict\n");
        append_verdict(text, "A", comparison->a);
        append_verdict(text, "B", comparison->b);
    }
    append_difference(text, "findings", &comparison->findings);
    append_difference(text, "answers", &comparison->answers);
    append_difference(text, "bitmaps", &comparison->bitmaps);
    g_string_append_c(text, '\n');
}

static void append_side(GString *text, const char *side, const ComparedReport *report)
{
    g_autofree char *program = report_printable(report->program);
    g_autofree char *subject = report_printable(report->subject);

    g_string_append_printf(text, "%s: %s (%s, generation %u)\n", side, program, subject,
                           report->generation);
}

bool compare_print_human(const ComparedReport *a, const ComparedReport *b, GString *text)
{
    g_autoptr(GArray) comparisons = compare_reports(a, b);
    Tally counts = tally(comparisons);

    for (guint i = 0; i < comparisons->len; i++) {
        const Comparison *comparison = &g_array_index(comparisons, Comparison, i);

        if (comparison->outcome == COMPARED_DIFFERS) {
            append_comparison(text, comparison);
        }
    }
    append_side(text, "A", a);
    append_side(text, "B", b);
    g_string_append_printf(text, "%u scenario%s: %u the same, %u differ", counts.n_scenarios,
                           counts.n_scenarios == 1 ? "" : "s", counts.n_same, counts.n_differ);
    if (counts.n_not_compared > 0) {
        g_string_append_printf(text, ", %u not compared since one of them skips it",
                               counts.n_not_compared);
    }
    g_string_append_printf(text, ".\nFindings: %u in both, %u only in A, %u only in B.\n",
                           counts.n_findings_both, counts.n_findings_a, counts.n_findings_b);
    return counts.n_differ > 0;
}

/* ---- JSON ------------------------------------------------------------------------- */

static void add_string(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    if (value) {
        json_builder_add_string_value(builder, value);
    } else {
        json_builder_add_null_value(builder);
    }
}

static void add_number(JsonBuilder *builder, const char *name, unsigned value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static void add_lines(JsonBuilder *builder, const char *name, const GPtrArray *lines)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (guint i = 0; i < lines->len; i++) {
        json_builder_add_string_value(builder, g_ptr_array_index(lines, i));
    }
    json_builder_end_array(builder);
}

static void add_difference(JsonBuilder *builder, const char *name,
                           const LineDifference *difference, bool with_same)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    add_lines(builder, "only_a", difference->only_a);
    add_lines(builder, "only_b", difference->only_b);
    if (with_same) {
        add_lines(builder, "same", difference->same);
    }
    json_builder_end_object(builder);
}

static void add_side(JsonBuilder *builder, const char *name, const ComparedReport *report)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    add_string(builder, "program", report->program);
    add_string(builder, "subject", report->subject);
    add_number(builder, "generation", report->generation);
    json_builder_end_object(builder);
}

static void add_comparison(JsonBuilder *builder, const Comparison *comparison)
{
    static const char *const outcomes[] = {
        [COMPARED_SAME] = "same",
        [COMPARED_DIFFERS] = "differs",
        [COMPARED_NOT] = "not-compared",
    };
    const ComparedScenario *any = comparison->a ? comparison->a : comparison->b;

    json_builder_begin_object(builder);
    add_string(builder, "file", any->file);
    add_string(builder, "title", any->title);
    add_string(builder, "outcome", outcomes[comparison->outcome]);
    add_string(builder, "verdict_a", comparison->a ? comparison->a->verdict : NULL);
    add_string(builder, "verdict_b", comparison->b ? comparison->b->verdict : NULL);
    add_difference(builder, "findings", &comparison->findings, true);
    add_difference(builder, "answers", &comparison->answers, false);
    add_difference(builder, "bitmaps", &comparison->bitmaps, false);
    json_builder_end_object(builder);
}

static void add_summary(JsonBuilder *builder, const Tally *counts)
{
    json_builder_set_member_name(builder, "summary");
    json_builder_begin_object(builder);
    add_number(builder, "scenarios", counts->n_scenarios);
    add_number(builder, "same", counts->n_same);
    add_number(builder, "differ", counts->n_differ);
    add_number(builder, "not_compared", counts->n_not_compared);
    add_number(builder, "findings_both", counts->n_findings_both);
    add_number(builder, "findings_only_a", counts->n_findings_a);
    add_number(builder, "findings_only_b", counts->n_findings_b);
    json_builder_end_object(builder);
}

bool compare_print_json(const ComparedReport *a, const ComparedReport *b, GString *text)
{
    g_autoptr(GArray) comparisons = compare_reports(a, b);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *object = NULL;
    Tally counts = tally(comparisons);

    json_builder_begin_object(builder);
    add_side(builder, "a", a);
    add_side(builder, "b", b);
    json_builder_set_member_name(builder, "scenarios");
    json_builder_begin_array(builder);
    for (guint i = 0; i < comparisons->len; i++) {
        add_comparison(builder, &g_array_index(comparisons, Comparison, i));
    }
    json_builder_end_array(builder);
    add_summary(builder, &counts);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    object = json_to_string(root, TRUE);
    g_string_append_printf(text, "%s\n", object);
    return counts.n_differ > 0;
}
