/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest scenario with the same finding: candidates are tried, the first that keeps the
 * finding becomes the scenario, and so on until none does.
 */
#include "harness/shrink/shrink.h"

#include <string.h>

#include "harness/shrink/shrink-private.h"

/* Of candidates that are tried at once; see candidates.c. */
#define MAX_BATCH 64
#define MAX_CRASHING_BATCH 8
#define MAX_HANGING_BATCH 2

/* ---- passes ------------------------------------------------------------------------ */

static bool run_all_passes(Shrinker *shrinker)
{
    static PassFunc *const passes[] = {
        pass_groups, pass_chunks, pass_pairs, pass_answers, pass_options, pass_items, pass_plain,
        pass_numbers,
    };
    bool is_smaller = false;

    for (gsize i = 0; i < G_N_ELEMENTS(passes); i++) {
        is_smaller = shrinker_run_pass(shrinker, passes[i], 1) || is_smaller;
    }
    return is_smaller;
}

static bool drop_allow_errors(Shrinker *shrinker)
{
    for (guint i = 0; i < shrinker->best->lines->len; i++) {
        if (step_is(edit_step_at(shrinker->best, i), "allow errors")) {
            return shrinker_try_one(shrinker, edit_apply(shrinker->best,
                                                &(Edit) { EDIT_REMOVE, .line = i, .to = i }));
        }
    }
    return false;
}

/* Until nothing changes any more: then every single removal has just been refused. */
static void shrink(Shrinker *shrinker)
{
    bool is_smaller;

    shrinker_shrink_schedule(shrinker);
    shrinker_run_pass(shrinker, pass_groups, 1);
    for (unsigned chunk = shrinker->best->lines->len / 2; chunk > 1; chunk /= 2) {
        shrinker_run_pass(shrinker, pass_chunks, chunk);
    }
    do {
        is_smaller = run_all_passes(shrinker)
            || drop_allow_errors(shrinker)
            || shrinker_try_one(shrinker, passes_rename(shrinker->best));
    } while (is_smaller && !shrinker_must_end(shrinker));
    shrinker->result->is_minimal = !shrinker_must_end(shrinker);
}

/* @kept: the line of the expectation that is broken, if that is the finding. */
static bool drop_expectations(Shrinker *shrinker, unsigned kept)
{
    const EditKind kinds[] = { EDIT_ALLOW_ERRORS, EDIT_DROP_EXPECTATIONS };
    g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));
    unsigned at = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Edit edit = { kinds[i], .line = kept };

        g_array_append_val(edits, edit);
    }
    return shrinker_try_edits(shrinker, edits, &at);
}

/* ---- the beginning and the end ------------------------------------------------------- */

/* The line number in the scenario without comments, from 0; UINT_MAX: none is meant. */
static unsigned line_of_expectation(const Scenario *scenario, const Finding *finding)
{
    unsigned n_steps = 0;

    if (strcmp(finding->name, "expectation") != 0) {
        return UINT_MAX;
    }
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step->line == finding->line) {
            return n_steps;
        }
        n_steps += step != NULL;
    }
    return UINT_MAX;
}

static void begin(Shrinker *shrinker, const Scenario *scenario, const RunResult *first,
                  const Finding *finding)
{
    shrinker->likeness = finding_likeness(scenario, finding);
    shrinker->max_batch = MAX_BATCH;
    if (strcmp(finding->name, "crash") == 0) {
        shrinker->max_batch = MAX_CRASHING_BATCH;
    } else if (strcmp(finding->name, "hang") == 0) {
        shrinker->max_batch = MAX_HANGING_BATCH;
    }
    trials_adapt(&shrinker->trials, finding);
    shrinker->result->n_steps_before = edit_n_steps(scenario);
    shrinker_see_others(shrinker, scenario, first, false);
    shrinker_adopt(shrinker, edit_without_comments(scenario), finding);
    shrinker->is_strict = true;
    shrinker->is_strict = drop_expectations(shrinker, line_of_expectation(scenario, finding))
        || !shrinker_breaks_expectations(shrinker, scenario, first);
}

static char *describe(const ShrinkResult *result)
{
    return g_strdup_printf("# Finds %s%s%s.\n", result->name, result->who ? " on " : "",
                           result->who ? result->who : "");
}

static void finish(Shrinker *shrinker)
{
    g_autofree char *title = describe(shrinker->result);
    g_autofree char *body = shrinker_text(shrinker->best);

    shrinker->result->text = g_strconcat(title, body, NULL);
    shrinker->result->n_steps = edit_n_steps(shrinker->best);
}

static void clear_other(gpointer opaque)
{
    ShrinkOther *other = opaque;

    g_free(other->name);
    g_free(other->who);
    g_free(other->text);
}

static void shrinker_clear(Shrinker *shrinker)
{
    scenario_free(shrinker->best);
    g_free(shrinker->likeness);
    g_hash_table_unref(shrinker->refused);
    g_hash_table_unref(shrinker->met);
}

bool shrink_scenario(const Scenario *scenario, const ShrinkOptions *options,
                     ShrinkResult *ret_result, GError **error)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    RunResult first;
    const Finding *finding;
    Shrinker shrinker = {
        .trials = options->trials,
        .max_runs = options->max_runs ? options->max_runs : SHRINK_MAX_RUNS,
        .must_stop = options->must_stop,
        .refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .met = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .result = ret_result,
    };

    *ret_result = (ShrinkResult) {
        .n_runs = 1,
        .others = g_array_new(FALSE, FALSE, sizeof(ShrinkOther)),
    };
    g_array_set_clear_func(ret_result->others, clear_other);
    g_ptr_array_add(alone, (gpointer) scenario);
    trials_run(&shrinker.trials, alone, &first);
    finding = finding_choose_or_fail(scenario, &first, options->finding, "shrink", error);
    if (finding) {
        begin(&shrinker, scenario, &first, finding);
        shrink(&shrinker);
        finish(&shrinker);
    } else {
        shrink_result_clear(ret_result);
    }
    run_result_clear(&first);
    shrinker_clear(&shrinker);
    return finding != NULL;
}

void shrink_result_clear(ShrinkResult *result)
{
    g_free(result->text);
    g_free(result->name);
    g_free(result->who);
    if (result->others) {
        g_array_unref(result->others);
    }
    memset(result, 0, sizeof(*result));
}
