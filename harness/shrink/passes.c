/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be taken away from a scenario, or be said in a plainer way.
 */
#include "harness/shrink/passes.h"

#include <string.h>

/* 12 steps have 66 pairs. */
#define MAX_STEPS_IN_PAIRS 12

static void add(GArray *edits, Edit edit)
{
    g_array_append_val(edits, edit);
}

/* It goes last, when it is known whether a command fails in what is left. */
static bool is_kept_for_now(const Step *step)
{
    return !step || step_is(step, "allow errors");
}

static bool is_first_of_target(const Scenario *scenario, unsigned line, const char *target)
{
    for (unsigned i = 0; i < line; i++) {
        const Step *step = edit_step_at(scenario, i);
        const char *its_target = step ? step_name(step, NAME_TARGET) : NULL;

        if (its_target && strcmp(its_target, target) == 0) {
            return false;
        }
    }
    return true;
}

void pass_groups(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);
        const char *target = step ? step_name(step, NAME_TARGET) : NULL;

        if (step && step_is(step, "drive")) {
            add(edits, (Edit) { EDIT_REMOVE, .line = i, .to = i });
        } else if (target && is_first_of_target(scenario, i, target)) {
            add(edits, (Edit) { EDIT_REMOVE_TARGET, .line = i });
        }
    }
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step_is(step, "setup")) {
            add(edits, (Edit) { EDIT_REMOVE_ACCESS, .line = i });
        }
    }
}

void pass_chunks(const Scenario *scenario, unsigned chunk, GArray *edits)
{
    unsigned n = scenario->lines->len;

    for (unsigned i = 0; i < n; i += chunk) {
        if (!is_kept_for_now(edit_step_at(scenario, i))) {
            add(edits, (Edit) { EDIT_REMOVE, .line = i, .to = MIN(i + chunk, n) - 1 });
        } else if (chunk > 1 && i + 1 < n) {
            add(edits, (Edit) { EDIT_REMOVE, .line = i + 1, .to = MIN(i + chunk, n) - 1 });
        }
    }
}

void pass_pairs(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    unsigned n = scenario->lines->len;

    for (unsigned i = 0; n <= MAX_STEPS_IN_PAIRS && i < n; i++) {
        for (unsigned j = i + 1; j < n; j++) {
            if (!is_kept_for_now(edit_step_at(scenario, i))
                && !is_kept_for_now(edit_step_at(scenario, j))) {
                add(edits, (Edit) { EDIT_REMOVE_TWO, .line = i, .to = j });
            }
        }
    }
}

void pass_options(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        for (unsigned arg = 0; step && arg < step_n_args(step); arg++) {
            if (step->kind->args[arg].optional && step->args[arg].present) {
                add(edits, (Edit) { EDIT_DROP_OPTION, .line = i, .arg = arg });
            }
        }
    }
}

static unsigned count_items(const char *list)
{
    const char *at = list;
    unsigned n = 0;
    gsize n_bytes;

    while (drives_next_item(&at, &n_bytes)) {
        n++;
    }
    return n;
}

void pass_items(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        for (unsigned arg = 0; step && arg < step_n_args(step); arg++) {
            const ArgSpec *spec = &step->kind->args[arg];
            unsigned n = spec->type == ARG_DRIVES ? count_items(step->args[arg].text) : 0;

            for (unsigned item = 0; n > 1 && item < n; item++) {
                add(edits, (Edit) { EDIT_DROP_ITEM, .line = i, .arg = arg, .value = item });
            }
        }
    }
}

void pass_answers(const Scenario *scenario, unsigned chunk, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        for (unsigned arg = 0; step && arg < step_n_args(step); arg++) {
            for (uint32_t k = 0; k < step->args[arg].n_answers; k += chunk) {
                add(edits, (Edit) { EDIT_DROP_ANSWERS, .line = i, .arg = arg, .value = k,
                                    .to = k + chunk - 1 });
            }
        }
    }
}

static bool is_request(const Step *step)
{
    return step_is(step, "write") || step_is(step, "zero") || step_is(step, "discard");
}

static bool can_merge(const Step *step, const Step *other)
{
    return strcmp(step->kind->words, other->kind->words) == 0
        && strcmp(step->args[0].text, other->args[0].text) == 0;
}

/* The next request after this one, nothing but requests being between. */
static void add_merges(const Scenario *scenario, unsigned line, GArray *edits)
{
    const Step *step = edit_step_at(scenario, line);

    for (unsigned i = line + 1; i < scenario->lines->len; i++) {
        const Step *other = edit_step_at(scenario, i);

        if (!other || !is_request(other)) {
            return;
        }
        if (can_merge(step, other)) {
            add(edits, (Edit) { EDIT_MERGE, .line = line, .to = i });
            return;
        }
    }
}

void pass_plain(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step->label) {
            add(edits, (Edit) { EDIT_UNLABEL, .line = i });
        }
        if (step && is_request(step)) {
            add_merges(scenario, i, edits);
            if (!step_is(step, "write")) {
                add(edits, (Edit) { EDIT_SET_KIND, .line = i, .words = "write" });
            }
        }
    }
}
