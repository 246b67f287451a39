/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run has come to, as one number: equal for runs that go on and are judged alike.
 */
#ifndef HARNESS_EXPLORE_CANONICAL_H
#define HARNESS_EXPLORE_CANONICAL_H

#include "harness/actor/stage.h"
#include "harness/check/check.h"
#include "harness/explore/action.h"
#include "harness/explore/seen.h"

/* What is of no drive, of each drive, of each target on each drive. */
#define CANONICAL_MAX_PARTS (1 + EXPLORE_MAX_DRIVES * (1 + EXPLORE_MAX_TARGETS))

typedef struct Canonical {
    const Alphabet *alphabet;
    SimState state;
    Seen seen;                  /* of the run under way, if its owner tells of it */
    guint starts[CANONICAL_MAX_PARTS + 1];
} Canonical;

void canonical_open(Canonical *canonical, const Alphabet *alphabet);
void canonical_close(Canonical *canonical);

/*
 * While a run pauses.  False: something is under way that cannot be described, so that only
 * the way that led here tells such states apart.
 */
bool canonical_look(Canonical *canonical, Stage *stage, const Checks *checks);
/* Of the last look that was true. */
uint64_t canonical_hash(const Canonical *canonical, const Symmetry *symmetry);

#endif
