/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report as one JSON object.  docs/hacking.md lists its members; members are added,
 * never renamed.  What is not UTF-8 becomes U+FFFD.
 */
#include <json-glib/json-glib.h>

#include "harness/report/report.h"

static void add_string(JsonBuilder *builder, const char *name, const char *value)
{
    g_autofree char *valid = value ? g_utf8_make_valid(value, -1) : NULL;

    json_builder_set_member_name(builder, name);
    if (valid) {
        json_builder_add_string_value(builder, valid);
    } else {
        json_builder_add_null_value(builder);
    }
}

/* JSON numbers of json-glib are signed; a virtual time beyond 292 years stays at its end. */
static void add_number(JsonBuilder *builder, const char *name, uint64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, (gint64) MIN(value, (uint64_t) G_MAXINT64));
}

static void add_findings(JsonBuilder *builder, const GArray *findings)
{
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; findings && i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        json_builder_begin_object(builder);
        add_string(builder, "name", finding->name);
        add_string(builder, "who", finding->who);
        add_number(builder, "line", finding->line);
        add_string(builder, "message", finding->message);
        add_string(builder, "known", finding->known);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* The lines of @text, or null. */
static void add_lines(JsonBuilder *builder, const char *name, const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
    g_auto(GStrv) lines = valid ? g_strsplit(valid, "\n", -1) : NULL;

    json_builder_set_member_name(builder, name);
    if (!lines) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_array(builder);
    for (char **line = lines; *line; line++) {
        if (**line != '\0') {
            json_builder_add_string_value(builder, *line);
        }
    }
    json_builder_end_array(builder);
}

static void add_gone(JsonBuilder *builder, const GPtrArray *gone)
{
    json_builder_set_member_name(builder, "known_gone");
    json_builder_begin_array(builder);
    for (guint i = 0; gone && i < gone->len; i++) {
        g_autofree char *valid = g_utf8_make_valid(g_ptr_array_index(gone, i), -1);

        json_builder_add_string_value(builder, valid);
    }
    json_builder_end_array(builder);
}

static void add_entry(JsonBuilder *builder, const Report *report, const ReportEntry *entry)
{
    const RunResult *result = &entry->result;
    g_autofree char *digest = report_digest(result);
    g_autofree char *replay = report_replay_command(report, entry->file);

    json_builder_begin_object(builder);
    add_string(builder, "file", entry->file);
    add_string(builder, "title", entry->title);
    add_string(builder, "verdict", report_verdict_name(result->verdict));
    add_string(builder, "digest", digest);
    add_number(builder, "events", result->n_events);
    add_number(builder, "steps", result->n_steps);
    add_number(builder, "virtual_ns", result->virtual_ns);
    add_string(builder, "reason", result->reason);
    add_string(builder, "divergence", result->divergence);
    add_findings(builder, result->findings);
    add_lines(builder, "answers", result->answers);
    add_lines(builder, "final_bitmaps", result->bitmaps);
    add_string(builder, "replay", replay);
    json_builder_end_object(builder);
}

static void add_summary(JsonBuilder *builder, const Report *report)
{
    ReportCounts counts = report_count(report);
    g_autofree char *digest = report_combined_digest(report);

    json_builder_set_member_name(builder, "summary");
    json_builder_begin_object(builder);
    add_number(builder, "scenarios", counts.n_scenarios);
    for (gsize i = 0; i < G_N_ELEMENTS(counts.by_verdict); i++) {
        add_number(builder, report_verdict_name((RunVerdict) i), counts.by_verdict[i]);
    }
    add_number(builder, "findings", counts.n_findings);
    add_number(builder, "known", counts.n_known);
    add_string(builder, "digest", digest);
    json_builder_end_object(builder);
}

void report_print_json(const Report *report, GString *text)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *object = NULL;

    json_builder_begin_object(builder);
    add_string(builder, "program", "bax");
    add_string(builder, "version", report->build->version);
    add_string(builder, "bitmaps", report->build->bitmaps);
    add_string(builder, "qemu_version", report->build->qemu_version);
    add_string(builder, "subject", report->subject_name);
    add_number(builder, "generation", report->subject_generation);
    add_number(builder, "repeats", report->n_repeats);
    json_builder_set_member_name(builder, "scenarios");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->entries->len; i++) {
        add_entry(builder, report, &g_array_index(report->entries, ReportEntry, i));
    }
    json_builder_end_array(builder);
    add_gone(builder, report->gone);
    add_summary(builder, report);
    json_builder_end_object(builder);

    root = json_builder_get_root(builder);
    object = json_to_string(root, TRUE);
    g_string_append_printf(text, "%s\n", object);
}
