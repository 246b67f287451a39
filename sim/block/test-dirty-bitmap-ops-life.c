/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random operations on bitmaps as wholes: making, unmaking, successors, flags. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "sim/block/test-dirty-bitmap-run.h"
#include "sim/block/test-dirty-bitmap-ops.h"

#define LONGEST_NAME BDRV_BITMAP_MAX_NAME_SIZE

static const char *pick_name(Run *run, char buffer[LONGEST_NAME + 2])
{
    static const char *const names[] = { "a", "b", "c", "bitmap-0", "" };

    if (run_one_in(run, 12)) {
        size_t length = LONGEST_NAME + run_pick(run, 2);

        memset(buffer, 'x', length);
        buffer[length] = '\0';
        return buffer;
    }
    return run_one_in(run, 4) ? NULL : names[run_pick(run, ARRAY_SIZE(names))];
}

/* ---- life ---------------------------------------------------------------- */

bool is_releasable(const Tracked *tracked)
{
    return !tracked->busy && !tracked->successor && !tracked->iter[REAL];
}

bool op_create(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    int64_t length = run->nodes[node][0].length;
    uint32_t granularity = run_pick_granularity(run, length);
    char buffer[LONGEST_NAME + 2];
    const char *name = pick_name(run, buffer);
    bool no_length = run_one_in(run, 20);
    BdrvDirtyBitmap *bitmap[N_SIDES];
    Error *error[N_SIDES] = { NULL };

    if (run->n_bitmaps == MAX_BITMAPS) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        TestNode *test_node = &run->nodes[node][s];

        test_node->length = no_length ? -EIO : length;
        errno = 0;
        bitmap[s] = sides[s].bdrv_create_dirty_bitmap(&test_node->bs, granularity, name,
                                                      &error[s]);
        if (no_length && !bitmap[s]) {
            test_node->cluster_size = errno;
        }
        test_node->length = length;
    }
    run_same(run, "errno", run->nodes[node][REAL].cluster_size,
             run->nodes[node][BUILTIN].cluster_size);
    run_same(run, "created", bitmap[REAL] != NULL, bitmap[BUILTIN] != NULL);
    run_same_errors(run, error[REAL], error[BUILTIN]);
    if (bitmap[REAL]) {
        run_track(run, node, bitmap[REAL], bitmap[BUILTIN]);
    }
    return true;
}

bool op_find(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    char buffer[LONGEST_NAME + 2];
    const char *name = pick_name(run, buffer);
    int found[N_SIDES];

    if (!name) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        BdrvDirtyBitmap *bitmap = sides[s].bdrv_find_dirty_bitmap(&run->nodes[node][s].bs, name);

        found[s] = -1;
        for (unsigned i = 0; i < run->n_bitmaps; i++) {
            if (run->bitmaps[i]->bitmap[s] == bitmap) {
                found[s] = i;
            }
        }
    }
    run_same(run, "found", found[REAL], found[BUILTIN]);
    return true;
}

bool op_release(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);

    if (!tracked || !is_releasable(tracked) || tracked->is_successor) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_release_dirty_bitmap(tracked->bitmap[s]);
    }
    run_untrack(run, tracked);
    return true;
}

static bool is_named(const Tracked *tracked)
{
    return sides[REAL].bdrv_dirty_bitmap_name(tracked->bitmap[REAL]) != NULL;
}

bool op_release_named(Run *run)
{
    unsigned node = run_pick(run, N_NODES);

    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        const Tracked *tracked = run->bitmaps[i];

        if (tracked->node == node && is_named(tracked) && !is_releasable(tracked)) {
            return false;
        }
    }
    for (unsigned i = run->n_bitmaps; i-- > 0; ) {
        Tracked *tracked = run->bitmaps[i];

        if (tracked->node == node && is_named(tracked)) {
            run_untrack(run, tracked);
        }
    }
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_release_named_dirty_bitmaps(&run->nodes[node][s].bs);
    }
    return true;
}

bool op_truncate(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    int64_t length = run->nodes[node][0].length;

    /* Mostly a bit more or less; never so much that QEMU's bitmaps grow huge. */
    if (run_one_in(run, 2)) {
        length += (int64_t)run_pick(run, 4096) - 2048;
        length = MAX(length, 0);
    } else if (run_one_in(run, 2)) {
        length = run_pick(run, length + 1);
    } else {
        length += run_pick(run, length + 1);
        length = MIN(length, MAX_SIZE);
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        const Tracked *tracked = run->bitmaps[i];

        if (tracked->node != node) {
            continue;
        }
        if (!is_releasable(tracked) ||
            (uint64_t)(length / run_granularity(tracked)) > 2 * run->max_chunks) {
            return false;
        }
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        if (run->bitmaps[i]->node == node) {
            run_drop_backup(run->bitmaps[i]);
            if (run->has_shadows) {
                shadow_truncate(run->bitmaps[i]->shadow, length);
            }
        }
    }
    for (int s = 0; s < N_SIDES; s++) {
        run->nodes[node][s].length = length;
        sides[s].bdrv_dirty_bitmap_truncate(&run->nodes[node][s].bs, length);
    }
    return true;
}

bool op_cluster_size(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    int cluster_size = run_one_in(run, 4) ? -1 : (int)run_pick(run, 1 << run_pick(run, 22));

    for (int s = 0; s < N_SIDES; s++) {
        run->nodes[node][s].cluster_size = cluster_size;
    }
    return true;
}

/* ---- successors ---------------------------------------------------------- */

