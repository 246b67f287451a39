/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other names for equal things: drives, chunks of a drive, targets, names of bitmaps.
 *
 * Where there would be too many ways, some are left out: states that differ in nothing else
 * then count twice, which costs time and nothing more.
 */
#include "harness/explore/action.h"

#define MAX_SYMMETRIES 128

/* Calls @ret_order (0..n-1 in some order) number @index of n!. */
static void nth_order(unsigned index, unsigned n, uint8_t *ret_order)
{
    uint8_t left[EXPLORE_MAX_CHUNKS];

    for (unsigned i = 0; i < n; i++) {
        left[i] = i;
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned k = index % (n - i);

        index /= n - i;
        ret_order[i] = left[k];
        for (; k + 1 < n - i; k++) {
            left[k] = left[k + 1];
        }
    }
}

static unsigned factorial(unsigned n)
{
    return n < 2 ? 1 : n * factorial(n - 1);
}

/* Appends each of those that are there with each order of @n things at @offset. */
static void multiply(GArray *symmetries, unsigned n, size_t offset)
{
    guint n_before = symmetries->len;

    if (n_before * factorial(n) > MAX_SYMMETRIES) {
        return;
    }
    for (unsigned order = 1; order < factorial(n); order++) {
        for (guint i = 0; i < n_before; i++) {
            Symmetry symmetry = g_array_index(symmetries, Symmetry, i);

            nth_order(order, n, (uint8_t *) &symmetry + offset);
            g_array_append_val(symmetries, symmetry);
        }
    }
}

static void invert(const uint8_t *order, uint8_t *ret_back, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        ret_back[order[i]] = i;
    }
}

static bool keeps_places(const Symmetry *symmetry)
{
    for (unsigned i = 0; i < EXPLORE_MAX_DRIVES; i++) {
        for (unsigned k = 0; k < EXPLORE_MAX_CHUNKS; k++) {
            if (symmetry->drives[i] != i || symmetry->chunks[i][k] != k) {
                return false;
            }
        }
    }
    return true;
}

static void complete(Symmetry *symmetry, unsigned generation)
{
    if (generation == 3) {
        for (unsigned i = 0; i < EXPLORE_MAX_NAMES; i++) {
            symmetry->names[i] = symmetry->targets[i];
        }
    }
    invert(symmetry->drives, symmetry->drives_back, EXPLORE_MAX_DRIVES);
    invert(symmetry->targets, symmetry->targets_back, EXPLORE_MAX_TARGETS);
    for (unsigned i = 0; i < EXPLORE_MAX_DRIVES; i++) {
        invert(symmetry->chunks[i], symmetry->chunks_back[i], EXPLORE_MAX_CHUNKS);
    }
    symmetry->is_of_names_alone = keeps_places(symmetry);
}

static Symmetry identity(void)
{
    Symmetry symmetry;

    nth_order(0, EXPLORE_MAX_DRIVES, symmetry.drives);
    nth_order(0, EXPLORE_MAX_TARGETS, symmetry.targets);
    nth_order(0, EXPLORE_MAX_NAMES, symmetry.names);
    for (unsigned i = 0; i < EXPLORE_MAX_DRIVES; i++) {
        nth_order(0, EXPLORE_MAX_CHUNKS, symmetry.chunks[i]);
    }
    return symmetry;
}

GArray *symmetries_new(const ExploreBound *bound, unsigned generation)
{
    GArray *symmetries = g_array_new(FALSE, FALSE, sizeof(Symmetry));
    Symmetry symmetry = identity();

    g_array_append_val(symmetries, symmetry);
    if (!bound->is_asymmetric) {
        multiply(symmetries, bound->n_targets, offsetof(Symmetry, targets));
        multiply(symmetries, bound->n_drives, offsetof(Symmetry, drives));
        if (generation != 3) {
            multiply(symmetries, bound->n_names, offsetof(Symmetry, names));
        }
        for (unsigned i = 0; i < bound->n_drives; i++) {
            multiply(symmetries, bound->n_chunks, offsetof(Symmetry, chunks[i]));
        }
    }
    for (guint i = 0; i < symmetries->len; i++) {
        complete(&g_array_index(symmetries, Symmetry, i), generation);
    }
    return symmetries;
}

/* Only what the kind of step has counts: all else is the same under every symmetry. */
uint64_t symmetry_action_hash(const Symmetry *symmetry, const Action *action)
{
    bool has_target = action->kind == ACTION_SETUP || action->kind == ACTION_TEARDOWN;
    uint64_t hash = explore_mix(explore_mix(3, action->kind), action->n_drives);

    for (unsigned i = 0; i < action->n_drives; i++) {
        hash = explore_mix(hash, symmetry->drives[action->drives[i]]);
    }
    hash = explore_mix(hash, has_target ? symmetry->targets[action->target] : 0);
    hash = explore_mix(hash, action->name == ACTION_NO_NAME ? ACTION_NO_NAME
                                                            : symmetry->names[action->name]);
    hash = explore_mix(hash, action->kind == ACTION_WRITE
                             ? symmetry->chunks[action->drives[0]][action->chunk] : 0);
    hash = explore_mix(hash, action->hold | action->is_success << 2);
    hash = explore_mix(hash, action->step);
    return explore_mix(hash, action->fault == ACTION_NO_FAULT ? 0
                             : (action->fault + 1) << 8 | symmetry->drives[action->fault_drive]);
}
