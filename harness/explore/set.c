/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of states that were met: an open hash table, since there are millions.
 */
#include "harness/explore/explore.h"

#define FIRST_SLOTS 4096

static void new_slots(ExploreSet *set)
{
    set->keys = explore_memory_new(set->n_slots * sizeof(*set->keys));
    set->n_used = explore_memory_new(set->n_slots * sizeof(*set->n_used));
}

void explore_set_init(ExploreSet *set)
{
    set->n_slots = FIRST_SLOTS;
    set->n_keys = 0;
    new_slots(set);
}

void explore_set_clear(ExploreSet *set)
{
    explore_memory_free(set->keys, set->n_slots * sizeof(*set->keys));
    explore_memory_free(set->n_used, set->n_slots * sizeof(*set->n_used));
}

/* Where @key is, or would be. */
static uint64_t find_slot(const ExploreSet *set, uint64_t key)
{
    uint64_t slot = key & (set->n_slots - 1);

    while (set->keys[slot] && set->keys[slot] != key) {
        slot = (slot + 1) & (set->n_slots - 1);
    }
    return slot;
}

static void grow(ExploreSet *set)
{
    ExploreSet old = *set;

    set->n_slots *= 2;
    new_slots(set);
    for (uint64_t i = 0; i < old.n_slots; i++) {
        if (old.keys[i]) {
            uint64_t slot = find_slot(set, old.keys[i]);

            set->keys[slot] = old.keys[i];
            set->n_used[slot] = old.n_used[i];
        }
    }
    explore_set_clear(&old);
}

bool explore_set_covers(const ExploreSet *set, uint64_t key, unsigned n_used)
{
    uint64_t slot = find_slot(set, key);

    return set->keys[slot] && set->n_used[slot] <= n_used;
}

bool explore_set_add(ExploreSet *set, uint64_t key, unsigned n_used)
{
    uint64_t slot = find_slot(set, key);
    bool is_new = !set->keys[slot];

    g_assert(key);
    if (!is_new && set->n_used[slot] <= n_used) {
        return false;
    }
    set->keys[slot] = key;
    set->n_used[slot] = n_used;
    set->n_keys += is_new;
    if (set->n_keys > set->n_slots / 2) {
        grow(set);
    }
    return true;
}

uint64_t explore_set_digest(const ExploreSet *set, uint64_t bits, uint64_t *ret_n)
{
    uint64_t digest = 0;

    *ret_n = 0;
    for (uint64_t i = 0; i < set->n_slots; i++) {
        if (set->keys[i] && !(set->keys[i] & bits)) {
            digest += explore_mix(explore_mix(0, set->keys[i]), 1);
            ++*ret_n;
        }
    }
    return digest;
}
