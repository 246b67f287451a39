/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest scenario with the same finding: candidates are tried, the first that keeps the
 * finding becomes the scenario, and so on until none does.
 */
#include "harness/shrink/shrink.h"

#include <string.h>

#include "harness/mirror.h"
#include "harness/scenario/schedule.h"
#include "harness/shrink/passes.h"
#include "harness/shrink/same.h"

/*
 * Candidates run in batches, of which those behind the first good one are wasted: so batches
 * begin small and grow while nothing is found.  Those that crash or hang cost more.
 */
#define FIRST_BATCH 4
#define MAX_BATCH 64
#define MAX_CRASHING_BATCH 8
#define MAX_HANGING_BATCH 2

typedef struct Shrinker {
    TrialOptions trials;
    unsigned max_runs;
    unsigned max_batch;
    Scenario *best;             /* without comments */
    char *likeness;             /* of its finding */
    bool is_strict;             /* no expectation may be broken but the finding itself */
    GHashTable *refused;        /* digests of texts that do not keep it; answers only yes or no */
    GHashTable *met;            /* likenesses; the same */
    ShrinkResult *result;
} Shrinker;

typedef struct Batch {
    GPtrArray *scenarios;       /* of Scenario */
    GPtrArray *digests;         /* of char * */
    GArray *indexes;            /* of unsigned: which edit each is */
} Batch;

/* ---- what a run says ----------------------------------------------------------- */

static bool breaks_expectations(const Shrinker *shrinker, const Scenario *scenario,
                                const RunResult *result)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *likeness = NULL;

        if (strcmp(finding->name, "expectation") == 0) {
            likeness = finding_likeness(scenario, finding);
            if (strcmp(likeness, shrinker->likeness) != 0) {
                return true;
            }
        }
    }
    return false;
}

static bool keeps(const Shrinker *shrinker, const Scenario *scenario, const RunResult *result)
{
    return finding_find_like(scenario, result, shrinker->likeness)
        && !(shrinker->is_strict && breaks_expectations(shrinker, scenario, result));
}

static char *scenario_text(const Scenario *scenario)
{
    GString *text = g_string_new(NULL);

    scenario_print(scenario, text);
    return g_string_free(text, FALSE);
}

static void add_other(Shrinker *shrinker, const Scenario *scenario, const Finding *finding)
{
    ShrinkOther other = {
        .name = g_strdup(finding->name),
        .who = g_strdup(finding->who),
        .text = scenario_text(scenario),
    };

    g_array_append_val(shrinker->result->others, other);
}

/* Expectations are made for the whole scenario: that a part of it breaks them says nothing. */
static void see_others(Shrinker *shrinker, const Scenario *scenario, const RunResult *result,
                       bool is_new)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *likeness = NULL;

        if (strcmp(finding->name, "expectation") == 0) {
            continue;
        }
        likeness = finding_likeness(scenario, finding);
        if (strcmp(likeness, shrinker->likeness) != 0
            && g_hash_table_add(shrinker->met, g_steal_pointer(&likeness)) && is_new) {
            add_other(shrinker, scenario, finding);
        }
    }
}

/* Takes @scenario, which has @finding. */
static void adopt(Shrinker *shrinker, Scenario *scenario, const Finding *finding)
{
    g_free(shrinker->result->name);
    g_free(shrinker->result->who);
    shrinker->result->name = g_strdup(finding->name);
    shrinker->result->who = g_strdup(finding->who);
    scenario_free(shrinker->best);
    shrinker->best = scenario;
}

/* ---- batches --------------------------------------------------------------------- */

static void free_scenario(gpointer scenario)
{
    scenario_free(scenario);
}

static void batch_init(Batch *batch)
{
    batch->scenarios = g_ptr_array_new_with_free_func(free_scenario);
    batch->digests = g_ptr_array_new_with_free_func(g_free);
    batch->indexes = g_array_new(FALSE, FALSE, sizeof(unsigned));
}

static void batch_clear(Batch *batch)
{
    g_ptr_array_unref(batch->scenarios);
    g_ptr_array_unref(batch->digests);
    g_array_unref(batch->indexes);
}

/* Takes @scenario, which may be NULL; what was refused before is not tried again. */
static void batch_add(const Shrinker *shrinker, Batch *batch, Scenario *scenario, unsigned index)
{
    g_autofree char *text = scenario ? scenario_text(scenario) : NULL;
    g_autofree char *best = scenario_text(shrinker->best);
    g_autofree char *digest = text ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1)
                                   : NULL;

    if (!text || strcmp(text, best) == 0 || g_hash_table_contains(shrinker->refused, digest)) {
        scenario_free(scenario);
        return;
    }
    g_ptr_array_add(batch->scenarios, scenario);
    g_ptr_array_add(batch->digests, g_steal_pointer(&digest));
    g_array_append_val(batch->indexes, index);
}

/* True: the first that keeps the finding was adopted, *@ret_index says which edit it was. */
static bool batch_try(Shrinker *shrinker, Batch *batch, unsigned *ret_index)
{
    unsigned n = batch->scenarios->len;
    g_autofree RunResult *results = g_new0(RunResult, n);
    bool is_found = false;

    if (n == 0) {
        return false;
    }
    trials_run(&shrinker->trials, batch->scenarios, results);
    shrinker->result->n_runs += n;
    for (unsigned i = 0; i < n; i++) {
        Scenario *scenario = g_ptr_array_index(batch->scenarios, i);

        see_others(shrinker, scenario, &results[i], true);
        if (!keeps(shrinker, scenario, &results[i])) {
            g_hash_table_add(shrinker->refused, g_ptr_array_index(batch->digests, i));
            batch->digests->pdata[i] = NULL;
        } else if (!is_found) {
            is_found = true;
            *ret_index = g_array_index(batch->indexes, unsigned, i);
            adopt(shrinker, scenario,
                  finding_find_like(scenario, &results[i], shrinker->likeness));
            batch->scenarios->pdata[i] = NULL;
        }
        run_result_clear(&results[i]);
    }
    return is_found;
}

