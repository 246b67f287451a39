/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random runs, very many of them.
 *
 * Run @index of a seed is the same on every machine: what it finds can be had again from these
 * two numbers, and is written down as a scenario that needs neither.
 */
#ifndef HARNESS_SOAK_SOAK_H
#define HARNESS_SOAK_SOAK_H

#include "harness/run.h"

#define SOAK_MAX_MARKS 64

/* Shared by parent and children; counts are added to from all of them. */
typedef struct SoakTally {
    uint64_t n_marks[SOAK_MAX_MARKS];   /* runs that reached each */
    uint64_t n_replayed;                /* and had the same digest again */
} SoakTally;

typedef struct Soak {
    uint64_t seed;
    unsigned n_steps;               /* of a scenario, about */
    unsigned replay_every;          /* 1: every run is replayed, 2: every second; 0: none */
    uint64_t first;                 /* the run that isolate_runs() calls 0 */
    SoakTally *tally;
} Soak;

/* The caller's. */
Scenario *soak_scenario(const Soak *soak, uint64_t index);
/* An IsolateRunFunc; @opaque is the Soak. */
void soak_run(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque);

/* ---- distinct findings ----------------------------------------------------- */

typedef struct SoakFinding {
    char *key;                      /* its name and what it says, without numbers; owned */
    char *name;
    char *who;                      /* may be NULL */
    char *message;
    char *schedule;                 /* of its first run, as text; NULL: that ended its process */
    uint64_t first_run;
    uint64_t n_runs;
    char *file;                     /* where its scenario is; NULL: not written */
} SoakFinding;

/* Of SoakFinding, in the order of being found; clears what it holds. */
GArray *soak_findings_new(void);
/* Takes note of what run @index found; true: some of it is new. */
bool soak_findings_add(GArray *findings, uint64_t index, const RunResult *result);

#endif