bool op_create_successor(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    Error *error[N_SIDES] = { NULL };
    int ret[N_SIDES];

    if (!tracked || run->n_bitmaps == MAX_BITMAPS) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        ret[s] = sides[s].bdrv_dirty_bitmap_create_successor(tracked->bitmap[s], &error[s]);
    }
    run_same(run, "create_successor", ret[REAL], ret[BUILTIN]);
    run_same_errors(run, error[REAL], error[BUILTIN]);
    if (ret[REAL] == 0) {
        BlockDriverState *real = run_bs(run, tracked->node, REAL);
        BlockDriverState *builtin = run_bs(run, tracked->node, BUILTIN);

        tracked->busy = true;
        tracked->successor = run_track(run, tracked->node,
                                       sides[REAL].bdrv_dirty_bitmap_first(real),
                                       sides[BUILTIN].bdrv_dirty_bitmap_first(builtin));
        tracked->successor->is_successor = true;
        if (run->has_shadows) {
            tracked->successor->shadow->enabled = tracked->shadow->enabled;
            tracked->shadow->enabled = false;
        }
        run_compare_answers(run, tracked->successor);
    }
    return true;
}

bool op_enable_successor(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);

    if (!tracked || !tracked->successor) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_dirty_bitmap_enable_successor(tracked->bitmap[s]);
    }
    if (run->has_shadows) {
        tracked->successor->shadow->enabled = true;
    }
    run_compare_answers(run, tracked->successor);
    return true;
}

bool op_abdicate(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    Error *error[N_SIDES] = { NULL };
    BdrvDirtyBitmap *heir[N_SIDES];

    if (!tracked || tracked->iter[REAL] || tracked->is_successor) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        heir[s] = sides[s].bdrv_dirty_bitmap_abdicate(tracked->bitmap[s], &error[s]);
        run_same(run, "heir", (intptr_t)heir[s],
                 (intptr_t)(tracked->successor ? tracked->successor->bitmap[s] : NULL));
    }
    run_same_errors(run, error[REAL], error[BUILTIN]);
    if (tracked->successor) {
        tracked->successor->is_successor = false;
        tracked->successor->persistent = tracked->persistent;
        run_compare_answers(run, tracked->successor);
        run_untrack(run, tracked);
    }
    return true;
}

bool op_reclaim(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    Error *error[N_SIDES] = { NULL };
    bool locked = run_one_in(run, 2), ret[N_SIDES];

    if (!tracked || tracked->iter[REAL] ||
        (tracked->successor && !is_releasable(tracked->successor))) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        if (locked) {
            sides[s].bdrv_dirty_bitmap_lock(tracked->bitmap[s]);
            ret[s] = sides[s].bdrv_reclaim_dirty_bitmap_locked(tracked->bitmap[s], &error[s]);
            sides[s].bdrv_dirty_bitmap_unlock(tracked->bitmap[s]);
        } else {
            ret[s] = sides[s].bdrv_reclaim_dirty_bitmap(tracked->bitmap[s], &error[s]);
        }
    }
    run_same(run, "reclaimed", ret[REAL], ret[BUILTIN]);
    run_same_errors(run, error[REAL], error[BUILTIN]);
    if (ret[REAL]) {
        tracked->busy = false;
        if (run->has_shadows) {
            shadow_merge(tracked->shadow, tracked->successor->shadow);
            tracked->shadow->enabled = tracked->successor->shadow->enabled;
        }
        run_untrack(run, g_steal_pointer(&tracked->successor));
    }
    run_compare_answers(run, tracked);
    return true;
}

/* ---- flags --------------------------------------------------------------- */

bool op_flags(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    unsigned action = run_pick(run, 40);
    bool value = run_one_in(run, 6);

    if (!tracked) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        const Side *side = &sides[s];
        BdrvDirtyBitmap *bitmap = tracked->bitmap[s];

        if (action < 10) {
            side->bdrv_disable_dirty_bitmap(bitmap);
        } else if (action < 20) {
            side->bdrv_enable_dirty_bitmap(bitmap);
        } else if (action < 22) {
            side->bdrv_dirty_bitmap_lock(bitmap);
            side->bdrv_enable_dirty_bitmap_locked(bitmap);
            side->bdrv_dirty_bitmap_unlock(bitmap);
        } else if (action < 26) {
            side->bdrv_dirty_bitmap_set_busy(bitmap, value);
            tracked->busy = value;
        } else if (action < 30) {
            side->bdrv_dirty_bitmap_set_readonly(bitmap, value);
        } else if (action < 34) {
            side->bdrv_dirty_bitmap_skip_store(bitmap, value);
        } else if (action < 39) {
            side->bdrv_dirty_bitmap_set_persistence(bitmap, value);
            tracked->persistent = value;
        } else if (tracked->persistent) {
            side->bdrv_dirty_bitmap_set_inconsistent(bitmap);
        }
    }
    if (run->has_shadows && action < 22) {
        tracked->shadow->enabled = action >= 10;
    } else if (run->has_shadows && action == 39 && tracked->persistent) {
        tracked->shadow->enabled = false;
    }
    run_compare_answers(run, tracked);
    return true;
}

bool op_check(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    uint32_t flags = run_pick(run, 8);
    Error *error[N_SIDES] = { NULL };
    int ret[N_SIDES];

    if (!tracked) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        ret[s] = sides[s].bdrv_dirty_bitmap_check(tracked->bitmap[s], flags, &error[s]);
    }
    run_same(run, "check", ret[REAL], ret[BUILTIN]);
    run_same_errors(run, error[REAL], error[BUILTIN]);
    return true;
}
