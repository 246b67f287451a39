/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call of a scenario's run fails, one after the other.
 */
#include "harness/cli/faults-search.h"

#include <string.h>

#include "harness/isolate.h"
#include "harness/report/output.h"

/* Runs that are begun before results of the first are looked at. */
#define BATCH_TRIALS 512
/*
 * What AddressSanitizer tells when a process ends would stand with a run that has no part in
 * it, so there each run has a process of its own.
 */
#ifdef ISOLATE_HAS_ADDRESS_SANITIZER
#define RUNS_PER_PROCESS 1
#else
#define RUNS_PER_PROCESS 64
#endif
/* A slow call, and one that is slower than the filter's timeout of 45 s. */
static const uint64_t delays_ns[] = { UINT64_C(1000000000), UINT64_C(60000000000) };

typedef struct Trial {
    FaultChoice faults[2];
    unsigned n_faults;
    Scenario *scenario;
    RunResult result;
} Trial;

typedef struct Trials {
    FaultSearch *search;
    const Scenario *original;
    const RunResult *base;              /* the run without faults; NULL: this is it */
    GArray *array;                      /* of Trial */
} Trials;

void fault_search_init(FaultSearch *search, const char *program)
{
    cli_init_report(&search->report, program);
    search->found = g_ptr_array_new_with_free_func((GDestroyNotify) scenario_free);
}

void fault_search_clear(FaultSearch *search)
{
    report_clear(&search->report);
    g_ptr_array_unref(search->found);
}

/* ---- names ------------------------------------------------------------------ */

static unsigned call_index(const char *call)
{
    unsigned i = 0;

    while (strcmp(sim_fault_calls[i], call) != 0) {
        i++;
    }
    return i;
}

/* "DIR/scenarios-teardown-x-bdrv_open-2.scn", or what no file is called. */
static char *trial_path(const FaultSearch *search, const Scenario *original, const char *faults)
{
    g_autofree char *name = NULL;

    if (!search->keep) {
        return g_strdup_printf("%s with %s", original->path, faults[0] ? faults : "no fault");
    }
    name = g_strdup(original->path);
    if (g_str_has_suffix(name, ".scn")) {
        name[strlen(name) - strlen(".scn")] = '\0';
    }
    g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", '-');
    return g_strdup_printf("%s/%s-%s.scn", search->keep, name + strspn(name, "-"),
                           faults[0] ? faults : "no-fault");
}

static void add_trial(Trials *trials, const FaultChoice *faults, unsigned n)
{
    g_autofree char *words = faults_describe(faults, n);
    g_autofree char *path = NULL;
    g_autofree char *title = NULL;
    Trial trial = { .n_faults = n };

    for (unsigned i = 0; i < n; i++) {
        trial.faults[i] = faults[i];
    }
    title = g_strdup_printf("Faults %s in: %s", n ? words : "left out", trials->original->title);
    g_strdelimit(words, trials->search->keep ? ":+" : "", '-');
    path = trial_path(trials->search, trials->original, words);
    trial.scenario = faults_apply(trials->original, faults, n, path, title, NULL);
    if (trial.scenario) {
        g_array_append_val(trials->array, trial);
    }
}

static void clear_trial(gpointer data)
{
    Trial *trial = data;

    g_clear_pointer(&trial->scenario, scenario_free);
    run_result_clear(&trial->result);
}

/* ---- runs ------------------------------------------------------------------- */

static bool is_bad(RunVerdict verdict)
{
    return verdict != RUN_GOOD && verdict != RUN_INVALID && verdict != RUN_SKIPPED;
}

static void run_trial(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const Trial *const *trials = opaque;
    RunOptions options = { .current_line = current_line, .are_calls_counted = true };

    run_scenario(trials[index]->scenario, &options, ret_result);
}

static void run_these(FaultSearch *search, Trial **trials, unsigned n, unsigned runs_per_process)
{
    IsolateOptions isolate = {
        .n_jobs = search->n_jobs,
        .cpu_limit_ms = search->cpu_limit_ms,
        .runs_per_process = runs_per_process,
    };
    g_autofree RunResult *results = g_new0(RunResult, n);

    isolate_runs(n, &isolate, run_trial, trials, results);
    for (unsigned i = 0; i < n; i++) {
        run_result_clear(&trials[i]->result);
        trials[i]->result = results[i];
        cli_explain_death(trials[i]->scenario, &trials[i]->result);
    }
    search->n_runs += n;
    if (search->progress) {
        search->progress(search, search->progress_opaque);
    }
}

