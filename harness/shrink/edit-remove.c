/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps go, and with them what cannot be without them.
 */
#include <string.h>

#include "harness/shrink/edit-private.h"

typedef struct Removal {
    const Scenario *scenario;
    bool *gone;
    GPtrArray *drives;          /* of const char *: names that are no more */
    GPtrArray *labels;
} Removal;

static bool is_in(const GPtrArray *names, const char *name, gsize n_bytes)
{
    for (guint i = 0; i < names->len; i++) {
        const char *gone = g_ptr_array_index(names, i);

        if (strlen(gone) == n_bytes && strncmp(gone, name, n_bytes) == 0) {
            return true;
        }
    }
    return false;
}

/* The list without the drives that are no more; NULL: none of it is left.  The caller's. */
static char *shorten_list(const char *list, const GPtrArray *drives)
{
    GString *text = g_string_new(NULL);
    const char *item, *at = list;
    unsigned n_kept = 0;
    gsize n_bytes;

    while ((item = drives_next_item(&at, &n_bytes))) {
        if (!is_in(drives, item, n_bytes)) {
            if (n_kept++ > 0) {
                g_string_append_c(text, item[-1]);
            }
            g_string_append_len(text, item, n_bytes);
        }
    }
    return g_string_free(text, n_kept == 0);
}

static bool depends(const Removal *removal, const Step *step)
{
    bool declares = step_is(step, "drive");

    for (unsigned i = 0; i < step_n_args(step); i++) {
        NameRole role = role_of(&step->kind->args[i]);
        const char *text = step->args[i].text;
        g_autofree char *list = NULL;

        if (!text || (declares && i == 0)) {
            continue;
        }
        if (role == NAME_DRIVES) {
            list = shorten_list(text, removal->drives);
        }
        if ((role == NAME_DRIVES && !list)
            || (role == NAME_DRIVE && is_in(removal->drives, text, strlen(text)))
            || (role == NAME_LABEL && is_in(removal->labels, text, strlen(text)))) {
            return true;
        }
    }
    return false;
}

/* Names are made before they are used, so that one walk is enough. */
static void mark(Removal *removal)
{
    for (guint i = 0; i < removal->scenario->lines->len; i++) {
        const Step *step = edit_step_at(removal->scenario, i);

        if (!step || !(removal->gone[i] || depends(removal, step))) {
            continue;
        }
        removal->gone[i] = true;
        if (step->label) {
            g_ptr_array_add(removal->labels, step->label);
        }
        if (step_is(step, "drive")) {
            g_ptr_array_add(removal->drives, step->args[0].text);
        }
    }
}

void edit_mark_dependents(const Scenario *scenario, bool *gone)
{
    g_autoptr(GPtrArray) drives = g_ptr_array_new();
    g_autoptr(GPtrArray) labels = g_ptr_array_new();

    mark(&(Removal) { scenario, gone, drives, labels });
}

/* Of a list in front of its drives all may go; it stays as it is then, since it needs none. */
static void shorten_lists_of(Step *step, const GPtrArray *drives)
{
    for (unsigned i = 0; i < step_n_args(step); i++) {
        if (role_of(&step->kind->args[i]) == NAME_DRIVES && step->args[i].text) {
            char *list = shorten_list(step->args[i].text, drives);

            if (list) {
                g_free(step->args[i].text);
                step->args[i].text = list;
            }
        }
    }
}

void edit_remove_marked(Scenario *scenario, bool *gone)
{
    g_autoptr(GPtrArray) drives = g_ptr_array_new_with_free_func(g_free);
    GArray *lines = scenario->lines;

    edit_mark_dependents(scenario, gone);
    for (guint i = 0; i < lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (gone[i] && step && step_is(step, "drive")) {
            g_ptr_array_add(drives, g_strdup(step->args[0].text));
        }
    }
    for (guint i = lines->len; i-- > 0; ) {
        ScenarioLine *line = &g_array_index(lines, ScenarioLine, i);

        if (gone[i]) {
            g_array_remove_index(lines, i);
        } else if (line->has_step && drives->len > 0) {
            shorten_lists_of(&line->step, drives);
        }
    }
}

static bool is_of_target(const Step *step, const char *target)
{
    const char *its_target = step ? step_name(step, NAME_TARGET) : NULL;

    return its_target && strcmp(its_target, target) == 0;
}

/* From a setup on, all steps of its target up to the teardown that ends it. */
static void mark_access(const Scenario *scenario, unsigned line, const char *target, bool *gone)
{
    bool is_over = false;

    for (guint i = line; i < scenario->lines->len && !is_over; i++) {
        const Step *step = edit_step_at(scenario, i);

        gone[i] = is_of_target(step, target);
        is_over = gone[i] && step_is(step, "teardown");
    }
}

bool edit_remove(Scenario *scenario, const Edit *edit)
{
    g_autofree bool *gone = g_new0(bool, scenario->lines->len);
    const Step *step = edit_step_at(scenario, edit->line);
    const char *target = step ? step_name(step, NAME_TARGET) : NULL;
    bool needs_target = edit->kind == EDIT_REMOVE_TARGET || edit->kind == EDIT_REMOVE_ACCESS;

    if (needs_target && !target) {
        return false;
    }
    if (edit->kind == EDIT_REMOVE_ACCESS) {
        mark_access(scenario, edit->line, target, gone);
    }
    for (guint i = 0; i < scenario->lines->len; i++) {
        if (edit->kind == EDIT_REMOVE_TARGET) {
            gone[i] = is_of_target(edit_step_at(scenario, i), target);
        } else if (edit->kind == EDIT_REMOVE) {
            gone[i] = i >= edit->line && i <= edit->to;
        } else if (edit->kind == EDIT_REMOVE_TWO) {
            gone[i] = i == edit->line || i == edit->to;
        }
    }
    edit_remove_marked(scenario, gone);
    return true;
}
