/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which steps can come next, and which of them can lead anywhere.
 *
 * Left out is what the language refuses (a write to a drive that is gone) and what changes
 * nothing (a bitmap that is not there cannot be removed).
 *
 * A write that is held lets go when nothing else can go on.  Where nothing else is under way and
 * nothing follows, it is a write that is not held.
 */
#include "harness/explore/enabled.h"

#include "harness/actor/stage-private.h"
#include "sim/world-state.h"
#include "sim/world.h"

#define MAX_COMMANDS 2      /* under way at a time */

typedef struct Situation {
    const Alphabet *alphabet;
    const ExploreNode *node;
    Stage *stage;
    unsigned n_commands;
    unsigned n_held;
    bool is_hold_idle;
} Situation;

static bool is_pending(const Situation *situation, unsigned step)
{
    char label[16];
    const StageOutcome *outcome;

    g_snprintf(label, sizeof(label), "w%u", step);
    outcome = stage_find_outcome(situation->stage, label);
    return outcome && !outcome->is_done;
}

static bool is_released(const Situation *situation, unsigned step)
{
    for (unsigned i = step + 1; i < situation->node->n_steps; i++) {
        const Action *action = alphabet_at(situation->alphabet, situation->node->steps[i]);

        if (action->kind == ACTION_RELEASE && action->step == step) {
            return true;
        }
    }
    return false;
}

/* The write that step began is to be held, or is, and was not let go. */
static bool is_held(const Situation *situation, unsigned step)
{
    const Action *action;

    if (step >= situation->node->n_steps) {
        return false;
    }
    action = alphabet_at(situation->alphabet, situation->node->steps[step]);
    return action->kind == ACTION_WRITE && action->hold && is_pending(situation, step) &&
           !is_released(situation, step);
}

static const SimDrive *drive_of(const Action *action)
{
    return sim_world_find_drive(action_device_name(action->drives[0]));
}

static bool find_bitmap(const Situation *situation, const Action *action, SimBitmapView *ret_view)
{
    return sim_world_find_bitmap(sim_drive_node_name(drive_of(action)),
                                 action_bitmap_name(situation->alphabet, action->name), ret_view);
}

/* Whoever keeps a bitmap busy in QEMU keeps its node, too, which "bitmap-set" does not. */
static bool has_busy_bitmap(const Action *action)
{
    SimBitmapView view;

    for (unsigned i = 0; sim_world_bitmap_at(sim_drive_node_name(drive_of(action)), i, &view);
         i++) {
        if (view.busy) {
            return true;
        }
    }
    return false;
}

static bool is_enabled(const Situation *situation, const Action *action)
{
    const ExploreBound *bound = &situation->alphabet->bound;
    SimBitmapView view;

    if (action->fault != ACTION_NO_FAULT && situation->node->n_faults == bound->n_faults) {
        return false;
    }
    switch ((ActionKind) action->kind) {
    case ACTION_WRITE:
        return sim_drive_is_inserted(drive_of(action)) &&
               (!action->hold || (situation->n_held < bound->n_held && !situation->is_hold_idle));
    case ACTION_RELEASE:
        return is_held(situation, action->step);
    case ACTION_SETUP:
    case ACTION_TEARDOWN:
        return situation->n_commands < MAX_COMMANDS;
    case ACTION_REMOVE:
        return find_bitmap(situation, action, &view);
    case ACTION_BUSY:
        return sim_drive_is_inserted(drive_of(action)) &&
               find_bitmap(situation, action, &view) && !view.busy;
    case ACTION_IDLE:
        return find_bitmap(situation, action, &view) && view.busy;
    case ACTION_UNPLUG:
        return sim_drive_is_inserted(drive_of(action)) && !has_busy_bitmap(action);
    case ACTION_QUERY:
    case ACTION_QUIT:
        return true;
    }
    g_assert_not_reached();
}

static unsigned count_commands(Stage *stage)
{
    StageChunk *chunk = NULL;
    unsigned index = 0, n = 0;

    for (;;) {
        const StageEntry *entry = stage_previous_entry(stage, &chunk, &index);

        if (!entry) {
            return n;
        }
        n += !entry->outcome.is_done && entry->is_command;
    }
}

void enabled_find(const Alphabet *alphabet, const ExploreNode *node, Stage *stage, bool is_last,
                  bool *ret_is_enabled)
{
    Situation situation = {
        .alphabet = alphabet, .node = node, .stage = stage, .n_commands = count_commands(stage),
        .is_hold_idle = is_last && sim_world_is_at_rest() && sim_world_n_in_flight() == 0,
    };

    for (unsigned i = 0; i < node->n_steps; i++) {
        situation.n_held += is_held(&situation, i);
    }
    for (unsigned i = 0; i < alphabet->actions->len; i++) {
        ret_is_enabled[i] = is_enabled(&situation, alphabet_at(alphabet, i));
    }
}
