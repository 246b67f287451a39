/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step is changed, or moved.
 */
#include <string.h>

#include "harness/shrink/edit-private.h"

static Step *step_at(Scenario *scenario, unsigned line)
{
    return (Step *) edit_step_at(scenario, line);
}

static unsigned find_arg(const Step *step, const char *name)
{
    unsigned i = 0;

    while (i < step_n_args(step) && strcmp(step->kind->args[i].name, name) != 0) {
        i++;
    }
    return i;
}

static bool drop_option(Step *step, unsigned arg)
{
    bool is_there = step->kind->args[arg].optional && step->args[arg].present;

    step->args[arg].present = false;
    return is_there;
}

/* What waits for the step or looks at it goes: it is over before the next one begins. */
static bool unlabel(Scenario *scenario, unsigned line)
{
    Step *step = step_at(scenario, line);
    g_autofree bool *gone = g_new0(bool, scenario->lines->len);
    unsigned hold = find_arg(step, "hold");

    if (!step->label) {
        return false;
    }
    if (hold < step_n_args(step)) {
        drop_option(step, hold);
    }
    gone[line] = true;
    edit_mark_dependents(scenario, gone);
    gone[line] = false;
    g_clear_pointer(&step->label, g_free);
    edit_remove_marked(scenario, gone);
    return true;
}

static const StepKind *find_kind(const char *words)
{
    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            if (strcmp(kind->words, words) == 0) {
                return kind;
            }
        }
    }
    return NULL;
}

static bool drop_item(Step *step, unsigned arg, uint64_t number)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *item, *at = step->args[arg].text;
    gsize n_bytes;

    for (uint64_t i = 0; (item = drives_next_item(&at, &n_bytes)); i++) {
        if (i != number) {
            g_string_append_len(text, item, n_bytes);
            g_string_append_c(text, ',');
        }
    }
    if (text->len == 0) {
        return false;
    }
    g_string_truncate(text, text->len - 1);
    g_free(step->args[arg].text);
    step->args[arg].text = g_strdup(text->str);
    return true;
}

static bool drop_answers(Scenario *scenario, const Edit *edit)
{
    StepArg *arg = &step_at(scenario, edit->line)->args[edit->arg];
    uint32_t begin = edit->value, end = MIN(edit->to + 1, arg->n_answers);

    if (begin >= end) {
        return false;
    }
    if (end - begin == arg->n_answers) {
        return edit_remove(scenario, &(Edit) { EDIT_REMOVE, .line = edit->line,
                                               .to = edit->line });
    }
    memmove(&arg->answers[begin], &arg->answers[end],
            (arg->n_answers - end) * sizeof(*arg->answers));
    arg->n_answers -= end - begin;
    return true;
}

/* They were true of the run that was recorded, of which less and less is left. */
static bool bare_answers(Scenario *scenario)
{
    bool is_changed = false;

    for (guint i = 0; i < scenario->lines->len; i++) {
        Step *step = step_at(scenario, i);

        for (unsigned arg = 0; step && arg < step_n_args(step); arg++) {
            for (uint32_t k = 0; k < step->args[arg].n_answers; k++) {
                step->args[arg].answers[k].n_alternatives = 0;
                step->args[arg].answers[k].event = SIM_ANSWER_ANY_EVENT;
                is_changed = true;
            }
        }
    }
    return is_changed;
}

/* Both have drive, offset and bytes in front. */
static bool merge(Scenario *scenario, const Edit *edit)
{
    Step *step = step_at(scenario, edit->line);
    const Step *other = edit_step_at(scenario, edit->to);
    uint64_t start = MIN(step->args[1].number, other->args[1].number);
    uint64_t end = MAX(step->args[1].number + step->args[2].number,
                       other->args[1].number + other->args[2].number);

    step->args[1].number = start;
    step->args[2].number = end - start;
    return edit_remove(scenario, &(Edit) { EDIT_REMOVE, .line = edit->to, .to = edit->to });
}

static bool move(Scenario *scenario, const Edit *edit)
{
    GArray *lines = scenario->lines;
    ScenarioLine moved = g_array_index(lines, ScenarioLine, edit->line);
    ScenarioLine *all = (ScenarioLine *) lines->data;

    if (edit->to > edit->line) {
        memmove(&all[edit->line], &all[edit->line + 1],
                (edit->to - edit->line) * sizeof(*all));
    } else {
        memmove(&all[edit->to + 1], &all[edit->to], (edit->line - edit->to) * sizeof(*all));
    }
    all[edit->to] = moved;
    return true;
}

static bool set_text(Step *step, const Edit *edit)
{
    g_free(step->args[edit->arg].text);
    step->args[edit->arg].text = g_strdup(edit->words);
    step->args[edit->arg].present = true;
    return true;
}

bool edit_change_step(Scenario *scenario, const Edit *edit)
{
    Step *step = step_at(scenario, edit->line);

    g_assert(step);
    switch (edit->kind) {
    case EDIT_DROP_OPTION:
        return drop_option(step, edit->arg);
    case EDIT_DROP_ITEM:
        return drop_item(step, edit->arg, edit->value);
    case EDIT_DROP_ANSWERS:
        return drop_answers(scenario, edit);
    case EDIT_BARE_ANSWERS:
        return bare_answers(scenario);
    case EDIT_UNLABEL:
        return unlabel(scenario, edit->line);
    case EDIT_SET_KIND:
        step->kind = find_kind(edit->words);
        return step->kind != NULL;
    case EDIT_MERGE:
        return merge(scenario, edit);
    case EDIT_SET_NUMBER:
        step->args[edit->arg].number = edit->value;
        step->args[edit->arg].present = true;
        return true;
    case EDIT_SET_TEXT:
        return set_text(step, edit);
    case EDIT_MOVE:
        return move(scenario, edit);
    default:
        g_assert_not_reached();
    }
}
