/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which steps are equal behind a sequence, so that one of them is enough.
 */
#include "harness/explore/expansion.h"

/*
 * The state of the sequence is the same when its things have the names of @symmetry.  Drives and
 * chunks come one after the other, and code may treat the last otherwise.
 */
static bool is_symmetric(const Expansion *expansion, guint symmetry)
{
    const ExploreNode *node = expansion->node;

    if (!symmetry_at(expansion, symmetry)->is_of_names_alone) {
        return false;
    }
    if (node->n_steps_base == node->n_steps) {
        return expansion->base_hashes[symmetry] == expansion->base_hashes[0];
    }
    return state_hash_way(expansion, node, symmetry) == state_hash_way(expansion, node, 0);
}

static void leave_out_equal_to(Expansion *expansion, unsigned first, guint symmetry,
                               const uint64_t *hashes)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;
    uint64_t hash = symmetry_action_hash(symmetry_at(expansion, symmetry),
                                         alphabet_at(alphabet, first));

    for (unsigned i = first + 1; hash != hashes[first] && i < alphabet->actions->len; i++) {
        if (hashes[i] == hash) {
            expansion->is_enabled[i] = false;
            return;
        }
    }
}

/*
 * Where a symmetry leaves the state as it is, a step and what it becomes under that symmetry lead
 * to runs that differ in names alone: the same questions, the same findings, the same states.  That
 * holds for names of targets and bitmaps; see docs/decisions/0016 for drives and chunks.
 * Only the first of them is run.  It is also the one that would be continued, so that the search
 * meets the same states by the same sequences.  A release is of one write and equal to no other.
 */
void equal_leave_out(Expansion *expansion)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;
    g_autofree uint64_t *hashes = g_new(uint64_t, alphabet->actions->len);

    for (unsigned i = 0; i < alphabet->actions->len; i++) {
        hashes[i] = symmetry_action_hash(symmetry_at(expansion, 0), alphabet_at(alphabet, i));
    }
    for (guint k = 1; k < expansion->symmetries->len; k++) {
        unsigned n = is_symmetric(expansion, k) ? alphabet->actions->len : 0;

        for (unsigned i = 0; i < n; i++) {
            leave_out_equal_to(expansion, i, k, hashes);
        }
    }
}
