/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From parsed scenarios to a report: each run in a process of its own.
 */
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/isolate.h"

typedef struct Batch {
    const GPtrArray *scenarios;
    const CliBatch *options;
} Batch;

/* Run @index is run number index % n_repeats of its scenario. */
static void run_one(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const Batch *batch = opaque;
    unsigned which = index / batch->options->n_repeats;
    RunOptions options = {
        .observe = batch->options->observe,
        .opaque = batch->options->opaque,
        .current_line = current_line,
        .is_recorded = batch->options->is_recorded,
        .keeps_schedule = batch->options->keeps_schedule,
        .schedule = batch->options->schedule,
        .mirror = batch->options->mirror,
    };

    run_scenario(g_ptr_array_index(batch->scenarios, which), &options, ret_result);
}

/* Whoever died had no time to say what it was doing; the line tells. */
static void add_step_under_way(const Scenario *scenario, Finding *finding)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && line->step.line == finding->line) {
            GString *message = g_string_new(finding->message);

            g_string_append(message, "\nThe step under way: ");
            step_print(&line->step, message);
            g_free(finding->message);
            finding->message = g_string_free(message, FALSE);
            return;
        }
    }
}

void cli_explain_death(const Scenario *scenario, RunResult *result)
{
    if (result->verdict == RUN_CRASHED || result->verdict == RUN_HUNG) {
        g_assert(result->findings->len > 0);
        add_step_under_way(scenario, &g_array_index(result->findings, Finding,
                                                    result->findings->len - 1));
    }
}

static char *describe_run(const RunResult *result)
{
    g_autofree char *digest = report_digest(result);

    return g_strdup_printf("%s, digest %s, %" G_GUINT64_FORMAT " events",
                           report_verdict_name(result->verdict), digest ? digest : "none",
                           result->n_events);
}

/* Compares run @number, counted from 1, with the first one; true if they differ. */
static bool find_nondeterminism(RunResult *first, const RunResult *other, unsigned number)
{
    g_autofree char *first_words = describe_run(first);
    g_autofree char *other_words = describe_run(other);
    Finding finding;

    if (strcmp(first_words, other_words) == 0) {
        return false;
    }
    finding = (Finding) {
        .name = g_strdup("nondeterminism"),
        .message = g_strdup_printf("Run 1: %s.\nRun %u: %s.\nThe same scenario must run the "
                                   "same way every time.", first_words, number, other_words),
    };
    g_array_append_val(first->findings, finding);
    if (first->verdict == RUN_GOOD) {
        first->verdict = RUN_FINDING;
    }
    return true;
}

void cli_run_batch(const GPtrArray *scenarios, const CliBatch *options, Report *report)
{
    Batch batch = { scenarios, options };
    IsolateOptions isolate = {
        .n_jobs = options->n_jobs, .cpu_limit_ms = options->cpu_limit_ms,
    };
    unsigned n_repeats = options->n_repeats;
    unsigned n = scenarios->len * n_repeats;
    g_autofree RunResult *results = g_new0(RunResult, n);

    isolate_runs(n, &isolate, run_one, &batch, results);
    report->n_repeats = n_repeats;
    for (unsigned i = 0; i < n; i += n_repeats) {
        const Scenario *scenario = g_ptr_array_index(scenarios, i / n_repeats);
        bool is_found = false;

        cli_explain_death(scenario, &results[i]);
        for (unsigned k = 1; k < n_repeats; k++) {
            is_found = is_found || find_nondeterminism(&results[i], &results[i + k], k + 1);
            run_result_clear(&results[i + k]);
        }
        report_add(report, scenario->path, scenario->title, &results[i]);
    }
}
