/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call of a scenario's run fails, one after the other: which promise breaks?
 *
 * A first run without faults counts the calls.  Then there is a run for each of them, and, if
 * wanted, one for each two.  What the first run breaks already is told once and no more.
 */
#ifndef HARNESS_CLI_FAULTS_SEARCH_H
#define HARNESS_CLI_FAULTS_SEARCH_H

#include "harness/cli/cli.h"
#include "harness/faults.h"

typedef struct FaultTally {
    uint64_t n_calls;                           /* that the runs without faults made */
    uint64_t n_failed;                          /* runs in which one of them failed */
    uint64_t n_delayed;                         /* ... took its time */
    uint64_t by_verdict[RUN_OWN_FAULT + 1];     /* of both */
} FaultTally;

typedef struct FaultSearch FaultSearch;
/* Called after some runs, and before findings are told. */
typedef void FaultProgressFunc(const FaultSearch *search, void *opaque);

struct FaultSearch {
    unsigned n_jobs;
    unsigned cpu_limit_ms;                      /* of one run */
    unsigned max_occurrences;                   /* of one call in one scenario */
    unsigned max_pairs;                         /* of one scenario; 0: no pairs */
    const char *keep;                           /* folder for scenarios with findings; may be NULL */
    const Known *known;                         /* findings that are accepted; NULL: none are */
    FaultProgressFunc *progress;                /* may be NULL */
    void *progress_opaque;

    uint64_t n_runs;                            /* so far, those without faults included */
    FaultTally tallies[SIM_N_FAULT_CALLS];
    FaultTally pairs;
    uint64_t n_pairs_left_out;
    unsigned n_scenarios;                       /* that were searched */
    unsigned n_skipped;                         /* ... that this code under test cannot run */
    Report report;                              /* what broke, and nothing else */
    GPtrArray *found;                           /* of Scenario *, one for each entry; owned */
};

/* @search zeroed but for the options. */
void fault_search_init(FaultSearch *search, const char *program);
void fault_search_clear(FaultSearch *search);
/* False: a scenario has no room for faults or could not be written, which was complained about. */
bool fault_search_scenario(FaultSearch *search, const Scenario *scenario);

/* Findings from entry @first on with their scenarios; appends. */
void fault_search_print_findings(const FaultSearch *search, guint first, GString *text);
/* The table and the sums; appends. */
void fault_search_print_summary(const FaultSearch *search, GString *text);

#endif
