/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small changes of a scenario, and the scenarios that they give.
 *
 * Copies go by way of the text: what is printed and read again is what a user would have, with
 * the lines numbered anew and every rule of the language looked at.
 */
#include "harness/shrink/edit.h"

#include <string.h>

#include "harness/scenario/schedule.h"
#include "harness/shrink/edit-private.h"

const Step *edit_step_at(const Scenario *scenario, unsigned line)
{
    const ScenarioLine *at = &g_array_index(scenario->lines, ScenarioLine, line);

    return at->has_step ? &at->step : NULL;
}

unsigned edit_n_steps(const Scenario *scenario)
{
    unsigned n = 0;

    for (guint i = 0; i < scenario->lines->len; i++) {
        n += edit_step_at(scenario, i) && !schedule_is_part(edit_step_at(scenario, i));
    }
    return n;
}

static Scenario *print_and_parse(const Scenario *scenario)
{
    g_autoptr(GString) text = g_string_new(NULL);

    scenario_print(scenario, text);
    return scenario_parse(scenario->path, text->str, text->len, NULL);
}

Scenario *edit_without_comments(const Scenario *scenario)
{
    g_autoptr(Scenario) copy = print_and_parse(scenario);

    for (guint i = copy->lines->len; i-- > 0; ) {
        ScenarioLine *line = &g_array_index(copy->lines, ScenarioLine, i);

        if (line->has_step) {
            g_clear_pointer(&line->comment, g_free);
        } else {
            g_array_remove_index(copy->lines, i);
        }
    }
    return print_and_parse(copy);
}

static void insert_allow_errors(Scenario *scenario)
{
    static const char words[] = "allow errors\n";
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Scenario) changed = NULL;
    GArray *lines;
    gsize at = 0;

    /* "bax 1" stays in front. */
    scenario_print(scenario, text);
    if (g_str_has_prefix(text->str, "bax ")) {
        at = strcspn(text->str, "\n") + 1;
    }
    g_string_insert_len(text, at, words, strlen(words));
    changed = scenario_parse(scenario->path, text->str, text->len, NULL);
    if (changed) {
        lines = scenario->lines;
        scenario->lines = changed->lines;
        changed->lines = lines;
    }
}

static bool drop_expectations(Scenario *scenario, const Edit *edit)
{
    g_autofree bool *gone = g_new0(bool, scenario->lines->len);

    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        gone[i] = step && i != edit->line
            && (step_is_expectation(step) || step_is(step, "allow errors"));
    }
    edit_remove_marked(scenario, gone);
    if (edit->kind == EDIT_ALLOW_ERRORS) {
        insert_allow_errors(scenario);
    }
    return true;
}

/* In place; false: it makes no sense. */
static bool change(Scenario *scenario, const Edit *edit)
{
    switch (edit->kind) {
    case EDIT_REMOVE:
    case EDIT_REMOVE_TWO:
    case EDIT_REMOVE_TARGET:
    case EDIT_REMOVE_ACCESS:
        return edit_remove(scenario, edit);
    case EDIT_ALLOW_ERRORS:
    case EDIT_DROP_EXPECTATIONS:
        return drop_expectations(scenario, edit);
    default:
        return edit_change_step(scenario, edit);
    }
}

Scenario *edit_apply(const Scenario *scenario, const Edit *edit)
{
    g_autoptr(Scenario) copy = print_and_parse(scenario);

    return copy && change(copy, edit) ? print_and_parse(copy) : NULL;
}
