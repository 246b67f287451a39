/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of a random run, each on both sides.
 *
 * An operation that would break a rule right now does nothing.  While an iterator
 * is on a bitmap nothing is set in it: what QEMU's iterator then still sees depends
 * on how its words are laid out.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "sim/block/test-dirty-bitmap-run.h"

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

static bool is_writable(const Tracked *tracked)
{
    return !tracked->iter[REAL] && !sides[REAL].bdrv_dirty_bitmap_readonly(tracked->bitmap[REAL]);
}

/* ---- life ---------------------------------------------------------------- */

static bool op_create(Run *run)
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

static bool op_find(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    char buffer[LONGEST_NAME + 2];
    const char *name = pick_name(run, buffer);
    int found[N_SIDES] = { -1, -1 };

    if (!name) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        BdrvDirtyBitmap *bitmap = sides[s].bdrv_find_dirty_bitmap(&run->nodes[node][s].bs, name);

        for (unsigned i = 0; i < run->n_bitmaps; i++) {
            if (run->bitmaps[i]->bitmap[s] == bitmap) {
                found[s] = i;
            }
        }
    }
    run_same(run, "found", found[REAL], found[BUILTIN]);
    return true;
}

static bool is_releasable(const Tracked *tracked)
{
    return !tracked->busy && !tracked->successor && !tracked->iter[REAL];
}

static bool op_release(Run *run)
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

static bool op_release_named(Run *run)
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

static bool op_truncate(Run *run)
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
        }
    }
    for (int s = 0; s < N_SIDES; s++) {
        run->nodes[node][s].length = length;
        sides[s].bdrv_dirty_bitmap_truncate(&run->nodes[node][s].bs, length);
    }
    return true;
}

static bool op_cluster_size(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    int cluster_size = run_one_in(run, 4) ? -1 : (int)run_pick(run, 1 << run_pick(run, 22));

    for (int s = 0; s < N_SIDES; s++) {
        run->nodes[node][s].cluster_size = cluster_size;
    }
    return true;
}

/* ---- content ------------------------------------------------------------- */

static bool op_set(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    int64_t size, granularity, offset, bytes;
    bool locked = run_one_in(run, 2);

    if (!tracked || !is_writable(tracked) || run_size(tracked) == 0) {
        return false;
    }
    size = run_size(tracked);
    granularity = run_granularity(tracked);
    offset = run_pick_offset(run, size, granularity);
    /* The end may lie beyond the size, within the last chunk. */
    size = run_one_in(run, 4) ? ROUND_UP(size, granularity) : size;
    bytes = run_pick_length(run, size - offset, granularity);
    for (int s = 0; s < N_SIDES; s++) {
        if (locked) {
            sides[s].bdrv_dirty_bitmap_lock(tracked->bitmap[s]);
            sides[s].bdrv_set_dirty_bitmap_locked(tracked->bitmap[s], offset, bytes);
            sides[s].bdrv_dirty_bitmap_unlock(tracked->bitmap[s]);
        } else {
            sides[s].bdrv_set_dirty_bitmap(tracked->bitmap[s], offset, bytes);
        }
    }
    run_compare_answers(run, tracked);
    return true;
}

static bool op_reset(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    int64_t size, granularity, offset, bytes;
    bool locked = run_one_in(run, 2);

    if (!tracked || sides[REAL].bdrv_dirty_bitmap_readonly(tracked->bitmap[REAL]) ||
        run_size(tracked) == 0) {
        return false;
    }
    size = run_size(tracked);
    granularity = run_granularity(tracked);
    offset = ROUND_DOWN(run_pick_offset(run, size, granularity), granularity);
    bytes = ROUND_UP(run_pick_length(run, size - offset, granularity), granularity);
    if (run_one_in(run, 2)) {
        bytes = MIN(bytes, size - offset);
    }
    for (int s = 0; s < N_SIDES; s++) {
        if (locked) {
            sides[s].bdrv_dirty_bitmap_lock(tracked->bitmap[s]);
            sides[s].bdrv_reset_dirty_bitmap_locked(tracked->bitmap[s], offset, bytes);
            sides[s].bdrv_dirty_bitmap_unlock(tracked->bitmap[s]);
        } else {
            sides[s].bdrv_reset_dirty_bitmap(tracked->bitmap[s], offset, bytes);
        }
    }
    run_compare_answers(run, tracked);
    return true;
}

