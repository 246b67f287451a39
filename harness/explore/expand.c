/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that follows some sequences: each step that can come next, under each schedule.
 *
 * A sequence itself is run once more, to see which steps make sense and what its state is
 * under each symmetry.  Of steps that are equal behind it only the first is run: see
 * equal_leave_out().  Then every step is run behind it, first as first-come has it, and from
 * the questions of that run on with one answer changed, and so on while the bound allows.
 * Answers that only let the next step come early need no run of their own: see trial.c.  Answers
 * to questions that come after the last step was begun lead to other ends of the run but to no
 * other state.
 */
#include <string.h>

#include "harness/explore/expansion.h"

/* ---- schedules ----------------------------------------------------------------------- */

static void add_schedules(Expansion *expansion, const ExploreNode *done,
                          const SimChoices *choices)
{
    uint32_t from = expansion->node->n_asked;

    if (done->n_answers == expansion->explore->bound.n_preemptions) {
        return;
    }
    if (done->n_answers) {
        from = MAX(from, done->answers[done->n_answers - 1].question + 1u);
    }
    for (uint32_t i = from; i < choices->n_trace; i++) {
        for (uint16_t answer = 1; answer < choices->trace[i].n_alternatives; answer++) {
            ExploreNode schedule = *done;

            if (trial_was_offer(expansion, i, answer)) {
                continue;
            }
            g_assert(i <= UINT16_MAX);
            schedule.answers[schedule.n_answers++] = (ExploreAnswer) { i, answer };
            g_array_append_val(expansion->todo, schedule);
        }
    }
}

/* True: one of them found something. */
static bool expand_step(Expansion *expansion, unsigned action)
{
    ExploreNode first = *expansion->node;

    first.steps[first.n_steps++] = action;
    first.n_faults += action_at(expansion, action)->fault != ACTION_NO_FAULT;
    explore_lines_join_last(expansion->explore, &first, expansion->n_node_lines,
                            &expansion->scenario);
    expansion->unit->counts.n_sequences++;
    g_array_set_size(expansion->todo, 0);
    g_array_append_val(expansion->todo, first);
    for (guint i = 0; i < expansion->todo->len; i++) {
        ExploreNode schedule = g_array_index(expansion->todo, ExploreNode, i);
        SimChoices choices;

        expansion->unit->counts.n_schedules++;
        if (trial_of_child(expansion, &schedule, &choices)) {
            sim_choices_clear(&choices);
            return true;
        }
        add_schedules(expansion, &schedule, &choices);
        sim_choices_clear(&choices);
    }
    return false;
}

/* ---- the unit ---------------------------------------------------------------------- */

static void open_expansion(Expansion *expansion)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;

    expansion->scenario.path = (char *) "explored.scn";
    expansion->scenario.title = (char *) "";
    expansion->scenario.lines = g_array_new(FALSE, FALSE, sizeof(ScenarioLine));
    canonical_open(&expansion->canonical, alphabet);
    expansion->symmetries = symmetries_new(&alphabet->bound, alphabet->generation);
    expansion->base_hashes = g_new0(uint64_t, expansion->symmetries->len);
    expansion->is_enabled = g_new0(bool, alphabet->actions->len);
    expansion->children = g_array_new(FALSE, FALSE, sizeof(ExploreNode));
    explore_set_init(&expansion->plain);
    expansion->todo = g_array_new(FALSE, FALSE, sizeof(ExploreNode));
    expansion->offers = g_array_new(FALSE, FALSE, sizeof(ExploreAnswer));
}

static void close_expansion(Expansion *expansion)
{
    g_array_unref(expansion->scenario.lines);
    canonical_close(&expansion->canonical);
    g_array_unref(expansion->symmetries);
    g_array_unref(expansion->children);
    explore_set_clear(&expansion->plain);
    g_array_unref(expansion->todo);
    g_array_unref(expansion->offers);
    g_free(expansion->base_hashes);
    g_free(expansion->is_enabled);
    g_free(expansion->answers);
}

/* Each key once, with the fewest preemptions. */
static void append_children(const Expansion *expansion, GArray *children)
{
    ExploreSet set;

    explore_set_init(&set);
    for (unsigned n_used = 0; n_used <= EXPLORE_MAX_PREEMPTIONS; n_used++) {
        for (guint i = 0; i < expansion->children->len; i++) {
            ExploreNode child = g_array_index(expansion->children, ExploreNode, i);

            if (child.n_answers == n_used && explore_set_add(&set, child.key, n_used)) {
                g_array_append_val(children, child);
            }
        }
    }
    explore_set_clear(&set);
}

/* True: a run found something; else what follows the node is appended to @children. */
static bool expand_node(Expansion *expansion, GArray *children)
{
    const Explore *explore = expansion->explore;
    SimChoices choices;
    bool has_ended;

    open_expansion(expansion);
    has_ended = trial_of_node(expansion, &choices);
    sim_choices_clear(&choices);
    if (!has_ended && !explore->is_unreduced) {
        equal_leave_out(expansion);
    }
    for (unsigned i = 0; !has_ended && i < explore->alphabet.actions->len; i++) {
        has_ended = expansion->is_enabled[i] && expand_step(expansion, i);
    }
    if (!has_ended) {
        append_children(expansion, children);
    }
    close_expansion(expansion);
    return has_ended;
}

static void hand_over(const ExploreBatch *batch, ExploreUnit *unit, const GArray *children)
{
    guint n = children->len;

    unit->first_child = __atomic_fetch_add(batch->n_children, n, __ATOMIC_RELAXED);
    unit->n_children = n;
    g_assert(unit->first_child + n <= batch->n_children_max);
    if (n > 0) {
        memcpy(batch->children + unit->first_child, children->data, n * sizeof(ExploreNode));
    }
}

void explore_expand(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const ExploreBatch *batch = opaque;
    guint begin = index * batch->n_per_unit, end = MIN(begin + batch->n_per_unit, batch->n);
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(ExploreNode));
    bool has_ended = false;

    memset(ret_result, 0, sizeof(*ret_result));
    for (guint i = begin; !has_ended && i < end; i++) {
        Expansion expansion = {
            .explore = batch->explore,
            .node = &batch->explore->level.nodes[batch->first + i],
            .unit = &batch->units[index],
            .current_line = current_line,
            .result = ret_result,
        };

        has_ended = expand_node(&expansion, children);
    }
    hand_over(batch, &batch->units[index], children);
}
