/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of a scenario matter for its finding: all changes are run and judged.
 */
#include "harness/shrink/explain.h"

#include <string.h>

#include "harness/shrink/same.h"

/* Scenarios that are held at a time. */
#define BATCH 64

typedef struct Explainer {
    TrialOptions trials;
    char *likeness;
    bool is_expectation;        /* the finding is a broken one: else such are of no interest */
    Explanation *explanation;
} Explainer;

static bool counts(const Explainer *explainer, const Finding *finding)
{
    return explainer->is_expectation || strcmp(finding->name, "expectation") != 0;
}

static const Finding *find_other(const Explainer *explainer, const RunResult *result)
{
    const Finding *finding = finding_choose(result, NULL);

    return finding && counts(explainer, finding) ? finding : NULL;
}

static void judge(const Explainer *explainer, const Scenario *scenario, const RunResult *result,
                  Change *change)
{
    const Finding *other = find_other(explainer, result);

    change->is_good = result->verdict == RUN_GOOD;
    if (result->verdict == RUN_INVALID || result->verdict == RUN_SKIPPED
        || result->verdict == RUN_OWN_FAULT) {
        change->outcome = OUTCOME_NONE;
    } else if (finding_find_like(scenario, result, explainer->likeness)) {
        change->outcome = OUTCOME_SAME;
    } else if (other) {
        change->outcome = OUTCOME_OTHER;
        change->other = g_strconcat(other->name, other->who ? " on " : NULL, other->who, NULL);
    } else {
        change->outcome = OUTCOME_GONE;
    }
}

static void free_scenario(gpointer scenario)
{
    scenario_free(scenario);
}

/* From number @begin on as many as fit into a batch; returns the number of the next one. */
static unsigned try_some(const Explainer *explainer, unsigned begin)
{
    GArray *changes = explainer->explanation->changes;
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(free_scenario);
    RunResult results[BATCH];
    Change *tried[BATCH];
    unsigned next = begin;

    for (; next < changes->len && scenarios->len < BATCH; next++) {
        Change *change = &g_array_index(changes, Change, next);
        Scenario *scenario = edit_apply(explainer->explanation->scenario, &change->edit);

        change->outcome = OUTCOME_NONE;
        if (scenario) {
            tried[scenarios->len] = change;
            g_ptr_array_add(scenarios, scenario);
        }
    }
    if (scenarios->len > 0) {
        trials_run(&explainer->trials, scenarios, results);
    }
    for (unsigned i = 0; i < scenarios->len; i++) {
        judge(explainer, g_ptr_array_index(scenarios, i), &results[i], tried[i]);
        run_result_clear(&results[i]);
    }
    explainer->explanation->n_runs += scenarios->len;
    return next;
}

/* It passes rather than that only this finding is gone; small rather than large; late. */
static bool says_more(const Change *change, const Change *than)
{
    if (change->outcome != OUTCOME_GONE) {
        return false;
    }
    if (!than || change->is_good != than->is_good) {
        return !than || change->is_good;
    }
    return change->kind <= than->kind;
}

static void find_pair(Explanation *explanation)
{
    for (guint i = 0; i < explanation->changes->len; i++) {
        const Change *change = &g_array_index(explanation->changes, Change, i);
        const Step *step = edit_step_at(explanation->scenario, change->edit.line);

        if (!step_is_expectation(step) && says_more(change, explanation->pair)) {
            explanation->pair = change;
        }
    }
}

static void explain(Explainer *explainer, const Scenario *scenario, const Finding *finding)
{
    Explanation *explanation = explainer->explanation;

    explainer->likeness = finding_likeness(scenario, finding);
    explainer->is_expectation = strcmp(finding->name, "expectation") == 0;
    trials_adapt(&explainer->trials, finding);
    *explanation = (Explanation) {
        .scenario = scenario,
        .name = g_strdup(finding->name),
        .who = g_strdup(finding->who),
        .message = g_strdup(finding->message),
        .line = finding->line,
        .changes = explain_list_changes(scenario),
        .n_runs = 1,
    };
    for (unsigned next = 0; next < explanation->changes->len; ) {
        next = try_some(explainer, next);
    }
    find_pair(explanation);
    g_free(explainer->likeness);
}

bool explain_scenario(const Scenario *scenario, const ExplainOptions *options,
                      Explanation *ret_explanation, GError **error)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    Explainer explainer = { .trials = options->trials, .explanation = ret_explanation };
    const Finding *finding;
    RunResult first;

    g_ptr_array_add(alone, (gpointer) scenario);
    trials_run(&explainer.trials, alone, &first);
    finding = finding_choose_or_fail(scenario, &first, options->finding, "explain", error);
    if (finding) {
        explain(&explainer, scenario, finding);
    }
    run_result_clear(&first);
    return finding != NULL;
}

void explanation_clear(Explanation *explanation)
{
    g_free(explanation->name);
    g_free(explanation->who);
    g_free(explanation->message);
    if (explanation->changes) {
        g_array_unref(explanation->changes);
    }
    memset(explanation, 0, sizeof(*explanation));
}
