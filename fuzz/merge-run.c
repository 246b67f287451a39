/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes two bitmaps, lets the code under test settle them, and looks. */
#include "qemu/osdep.h"
#include "block/block_int.h"
#include "fuzz/merge-run.h"
#include "sim/block/test-dirty-bitmap-world.h"

#define TARGET "b0"
#define BACKGROUND "backup-access-background-bitmap"

/* Nothing may be merged into these, or there is nothing. */
#define STRANGE_BITMAP (MERGE_BITMAP_MISSING | MERGE_BITMAP_READ_ONLY | MERGE_BITMAP_INCONSISTENT)

typedef struct MergeOutcome {
    bool exists;
    bool enabled;
    bool has_background;
    bool has_others;            /* bitmaps that nobody made */
    MergeAreas areas;           /* if it exists */
} MergeOutcome;

/* ---- making ------------------------------------------------------------------------------- */

static BdrvDirtyBitmap *make_bitmap(BlockDriverState *bs, const MergeCase *merge)
{
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(bs, merge->granularity, TARGET, NULL);

    for (unsigned i = 0; i < merge->n_writes; i++) {
        if (merge->writes[i].is_before) {
            bdrv_set_dirty_bitmap(bitmap, merge->writes[i].offset, merge->writes[i].bytes);
        }
    }
    return bitmap;
}

static void meddle_with_bitmap(BdrvDirtyBitmap *bitmap, unsigned flags)
{
    if (flags & MERGE_BITMAP_INCONSISTENT) {
        bdrv_dirty_bitmap_set_persistence(bitmap, true);
        bdrv_dirty_bitmap_set_inconsistent(bitmap);
    }
    bdrv_dirty_bitmap_set_readonly(bitmap, flags & MERGE_BITMAP_READ_ONLY);
    bdrv_dirty_bitmap_set_busy(bitmap, flags & MERGE_BITMAP_BUSY);
    if (!(flags & MERGE_BITMAP_ENABLED)) {
        bdrv_disable_dirty_bitmap(bitmap);
    }
}

static BdrvDirtyBitmap *make_background(BlockDriverState *bs, const MergeCase *merge)
{
    unsigned flags = merge->background_flags;
    BdrvDirtyBitmap *bitmap;

    if (flags & MERGE_BACKGROUND_MISSING) {
        return NULL;
    }
    bitmap = bdrv_create_dirty_bitmap(bs, merge->background_granularity, BACKGROUND, NULL);
    for (unsigned i = 0; i < merge->n_writes; i++) {
        if (merge->writes[i].is_after) {
            bdrv_set_dirty_bitmap(bitmap, merge->writes[i].offset, merge->writes[i].bytes);
        }
    }
    if (flags & MERGE_BACKGROUND_INCONSISTENT) {
        bdrv_dirty_bitmap_set_persistence(bitmap, true);
        bdrv_dirty_bitmap_set_inconsistent(bitmap);
    }
    if (flags & MERGE_BACKGROUND_DISABLED) {
        bdrv_disable_dirty_bitmap(bitmap);
    }
    bdrv_dirty_bitmap_set_readonly(bitmap, flags & MERGE_BACKGROUND_READ_ONLY);
    bdrv_dirty_bitmap_set_busy(bitmap, flags & MERGE_BACKGROUND_BUSY);
    return bitmap;
}

/* ---- looking ------------------------------------------------------------------------------ */

static void look_at_content(BdrvDirtyBitmap *bitmap, int64_t size, MergeAreas *areas)
{
    int64_t at = 0, start, bytes;

    areas->n_areas = 0;
    while (areas->n_areas < MERGE_MAX_AREAS &&
           bdrv_dirty_bitmap_next_dirty_area(bitmap, at, size, INT64_MAX, &start, &bytes)) {
        at = start + bytes;
        areas->areas[areas->n_areas++] = (MergeArea){ start, at };
    }
}

static void look(BlockDriverState *bs, int64_t size, MergeOutcome *outcome)
{
    outcome->exists = outcome->enabled = outcome->has_background = outcome->has_others = false;
    for (BdrvDirtyBitmap *bitmap = bdrv_dirty_bitmap_first(bs); bitmap;
         bitmap = bdrv_dirty_bitmap_next(bitmap)) {
        const char *name = bdrv_dirty_bitmap_name(bitmap);

        if (g_strcmp0(name, TARGET) == 0) {
            outcome->exists = true;
            outcome->enabled = bdrv_dirty_bitmap_enabled(bitmap);
            look_at_content(bitmap, size, &outcome->areas);
        } else if (g_strcmp0(name, BACKGROUND) == 0) {
            outcome->has_background = true;
        } else {
            outcome->has_others = true;
        }
    }
}

static void release_all(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap;

    while ((bitmap = bdrv_dirty_bitmap_first(bs))) {
        bdrv_dirty_bitmap_set_busy(bitmap, false);
        bdrv_release_dirty_bitmap(bitmap);
    }
}

