/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random operations on what is dirty: setting, clearing, merging, iterating. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "sim/block/test-dirty-bitmap-run.h"
#include "sim/block/test-dirty-bitmap-ops.h"

bool is_writable(const Tracked *tracked)
{
    return !tracked->iter[REAL] && !sides[REAL].bdrv_dirty_bitmap_readonly(tracked->bitmap[REAL]);
}

bool op_set(Run *run)
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
    if (run->has_shadows) {
        shadow_set(tracked->shadow, offset, bytes);
    }
    run_compare_answers(run, tracked);
    return true;
}

bool op_reset(Run *run)
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
    if (run->has_shadows) {
        shadow_reset(tracked->shadow, offset, bytes);
    }
    run_compare_answers(run, tracked);
    return true;
}

/* A guest's write: all enabled bitmaps of the node. */
bool op_set_dirty(Run *run)
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
        Tracked *tracked = run->bitmaps[i];

        if (run->has_shadows && tracked->node == node && tracked->shadow->enabled) {
            shadow_set(tracked->shadow, offset, bytes);
        }
        run_compare_answers(run, tracked);
    }
    return true;
}

bool op_clear(Run *run)
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
    if (run->has_shadows) {
        if (keep) {
            shadow_keep_backup(tracked->shadow);
        }
        shadow_clear(tracked->shadow);
    }
    run_compare_answers(run, tracked);
    return true;
}

bool op_restore(Run *run)
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
        sides[s].bdrv_restore_dirty_bitmap(tracked->bitmap[s],
                                           g_steal_pointer(&tracked->backup[s]));
    }
    if (run->has_shadows) {
        shadow_restore_backup(tracked->shadow);
    }
    run_compare_answers(run, tracked);
    return true;
}

static void merge_shadows(const Run *run, Tracked *target, const Tracked *source, bool keep)
{
    if (run->has_shadows) {
        if (keep) {
            shadow_keep_backup(target->shadow);
        }
        shadow_merge(target->shadow, source->shadow);
    }
}

bool op_merge(Run *run)
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
    if (ret[BUILTIN]) {
        merge_shadows(run, target, source, keep);
    }
    run_compare_answers(run, target);
    return true;
}

bool op_merge_internal(Run *run)
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
    merge_shadows(run, target, source, keep);
    run_compare_answers(run, target);
    return true;
}

bool op_iterate(Run *run)
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
