/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sequences as scenarios without parsing each: every action was parsed once at every position.
 */
#include "harness/explore/explore.h"

#include <string.h>

static void print_head(const ExploreBound *bound, GString *text)
{
    g_string_append(text, "bax 1\nallow errors\n");
    for (unsigned i = 0; i < bound->n_drives; i++) {
        g_string_append_printf(text, "drive %s %uM\n", action_drive_name(i),
                               (unsigned) (bound->n_chunks * EXPLORE_CHUNK_BYTES >> 20));
    }
}

static Scenario *parse(const GString *text)
{
    g_autoptr(GError) error = NULL;
    Scenario *scenario = scenario_parse("explored.scn", text->str, text->len, &error);

    if (!scenario) {
        g_error("%s", error->message);
    }
    return scenario;
}

/* ---- text -------------------------------------------------------------------------- */

Scenario *explore_scenario(const Explore *explore, const ExploreNode *node)
{
    g_autoptr(GString) text = g_string_new(NULL);

    print_head(&explore->bound, text);
    for (unsigned i = 0; i < node->n_steps; i++) {
        action_print(&explore->alphabet, alphabet_at(&explore->alphabet, node->steps[i]), i,
                     text);
    }
    return parse(text);
}

/* ---- lines ---------------------------------------------------------------------------- */

/* Its last lines are those of @action at @position; a release wants a write before it. */
static Scenario *parse_action(const Explore *explore, const Action *action, unsigned position)
{
    g_autoptr(GString) text = g_string_new(NULL);

    print_head(&explore->bound, text);
    if (action->kind == ACTION_RELEASE) {
        Action write = { .kind = ACTION_WRITE, .fault = ACTION_NO_FAULT, .hold = 1 };

        action_print(&explore->alphabet, &write, action->step, text);
    }
    action_print(&explore->alphabet, action, position, text);
    return parse(text);
}

void explore_lines_open(ExploreLines *lines, const Explore *explore)
{
    g_autoptr(GString) text = g_string_new(NULL);

    print_head(&explore->bound, text);
    lines->head = parse(text);
    lines->actions = g_ptr_array_new_with_free_func((GDestroyNotify) scenario_free);
    for (unsigned position = 0; position < explore->bound.depth; position++) {
        for (guint i = 0; i < explore->alphabet.actions->len; i++) {
            g_ptr_array_add(lines->actions, parse_action(explore, alphabet_at(&explore->alphabet,
                                                                              i), position));
        }
    }
}

void explore_lines_close(ExploreLines *lines)
{
    scenario_free(lines->head);
    g_ptr_array_unref(lines->actions);
}

static void append(GArray *to, const Scenario *from, guint first)
{
    for (guint i = first; i < from->lines->len; i++) {
        ScenarioLine line = g_array_index(from->lines, ScenarioLine, i);

        line.step.line = to->len + 1;
        g_array_append_val(to, line);
    }
}

static void append_step(const Explore *explore, const ExploreNode *node, unsigned position,
                        GArray *to)
{
    unsigned index = node->steps[position];
    const Action *action = alphabet_at(&explore->alphabet, index);
    const Scenario *from = g_ptr_array_index(explore->lines.actions,
                                             position * explore->alphabet.actions->len + index);

    append(to, from, from->lines->len - (action->fault == ACTION_NO_FAULT ? 1 : 2));
}

void explore_lines_join(const Explore *explore, const ExploreNode *node, Scenario *ret_scenario)
{
    g_array_set_size(ret_scenario->lines, 0);
    append(ret_scenario->lines, explore->lines.head, 0);
    for (unsigned i = 0; i < node->n_steps; i++) {
        append_step(explore, node, i, ret_scenario->lines);
    }
}

void explore_lines_join_last(const Explore *explore, const ExploreNode *node, guint n_lines,
                             Scenario *ret_scenario)
{
    g_array_set_size(ret_scenario->lines, n_lines);
    append_step(explore, node, node->n_steps - 1, ret_scenario->lines);
}