/* A guest's write: all enabled bitmaps of the node. */
static bool op_set_dirty(Run *run)
{
    unsigned node = run_pick(run, N_NODES);
    int64_t length = run->nodes[node][0].length, offset, bytes;
    int64_t unit = UINT64_C(1) << (9 + run_pick(run, 20));

    if (length == 0) {
        return false;
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        const Tracked *tracked = run->bitmaps[i];

        if (tracked->node == node && !is_writable(tracked) &&
            sides[REAL].bdrv_dirty_bitmap_enabled(tracked->bitmap[REAL])) {
            return false;
        }
    }
    offset = run_pick_offset(run, length, unit);
    bytes = run_pick_length(run, length - offset, unit);
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_set_dirty(&run->nodes[node][s].bs, offset, bytes);
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        run_compare_answers(run, run->bitmaps[i]);
    }
    return true;
}

static bool op_clear(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    bool keep;

    if (!tracked || !is_writable(tracked)) {
        return false;
    }
    keep = !tracked->backup[REAL] && run_one_in(run, 2);
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_clear_dirty_bitmap(tracked->bitmap[s], keep ? &tracked->backup[s] : NULL);
    }
    run_compare_answers(run, tracked);
    return true;
}

static bool op_restore(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);

    if (!tracked || !tracked->backup[REAL]) {
        return false;
    }
    if (!is_writable(tracked) || run_one_in(run, 3)) {
        run_drop_backup(tracked);
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_restore_dirty_bitmap(tracked->bitmap[s], g_steal_pointer(&tracked->backup[s]));
    }
    run_compare_answers(run, tracked);
    return true;
}

static bool op_merge(Run *run)
{
    Tracked *target = run_pick_bitmap(run), *source = run_pick_bitmap(run);
    Error *error[N_SIDES] = { NULL };
    bool ret[N_SIDES], keep;

    if (!target || target->iter[REAL]) {
        return false;
    }
    keep = !target->backup[REAL] && run_one_in(run, 3);
    for (int s = 0; s < N_SIDES; s++) {
        ret[s] = sides[s].bdrv_merge_dirty_bitmap(target->bitmap[s], source->bitmap[s],
                                                  keep ? &target->backup[s] : NULL, &error[s]);
    }
    run_same(run, "merged", ret[REAL], ret[BUILTIN]);
    run_same_errors(run, error[REAL], error[BUILTIN]);
    run_same(run, "backup", target->backup[REAL] != NULL, target->backup[BUILTIN] != NULL);
    run_compare_answers(run, target);
    return true;
}

static bool op_merge_internal(Run *run)
{
    Tracked *target = run_pick_bitmap(run), *source = run_pick_bitmap(run);
    bool lock = run_one_in(run, 2), keep;

    if (!target || !is_writable(target) || run_size(target) != run_size(source) ||
        sides[REAL].bdrv_dirty_bitmap_inconsistent(target->bitmap[REAL]) ||
        sides[REAL].bdrv_dirty_bitmap_inconsistent(source->bitmap[REAL])) {
        return false;
    }
    keep = !target->backup[REAL] && run_one_in(run, 3);
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_dirty_bitmap_merge_internal(target->bitmap[s], source->bitmap[s],
                                                  keep ? &target->backup[s] : NULL, lock);
    }
    run_compare_answers(run, target);
    return true;
}

