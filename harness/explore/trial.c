/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of a sequence, and when it has come to a state.
 *
 * A state is what there is when the turn comes to the step that would be next.  That turn can come
 * at each question where it is among the answers: the states of all these schedules are seen
 * by the run that lets it come last.
 */
#include "harness/explore/expansion.h"

#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/explore/enabled.h"
#include "sim/core/event.h"

/* ---- the run ----------------------------------------------------------------------- */

static unsigned fill_prefix(Expansion *expansion, const ExploreNode *node)
{
    unsigned n = node->n_answers ? node->answers[node->n_answers - 1].question + 1 : 0;

    if (n > expansion->n_answers_allocated) {
        expansion->n_answers_allocated = 2 * n;
        expansion->answers = g_renew(uint16_t, expansion->answers, 2 * n);
    }
    for (unsigned i = 0; i < n; i++) {
        expansion->answers[i] = 0;
    }
    for (unsigned i = 0; i < node->n_answers; i++) {
        expansion->answers[node->answers[i].question] = node->answers[i].answer;
    }
    return n;
}

static void see_event(const SimEvent *event, void *opaque)
{
    Expansion *expansion = opaque;

    expansion->n_faults += event->kind == SIM_EVENT_FAULT;
}

/* The scenario of a sequence begins with its version, "allow errors" and the drives. */
static unsigned n_lines_before(const Expansion *expansion)
{
    return 2 + expansion->explore->bound.n_drives;
}

/* How many of its steps these and the first @n of the sequence are: a fault has one of its own. */
static unsigned count_lines(const Expansion *expansion, unsigned n)
{
    unsigned n_lines = n_lines_before(expansion) + n;

    for (unsigned i = 0; i < n; i++) {
        n_lines += action_at(expansion, expansion->running->steps[i])->fault != ACTION_NO_FAULT;
    }
    return n_lines;
}

/* The action that is the scenario's step @index, from 0; NULL: none is. */
static const Action *find_action(const Expansion *expansion, unsigned index)
{
    const ExploreNode *node = expansion->running;

    for (unsigned i = 0; i < node->n_steps; i++) {
        if (count_lines(expansion, i + 1) == index + 1) {
            return action_at(expansion, node->steps[i]);
        }
    }
    return NULL;
}

/* Commands begin some time after their steps. */
static void see_deed(const Deed *deed, void *opaque)
{
    Expansion *expansion = opaque;

    if (expansion->canonical.seen.is_observing &&
        (deed->kind == DEED_SETUP_BEGINS || deed->kind == DEED_TEARDOWN_BEGINS)) {
        seen_action(&expansion->canonical.seen, find_action(expansion, deed->line - 1));
    }
}

/* The turn has come to the scenario's step @n_steps; QEMU unplugs a drive in the step itself. */
static void see_turn(Expansion *expansion, unsigned n_steps)
{
    Seen *seen = &expansion->canonical.seen;
    const Action *action;

    if (n_steps == expansion->observe_from) {
        seen_begin(seen);
    }
    if (!seen->is_observing) {
        return;
    }
    action = find_action(expansion, n_steps);
    if (seen_forget(seen) && expansion->running == expansion->node) {
        expansion->n_lines_at_rest = n_steps;
    }
    if (action && action->kind == ACTION_UNPLUG) {
        seen_action(seen, action);
    }
}

static bool run(Expansion *expansion, const ExploreNode *node, RunPauseFunc *pause,
                SimChoices *choices)
{
    RunOptions options = {
        .choices = choices,
        .without_digest = true,
        .pause = pause,
        .observe = expansion->explore->bound.n_faults ? see_event : NULL,
        .observe_deed = see_deed,
        .opaque = expansion,
        .current_line = expansion->current_line,
    };
    unsigned n_answers = fill_prefix(expansion, node);

    sim_choices_init_prefix(choices, expansion->answers, n_answers);
    choices->is_traced = node->n_answers < expansion->explore->bound.n_preemptions;
    expansion->running = node;
    expansion->choices = choices;
    expansion->n_lines = count_lines(expansion, node->n_steps);
    expansion->n_faults = 0;
    expansion->is_begun = expansion->is_over = false;
    g_array_set_size(expansion->offers, 0);
    seen_rest(&expansion->canonical.seen);
    expansion->unit->current = *node;
    expansion->unit->counts.n_runs++;
    run_result_clear(expansion->result);
    run_scenario(&expansion->scenario, &options, expansion->result);
    return expansion->result->verdict != RUN_GOOD;
}

