/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run: a pristine subject in a fresh world does a scenario and is judged.
 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include "harness/actor/stage.h"
#include "harness/check/check.h"
#include "harness/check/finding.h"
#include "harness/scenario/scenario.h"
#include "sim/core/choices.h"
#include "sim/core/event.h"

typedef enum RunVerdict {
    RUN_GOOD,
    RUN_FINDING,
    RUN_INVALID,            /* the scenario asks for what cannot be done */
    RUN_CRASHED,            /* set by who watches the process of the run */
    RUN_HUNG,
    RUN_SKIPPED,            /* needs another generation */
    RUN_OWN_FAULT,          /* set by the same: bax itself failed */
} RunVerdict;

/*
 * Called before each step and when there is none left, while faults may still fire: @n_steps
 * are over.
 */
typedef void RunPauseFunc(Stage *stage, const Checks *checks, unsigned n_steps, void *opaque);

typedef struct RunOptions {
    SimChoices *choices;            /* borrowed; NULL: as the scenario's schedule says */
    const Scenario *schedule;       /* its schedule counts instead of that of the scenario itself;
                                       borrowed; NULL: that one counts */
    SimRecord *mirror;              /* gets the record as the run goes on; borrowed; may be NULL */
    bool keeps_schedule;            /* the record is kept as text */
    SimObserverFunc *observe;       /* sees every event, after model and checks; may be NULL */
    DeedObserverFunc *observe_deed; /* the same for deeds */
    RunPauseFunc *pause;            /* may be NULL */
    void *opaque;
    unsigned *current_line;         /* may be NULL; else holds the line of the step under way */
    bool is_recorded;               /* answers and bitmaps are kept as text */
    bool are_calls_counted;         /* RunResult.calls is filled in */
    bool without_digest;            /* RunResult.digest says nothing */
    bool without_checks;            /* neither model nor checks: what the run alone costs */
} RunOptions;

typedef struct RunResult {
    RunVerdict verdict;
    uint64_t digest;                /* of the whole trace */
    uint64_t n_events;
    uint64_t virtual_ns;
    unsigned n_steps;
    char *reason;                   /* RUN_INVALID: "FILE:LINE: ..."; RUN_SKIPPED and
                                       RUN_OWN_FAULT: why; else NULL */
    GArray *findings;               /* of Finding; owned */
    char *answers;                  /* "3: setup: drive-scsi0 size=64M", each line ended; NULL: not
                                       recorded (harness/record.h) */
    char *bitmaps;                  /* "drive-scsi0 b0: 12M+4M", the same, when all is over */
    char *schedule;                 /* lines that give this run again; NULL: not kept */
    char *divergence;               /* how it differs from the schedule that it was to follow, a
                                       sentence; NULL: it does not */
    uint32_t *calls;                /* how often each row of sim_fault_calls was called while
                                       faults could fire; owned; NULL: not counted */
} RunResult;

/* @options may be NULL. */
void run_scenario(const Scenario *scenario, const RunOptions *options, RunResult *ret_result);
/*
 * The text of the scenario with the schedule that the run had, to be run again; @result was
 * made with keeps_schedule.  NULL and a sentence: it is larger than a scenario may be.
 */
char *run_recorded_scenario(const Scenario *scenario, const RunResult *result, GError **error);
void run_result_clear(RunResult *result);

#endif