static bool op_iterate(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);
    unsigned action = run_pick(run, 8);
    int64_t ret[N_SIDES] = { 0 }, offset;

    if (!tracked || run_size(tracked) == 0 || (!tracked->iter[REAL] && action > 0)) {
        return false;
    }
    offset = run_pick_offset(run, run_size(tracked), run_granularity(tracked));
    for (int s = 0; s < N_SIDES; s++) {
        if (!tracked->iter[s]) {
            tracked->iter[s] = sides[s].bdrv_dirty_iter_new(tracked->bitmap[s]);
        } else if (action == 0) {
            sides[s].bdrv_set_dirty_iter(tracked->iter[s], offset);
        } else if (action < 3) {
            sides[s].bdrv_dirty_iter_free(g_steal_pointer(&tracked->iter[s]));
        } else {
            ret[s] = sides[s].bdrv_dirty_iter_next(tracked->iter[s]);
        }
    }
    run_same(run, "iter_next", ret[REAL], ret[BUILTIN]);
    return true;
}

/* ---- successors ---------------------------------------------------------- */

static bool op_create_successor(Run *run)
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
        BlockDriverState *bs[N_SIDES] = {
            &run->nodes[tracked->node][REAL].bs, &run->nodes[tracked->node][BUILTIN].bs,
        };

        tracked->busy = true;
        tracked->successor = run_track(run, tracked->node,
                                       sides[REAL].bdrv_dirty_bitmap_first(bs[REAL]),
                                       sides[BUILTIN].bdrv_dirty_bitmap_first(bs[BUILTIN]));
        tracked->successor->is_successor = true;
        run_compare_answers(run, tracked->successor);
    }
    return true;
}

static bool op_enable_successor(Run *run)
{
    Tracked *tracked = run_pick_bitmap(run);

    if (!tracked || !tracked->successor) {
        return false;
    }
    for (int s = 0; s < N_SIDES; s++) {
        sides[s].bdrv_dirty_bitmap_enable_successor(tracked->bitmap[s]);
    }
    run_compare_answers(run, tracked->successor);
    return true;
}

static bool op_abdicate(Run *run)
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

static bool op_reclaim(Run *run)
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
        run_untrack(run, g_steal_pointer(&tracked->successor));
    }
    run_compare_answers(run, tracked);
    return true;
}

/* ---- flags --------------------------------------------------------------- */

static bool op_flags(Run *run)
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
    run_compare_answers(run, tracked);
    return true;
}

static bool op_check(Run *run)
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

static bool op_compare(Run *run)
{
    for (unsigned node = 0; node < N_NODES; node++) {
        run_compare_node(run, node);
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        run_compare_content(run, run->bitmaps[i]);
    }
    return true;
}

/* ---- one step ------------------------------------------------------------ */

static const struct {
    const char *name;
    unsigned weight;
    bool (*function)(Run *run);
} operations[] = {
    { "create", 40, op_create },
    { "find", 10, op_find },
    { "release", 25, op_release },
    { "release_named", 1, op_release_named },
    { "truncate", 15, op_truncate },
    { "cluster_size", 2, op_cluster_size },
    { "set", 250, op_set },
    { "reset", 100, op_reset },
    { "set_dirty", 100, op_set_dirty },
    { "clear", 15, op_clear },
    { "restore", 20, op_restore },
    { "merge", 40, op_merge },
    { "merge_internal", 20, op_merge_internal },
    { "iterate", 60, op_iterate },
    { "create_successor", 10, op_create_successor },
    { "enable_successor", 6, op_enable_successor },
    { "abdicate", 6, op_abdicate },
    { "reclaim", 10, op_reclaim },
    { "flags", 50, op_flags },
    { "check", 10, op_check },
    { "compare", 8, op_compare },
};

static unsigned n_done[ARRAY_SIZE(operations)];

bool run_step(Run *run)
{
    unsigned total = 0, pick;
    size_t i = 0;
    bool done;

    for (size_t j = 0; j < ARRAY_SIZE(operations); j++) {
        total += operations[j].weight;
    }
    for (pick = run_pick(run, total); pick >= operations[i].weight; i++) {
        pick -= operations[i].weight;
    }
    run->what = operations[i].name;
    done = operations[i].function(run);
    n_done[i] += done;
    run->step++;
    return done;
}

unsigned run_n_rarest(const char **ret_name)
{
    size_t rarest = 0;

    for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
        if (n_done[i] < n_done[rarest]) {
            rarest = i;
        }
    }
    *ret_name = operations[rarest].name;
    return n_done[rarest];
}
