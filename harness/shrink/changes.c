/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What could be otherwise in a scenario, step by step.
 */
#include "harness/shrink/explain.h"

#include <string.h>

#define CHUNK_BYTES (4u * 1024 * 1024)

typedef struct Lister {
    const Scenario *scenario;
    GArray *changes;
    unsigned line;
    const Step *step;           /* of that line */
} Lister;

/* Takes @what. */
static void add(const Lister *lister, ChangeKind kind, Edit edit, char *what)
{
    Change change = { .kind = kind, .edit = edit, .what = what };

    change.edit.line = lister->line;
    g_array_append_val(lister->changes, change);
}

static char *show_option(const Step *step, unsigned arg)
{
    Step alone = { .kind = step->kind };
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) bare = g_string_new(NULL);

    /* All but this option is what the step has without any. */
    memcpy(alone.args, step->args, sizeof(alone.args));
    for (unsigned i = 0; i < step_n_args(step); i++) {
        alone.args[i].present = alone.args[i].present && !step->kind->args[i].optional;
    }
    step_print(&alone, bare);
    alone.args[arg].present = true;
    step_print(&alone, text);
    return g_strdup_printf("without%s", text->str + bare->len);
}

static void add_options(const Lister *lister)
{
    for (unsigned i = 0; i < step_n_args(lister->step); i++) {
        if (lister->step->kind->args[i].optional && lister->step->args[i].present) {
            add(lister, CHANGE_OPTION, (Edit) { EDIT_DROP_OPTION, .arg = i },
                show_option(lister->step, i));
        }
    }
}

/* Each as it would be without being written down: the answer of the scheduler, or first-come. */
static void add_answers(const Lister *lister)
{
    for (unsigned i = 0; i < step_n_args(lister->step); i++) {
        for (unsigned k = 0; k < lister->step->args[i].n_answers; k++) {
            add(lister, CHANGE_OPTION,
                (Edit) { EDIT_DROP_ANSWERS, .arg = i, .value = k, .to = k },
                g_strdup_printf("without answer %u",
                                lister->step->args[i].answers[k].question));
        }
    }
}

/* "success|failure": the one that it is not.  Of three or more there is no opposite. */
static void add_opposites(const Lister *lister)
{
    for (unsigned i = 0; i < step_n_args(lister->step); i++) {
        const ArgSpec *spec = &lister->step->kind->args[i];
        const char *bar = spec->type == ARG_WORD ? strchr(spec->choices, '|') : NULL;
        bool is_first = lister->step->args[i].number == 0;

        if (bar && !strchr(bar + 1, '|') && !spec->optional) {
            add(lister, CHANGE_WORD, (Edit) { EDIT_SET_NUMBER, .arg = i, .value = is_first },
                is_first ? g_strdup_printf("with %s", bar + 1)
                         : g_strdup_printf("with %.*s", (int) (bar - spec->choices),
                                           spec->choices));
        }
    }
}

static void add_items(const Lister *lister)
{
    for (unsigned i = 0; i < step_n_args(lister->step); i++) {
        const char *at = lister->step->args[i].text, *item;
        gsize n_bytes;

        if (lister->step->kind->args[i].type != ARG_DRIVES || !strpbrk(at, ",;:")) {
            continue;
        }
        for (unsigned n = 0; (item = drives_next_item(&at, &n_bytes)); n++) {
            add(lister, CHANGE_PLACE, (Edit) { EDIT_DROP_ITEM, .arg = i, .value = n },
                g_strdup_printf("without %.*s", (int) n_bytes, item));
        }
    }
}

static const char *find_other_drive(const Scenario *scenario, const char *drive)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step_is(step, "drive") && strcmp(step->args[0].text, drive) != 0) {
            return step->args[0].text;
        }
    }
    return NULL;
}

static void add_places(const Lister *lister)
{
    for (unsigned i = 0; i < step_n_args(lister->step); i++) {
        const ArgSpec *spec = &lister->step->kind->args[i];
        const StepArg *arg = &lister->step->args[i];
        const char *other = spec->type == ARG_DRIVE && arg->text
            && !step_is(lister->step, "drive")
            ? find_other_drive(lister->scenario, arg->text) : NULL;

        if (strcmp(spec->name, "offset") == 0) {
            add(lister, CHANGE_PLACE,
                (Edit) { EDIT_SET_NUMBER, .arg = i, .value = arg->number + CHUNK_BYTES },
                g_strdup("one chunk further"));
        }
        if (other) {
            add(lister, CHANGE_PLACE, (Edit) { EDIT_SET_TEXT, .arg = i, .words = other },
                g_strdup_printf("on %s", other));
        }
    }
    if (lister->step->label) {
        add(lister, CHANGE_PLACE, (Edit) { .kind = EDIT_UNLABEL }, g_strdup("waited for"));
    }
}

/* The nearest line with a step in this direction; @line itself: there is none. */
static unsigned find_neighbour(const Scenario *scenario, unsigned line, int direction)
{
    for (gint64 i = (gint64) line + direction; i >= 0 && i < scenario->lines->len;
         i += direction) {
        if (edit_step_at(scenario, i)) {
            return i;
        }
    }
    return line;
}

static void add_times(const Lister *lister)
{
    unsigned before = find_neighbour(lister->scenario, lister->line, -1);
    unsigned behind = find_neighbour(lister->scenario, lister->line, 1);

    if (before != lister->line) {
        add(lister, CHANGE_TIME, (Edit) { EDIT_MOVE, .to = before }, g_strdup("one step earlier"));
    }
    if (behind != lister->line) {
        add(lister, CHANGE_TIME, (Edit) { EDIT_MOVE, .to = behind }, g_strdup("one step later"));
    }
}

/* Expectations change nothing; but without them, who knows what they hold up. */
static void add_step(const Lister *lister)
{
    add(lister, CHANGE_REMOVAL, (Edit) { EDIT_REMOVE, .to = lister->line },
        g_strdup("without it"));
    if (!step_is_expectation(lister->step)) {
        add_opposites(lister);
        add_options(lister);
        add_answers(lister);
        add_times(lister);
        add_places(lister);
        add_items(lister);
    }
}

static void clear_change(gpointer opaque)
{
    Change *change = opaque;

    g_free(change->what);
    g_free(change->other);
}

GArray *explain_list_changes(const Scenario *scenario)
{
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(Change));

    g_array_set_clear_func(changes, clear_change);
    for (guint i = 0; i < scenario->lines->len; i++) {
        Lister lister = { scenario, changes, i, edit_step_at(scenario, i) };

        if (lister.step) {
            add_step(&lister);
        }
    }
    return changes;
}
