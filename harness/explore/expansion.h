/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that expand one sequence share among themselves: its runs (trial.c), the
 * states that they come to (state.c), the steps that are equal behind it (equal.c), and the order
 * of it all (expand.c).
 */
#ifndef HARNESS_EXPLORE_EXPANSION_H
#define HARNESS_EXPLORE_EXPANSION_H

#include "harness/explore/canonical.h"
#include "harness/explore/explore.h"

typedef struct Expansion {
    const Explore *explore;
    const ExploreNode *node;
    ExploreUnit *unit;
    unsigned *current_line;
    RunResult *result;          /* of the unit: gets the finding */
    Scenario scenario;          /* of the run under way; its lines are borrowed */
    guint n_node_lines;         /* the first of them, which are the node's */
    Canonical canonical;
    GArray *symmetries;
    uint64_t *base_hashes;      /* of the last known state, for each symmetry that counts */
    unsigned n_lines_at_rest;   /* steps of the scenario when no code waited last */
    bool *is_enabled;           /* for each action */
    GArray *children;           /* of ExploreNode */
    ExploreSet plain;           /* their hashes under no other names, each mixed with its faults */
    GArray *todo;               /* of ExploreNode: schedules of the step under way */
    uint16_t *answers;          /* room for the prefix of a run */
    guint n_answers_allocated;

    /* Of the run under way. */
    const ExploreNode *running;
    SimChoices *choices;
    Stage *stage;
    const Checks *checks;
    unsigned n_lines;           /* of the scenario's steps */
    unsigned observe_from;      /* how many of them before code that waits is observed */
    bool is_begun;              /* the last of them */
    bool is_over;               /* it has come to the turn after the last of them */
    unsigned n_faults;          /* that fired */
    GArray *offers;             /* of ExploreAnswer: those that let that turn come early */
} Expansion;

static inline const Symmetry *symmetry_at(const Expansion *expansion, guint index)
{
    return &g_array_index(expansion->symmetries, Symmetry, index);
}

static inline const Action *action_at(const Expansion *expansion, unsigned index)
{
    return alphabet_at(&expansion->explore->alphabet, index);
}

/* ---- trial.c ---- */

/* Runs the node; sees which steps can come next, and hashes its last known state. */
bool trial_of_node(Expansion *expansion, SimChoices *choices);
/*
 * Runs the node with one step more; adds the states that it comes to when it was begun, whenever
 * the bound lets the next step come.  The trace of the run, if the bound has room for another
 * answer, stays in @choices, which the caller clears.  True, as above: it found something.
 */
bool trial_of_child(Expansion *expansion, const ExploreNode *child, SimChoices *choices);
/* After trial_of_child(): the answer does nothing but let the next step come. */
bool trial_was_offer(const Expansion *expansion, uint32_t question, unsigned answer);

/* ---- state.c ---- */

/* The step behind the node is the last of the bound: what follows it is not looked at any more. */
bool state_is_last(const Expansion *expansion);
/* The turn comes now, with @extra for an answer if that is not NULL: adds what there is then. */
void state_add_child(Expansion *expansion, const ExploreAnswer *extra);
/* What @child is when all that is known is the way since its last known state. */
uint64_t state_hash_way(const Expansion *expansion, const ExploreNode *child, guint symmetry);

/* ---- equal.c ---- */

/* Of steps that are equal behind the node only the first stays enabled. */
void equal_leave_out(Expansion *expansion);

#endif
