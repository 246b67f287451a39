/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios, and random changes of scenarios, on the parsed form.
 *
 * For everything that runs what nobody wrote: "bax soak", fuzzers, shrinkers.  What comes out
 * is always valid for the code under test that the program has: it prints, its text parses to
 * the same, and its run is never refused or skipped.  It begins with "bax 1" and "allow
 * errors" and has no expectations, since nobody knows beforehand what must come of it: the
 * checks do.
 *
 * The same random numbers give the same scenario.  A new kind of step takes part without a word
 * here, by its row in the actor's table; harness/generate/knowledge.c says how often, and what
 * values its arguments get, where that matters.
 */
#ifndef HARNESS_GENERATE_GENERATE_H
#define HARNESS_GENERATE_GENERATE_H

#include "harness/scenario/scenario.h"
#include "sim/core/prng.h"

/* Zeroed is good. */
typedef struct GenerateOptions {
    unsigned n_steps;           /* steps behind the drives, about; 0: 30 */
    unsigned max_drives;        /* 0: 3 */
    bool without_faults;
    bool without_holds;
} GenerateOptions;

/* A scenario has at most so many steps here; longer ones are cut. */
#define GENERATE_MAX_STEPS 1000
#define GENERATE_MAX_DRIVES 8

/* The caller's.  @options may be NULL. */
Scenario *generate_scenario(SimPrng *prng, const GenerateOptions *options);

/*
 * Makes a few changes, @n_times: inserts, removes, repeats, swaps or moves steps, or gives an
 * argument another value of its type.  The scenario is valid, and is so again.
 */
void scenario_mutate(Scenario *scenario, SimPrng *prng, unsigned n_times);

/* The caller's: the beginning of @a and the end of @b. */
Scenario *scenario_cross(const Scenario *a, const Scenario *b, SimPrng *prng);

/*
 * Makes a scenario valid in the sense above with as few changes as possible: what has no place
 * is taken out, numbers are brought into their bounds, names that nothing bears become some
 * that something does.  Comments and expectations are taken out.  A valid one stays as it is.
 */
void scenario_repair(Scenario *scenario);

/* The caller's. */
Scenario *scenario_copy(const Scenario *scenario);

#endif
