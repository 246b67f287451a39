/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report in TAP 14: one test point per scenario, with a YAML block of what is known.
 *
 * YAML strings are written in double quotes with escapes, so that no text can end them.
 */
#include "harness/report/report.h"

/* In a description "#" begins a directive, "\" escapes, and a newline ends the test point. */
static void append_description(GString *text, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        if (*c == '#' || *c == '\\') {
            g_string_append_c(text, '\\');
        }
        g_string_append_c(text, g_ascii_iscntrl(*c) ? ' ' : *c);
    }
}

static void append_yaml_string(GString *text, const char *words)
{
    g_autofree char *valid = g_utf8_make_valid(words, -1);

    g_string_append_c(text, '"');
    for (const char *c = valid; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            g_string_append_printf(text, "\\%c", *c);
        } else if (*c == '\n') {
            g_string_append(text, "\\n");
        } else if (g_ascii_iscntrl(*c)) {
            g_string_append_printf(text, "\\x%02x", (unsigned char) *c);
        } else {
            g_string_append_c(text, *c);
        }
    }
    g_string_append_c(text, '"');
}

static void append_yaml(GString *text, const char *key, const char *words)
{
    if (words) {
        g_string_append(text, key);
        append_yaml_string(text, words);
        g_string_append_c(text, '\n');
    }
}

static void append_findings(GString *text, const GArray *findings)
{
    if (!findings || findings->len == 0) {
        return;
    }
    g_string_append(text, "  findings:\n");
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        append_yaml(text, "    - name: ", finding->name);
        append_yaml(text, "      who: ", finding->who);
        g_string_append_printf(text, "      line: %u\n", finding->line);
        append_yaml(text, "      message: ", finding->message);
        append_yaml(text, "      known: ", finding->known);
    }
}

static void append_diagnostics(const Report *report, const ReportEntry *entry, GString *text)
{
    const RunResult *result = &entry->result;
    g_autofree char *digest = report_digest(result);
    g_autofree char *replay = report_replay_command(report, entry->file);

    g_string_append(text, "  ---\n");
    append_yaml(text, "  file: ", entry->file);
    append_yaml(text, "  verdict: ", report_verdict_name(result->verdict));
    append_yaml(text, "  digest: ", digest);
    append_yaml(text, "  reason: ", result->reason);
    append_yaml(text, "  divergence: ", result->divergence);
    append_findings(text, result->findings);
    append_yaml(text, "  replay: ", replay);
    g_string_append(text, "  ...\n");
}

void report_print_tap(const Report *report, GString *text)
{
    g_autofree char *digest = report_combined_digest(report);

    g_string_append_printf(text, "TAP version 14\n1..%u\n", report->entries->len);
    for (guint i = 0; i < report->entries->len; i++) {
        const ReportEntry *entry = &g_array_index(report->entries, ReportEntry, i);
        RunVerdict verdict = entry->result.verdict;
        bool is_ok = verdict == RUN_GOOD || verdict == RUN_SKIPPED;

        g_string_append_printf(text, "%s %u - ", is_ok ? "ok" : "not ok", i + 1);
        append_description(text, entry->file);
        g_string_append(text, ": ");
        append_description(text, entry->title);
        if (verdict == RUN_SKIPPED) {
            g_string_append(text, " # SKIP ");
            append_description(text, entry->result.reason ? entry->result.reason : "");
        }
        if (report_is_excused(&entry->result)) {
            g_autofree char *reasons = report_known_reasons(&entry->result);

            g_string_append(text, " # TODO ");
            append_description(text, reasons);
        }
        g_string_append_c(text, '\n');
        append_diagnostics(report, entry, text);
    }
    for (guint i = 0; report->gone && i < report->gone->len; i++) {
        g_string_append(text, "# ");
        append_description(text, g_ptr_array_index(report->gone, i));
        g_string_append_c(text, '\n');
    }
    g_string_append_printf(text, "# digest of all traces: %s\n", digest);
}