/*
 * After a fault some steps ask for what is not there, such as a bitmap that was never made: such a
 * scenario goes on without the step.  True if it does.
 */
static bool leave_refused_step_out(Trial *trial)
{
    const char *reason = trial->result.reason;
    Scenario *shorter;
    guint64 line = 0;

    if (trial->result.verdict != RUN_INVALID || !reason ||
        !g_str_has_prefix(reason, trial->scenario->path)) {
        return false;
    }
    line = g_ascii_strtoull(reason + strlen(trial->scenario->path) + 1, NULL, 10);
    shorter = faults_without_step(trial->scenario, (unsigned) line);
    if (!shorter) {
        return false;
    }
    scenario_free(trial->scenario);
    trial->scenario = shorter;
    return true;
}

/* So that no finding is told of a run that only suffered from another one in its process. */
static void run_bad_ones_alone(FaultSearch *search, Trial *first, unsigned n)
{
    g_autofree Trial **trials = g_new(Trial *, n);
    unsigned n_bad = 0;

    for (unsigned i = 0; i < n; i++) {
        if (is_bad(first[i].result.verdict)) {
            trials[n_bad++] = &first[i];
        }
    }
    if (n_bad > 0 && RUNS_PER_PROCESS > 1) {
        run_these(search, trials, n_bad, 1);
    }
}

static void run_batch(FaultSearch *search, Trial *first, unsigned n)
{
    g_autofree Trial **trials = g_new(Trial *, n);
    unsigned n_left = n;

    for (unsigned i = 0; i < n; i++) {
        trials[i] = &first[i];
    }
    while (n_left > 0) {
        unsigned n_again = 0;

        run_these(search, trials, n_left, RUNS_PER_PROCESS);
        for (unsigned i = 0; i < n_left; i++) {
            if (leave_refused_step_out(trials[i])) {
                trials[n_again++] = trials[i];
            }
        }
        n_left = n_again;
    }
    run_bad_ones_alone(search, first, n);
}

/* ---- what came of them ------------------------------------------------------ */

static bool is_same(const Finding *a, const Finding *b)
{
    return strcmp(a->name, b->name) == 0 && g_strcmp0(a->who, b->who) == 0;
}

static bool base_has(const RunResult *base, const Finding *finding)
{
    for (guint i = 0; base && i < base->findings->len; i++) {
        if (is_same(&g_array_index(base->findings, Finding, i), finding)) {
            return true;
        }
    }
    return false;
}

static void forget_what_base_has(const RunResult *base, RunResult *result)
{
    if (result->verdict != RUN_FINDING) {
        return;
    }
    for (guint i = result->findings->len; i-- > 0;) {
        if (base_has(base, &g_array_index(result->findings, Finding, i))) {
            g_array_remove_index(result->findings, i);
        }
    }
    if (result->findings->len == 0) {
        result->verdict = RUN_GOOD;
    }
}

