/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schedule of a scenario that is made smaller: all of it goes, else as much as can.
 */
#include <string.h>

#include "harness/mirror.h"
#include "harness/scenario/schedule.h"
#include "harness/shrink/shrink-private.h"

/* A schedule that is drawn from a seed is another one when a step goes; what was drawn is not. */
static void record_schedule(Shrinker *shrinker)
{
    SimRecord *mirror = mirror_new(MIRROR_DEFAULT_ANSWERS);
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_autofree char *text = NULL;
    RunResult result;

    shrinker->trials.mirror = mirror;
    g_ptr_array_add(alone, shrinker->best);
    trials_run(&shrinker->trials, alone, &result);
    shrinker->trials.mirror = NULL;
    shrinker->result->n_runs++;
    result.schedule = mirror_print(mirror);
    text = result.schedule ? run_recorded_scenario(shrinker->best, &result, NULL) : NULL;
    if (text) {
        shrinker_try_one(shrinker, scenario_parse(shrinker->best->path, text, strlen(text), NULL));
    }
    run_result_clear(&result);
    mirror_free(mirror);
}

static unsigned count_answers(const Scenario *scenario)
{
    unsigned n = 0;

    for (guint i = 0; i < scenario->lines->len; i++) {
        n = MAX(n, edit_step_at(scenario, i)->args[1].n_answers);
    }
    return n;
}

/* The lines of the schedule that are not its answers: who draws them. */
static bool has_scheduler(const Scenario *scenario)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (schedule_is_part(step) && step->args[1].n_answers == 0) {
            return true;
        }
    }
    return false;
}

void shrinker_shrink_schedule(Shrinker *shrinker)
{
    g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));
    unsigned at = 0, n = 0;
    Edit edit = { EDIT_BARE_ANSWERS, .line = 0 };

    while (n < shrinker->best->lines->len
           && edit_step_at(shrinker->best, n)->kind->is_heading) {
        n++;
    }
    for (unsigned i = 0; i < n; i++) {
        if (schedule_is_part(edit_step_at(shrinker->best, i))) {
            Edit all = { EDIT_REMOVE, .line = i, .to = n - 1 };

            g_array_append_val(edits, all);
            break;
        }
    }
    if (edits->len == 0 || shrinker_try_edits(shrinker, edits, &at)) {
        return;
    }
    if (has_scheduler(shrinker->best)) {
        record_schedule(shrinker);
    }
    for (unsigned chunk = count_answers(shrinker->best) / 2; chunk > 1; chunk /= 2) {
        shrinker_run_pass(shrinker, pass_answers, chunk);
    }
    g_array_set_size(edits, 0);
    g_array_append_val(edits, edit);
    at = 0;
    shrinker_try_edits(shrinker, edits, &at);
}
