/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An explanation for people, which is a scenario itself, and for machines.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "harness/report/report.h"
#include "harness/shrink/explain.h"

#define MAX_WIDTH 98

const char *outcome_name(Outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_SAME] = "same",
        [OUTCOME_GONE] = "gone",
        [OUTCOME_OTHER] = "other",
        [OUTCOME_NONE] = "impossible",
    };

    return names[outcome];
}

static const Change *change_at(const Explanation *explanation, guint index)
{
    return &g_array_index(explanation->changes, Change, index);
}

/* The index behind the last change of the line of change @begin. */
static guint end_of_line(const Explanation *explanation, guint begin)
{
    guint end = begin;

    while (end < explanation->changes->len
           && change_at(explanation, end)->edit.line
              == change_at(explanation, begin)->edit.line) {
        end++;
    }
    return end;
}

/* ---- for people ------------------------------------------------------------------------ */

/* Those that keep the finding, "; the same without x, on y". */
static void append_same(const Explanation *explanation, guint begin, guint end, GString *text)
{
    const char *separator = "; the same ";

    for (guint i = begin; i < end; i++) {
        if (change_at(explanation, i)->outcome == OUTCOME_SAME) {
            g_string_append_printf(text, "%s%s", separator, change_at(explanation, i)->what);
            separator = ", ";
        }
    }
}

static void append_gone(const Explanation *explanation, guint begin, guint end, GString *text)
{
    const char *separator = "; gone ";

    for (guint i = begin; i < end; i++) {
        if (change_at(explanation, i)->outcome == OUTCOME_GONE) {
            g_string_append_printf(text, "%s%s", separator, change_at(explanation, i)->what);
            separator = ", ";
        }
    }
}

static void append_others(const Explanation *explanation, guint begin, guint end, GString *text)
{
    for (guint i = begin; i < end; i++) {
        const Change *change = change_at(explanation, i);

        if (change->outcome == OUTCOME_OTHER) {
            g_string_append_printf(text, "; %s: %s", change->what, change->other);
        }
    }
}

/* From the removal of a step, at @begin, to the last of its changes. */
static void append_comment(const Explanation *explanation, guint begin, guint end, GString *text)
{
    const Change *removal = change_at(explanation, begin);

    if (removal->outcome == OUTCOME_OTHER) {
        g_string_append_printf(text, "# turns it into %s", removal->other);
    } else {
        g_string_append(text, removal->outcome == OUTCOME_GONE ? "# matters"
                              : removal->outcome == OUTCOME_SAME ? "# does not matter"
                              : "# cannot go");
    }
    append_gone(explanation, begin + 1, end, text);
    append_others(explanation, begin + 1, end, text);
    if (removal->outcome != OUTCOME_SAME) {
        append_same(explanation, begin + 1, end, text);
    }
}

static void append_scenario(const Explanation *explanation, GString *text)
{
    guint begin = 0;

    for (guint i = 0; i < explanation->scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(explanation->scenario->lines, ScenarioLine, i);
        g_autoptr(GString) comment = g_string_new(NULL);
        g_autofree char *printable = NULL;

        if (line->has_step) {
            guint end = end_of_line(explanation, begin);

            append_comment(explanation, begin, end, comment);
            printable = report_printable(comment->str);
            step_print(&line->step, text);
            g_string_append_printf(text, "  %s\n", printable);
            begin = end;
        } else {
            g_string_append_printf(text, "%s\n", line->comment ? line->comment : "");
        }
    }
}

/* "2, 3 and 5": the lines of steps without which the finding is not there. */
static void append_lines_that_matter(const Explanation *explanation, GString *text)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    unsigned n_steps = 0;

    for (guint i = 0; i < explanation->changes->len; i++) {
        const Change *change = change_at(explanation, i);

        n_steps += change->kind == CHANGE_REMOVAL;
        if (change->kind == CHANGE_REMOVAL && change->outcome != OUTCOME_SAME) {
            g_ptr_array_add(lines, g_strdup_printf("%u", change->edit.line + 1));
        }
    }
    g_string_append_printf(text, "%u of %u steps matter", lines->len, n_steps);
    for (guint i = 0; i < lines->len; i++) {
        g_string_append_printf(text, "%s%s", i == 0 ? (lines->len == 1 ? ": line " : ": lines ")
                               : i + 1 == lines->len ? " and " : ", ",
                               (const char *) g_ptr_array_index(lines, i));
    }
    g_string_append(text, ". ");
}

/* What the line is like after the change; NULL: it is not there, or stands elsewhere. */
static char *changed_line(const Explanation *explanation, const Change *change)
{
    g_autoptr(Scenario) changed = edit_apply(explanation->scenario, &change->edit);
    GString *text;

    if (change->kind == CHANGE_REMOVAL || change->kind == CHANGE_TIME || !changed
        || (change->edit.kind == EDIT_DROP_ANSWERS
            && changed->lines->len < explanation->scenario->lines->len)) {
        return NULL;
    }
    text = g_string_new(NULL);
    step_print(edit_step_at(changed, change->edit.line), text);
    return g_string_free(text, FALSE);
}

