/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest scenario with the same finding.
 *
 * Steps go first, in halves and then one by one, then options, then numbers become small and
 * names plain; all of it again until nothing changes.  What is left is minimal: no step, no
 * option and no item of a list can go without the finding going, too.
 *
 * The same scenario and the same code under test give the same text, however many processes
 * work on it: of several candidates the first in order wins, never the first that is ready.
 */
#ifndef HARNESS_SHRINK_SHRINK_H
#define HARNESS_SHRINK_SHRINK_H

#include "harness/shrink/trials.h"

#define SHRINK_MAX_RUNS 20000

typedef struct ShrinkOptions {
    TrialOptions trials;        /* cpu_limit_ms: less will do if the finding is a hang */
    const char *finding;        /* name of the finding to keep; NULL: the most severe one */
    unsigned max_runs;          /* 0: SHRINK_MAX_RUNS */
    const volatile int *must_stop;      /* not 0: end soon; NULL: nobody wants that */
} ShrinkOptions;

/* A finding that was met on the way and that the scenario did not have. */
typedef struct ShrinkOther {
    char *name;
    char *who;                  /* may be NULL */
    char *text;                 /* a scenario that has it, as it was met */
} ShrinkOther;

typedef struct ShrinkResult {
    char *text;                 /* the scenario, with a title */
    char *name;                 /* of the finding, as the scenario has it */
    char *who;                  /* may be NULL */
    unsigned n_steps_before;
    unsigned n_steps;
    unsigned n_runs;
    bool is_minimal;            /* else the runs were used up before, or it had to stop */
    GArray *others;             /* of ShrinkOther, in the order of being met */
} ShrinkResult;

/* False and a sentence if there is no such finding; *@ret_result needs no clearing then. */
bool shrink_scenario(const Scenario *scenario, const ShrinkOptions *options,
                     ShrinkResult *ret_result, GError **error);
void shrink_result_clear(ShrinkResult *result);

#endif
