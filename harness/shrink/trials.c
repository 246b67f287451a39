/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many variants of a scenario are tried.
 */
#include "harness/shrink/trials.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "harness/isolate.h"

/* Where a hang is the finding nearly every candidate has it; those that end take milliseconds. */
#define HANG_LIMIT_MS 250

typedef struct Trials {
    const TrialOptions *options;
    const GPtrArray *scenarios;
} Trials;

/* A failed assertion is told on stdout, too, which is not the place for what thousands say. */
static void be_silent(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    g_assert(fd >= 0);
    dup2(fd, STDOUT_FILENO);
    close(fd);
}

/* In a child, that may have done others before. */
static void run_one(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const Trials *trials = opaque;
    TrialRunFunc *run = trials->options->run ? trials->options->run : run_scenario;
    RunOptions options = {
        .current_line = current_line, .mirror = trials->options->mirror,
    };

    be_silent();
    run(g_ptr_array_index(trials->scenarios, index), &options, ret_result);
}

void trials_run(const TrialOptions *options, const GPtrArray *scenarios, RunResult *ret_results)
{
    Trials trials = { options, scenarios };
    IsolateOptions isolate = {
        .n_jobs = options->n_jobs,
        .cpu_limit_ms = options->cpu_limit_ms,
        .runs_per_process = options->is_alone
            ? 1 : (scenarios->len + options->n_jobs - 1) / options->n_jobs,
        .ends_at_once = options->ends_at_once,
    };

    isolate_runs(scenarios->len, &isolate, run_one, &trials, ret_results);
    for (guint i = 0; i < scenarios->len; i++) {
        if (!ret_results[i].findings) {
            ret_results[i].findings = findings_new();
        }
    }
}

void trials_adapt(TrialOptions *options, const Finding *finding)
{
    if (strcmp(finding->name, "crash") == 0) {
        options->is_alone = true;
        return;
    }
    options->ends_at_once = true;
    if (strcmp(finding->name, "hang") == 0) {
        options->cpu_limit_ms = MIN(options->cpu_limit_ms, HANG_LIMIT_MS);
    }
}