/* @again: settles the same background once more, as after a failure, if the bitmap lives on. */
static void settle(const MergeCase *merge, bool again, MergeOutcome *outcome)
{
    BdrvDirtyBitmap *bitmap = NULL, *background;
    TestNode node;

    test_node_init(&node, merge->size);
    if (!(merge->bitmap_flags & MERGE_BITMAP_MISSING)) {
        bitmap = make_bitmap(&node.bs, merge);
        meddle_with_bitmap(bitmap, merge->bitmap_flags);
    }
    background = make_background(&node.bs, merge);
    merge_settle(&node.bs, bitmap, background, merge->success);
    bitmap = bdrv_find_dirty_bitmap(&node.bs, TARGET);
    again = again && !(merge->bitmap_flags & STRANGE_BITMAP) && bitmap;
    if (again && !bdrv_find_dirty_bitmap(&node.bs, BACKGROUND)) {
        bdrv_disable_dirty_bitmap(bitmap);
        merge_settle(&node.bs, bitmap, make_background(&node.bs, merge), false);
    }
    look(&node.bs, merge->size, outcome);
    release_all(&node.bs);
}

/* ---- laws --------------------------------------------------------------------------------- */

#define VIOLATION(name, message) ((MergeViolation){ name, message })
#define NO_VIOLATION VIOLATION(NULL, NULL)

/* It can be neither changed nor released: whoever keeps it busy answers for what it holds. */
static bool is_out_of_reach(const MergeCase *merge)
{
    return merge->bitmap_flags & STRANGE_BITMAP && merge->bitmap_flags & MERGE_BITMAP_BUSY;
}

static MergeViolation check_bitmaps(const MergeCase *merge, const MergeOutcome *outcome)
{
    bool is_left_alone = !(merge->bitmap_flags & ~MERGE_BITMAP_ENABLED) &&
                         !merge->background_flags;

    if (merge_world_n_drained() != 0) {
        return VIOLATION("merge-still-drained", "a drained section began and did not end");
    }
    if (outcome->has_others) {
        return VIOLATION("merge-left-bitmap", "there is a bitmap that was not there before");
    }
    if (outcome->has_background && !(merge->background_flags & MERGE_BACKGROUND_BUSY)) {
        return VIOLATION("merge-left-background", "the background bitmap is still there");
    }
    if (!outcome->exists && is_left_alone) {
        return VIOLATION("merge-bitmap-gone", "the target's bitmap is gone without need");
    }
    if (outcome->exists && !outcome->enabled && !is_out_of_reach(merge)) {
        return VIOLATION("merge-left-disabled", "the target's bitmap does not record writes");
    }
    return NO_VIOLATION;
}

static MergeViolation check_content(const MergeCase *merge, const MergeOutcome *outcome)
{
    bool is_exact = !(merge->bitmap_flags & STRANGE_BITMAP) && !merge->background_flags;
    MergeAreas expected;

    if (!outcome->exists || is_out_of_reach(merge)) {
        return NO_VIOLATION;
    }
    if (is_exact) {
        merge_areas_expect(&expected, merge);
    } else {
        merge_areas_expect_at_least(&expected, merge);
    }
    if (!merge_areas_include(&outcome->areas, &expected)) {
        return VIOLATION("merge-lost-write", "what was written is clean in the target's bitmap");
    }
    if (is_exact && !merge_areas_equal(&outcome->areas, &expected)) {
        return VIOLATION("merge-dirty-without-cause",
                         "the target's bitmap is dirty where it should be clean");
    }
    return NO_VIOLATION;
}

static bool same_outcome(const MergeOutcome *a, const MergeOutcome *b)
{
    return a->exists == b->exists && a->enabled == b->enabled &&
           (!a->exists || merge_areas_equal(&a->areas, &b->areas));
}

static MergeViolation check_order(const MergeCase *merge, const MergeOutcome *outcome)
{
    MergeCase reversed = *merge;
    MergeOutcome other;

    for (unsigned i = 0; i < merge->n_writes; i++) {
        reversed.writes[i] = merge->writes[merge->n_writes - 1 - i];
    }
    settle(&reversed, false, &other);
    return same_outcome(outcome, &other)
        ? NO_VIOLATION
        : VIOLATION("merge-order-matters", "the same writes in another order end otherwise");
}

static MergeViolation check_twice(const MergeCase *merge, const MergeOutcome *outcome)
{
    MergeOutcome other;

    settle(merge, true, &other);
    return same_outcome(outcome, &other)
        ? NO_VIOLATION
        : VIOLATION("merge-twice-changes", "settling the same once more ends otherwise");
}

static MergeViolation check_more(const MergeCase *merge, const MergeOutcome *outcome)
{
    MergeCase less = *merge;
    MergeOutcome other;

    if (merge->n_writes == 0) {
        return NO_VIOLATION;
    }
    less.n_writes--;
    settle(&less, false, &other);
    return !outcome->exists || !other.exists ||
           merge_areas_include(&outcome->areas, &other.areas)
        ? NO_VIOLATION
        : VIOLATION("merge-fewer-dirty", "one more write made something clean");
}

MergeViolation merge_check(const MergeCase *merge)
{
    static MergeViolation (*const laws[])(const MergeCase *, const MergeOutcome *) = {
        [MERGE_LAW_MODEL] = check_content,
        [MERGE_LAW_ORDER] = check_order,
        [MERGE_LAW_TWICE] = check_twice,
        [MERGE_LAW_MORE] = check_more,
    };
    MergeViolation violation;
    MergeOutcome outcome;

    settle(merge, false, &outcome);
    violation = check_bitmaps(merge, &outcome);
    return violation.name ? violation : laws[merge->law](merge, &outcome);
}
