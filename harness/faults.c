/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario with faults of somebody else's choosing in the place of its own.
 *
 * It goes through its text, so that what is run is what a file with that text would run.
 */
#include "harness/faults.h"

#include <string.h>

static void append_duration(GString *text, uint64_t duration_ns)
{
    if (duration_ns % 1000000000 == 0) {
        g_string_append_printf(text, "%" G_GUINT64_FORMAT "s", duration_ns / 1000000000);
    } else {
        g_string_append_printf(text, "%" G_GUINT64_FORMAT "ns", duration_ns);
    }
}

static void append_faults(GString *text, const FaultChoice *faults, unsigned n)
{
    g_string_append(text, "allow errors\n");
    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(text, "fault %s", faults[i].call);
        if (faults[i].nth > 1) {
            g_string_append_printf(text, " nth=%" G_GUINT32_FORMAT, faults[i].nth);
        }
        if (faults[i].delay_ns) {
            g_string_append(text, " delay=");
            append_duration(text, faults[i].delay_ns);
        }
        g_string_append_c(text, '\n');
    }
}

static bool is_left_out(const char *words)
{
    return g_str_has_prefix(words, "expect ") || strcmp(words, "fault") == 0 ||
           strcmp(words, "clear-faults") == 0 || strcmp(words, "allow errors") == 0;
}

/* These must stand first: whether the scenario can be run at all, and in which order. */
static bool is_header(const char *words)
{
    return strcmp(words, "bax") == 0 || g_str_has_prefix(words, "needs ") ||
           g_str_has_prefix(words, "schedule");
}

static void append_step(GString *text, const ScenarioLine *line)
{
    step_print(&line->step, text);
    g_string_append_c(text, '\n');
}

Scenario *faults_apply(const Scenario *scenario, const FaultChoice *faults, unsigned n,
                       const char *path, const char *title, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool has_faults = false;

    g_string_append_printf(text, "# %s\n", title);
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (!line->has_step || is_left_out(line->step.kind->words)) {
            continue;
        }
        if (!has_faults && !is_header(line->step.kind->words)) {
            append_faults(text, faults, n);
            has_faults = true;
        }
        append_step(text, line);
    }
    return scenario_parse(path, text->str, text->len, error);
}

Scenario *faults_without_step(const Scenario *scenario, unsigned line_number)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool is_found = false;

    g_string_append_printf(text, "# %s\n", scenario->title);
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && line->step.line == line_number) {
            is_found = true;
        } else if (line->has_step) {
            append_step(text, line);
        }
    }
    return is_found ? scenario_parse(scenario->path, text->str, text->len, NULL) : NULL;
}

char *faults_describe(const FaultChoice *faults, unsigned n)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(text, "%s%s:%" G_GUINT32_FORMAT, i > 0 ? "+" : "", faults[i].call,
                               faults[i].nth);
        if (faults[i].delay_ns) {
            g_string_append_c(text, ':');
            append_duration(text, faults[i].delay_ns);
        }
    }
    return g_string_free(text, FALSE);
}