/* ---- passes ------------------------------------------------------------------------ */

static bool is_out_of_runs(const Shrinker *shrinker)
{
    return shrinker->result->n_runs >= shrinker->max_runs;
}

/* Tries edits from number *@at on; true: one was adopted, and *@at is its number. */
static bool try_edits(Shrinker *shrinker, const GArray *edits, unsigned *at)
{
    unsigned n_wanted = MIN(FIRST_BATCH, shrinker->max_batch);
    bool is_found = false;

    while (!is_found && *at < edits->len && !is_out_of_runs(shrinker)) {
        Batch batch;

        batch_init(&batch);
        while (*at < edits->len && batch.scenarios->len < n_wanted) {
            const Edit *edit = &g_array_index(edits, Edit, *at);

            batch_add(shrinker, &batch, edit_apply(shrinker->best, edit), (*at)++);
        }
        is_found = batch_try(shrinker, &batch, at);
        n_wanted = MIN(2 * n_wanted, shrinker->max_batch);
        batch_clear(&batch);
    }
    return is_found;
}

/* What was adopted is gone, so the next thing has its number. */
static bool run_pass(Shrinker *shrinker, PassFunc *pass, unsigned chunk)
{
    unsigned at = 0;
    bool is_smaller = false, is_found;

    do {
        g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));

        pass(shrinker->best, chunk, edits);
        is_found = try_edits(shrinker, edits, &at);
        is_smaller = is_smaller || is_found;
    } while (is_found);
    return is_smaller;
}

static bool run_all_passes(Shrinker *shrinker)
{
    static PassFunc *const passes[] = {
        pass_groups, pass_chunks, pass_pairs, pass_answers, pass_options, pass_items, pass_plain,
        pass_numbers,
    };
    bool is_smaller = false;

    for (gsize i = 0; i < G_N_ELEMENTS(passes); i++) {
        is_smaller = run_pass(shrinker, passes[i], 1) || is_smaller;
    }
    return is_smaller;
}

/* Takes @scenario, which may be NULL. */
static bool try_one(Shrinker *shrinker, Scenario *scenario)
{
    unsigned index;
    Batch batch;
    bool is_found;

    batch_init(&batch);
    batch_add(shrinker, &batch, scenario, 0);
    is_found = batch_try(shrinker, &batch, &index);
    batch_clear(&batch);
    return is_found;
}

static bool drop_allow_errors(Shrinker *shrinker)
{
    for (guint i = 0; i < shrinker->best->lines->len; i++) {
        if (step_is(edit_step_at(shrinker->best, i), "allow errors")) {
            return try_one(shrinker, edit_apply(shrinker->best,
                                                &(Edit) { EDIT_REMOVE, .line = i, .to = i }));
        }
    }
    return false;
}

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
        try_one(shrinker, scenario_parse(shrinker->best->path, text, strlen(text), NULL));
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

/* All of it, else as little of it as will do. */
static void shrink_schedule(Shrinker *shrinker)
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
    if (edits->len == 0 || try_edits(shrinker, edits, &at)) {
        return;
    }
    if (has_scheduler(shrinker->best)) {
        record_schedule(shrinker);
    }
    for (unsigned chunk = count_answers(shrinker->best) / 2; chunk > 1; chunk /= 2) {
        run_pass(shrinker, pass_answers, chunk);
    }
    g_array_set_size(edits, 0);
    g_array_append_val(edits, edit);
    at = 0;
    try_edits(shrinker, edits, &at);
}

/* Until nothing changes any more: then every single removal has just been refused. */
static void shrink(Shrinker *shrinker)
{
    bool is_smaller;

    shrink_schedule(shrinker);
    run_pass(shrinker, pass_groups, 1);
    for (unsigned chunk = shrinker->best->lines->len / 2; chunk > 1; chunk /= 2) {
        run_pass(shrinker, pass_chunks, chunk);
    }
    do {
        is_smaller = run_all_passes(shrinker)
            || drop_allow_errors(shrinker)
            || try_one(shrinker, passes_rename(shrinker->best));
    } while (is_smaller && !is_out_of_runs(shrinker));
    shrinker->result->is_minimal = !is_out_of_runs(shrinker);
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
    return try_edits(shrinker, edits, &at);
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
    see_others(shrinker, scenario, first, false);
    adopt(shrinker, edit_without_comments(scenario), finding);
    shrinker->is_strict = true;
    shrinker->is_strict = drop_expectations(shrinker, line_of_expectation(scenario, finding))
        || !breaks_expectations(shrinker, scenario, first);
}

static char *describe(const ShrinkResult *result)
{
    return g_strdup_printf("# Finds %s%s%s.\n", result->name, result->who ? " on " : "",
                           result->who ? result->who : "");
}

static void finish(Shrinker *shrinker)
{
    g_autofree char *title = describe(shrinker->result);
    g_autofree char *body = scenario_text(shrinker->best);

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