static void append_pair(const Explanation *explanation, GString *text)
{
    const Change *pair = explanation->pair;
    const char *passes = pair->is_good ? "it passes" : "this finding is gone";
    g_autofree char *after = changed_line(explanation, pair);
    g_autoptr(GString) before = g_string_new(NULL);

    step_print(edit_step_at(explanation->scenario, pair->edit.line), before);
    g_string_append_printf(text, "With \"%s\" (line %u) it fails, ", before->str,
                           pair->edit.line + 1);
    if (after) {
        g_string_append_printf(text, "with \"%s\" in its place %s.", after, passes);
    } else {
        g_string_append_printf(text, "%s %s.",
                               pair->kind == CHANGE_REMOVAL ? "without it" : pair->what, passes);
    }
}

char *explanation_summary(const Explanation *explanation)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%s%s%s", explanation->name, explanation->who ? " on " : "",
                           explanation->who ? explanation->who : "");
    if (explanation->line > 0) {
        g_string_append_printf(text, " at line %u", explanation->line);
    }
    g_string_append(text, ": ");
    append_lines_that_matter(explanation, text);
    if (explanation->pair) {
        append_pair(explanation, text);
    } else {
        g_string_append(text, "No single change makes the finding go.");
    }
    return report_printable(text->str);
}

/* As comment lines; a word that is longer than a line has one of its own. */
static void append_wrapped(GString *text, const char *words)
{
    g_auto(GStrv) all = g_strsplit(words, " ", -1);
    gsize width = 0;

    for (char **word = all; *word; word++) {
        gsize n = strlen(*word);

        if (width > 0 && width + 1 + n > MAX_WIDTH) {
            g_string_append_c(text, '\n');
            width = 0;
        }
        g_string_append_printf(text, "%s%s", width > 0 ? " " : "# ", *word);
        width += n + (width > 0 ? 1 : 2);
    }
    g_string_append_c(text, '\n');
}

void explanation_print(const Explanation *explanation, GString *text)
{
    g_autofree char *summary = explanation_summary(explanation);

    append_scenario(explanation, text);
    g_string_append_c(text, '\n');
    append_wrapped(text, summary);
}

/* ---- for machines ------------------------------------------------------------------------ */

static void add_string(JsonBuilder *builder, const char *name, const char *text)
{
    g_autofree char *printable = text ? report_printable(text) : NULL;

    json_builder_set_member_name(builder, name);
    if (printable) {
        json_builder_add_string_value(builder, printable);
    } else {
        json_builder_add_null_value(builder);
    }
}

static void add_number(JsonBuilder *builder, const char *name, gint64 number)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, number);
}

static void add_change(JsonBuilder *builder, const Change *change)
{
    json_builder_begin_object(builder);
    add_number(builder, "line", change->edit.line + 1);
    add_string(builder, "change", change->what);
    add_string(builder, "outcome", outcome_name(change->outcome));
    add_string(builder, "other", change->other);
    json_builder_end_object(builder);
}

static void add_lines(JsonBuilder *builder, const Explanation *explanation)
{
    json_builder_set_member_name(builder, "steps");
    json_builder_begin_array(builder);
    for (guint begin = 0, end; begin < explanation->changes->len; begin = end) {
        unsigned line = change_at(explanation, begin)->edit.line;
        g_autoptr(GString) step = g_string_new(NULL);

        end = end_of_line(explanation, begin);
        step_print(edit_step_at(explanation->scenario, line), step);
        json_builder_begin_object(builder);
        add_number(builder, "line", line + 1);
        add_string(builder, "step", step->str);
        json_builder_set_member_name(builder, "matters");
        json_builder_add_boolean_value(builder, change_at(explanation, begin)->outcome
                                                != OUTCOME_SAME);
        json_builder_set_member_name(builder, "changes");
        json_builder_begin_array(builder);
        for (guint i = begin; i < end; i++) {
            add_change(builder, change_at(explanation, i));
        }
        json_builder_end_array(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_finding(JsonBuilder *builder, const Explanation *explanation)
{
    json_builder_set_member_name(builder, "finding");
    json_builder_begin_object(builder);
    add_string(builder, "name", explanation->name);
    add_string(builder, "who", explanation->who);
    add_number(builder, "line", explanation->line);
    add_string(builder, "message", explanation->message);
    json_builder_end_object(builder);
}

void explanation_print_json(const Explanation *explanation, GString *text)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *summary = explanation_summary(explanation);

    json_builder_begin_object(builder);
    add_string(builder, "file", explanation->scenario->path);
    add_finding(builder, explanation);
    add_lines(builder, explanation);
    json_builder_set_member_name(builder, "pair");
    if (explanation->pair) {
        add_change(builder, explanation->pair);
    } else {
        json_builder_add_null_value(builder);
    }
    add_string(builder, "summary", summary);
    add_number(builder, "runs", explanation->n_runs);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    json_generator_to_gstring(generator, text);
    g_string_append_c(text, '\n');
}
