/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report as JUnit XML, which CI systems show as a table of tests.
 *
 * A folder is a class, a scenario a test case, findings are failures, and a crash, a hang or
 * a fault of ours is an error.  There are no times in it: the same runs give the same text.
 */
#include "harness/report/report.h"

/* Escaped; what XML 1.0 does not allow, even escaped, becomes U+FFFD. */
static void append_xml(GString *text, const char *words)
{
    g_autofree char *valid = g_utf8_make_valid(words, -1);
    g_autoptr(GString) allowed = g_string_new(NULL);
    g_autofree char *escaped = NULL;

    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar code = g_utf8_get_char(c);
        bool is_allowed = code >= 0x20 ? code != 0xfffe && code != 0xffff
                                       : code == '\t' || code == '\n' || code == '\r';

        g_string_append_unichar(allowed, is_allowed ? code : 0xfffd);
    }
    escaped = g_markup_escape_text(allowed->str, -1);
    g_string_append(text, escaped);
}

static void append_attribute(GString *text, const char *name, const char *words)
{
    g_string_append_printf(text, " %s=\"", name);
    append_xml(text, words);
    g_string_append_c(text, '"');
}

static void append_finding(const Report *report, const ReportEntry *entry,
                           const Finding *finding, GString *text)
{
    bool is_failure = report_new_verdict(&entry->result) == RUN_FINDING;
    const char *element = is_failure ? "failure" : "error";
    g_autofree char *headline = report_finding_headline(entry->file, finding);
    g_autofree char *replay = report_replay_command(report, entry->file);

    g_string_append_printf(text, "      <%s", element);
    append_attribute(text, "type", finding->name);
    append_attribute(text, "message", headline);
    g_string_append_c(text, '>');
    append_xml(text, finding->message);
    g_string_append(text, "\nreplay: ");
    append_xml(text, replay);
    g_string_append_printf(text, "</%s>\n", element);
}

/* Text that does not fail the test. */
static void append_known(const ReportEntry *entry, GString *text)
{
    g_autofree char *reasons = report_known_reasons(&entry->result);

    if (reasons[0] == '\0') {
        return;
    }
    g_string_append(text, "      <system-out>");
    for (guint i = 0; i < entry->result.findings->len; i++) {
        const Finding *finding = &g_array_index(entry->result.findings, Finding, i);
        g_autofree char *headline = report_finding_headline(entry->file, finding);

        if (finding->known) {
            append_xml(text, headline);
            g_string_append(text, "\nknown: ");
            append_xml(text, finding->known);
            g_string_append_c(text, '\n');
            append_xml(text, finding->message);
            g_string_append_c(text, '\n');
        }
    }
    g_string_append(text, "</system-out>\n");
}

static void append_excuse(const ReportEntry *entry, GString *text)
{
    g_autofree char *reasons = report_known_reasons(&entry->result);
    g_autofree char *message = g_strdup_printf("known: %s", reasons);

    g_string_append(text, "      <skipped");
    append_attribute(text, "message", message);
    g_string_append(text, "/>\n");
}

static void append_outcome(const Report *report, const ReportEntry *entry, GString *text)
{
    const RunResult *result = &entry->result;
    const char *reason = result->reason ? result->reason : "";

    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        if (!finding->known) {
            append_finding(report, entry, finding, text);
        }
    }
    if (report_is_excused(result)) {
        append_excuse(entry, text);
    }
    if (result->verdict == RUN_SKIPPED) {
        g_string_append(text, "      <skipped");
        append_attribute(text, "message", reason);
        g_string_append(text, "/>\n");
    } else if (result->verdict == RUN_INVALID || result->verdict == RUN_OWN_FAULT) {
        g_string_append(text, "      <error");
        append_attribute(text, "type", report_verdict_name(result->verdict));
        append_attribute(text, "message", reason);
        g_string_append(text, "/>\n");
    }
}

static void append_entry(const Report *report, const ReportEntry *entry, GString *text)
{
    g_autofree char *folder = g_path_get_dirname(entry->file);
    g_autofree char *name = g_path_get_basename(entry->file);
    g_autofree char *digest = report_digest(&entry->result);

    g_string_append(text, "    <testcase");
    append_attribute(text, "classname", folder);
    append_attribute(text, "name", name);
    append_attribute(text, "file", entry->file);
    g_string_append(text, ">\n      <properties>\n        <property name=\"title\"");
    append_attribute(text, "value", entry->title);
    g_string_append(text, "/>\n");
    if (digest) {
        g_string_append_printf(
            text, "        <property name=\"digest\" value=\"%s\"/>\n", digest);
    }
    if (entry->result.divergence) {
        g_string_append(text, "        <property name=\"divergence\"");
        append_attribute(text, "value", entry->result.divergence);
        g_string_append(text, "/>\n");
    }
    g_string_append(text, "      </properties>\n");
    append_outcome(report, entry, text);
    append_known(entry, text);
    g_string_append(text, "    </testcase>\n");
}

void report_print_junit(const Report *report, GString *text)
{
    unsigned by_verdict[RUN_OWN_FAULT + 1] = { 0 };
    ReportCounts counts = report_count(report);
    g_autofree char *digest = report_combined_digest(report);
    g_autofree char *numbers = NULL;

    for (guint i = 0; i < report->entries->len; i++) {
        by_verdict[report_new_verdict(&g_array_index(report->entries, ReportEntry, i).result)]++;
    }
    numbers = g_strdup_printf(
        "tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", counts.n_scenarios,
        by_verdict[RUN_FINDING],
        by_verdict[RUN_CRASHED] + by_verdict[RUN_HUNG] + by_verdict[RUN_INVALID]
            + by_verdict[RUN_OWN_FAULT],
        by_verdict[RUN_SKIPPED] + counts.n_excused);
    g_string_append_printf(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<testsuites %s>\n  <testsuite name=\"bax\" %s>\n"
                           "    <properties>\n"
                           "      <property name=\"digest\" value=\"%s\"/>\n", numbers, numbers,
                           digest);
    g_string_append(text, "      <property name=\"subject\"");
    append_attribute(text, "value", report->subject_name);
    g_string_append(text, "/>\n");
    for (guint i = 0; report->gone && i < report->gone->len; i++) {
        g_string_append(text, "      <property name=\"known-gone\"");
        append_attribute(text, "value", g_ptr_array_index(report->gone, i));
        g_string_append(text, "/>\n");
    }
    g_string_append(text, "    </properties>\n");
    for (guint i = 0; i < report->entries->len; i++) {
        append_entry(report, &g_array_index(report->entries, ReportEntry, i), text);
    }
    g_string_append(text, "  </testsuite>\n</testsuites>\n");
}
