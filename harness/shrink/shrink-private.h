/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the shrinker share: the scenario as small as it is by now.
 */
#ifndef HARNESS_SHRINK_SHRINK_PRIVATE_H
#define HARNESS_SHRINK_SHRINK_PRIVATE_H

#include "harness/shrink/passes.h"
#include "harness/shrink/same.h"
#include "harness/shrink/shrink.h"

typedef struct Shrinker {
    TrialOptions trials;
    unsigned max_runs;
    const volatile int *must_stop;      /* may be NULL */
    unsigned max_batch;
    Scenario *best;             /* without comments */
    char *likeness;             /* of its finding */
    bool is_strict;             /* no expectation may be broken but the finding itself */
    GHashTable *refused;        /* digests of texts that do not keep it; answers only yes or no */
    GHashTable *met;            /* likenesses; the same */
    ShrinkResult *result;
} Shrinker;

/* ---- candidates.c ---------------------------------------------------------- */

char *shrinker_text(const Scenario *scenario);
bool shrinker_breaks_expectations(const Shrinker *shrinker, const Scenario *scenario,
                                  const RunResult *result);
/* Other findings than the one that is kept; @is_new: the scenario at the beginning had not all. */
void shrinker_see_others(Shrinker *shrinker, const Scenario *scenario, const RunResult *result,
                         bool is_new);
/* Takes @scenario, which has @finding. */
void shrinker_adopt(Shrinker *shrinker, Scenario *scenario, const Finding *finding);

/* Tries edits from number *@at on; true: one was adopted, and *@at is its number. */
bool shrinker_try_edits(Shrinker *shrinker, const GArray *edits, unsigned *at);
/* Takes @scenario, which may be NULL. */
bool shrinker_try_one(Shrinker *shrinker, Scenario *scenario);
/* All that a pass proposes; true: something was adopted. */
bool shrinker_run_pass(Shrinker *shrinker, PassFunc *pass, unsigned chunk);
/* The runs are used up, or somebody wants the end. */
bool shrinker_must_end(const Shrinker *shrinker);

/* ---- shrink-schedule.c ----------------------------------------------------- */

void shrinker_shrink_schedule(Shrinker *shrinker);

#endif
