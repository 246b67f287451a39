/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of a state under other names, as a number.
 */
#ifndef HARNESS_EXPLORE_TOKENS_H
#define HARNESS_EXPLORE_TOKENS_H

#include "harness/explore/action.h"
#include "sim/core/state.h"

/* Groups of names that are given to a SimState. */
typedef enum NameGroup {
    NAME_DRIVE,
    NAME_NODE,
    NAME_TARGET,
    NAME_BITMAP,
} NameGroup;

/* Knows the names of the bound, the caller's; those of nodes change from run to run. */
void tokens_open_state(SimState *state, const Alphabet *alphabet);
/* While a world is open: forgets the tokens. */
void tokens_restart_state(SimState *state, const Alphabet *alphabet);
/* All that an action is, but for the number of a write. */
void tokens_add_action(SimState *state, const Action *action);

/*
 * Moves the tokens from @from to @end down to @to, numbers in a row as one: they are the same
 * under every symmetry, and states are hashed many times, once for each.  Returns the new end.
 */
guint tokens_compact(SimState *state, guint from, guint end, guint to);

#define TOKENS_MAX_WRITES 64

typedef struct TokenHasher {
    const Symmetry *symmetry;
    uint64_t hash;
    uint8_t n_writes;
    uint8_t writes[TOKENS_MAX_WRITES];      /* by their number: the new one, 0: not met yet */
} TokenHasher;

void tokens_hash(TokenHasher *hasher, const SimState *state, guint from, guint end);

#endif
