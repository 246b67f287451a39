/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for people: a line per scenario, folder by folder, then each finding as one
 * screen that ends in the command that replays it, then the sum.
 */
#include <string.h>

#include "harness/report/report.h"

#define GREEN "\033[32m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static void append_coloured(const Report *report, GString *text, const char *colour,
                            const char *words)
{
    g_autofree char *printable = report_printable(words);

    if (report->has_colours) {
        g_string_append_printf(text, "%s%s" PLAIN, colour, printable);
    } else {
        g_string_append(text, printable);
    }
}

static const char *verdict_colour(RunVerdict verdict)
{
    return verdict == RUN_GOOD ? GREEN : verdict == RUN_SKIPPED ? YELLOW : RED;
}

/* "success-clears.scn" -> "success-clears" */
static char *scenario_name(const char *file)
{
    g_autofree char *name = g_path_get_basename(file);

    if (g_str_has_suffix(name, ".scn")) {
        name[strlen(name) - strlen(".scn")] = '\0';
    }
    return report_printable(name);
}

/* The width of the names in the folder that begins with entry @first. */
static int names_width(const Report *report, guint first)
{
    const ReportEntry *entries = (const ReportEntry *) report->entries->data;
    g_autofree char *folder = g_path_get_dirname(entries[first].file);
    glong width = 0;

    for (guint i = first; i < report->entries->len; i++) {
        g_autofree char *name = scenario_name(entries[i].file);
        g_autofree char *its_folder = g_path_get_dirname(entries[i].file);

        if (strcmp(folder, its_folder) != 0) {
            break;
        }
        width = MAX(width, g_utf8_strlen(name, -1));
    }
    return (int) MIN(width, 60);
}

static void append_line(const Report *report, const ReportEntry *entry, int width, GString *text)
{
    bool is_excused = report_is_excused(&entry->result);
    const char *verdict = is_excused ? "known" : report_verdict_name(entry->result.verdict);
    g_autofree char *name = scenario_name(entry->file);
    g_autofree char *digest = report_digest(&entry->result);
    g_autofree char *title = report_printable(entry->title);
    int padding = MAX(0, width - (int) g_utf8_strlen(name, -1));

    g_string_append(text, "  ");
    append_coloured(report, text, is_excused ? YELLOW : verdict_colour(entry->result.verdict),
                    verdict);
    g_string_append_printf(text, "%*s %-16s  %s%*s  %s\n", (int) (7 - strlen(verdict)), "",
                           digest ? digest : "", name, padding, "", title);
}

static void append_lines(const Report *report, GString *text)
{
    g_autofree char *folder = NULL;
    int width = 0;

    for (guint i = 0; i < report->entries->len; i++) {
        const ReportEntry *entry = &g_array_index(report->entries, ReportEntry, i);
        g_autofree char *its_folder = g_path_get_dirname(entry->file);

        if (!folder || strcmp(folder, its_folder) != 0) {
            g_free(folder);
            folder = g_steal_pointer(&its_folder);
            width = names_width(report, i);
            append_coloured(report, text, BOLD, folder);
            g_string_append_c(text, '\n');
        }
        append_line(report, entry, width, text);
    }
}

static void append_replay(const Report *report, const char *file, GString *text)
{
    g_autofree char *command = report_replay_command(report, file);

    g_string_append_printf(text, "  replay: %s\n", command);
}

/* Why a run did not happen: no finding, but no less of an answer. */
static void append_reason(const Report *report, const ReportEntry *entry, GString *text)
{
    const char *reason = entry->result.reason ? entry->result.reason : "no reason was given";

    g_string_append_c(text, '\n');
    if (entry->result.verdict == RUN_INVALID) {
        /* The reason begins with file and line, as a mistake that the parser finds. */
        append_coloured(report, text, BOLD, reason);
        g_string_append_c(text, '\n');
    } else {
        g_autofree char *headline = g_strdup_printf(
            "%s: %s", entry->file, report_verdict_name(entry->result.verdict));

        append_coloured(report, text, BOLD, headline);
        g_string_append_c(text, '\n');
        report_append_indented(text, "  ", reason);
    }
    if (entry->result.verdict != RUN_SKIPPED) {
        append_replay(report, entry->file, text);
    }
}