static bool keep_scenario(const FaultSearch *search, const Scenario *scenario)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (!search->keep) {
        return true;
    }
    scenario_print(scenario, text);
    if (!output_write(scenario->path, text, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    return true;
}

/* Findings are known by the scenario whose calls fail, whichever call it was. */
static bool report_trial(FaultSearch *search, const Scenario *original, Trial *trial)
{
    Scenario *scenario = g_steal_pointer(&trial->scenario);
    bool is_excused;

    if (search->known) {
        known_mark(search->known, original->path, &trial->result);
    }
    is_excused = report_is_excused(&trial->result);
    g_ptr_array_add(search->found, scenario);
    report_add(&search->report, scenario->path, scenario->title, &trial->result);
    return is_excused || keep_scenario(search, scenario);
}

static void tally_trial(FaultSearch *search, const Trial *trial)
{
    FaultTally *tally = trial->n_faults == 2 ? &search->pairs
                                             : &search->tallies[call_index(trial->faults[0].call)];

    tally->n_failed += trial->faults[0].delay_ns == 0;
    tally->n_delayed += trial->faults[0].delay_ns != 0;
    tally->by_verdict[trial->result.verdict]++;
}

/* From trial @first on; results of those that are not bad stay in the trials. */
static bool run_trials(Trials *trials, guint first)
{
    bool ok = true;

    for (guint at = first; at < trials->array->len; at += BATCH_TRIALS) {
        guint end = MIN(at + BATCH_TRIALS, trials->array->len);

        run_batch(trials->search, &g_array_index(trials->array, Trial, at), end - at);
        for (guint i = at; i < end; i++) {
            Trial *trial = &g_array_index(trials->array, Trial, i);

            forget_what_base_has(trials->base, &trial->result);
            tally_trial(trials->search, trial);
            if (is_bad(trial->result.verdict)) {
                ok = report_trial(trials->search, trials->original, trial) && ok;
            }
        }
    }
    return ok;
}

/* ---- which faults ----------------------------------------------------------- */

static void add_single_trials(Trials *trials, const uint32_t *counts)
{
    for (unsigned call = 0; call < SIM_N_FAULT_CALLS; call++) {
        uint32_t n = MIN(counts[call], trials->search->max_occurrences);

        trials->search->tallies[call].n_calls += counts[call];
        for (uint32_t nth = 1; nth <= n; nth++) {
            FaultChoice fault = { .call = sim_fault_calls[call], .nth = nth };

            add_trial(trials, &fault, 1);
            for (gsize i = 0; sim_fault_takes_time(fault.call) && i < G_N_ELEMENTS(delays_ns);
                 i++) {
                fault.delay_ns = delays_ns[i];
                add_trial(trials, &fault, 1);
            }
        }
    }
}

/* Both faults count all calls, so the two orders of a pair are the same run. */
static bool is_new_pair(GHashTable *seen, const FaultChoice *a, const FaultChoice *b)
{
    int order = strcmp(a->call, b->call);
    bool is_ordered = order < 0 || (order == 0 && a->nth < b->nth);
    FaultChoice pair[2] = { is_ordered ? *a : *b, is_ordered ? *b : *a };

    return g_hash_table_add(seen, faults_describe(pair, 2));
}

/* A second fault for each of the first @n_single trials: one of the calls that it still made. */
static void add_pairs(Trials *trials, guint n_single)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    FaultSearch *search = trials->search;
    unsigned n_pairs = 0;

    for (guint i = 0; i < n_single; i++) {
        /* By value: the array grows. */
        Trial trial = g_array_index(trials->array, Trial, i);

        for (unsigned call = 0; call < SIM_N_FAULT_CALLS; call++) {
            uint32_t n = trial.result.calls && trial.faults[0].delay_ns == 0
                             ? MIN(trial.result.calls[call], search->max_occurrences) : 0;

            for (uint32_t nth = 1; nth <= n; nth++) {
                FaultChoice pair[2] = {
                    trial.faults[0], { .call = sim_fault_calls[call], .nth = nth },
                };

                if ((pair[1].call == pair[0].call && nth == pair[0].nth) ||
                    !is_new_pair(seen, &pair[0], &pair[1])) {
                    continue;
                }
                if (n_pairs++ < search->max_pairs) {
                    add_trial(trials, pair, 2);
                } else {
                    search->n_pairs_left_out++;
                }
            }
        }
    }
}

static bool search_faults(FaultSearch *search, const Scenario *original, const RunResult *base)
{
    Trials trials = { search, original, base, g_array_new(FALSE, FALSE, sizeof(Trial)) };
    bool ok;

    g_array_set_clear_func(trials.array, clear_trial);
    add_single_trials(&trials, base->calls);
    ok = run_trials(&trials, 0);
    if (search->max_pairs > 0) {
        guint n_single = trials.array->len;

        add_pairs(&trials, n_single);
        ok = run_trials(&trials, n_single) && ok;
    }
    g_array_unref(trials.array);
    return ok;
}

bool fault_search_scenario(FaultSearch *search, const Scenario *scenario)
{
    Trials trials = { search, scenario, NULL, g_array_new(FALSE, FALSE, sizeof(Trial)) };
    Trial *base;
    bool ok = true;

    g_array_set_clear_func(trials.array, clear_trial);
    add_trial(&trials, NULL, 0);
    if (trials.array->len == 0) {
        cli_complain("%s has no room for faults: it is too long", scenario->path);
        g_array_unref(trials.array);
        return false;
    }
    base = &g_array_index(trials.array, Trial, 0);
    run_batch(search, base, 1);
    search->n_scenarios++;
    if (base->result.verdict == RUN_SKIPPED) {
        search->n_skipped++;
    } else {
        if (base->result.calls) {
            ok = search_faults(search, scenario, &base->result);
        }
        if (base->result.verdict != RUN_GOOD) {
            ok = report_trial(search, scenario, base) && ok;
        }
    }
    g_array_unref(trials.array);
    return ok;
}
