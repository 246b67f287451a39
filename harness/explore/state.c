/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state that a run has come to with its last step: its key, and whether it is continued.
 */
#include "harness/explore/expansion.h"

#include "harness/actor/stage-private.h"

/* By its place since then; one that was held before it, by itself if there can be others. */
static unsigned name_held(const Expansion *expansion, const ExploreNode *child, unsigned step)
{
    if (step >= child->n_steps_base) {
        return step - child->n_steps_base;
    }
    return 128 + (expansion->explore->bound.n_held > 1 ? step : 0);
}

uint64_t state_hash_way(const Expansion *expansion, const ExploreNode *child, guint symmetry)
{
    uint64_t hash = explore_mix(expansion->base_hashes[symmetry], 2);

    for (unsigned k = child->n_steps_base; k < child->n_steps; k++) {
        Action action = *action_at(expansion, child->steps[k]);

        if (action.kind == ACTION_RELEASE) {
            action.step = name_held(expansion, child, action.step);
        }
        hash = explore_mix(hash, symmetry_action_hash(symmetry_at(expansion, symmetry),
                                                      &action));
    }
    for (unsigned k = 0; k < child->n_answers; k++) {
        if (child->answers[k].question >= child->n_asked_base) {
            hash = explore_mix(hash, (child->answers[k].question - child->n_asked_base)
                                     * 65536u + child->answers[k].answer);
        }
    }
    return hash;
}

static uint64_t hash_under(const Expansion *expansion, const ExploreNode *child, bool is_known,
                           guint symmetry)
{
    return is_known ? canonical_hash(&expansion->canonical, symmetry_at(expansion, symmetry))
                    : state_hash_way(expansion, child, symmetry);
}

/*
 * The same under other names is the same; @plain is the hash under its own.  No state at rest has
 * the key of one that is not.
 */
static uint64_t find_key(const Expansion *expansion, const ExploreNode *child, bool is_known,
                         uint64_t plain)
{
    bool is_at_rest = is_known && !expansion->canonical.state.is_suspended;
    uint64_t smallest = plain;

    for (guint i = 1; i < expansion->symmetries->len; i++) {
        smallest = MIN(smallest, hash_under(expansion, child, is_known, i));
    }
    smallest = explore_mix(smallest, child->n_faults);
    smallest = is_at_rest ? smallest & ~EXPLORE_NOT_AT_REST : smallest | EXPLORE_NOT_AT_REST;
    return smallest + !smallest;
}

bool state_is_last(const Expansion *expansion)
{
    return expansion->node->n_steps + 1u == expansion->explore->bound.depth;
}

/* A fault that did not fire was none; and behind a query or a quit nothing follows. */
static bool leads_on(const Expansion *expansion)
{
    const ExploreNode *node = expansion->running;
    const Action *last = action_at(expansion, node->steps[node->n_steps - 1]);

    return !state_is_last(expansion) && last->kind != ACTION_QUERY && !expansion->stage->has_quit &&
           expansion->n_faults >= node->n_faults;
}

void state_add_child(Expansion *expansion, const ExploreAnswer *extra)
{
    const ExploreNode *node = expansion->node;
    ExploreNode child = *expansion->running;
    bool is_known;
    uint64_t plain;

    if (!leads_on(expansion)) {
        return;
    }
    is_known = canonical_look(&expansion->canonical, expansion->stage, expansion->checks) &&
               !(expansion->explore->is_unreduced && expansion->canonical.state.is_suspended);
    if (extra) {
        child.answers[child.n_answers++] = *extra;
    }
    child.n_asked = expansion->choices->n_asked + (extra != NULL);
    child.n_steps_base = is_known ? child.n_steps : node->n_steps_base;
    child.n_asked_base = is_known ? child.n_asked : node->n_asked_base;
    plain = hash_under(expansion, &child, is_known, 0);
    /* Hashes under all names cost as much as a run, and every other state was here already. */
    if (!explore_set_add(&expansion->plain, explore_mix(plain, child.n_faults) | 1,
                         child.n_answers)) {
        return;
    }
    child.key = find_key(expansion, &child, is_known, plain);
    if (!explore_set_covers(&expansion->explore->set, child.key, child.n_answers)) {
        g_array_append_val(expansion->children, child);
    }
}
