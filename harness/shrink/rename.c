/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plainest names: scsi0, pbs1, b0, w1, in the order in which they come up.
 */
#include <string.h>

#include "harness/shrink/passes.h"

typedef struct Renaming {
    const char *old;            /* borrowed from the scenario that is renamed */
    char *new;
} Renaming;

typedef struct Names {
    GArray *drives;             /* of Renaming */
    GArray *others;             /* targets and bitmaps */
    GArray *labels;
    unsigned n_targets;
    unsigned n_bitmaps;
} Names;

static void clear_renaming(gpointer opaque)
{
    g_free(((Renaming *) opaque)->new);
}

static GArray *renamings_new(void)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(Renaming));

    g_array_set_clear_func(array, clear_renaming);
    return array;
}

static const char *find_new(const GArray *renamings, const char *old, gsize n_bytes)
{
    for (guint i = 0; i < renamings->len; i++) {
        const Renaming *renaming = &g_array_index(renamings, Renaming, i);

        if (strlen(renaming->old) == n_bytes && strncmp(renaming->old, old, n_bytes) == 0) {
            return renaming->new;
        }
    }
    return NULL;
}

/* Takes @new. */
static void add(GArray *renamings, const char *old, char *new)
{
    Renaming renaming = { old, new };

    g_array_append_val(renamings, renaming);
}

static bool is_bitmap(const Scenario *scenario, const char *name)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        for (unsigned arg = 0; step && arg < step_n_args(step); arg++) {
            if (role_of(&step->kind->args[arg]) == NAME_BITMAP && step->args[arg].text
                && strcmp(step->args[arg].text, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A target that is called as a bitmap is called as a bitmap. */
static void see_name(const Scenario *scenario, const char *name, Names *names)
{
    if (find_new(names->others, name, strlen(name))) {
        return;
    }
    add(names->others, name, is_bitmap(scenario, name)
                             ? g_strdup_printf("b%u", names->n_bitmaps++)
                             : g_strdup_printf("pbs%u", ++names->n_targets));
}

static void see_step(const Scenario *scenario, const Step *step, Names *names)
{
    if (step_is(step, "drive")) {
        add(names->drives, step->args[0].text, g_strdup_printf("scsi%u", names->drives->len));
    }
    if (step->label) {
        add(names->labels, step->label, g_strdup_printf("w%u", names->labels->len + 1));
    }
    for (unsigned i = 0; i < step_n_args(step); i++) {
        NameRole role = role_of(&step->kind->args[i]);

        if (step->args[i].text && (role == NAME_TARGET || role == NAME_BITMAP)) {
            see_name(scenario, step->args[i].text, names);
        }
    }
}

static char *rename_list(const char *list, const GArray *drives)
{
    GString *text = g_string_new(NULL);
    const char *item, *at = list;
    gsize n_bytes;

    while ((item = drives_next_item(&at, &n_bytes))) {
        const char *new = find_new(drives, item, n_bytes);

        if (item != list) {
            g_string_append_c(text, item[-1]);
        }
        if (new) {
            g_string_append(text, new);
        } else {
            g_string_append_len(text, item, n_bytes);
        }
    }
    return g_string_free(text, FALSE);
}

static char *rename_arg(const Names *names, NameRole role, const char *text)
{
    const GArray *array = role == NAME_DRIVE ? names->drives
        : role == NAME_LABEL ? names->labels : names->others;
    const char *new;

    if (role == NAME_DRIVES) {
        return rename_list(text, names->drives);
    }
    new = find_new(array, text, strlen(text));
    return g_strdup(new ? new : text);
}

static void rename_step(const Names *names, Step *step)
{
    if (step->label) {
        char *label = rename_arg(names, NAME_LABEL, step->label);

        g_free(step->label);
        step->label = label;
    }
    for (unsigned i = 0; i < step_n_args(step); i++) {
        NameRole role = role_of(&step->kind->args[i]);

        if (role != NAME_NONE && step->args[i].text) {
            char *text = rename_arg(names, role, step->args[i].text);

            g_free(step->args[i].text);
            step->args[i].text = text;
        }
    }
}

Scenario *passes_rename(const Scenario *scenario)
{
    g_autoptr(Scenario) copy = edit_without_comments(scenario);
    g_autoptr(GString) text = g_string_new(NULL);
    Names names = { renamings_new(), renamings_new(), renamings_new(), 0, 0 };

    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step) {
            see_step(scenario, step, &names);
        }
    }
    for (guint i = 0; i < copy->lines->len; i++) {
        rename_step(&names, &g_array_index(copy->lines, ScenarioLine, i).step);
    }
    scenario_print(copy, text);
    g_array_unref(names.drives);
    g_array_unref(names.others);
    g_array_unref(names.labels);
    return scenario_parse(scenario->path, text->str, text->len, NULL);
}
