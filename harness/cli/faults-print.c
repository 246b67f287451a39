/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a search for faults came to: the findings, each with its scenario, then a table.
 */
#include <string.h>

#include "harness/cli/faults-search.h"

/* ---- findings --------------------------------------------------------------- */

static void append_scenario(const FaultSearch *search, const ReportEntry *entry,
                            const Scenario *scenario, GString *text)
{
    if (search->keep) {
        g_autofree char *command = report_replay_command(&search->report, entry->file);

        g_string_append_printf(text, "  replay: %s\n", command);
    } else {
        g_autoptr(GString) lines = g_string_new(NULL);

        scenario_print(scenario, lines);
        g_string_append(text, "  The scenario (--keep DIR writes it to a file):\n");
        report_append_indented(text, "    ", lines->str);
    }
}

static void append_entry(const FaultSearch *search, guint index, GString *text)
{
    const ReportEntry *entry = &g_array_index(search->report.entries, ReportEntry, index);
    const RunResult *result = &entry->result;

    if (report_is_excused(result)) {
        g_autofree char *reasons = report_known_reasons(result);

        g_string_append_printf(text, "%s: known\n", entry->file);
        report_append_indented(text, "  ", reasons);
        return;
    }
    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *headline = report_finding_headline(entry->file, finding);

        g_string_append_printf(text, "%s\n", headline);
        report_append_indented(text, "  ", finding->message);
    }
    if (result->reason) {
        g_string_append_printf(text, "%s: %s\n", entry->file, report_verdict_name(result->verdict));
        report_append_indented(text, "  ", result->reason);
    }
    append_scenario(search, entry, g_ptr_array_index(search->found, index), text);
    g_string_append_c(text, '\n');
}

/* ---- the table -------------------------------------------------------------- */

static const struct {
    RunVerdict verdict;
    const char *words;
} columns[] = {
    { RUN_GOOD, "ok" },
    { RUN_FINDING, "findings" },
    { RUN_CRASHED, "crashed" },
    { RUN_HUNG, "hung" },
    { RUN_INVALID, "invalid" },
    { RUN_OWN_FAULT, "bax" },
};

static uint64_t n_runs(const FaultTally *tally)
{
    return tally->n_failed + tally->n_delayed;
}

static void append_row(const char *name, const FaultTally *tally, bool has_calls, GString *text)
{
    g_autofree char *calls = has_calls ? g_strdup_printf("%" G_GUINT64_FORMAT, tally->n_calls)
                                       : g_strdup("");

    g_string_append_printf(text, "  %-34s %7s %7" G_GUINT64_FORMAT " %7" G_GUINT64_FORMAT, name,
                           calls, tally->n_failed, tally->n_delayed);
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_append_printf(text, " %8" G_GUINT64_FORMAT,
                               tally->by_verdict[columns[i].verdict]);
    }
    g_string_append_c(text, '\n');
}

static void append_table(const FaultSearch *search, GString *text)
{
    g_string_append_printf(text, "  %-34s %7s %7s %7s", "call", "calls", "failed", "delayed");
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_append_printf(text, " %8s", columns[i].words);
    }
    g_string_append_c(text, '\n');
    for (unsigned i = 0; i < SIM_N_FAULT_CALLS; i++) {
        if (search->tallies[i].n_calls > 0) {
            append_row(sim_fault_calls[i], &search->tallies[i], true, text);
        }
    }
    if (n_runs(&search->pairs) > 0) {
        append_row("two at a time", &search->pairs, false, text);
    }
}

static uint64_t n_calls_left_out(const FaultSearch *search)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < SIM_N_FAULT_CALLS; i++) {
        n += search->tallies[i].n_calls - search->tallies[i].n_failed;
    }
    return n;
}

static void append_sum(const FaultSearch *search, GString *text)
{
    uint64_t total = n_runs(&search->pairs), left_out = n_calls_left_out(search);
    ReportCounts counts = report_count(&search->report);

    for (unsigned i = 0; i < SIM_N_FAULT_CALLS; i++) {
        total += n_runs(&search->tallies[i]);
    }
    g_string_append_printf(text, "\n%u scenario%s", search->n_scenarios,
                           search->n_scenarios == 1 ? "" : "s");
    if (search->n_skipped > 0) {
        g_string_append_printf(text, " (%u skipped)", search->n_skipped);
    }
    g_string_append_printf(text, ", %" G_GUINT64_FORMAT " runs with faults; %u of all runs with "
                           "findings", total, counts.n_scenarios);
    if (search->known) {
        g_string_append_printf(text, ", %u of them known", counts.n_excused);
    }
    g_string_append(text, ".\n");
    if (left_out > 0) {
        g_string_append_printf(text, "Left out: %" G_GUINT64_FORMAT " calls (--limit).\n",
                               left_out);
    }
    if (search->n_pairs_left_out > 0) {
        g_string_append_printf(text, "Left out: %" G_GUINT64_FORMAT " pairs (--max-pairs).\n",
                               search->n_pairs_left_out);
    }
    g_string_append_printf(text, "Code under test: %s (generation %u).\n",
                           search->report.subject_name, search->report.subject_generation);
}

void fault_search_print_findings(const FaultSearch *search, guint first, GString *text)
{
    for (guint i = first; i < search->report.entries->len; i++) {
        append_entry(search, i, text);
    }
}

void fault_search_print_summary(const FaultSearch *search, GString *text)
{
    append_table(search, text);
    append_sum(search, text);
}