/* ---- the sequence itself -------------------------------------------------------------- */

/* Behind the last step only equal steps are looked for, which are so by names alone. */
static void hash_base(Expansion *expansion)
{
    for (guint i = 0; i < expansion->symmetries->len; i++) {
        const Symmetry *symmetry = symmetry_at(expansion, i);

        if (symmetry->is_of_names_alone || !state_is_last(expansion)) {
            expansion->base_hashes[i] = canonical_hash(&expansion->canonical, symmetry);
        }
    }
}

static void pause_in_node(Stage *stage, const Checks *checks, unsigned n_steps, void *opaque)
{
    Expansion *expansion = opaque;
    const ExploreNode *node = expansion->node;

    see_turn(expansion, n_steps);
    if (n_steps == count_lines(expansion, node->n_steps_base)) {
        bool is_known = canonical_look(&expansion->canonical, stage, checks);

        g_assert(is_known);
        hash_base(expansion);
    }
    if (n_steps == expansion->n_lines) {
        bool is_last = state_is_last(expansion) && !expansion->explore->is_unreduced;

        enabled_find(&expansion->explore->alphabet, node, stage, is_last, expansion->is_enabled);
    }
}

bool trial_of_node(Expansion *expansion, SimChoices *choices)
{
    explore_lines_join(expansion->explore, expansion->node, &expansion->scenario);
    expansion->n_node_lines = expansion->scenario.lines->len;
    expansion->observe_from = n_lines_before(expansion);
    return run(expansion, expansion->node, pause_in_node, choices);
}

/* ---- the sequence with one step more ----------------------------------------------------- */

/* The run goes its own way from its last answer on. */
static bool is_on_its_own(const Expansion *expansion)
{
    const ExploreNode *node = expansion->running;

    return !node->n_answers ||
           expansion->choices->n_asked > node->answers[node->n_answers - 1].question;
}

static void see_offer(unsigned n_candidates, void *opaque)
{
    Expansion *expansion = opaque;
    ExploreAnswer answer = { expansion->choices->n_asked, n_candidates - 1 };

    if (!expansion->is_begun || expansion->is_over) {
        return;
    }
    g_assert(expansion->choices->n_asked <= UINT16_MAX);
    g_array_append_val(expansion->offers, answer);
    if (is_on_its_own(expansion) &&
        expansion->running->n_answers < expansion->explore->bound.n_preemptions) {
        expansion->unit->counts.n_schedules++;
        state_add_child(expansion, &answer);
    }
}

static void pause_in_child(Stage *stage, const Checks *checks, unsigned n_steps, void *opaque)
{
    Expansion *expansion = opaque;

    if (n_steps == 0) {
        expansion->stage = stage;
        expansion->checks = checks;
        sim_loop_observe_offers(sim_world_loop(), see_offer, expansion);
    }
    see_turn(expansion, n_steps);
    expansion->is_begun = n_steps + 1 >= expansion->n_lines;
    if (n_steps == expansion->n_lines) {
        expansion->is_over = true;
        if (is_on_its_own(expansion)) {
            state_add_child(expansion, NULL);
        }
    }
}

bool trial_of_child(Expansion *expansion, const ExploreNode *child, SimChoices *choices)
{
    expansion->observe_from = state_is_last(expansion) ? UINT_MAX : expansion->n_lines_at_rest;
    return run(expansion, child, pause_in_child, choices);
}

bool trial_was_offer(const Expansion *expansion, uint32_t question, unsigned answer)
{
    for (guint i = 0; i < expansion->offers->len; i++) {
        const ExploreAnswer *offer = &g_array_index(expansion->offers, ExploreAnswer, i);

        if (offer->question == question) {
            return offer->answer == answer;
        }
    }
    return false;
}
