/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What code in the middle of its work remembers, told by what it has seen.
 *
 * A stack cannot be written down.  But what is on it follows from where the code began and from
 * what it could see each time it went on: as long as nothing else runs, it only sees what it did
 * itself.  So two runs in which it saw the same each time have the same on the stack, whatever
 * else went on meanwhile.  All code that waits counts as one.
 */
#ifndef HARNESS_EXPLORE_SEEN_H
#define HARNESS_EXPLORE_SEEN_H

#include "harness/explore/tokens.h"
#include "sim/world-state.h"

typedef struct Seen {
    const Alphabet *alphabet;
    SimState state;             /* of all sights, one after the other */
    GArray *ends;               /* of guint: of each sight's tokens, by their parts */
    bool is_observing;
    bool is_stale;              /* others ran since code waits */
    uint64_t before;            /* what could be seen before they did; 0: nobody looked */
    bool is_unknown;            /* code may have gone on without our knowing */
    bool were_others_last;
    uint64_t n_entered;         /* coroutines, when others began to run last */
} Seen;

void seen_open(Seen *seen, const Alphabet *alphabet);
void seen_close(Seen *seen);

/* A run is about to begin, of which nothing is observed until seen_begin(). */
void seen_rest(Seen *seen);
/* No code waits. */
void seen_begin(Seen *seen);
/* @action's command begins, or @action itself, which goes on by itself. */
void seen_action(Seen *seen, const Action *action);
/* Between two tasks: forgets everything if no code waits, and says so. */
bool seen_forget(Seen *seen);
/* False: not all of it is known. */
bool seen_is_known(Seen *seen);
void seen_hash(const Seen *seen, TokenHasher *hasher);

#endif
