/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers a report, and holds what its formats share.
 */
#include "harness/report/report.h"

#include <string.h>

const ReportFormat report_formats[] = {
    { "human", "for people at a terminal", report_print_human },
    { "json", "one object, for programs", report_print_json },
    { "tap", "TAP 14, for test harnesses", report_print_tap },
    { "junit", "JUnit XML, for CI systems", report_print_junit },
    { NULL, NULL, NULL },
};

const ReportFormat *report_find_format(const char *name)
{
    for (const ReportFormat *format = report_formats; format->name; format++) {
        if (strcmp(format->name, name) == 0) {
            return format;
        }
    }
    return NULL;
}

static void entry_clear(gpointer entry)
{
    run_result_clear(&((ReportEntry *) entry)->result);
}

void report_init(Report *report)
{
    *report = (Report) {
        .entries = g_array_new(FALSE, TRUE, sizeof(ReportEntry)),
        .program = "bax",
        .build = &build_info,
        .n_repeats = 1,
    };
    g_array_set_clear_func(report->entries, entry_clear);
}

void report_clear(Report *report)
{
    g_clear_pointer(&report->entries, g_array_unref);
    g_clear_pointer(&report->gone, g_ptr_array_unref);
}

void report_add(Report *report, const char *file, const char *title, RunResult *result)
{
    ReportEntry entry = { .file = file, .title = title, .result = *result };

    g_array_append_val(report->entries, entry);
    memset(result, 0, sizeof(*result));
}

static unsigned count_known(const RunResult *result)
{
    unsigned n = 0;

    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        n += g_array_index(result->findings, Finding, i).known != NULL;
    }
    return n;
}

RunVerdict report_new_verdict(const RunResult *result)
{
    RunVerdict verdict = RUN_GOOD;

    if (result->verdict != RUN_FINDING && result->verdict != RUN_CRASHED
        && result->verdict != RUN_HUNG) {
        return result->verdict;
    }
    if (!result->findings || result->findings->len == 0) {
        return result->verdict;
    }
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        if (finding->known) {
            continue;
        }
        if (strcmp(finding->name, "crash") == 0 || strcmp(finding->name, "hang") == 0) {
            return result->verdict;
        }
        verdict = RUN_FINDING;
    }
    return verdict;
}

bool report_is_excused(const RunResult *result)
{
    return result->verdict != RUN_GOOD && report_new_verdict(result) == RUN_GOOD;
}

char *report_known_reasons(const RunResult *result)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const char *known = g_array_index(result->findings, Finding, i).known;

        if (known && !strstr(text->str, known)) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", known);
        }
    }
    return g_string_free(text, FALSE);
}

ReportCounts report_count(const Report *report)
{
    ReportCounts counts = { .n_scenarios = report->entries->len };

    for (guint i = 0; i < report->entries->len; i++) {
        const RunResult *result = &g_array_index(report->entries, ReportEntry, i).result;

        counts.by_verdict[result->verdict]++;
        counts.n_findings += result->findings ? result->findings->len : 0;
        counts.n_known += count_known(result);
        counts.n_excused += report_is_excused(result);
    }
    return counts;
}

const char *report_verdict_name(RunVerdict verdict)
{
    static const char *const names[] = {
        [RUN_GOOD] = "ok",
        [RUN_FINDING] = "finding",
        [RUN_INVALID] = "invalid",
        [RUN_CRASHED] = "crash",
        [RUN_HUNG] = "hang",
        [RUN_SKIPPED] = "skipped",
        [RUN_OWN_FAULT] = "fault",
    };

    g_assert((unsigned) verdict < G_N_ELEMENTS(names));
    return names[verdict];
}

char *report_digest(const RunResult *result)
{
    bool was_cut_off = result->verdict == RUN_CRASHED || result->verdict == RUN_HUNG
        || result->verdict == RUN_OWN_FAULT;

    return was_cut_off ? NULL : g_strdup_printf("%016" G_GINT64_MODIFIER "x", result->digest);
}

char *report_combined_digest(const Report *report)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint i = 0; i < report->entries->len; i++) {
        const RunResult *result = &g_array_index(report->entries, ReportEntry, i).result;
        g_autofree char *digest = report_digest(result);

        g_checksum_update(sum, (const guchar *) (digest ? digest : "-"), -1);
        g_checksum_update(sum, (const guchar *) "\n", 1);
    }
    return g_strndup(g_checksum_get_string(sum), 16);
}

/* As it is if it holds only what no shell takes amiss, so that commands stay readable. */
static char *quote_for_shell(const char *word)
{
    const char *harmless = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-./:,+=@%";

    return word[0] != '\0' && word[strspn(word, harmless)] == '\0' ? g_strdup(word)
                                                                   : g_shell_quote(word);
}

char *report_replay_command(const Report *report, const char *file)
{
    g_autofree char *program = quote_for_shell(report->program);
    g_autofree char *quoted_file = quote_for_shell(file);
    GString *command = g_string_new(program);

    g_string_append(command, " run");
    if (report->n_repeats > 1) {
        g_string_append_printf(command, " --repeat %u", report->n_repeats);
    }
    if (report->schedule) {
        g_autofree char *quoted_schedule = quote_for_shell(report->schedule);

        g_string_append_printf(command, " --schedule %s", quoted_schedule);
    }
    g_string_append_printf(command, " %s", quoted_file);
    return g_string_free(command, FALSE);
}

char *report_finding_headline(const char *file, const Finding *finding)
{
    GString *text = g_string_new(file);

    if (finding->line > 0) {
        g_string_append_printf(text, ":%u", finding->line);
    }
    g_string_append_printf(text, ": %s", finding->name);
    if (finding->who) {
        g_string_append_printf(text, " on %s", finding->who);
    }
    return g_string_free(text, FALSE);
}

char *report_printable(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *printable = g_string_new(NULL);

    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar code = g_utf8_get_char(c);

        if (g_unichar_iscntrl(code) && code != '\n') {
            g_string_append_printf(printable, "\\x%02x", code);
        } else {
            g_string_append_unichar(printable, code);
        }
    }
    return g_string_free(printable, FALSE);
}

void report_append_indented(GString *out, const char *indent, const char *text)
{
    g_autofree char *printable = report_printable(text);
    g_auto(GStrv) lines = g_strsplit(printable, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (**line != '\0') {
            g_string_append(out, indent);
            g_string_append(out, *line);
        }
        if (**line != '\0' || line[1]) {
            g_string_append_c(out, '\n');
        }
    }
}
