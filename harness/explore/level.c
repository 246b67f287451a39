/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All sequences of one length that are to be continued: an array, since there are millions.
 */
#include <string.h>

#include "harness/explore/explore.h"

#define FIRST_NODES 256

void explore_level_clear(ExploreLevel *level)
{
    explore_memory_free(level->nodes, level->n_allocated * sizeof(ExploreNode));
    *level = (ExploreLevel) { .nodes = NULL };
}

/* Moves what there is to room for more. */
static void grow(ExploreLevel *level, uint64_t n_needed)
{
    ExploreLevel more = { .len = level->len, .n_allocated = MAX(level->n_allocated, FIRST_NODES) };

    while (more.n_allocated < n_needed) {
        more.n_allocated *= 2;
    }
    more.nodes = explore_memory_new(more.n_allocated * sizeof(ExploreNode));
    if (level->len > 0) {
        memcpy(more.nodes, level->nodes, level->len * sizeof(ExploreNode));
    }
    explore_level_clear(level);
    *level = more;
}

void explore_level_append(ExploreLevel *level, const ExploreNode *nodes, uint64_t n)
{
    if (level->len + n > level->n_allocated) {
        grow(level, level->len + n);
    }
    if (n > 0) {
        memcpy(level->nodes + level->len, nodes, n * sizeof(ExploreNode));
    }
    level->len += n;
}

void explore_level_drop_outdated(ExploreLevel *level, const ExploreSet *set)
{
    guint n = 0;

    for (guint i = 0; i < level->len; i++) {
        const ExploreNode *node = &level->nodes[i];

        if (node->n_answers == 0 || !explore_set_covers(set, node->key, node->n_answers - 1)) {
            level->nodes[n++] = *node;
        }
    }
    level->len = n;
}

void explore_level_sort(ExploreLevel *level)
{
    ExploreLevel sorted = { .nodes = NULL };

    for (unsigned n_used = 0; n_used <= EXPLORE_MAX_PREEMPTIONS; n_used++) {
        for (guint i = 0; i < level->len; i++) {
            if (level->nodes[i].n_answers == n_used) {
                explore_level_append(&sorted, &level->nodes[i], 1);
            }
        }
    }
    explore_level_clear(level);
    *level = sorted;
}
