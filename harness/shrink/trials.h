/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many variants of a scenario are tried: each in isolation, several in one process.
 */
#ifndef HARNESS_SHRINK_TRIALS_H
#define HARNESS_SHRINK_TRIALS_H

#include "harness/run.h"

/* As run_scenario(); in the process of the run. */
typedef void TrialRunFunc(const Scenario *scenario, const RunOptions *options,
                          RunResult *ret_result);

typedef struct TrialOptions {
    TrialRunFunc *run;          /* NULL: run_scenario() */
    unsigned n_jobs;            /* at least 1 */
    unsigned cpu_limit_ms;      /* of one run */
    SimRecord *mirror;          /* gets the schedule of the only run; may be NULL */
    bool is_alone;              /* each in a process of its own: what that ends by is its own */
    bool ends_at_once;          /* without the leak checker, which takes as long as many runs */
} TrialOptions;

/*
 * Runs each of @scenarios (of Scenario *).  @ret_results has room for all; the caller clears
 * each.  What comes out does not depend on @n_jobs.
 */
void trials_run(const TrialOptions *options, const GPtrArray *scenarios, RunResult *ret_results);

/*
 * Once it is known what is looked for: what is enough to see it again.  A leak checker tells of a
 * crash alone, so that trials of other findings do without.
 */
void trials_adapt(TrialOptions *options, const Finding *finding);

#endif