static void append_findings(const Report *report, const ReportEntry *entry, GString *text)
{
    const GArray *findings = entry->result.findings;

    for (guint i = 0; findings && i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);
        g_autofree char *headline = report_finding_headline(entry->file, finding);

        g_string_append_c(text, '\n');
        append_coloured(report, text, BOLD, headline);
        g_string_append(text, finding->known ? " (known)\n" : "\n");
        if (finding->known) {
            g_autofree char *reason = g_strdup_printf("Known: %s", finding->known);

            report_append_indented(text, "  ", reason);
        }
        report_append_indented(text, "  ", finding->message);
        append_replay(report, entry->file, text);
    }
}

static void append_counts(const Report *report, GString *text)
{
    static const struct {
        RunVerdict verdict;
        const char *words;
    } rows[] = {
        { RUN_GOOD, "ok" },
        { RUN_FINDING, "with findings" },
        { RUN_CRASHED, "crashed" },
        { RUN_HUNG, "hung" },
        { RUN_INVALID, "invalid" },
        { RUN_SKIPPED, "skipped" },
        { RUN_OWN_FAULT, "failed by bax itself" },
    };
    ReportCounts counts = report_count(report);
    const char *separator = ": ";

    g_string_append_printf(text, "\n%u scenario%s", counts.n_scenarios,
                           counts.n_scenarios == 1 ? "" : "s");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned n = counts.by_verdict[rows[i].verdict];

        if (n > 0) {
            g_string_append_printf(text, "%s%u %s", separator, n, rows[i].words);
            separator = ", ";
        }
    }
    g_string_append_printf(text, "; %u finding%s", counts.n_findings,
                           counts.n_findings == 1 ? "" : "s");
    if (counts.n_known > 0) {
        g_string_append_printf(text, ", %u of them known", counts.n_known);
    }
    g_string_append(text, ".\n");
}

static void append_surroundings(const Report *report, GString *text)
{
    const BuildInfo *build = report->build;
    g_autofree char *digest = report_combined_digest(report);

    if (report->n_repeats > 1) {
        g_string_append_printf(text, "Each ran %u times.\n", report->n_repeats);
    }
    g_string_append_printf(text, "Digest of all traces: %s\n", digest);
    g_string_append_printf(text, "Code under test: %s (generation %u).\n", report->subject_name,
                           report->subject_generation);
    if (build->qemu_version) {
        g_string_append_printf(
            text, "Real: the dirty bitmaps of QEMU %s. Simulated: the rest of QEMU.\n",
            build->qemu_version);
    } else {
        g_string_append(text, "Simulated: all of QEMU, its dirty bitmaps too.\n");
    }
}

static void append_gone(const Report *report, GString *text)
{
    for (guint i = 0; report->gone && i < report->gone->len; i++) {
        g_autofree char *line = report_printable(g_ptr_array_index(report->gone, i));

        g_string_append_printf(text, "%s%s\n", i == 0 ? "\n" : "", line);
    }
}

void report_print_outcome(const Report *report, const ReportEntry *entry, GString *text)
{
    RunVerdict verdict = entry->result.verdict;

    append_findings(report, entry, text);
    if (entry->result.divergence) {
        g_autofree char *note = report_printable(entry->result.divergence);

        g_string_append_printf(text, "\nnote: %s\n", note);
    }
    if (verdict == RUN_INVALID || verdict == RUN_SKIPPED || verdict == RUN_OWN_FAULT) {
        append_reason(report, entry, text);
    }
}

void report_print_human(const Report *report, GString *text)
{
    append_lines(report, text);
    for (guint i = 0; i < report->entries->len; i++) {
        report_print_outcome(report, &g_array_index(report->entries, ReportEntry, i), text);
    }
    append_gone(report, text);
    append_counts(report, text);
    append_surroundings(report, text);
}
