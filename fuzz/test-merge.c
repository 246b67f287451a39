/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The laws of merging, each broken by a settling with a planted bug.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "block/block-global-state.h"
#include "block/block_int.h"
#include "fuzz/merge-run.h"

#define M (1024 * 1024)

typedef enum Bug {
    NO_BUG,
    BUG_FORGETS_NEW_WRITES,
    BUG_FORGETS_OLD_WRITES,
    BUG_NEVER_CLEARS,
    BUG_STAYS_DISABLED,
    BUG_KEEPS_BACKGROUND,
    BUG_GIVES_UP,
    BUG_STAYS_DRAINED,
    BUG_MAKES_ANOTHER,
    BUG_EVERY_OTHER_TIME,
    BUG_ONE_CHUNK_MORE,
    BUG_FULL_IS_CLEAN,
} Bug;

static Bug bug;

static void set_next_clean_chunk(BdrvDirtyBitmap *bitmap)
{
    int64_t at = bdrv_dirty_bitmap_next_zero(bitmap, 0, INT64_MAX);

    if (at >= 0) {
        bdrv_set_dirty_bitmap(bitmap, at, 1);
    }
}

static bool forgets_new_writes(void)
{
    static unsigned n_calls;

    return bug == BUG_FORGETS_NEW_WRITES || (bug == BUG_EVERY_OTHER_TIME && n_calls++ % 2 == 1);
}

static void settle_content(BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *background, bool success)
{
    if ((success && bug != BUG_NEVER_CLEARS) || bug == BUG_FORGETS_OLD_WRITES) {
        bdrv_clear_dirty_bitmap(bitmap, NULL);
    }
    if (!forgets_new_writes()) {
        bdrv_merge_dirty_bitmap(bitmap, background, NULL, NULL);
    }
    if (bug == BUG_ONE_CHUNK_MORE) {
        set_next_clean_chunk(bitmap);
    }
    if (bug == BUG_FULL_IS_CLEAN && bdrv_get_dirty_count(bitmap) >= 3 * 64 * 1024) {
        bdrv_clear_dirty_bitmap(bitmap, NULL);
    }
}

/* Right, but for the bug; of strange bitmaps it knows the disabled background alone. */
void merge_settle(BlockDriverState *bs, BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *background,
                  bool success)
{
    bdrv_drained_begin(bs);
    if (!bdrv_dirty_bitmap_enabled(background)) {
        bdrv_set_dirty_bitmap(bitmap, 0, bdrv_dirty_bitmap_size(bitmap));
    } else {
        settle_content(bitmap, background, success);
    }
    if (bug != BUG_STAYS_DISABLED) {
        bdrv_enable_dirty_bitmap(bitmap);
    }
    if (bug != BUG_KEEPS_BACKGROUND) {
        bdrv_release_dirty_bitmap(background);
    }
    if (bug == BUG_GIVES_UP) {
        bdrv_release_dirty_bitmap(bitmap);
    }
    if (bug == BUG_MAKES_ANOTHER) {
        bdrv_create_dirty_bitmap(bs, 512, "another", NULL);
    }
    bdrv_drained_end(bs);
    if (bug == BUG_STAYS_DRAINED) {
        bdrv_drained_begin(bs);
    }
}

/* 64 MiB, chunks of 64 KiB; a write before, one after, one before and after. */
static MergeCase make_case(MergeLaw law, bool success)
{
    return (MergeCase){
        .success = success,
        .law = law,
        .granularity = 64 * 1024,
        .background_granularity = 64 * 1024,
        .size = 64 * M,
        .n_writes = 3,
        .writes = {
            { .is_before = true, .offset = 8 * M, .bytes = 512 },
            { .is_after = true, .offset = 16 * M, .bytes = 512 },
            { .is_before = true, .is_after = true, .offset = 32 * M, .bytes = 512 },
        },
    };
}

static void assert_violation(Bug planted, MergeLaw law, bool success, const char *name)
{
    MergeCase merge = make_case(law, success);
    MergeViolation violation;

    bug = planted;
    violation = merge_check(&merge);
    if (name) {
        assert_non_null(violation.name);
        assert_string_equal(violation.name, name);
    } else {
        assert_null(violation.name);
    }
}

static void test_merge_check__finds_nothing_without_a_bug(void **state)
{
    (void)state;

    for (MergeLaw law = MERGE_LAW_MODEL; law <= MERGE_LAW_MORE; law++) {
        assert_violation(NO_BUG, law, true, NULL);
        assert_violation(NO_BUG, law, false, NULL);
    }
}

static void test_merge_check__tells_lost_writes(void **state)
{
    (void)state;

    assert_violation(BUG_FORGETS_NEW_WRITES, MERGE_LAW_MODEL, true, "merge-lost-write");
    assert_violation(BUG_FORGETS_NEW_WRITES, MERGE_LAW_MODEL, false, "merge-lost-write");
    assert_violation(BUG_FORGETS_OLD_WRITES, MERGE_LAW_MODEL, false, "merge-lost-write");
}

static void test_merge_check__tells_dirty_without_cause(void **state)
{
    (void)state;

    assert_violation(BUG_NEVER_CLEARS, MERGE_LAW_MODEL, true, "merge-dirty-without-cause");
    assert_violation(BUG_NEVER_CLEARS, MERGE_LAW_MODEL, false, NULL);
    assert_violation(BUG_ONE_CHUNK_MORE, MERGE_LAW_MODEL, false, "merge-dirty-without-cause");
}

static void test_merge_check__tells_what_is_left_behind(void **state)
{
    (void)state;

    assert_violation(BUG_STAYS_DISABLED, MERGE_LAW_MODEL, true, "merge-left-disabled");
    assert_violation(BUG_KEEPS_BACKGROUND, MERGE_LAW_MODEL, true, "merge-left-background");
    assert_violation(BUG_MAKES_ANOTHER, MERGE_LAW_MODEL, true, "merge-left-bitmap");
    assert_violation(BUG_GIVES_UP, MERGE_LAW_MODEL, true, "merge-bitmap-gone");
    assert_violation(BUG_STAYS_DRAINED, MERGE_LAW_MODEL, true, "merge-still-drained");
    while (merge_world_n_drained() > 0) {
        bdrv_drained_end(NULL);
    }
}

static void test_merge_check__tells_broken_laws(void **state)
{
    (void)state;

    assert_violation(BUG_EVERY_OTHER_TIME, MERGE_LAW_ORDER, true, "merge-order-matters");
    assert_violation(BUG_ONE_CHUNK_MORE, MERGE_LAW_TWICE, true, "merge-twice-changes");
    assert_violation(BUG_FULL_IS_CLEAN, MERGE_LAW_MORE, false, "merge-fewer-dirty");
}

/* A background bitmap that somebody disabled may miss writes. */
static void test_merge_check__wants_nothing_lost_of_strange_bitmaps(void **state)
{
    MergeCase merge = make_case(MERGE_LAW_MODEL, true);
    (void)state;

    merge.background_flags = MERGE_BACKGROUND_DISABLED;
    bug = NO_BUG;
    assert_null(merge_check(&merge).name);
    merge.background_flags = MERGE_BACKGROUND_READ_ONLY;
    assert_null(merge_check(&merge).name);
    bug = BUG_FORGETS_NEW_WRITES;
    assert_string_equal(merge_check(&merge).name, "merge-lost-write");
}

/* ---- cases and areas ---------------------------------------------------------------------- */

static void test_merge_case_read__takes_any_bytes(void **state)
{
    static const uint8_t bytes[] = {
        5, 0x82, 0xa1, 7, 3, 26, 0, 0x80,       /* size 64M + 32M */
        0x29, 0, 0x80, 1,                       /* after, shift 10 */
        2, 0xff, 0xff, 0xff,                    /* both, cut off at the end */
        1, 2, 3,                                /* no whole write */
    };
    MergeCase merge;
    (void)state;

    merge_case_read(&merge, bytes, sizeof(bytes), false);
    assert_true(merge.success);
    assert_int_equal(merge.law, MERGE_LAW_TWICE);
    assert_int_equal(merge.bitmap_flags, MERGE_BITMAP_READ_ONLY);
    assert_int_equal(merge.background_flags,
                     MERGE_BACKGROUND_MISSING | MERGE_BACKGROUND_OTHER_GRANULARITY);
    assert_int_equal(merge.granularity, 64 * 1024);
    assert_int_equal(merge.background_granularity, 4096);
    assert_int_equal(merge.size, 96 * M);
    assert_int_equal(merge.n_writes, 2);
    assert_false(merge.writes[0].is_before);
    assert_true(merge.writes[0].is_after);
    assert_int_equal(merge.writes[0].offset, 48 * M);
    assert_int_equal(merge.writes[0].bytes, 2048);
    assert_true(merge.writes[1].is_before && merge.writes[1].is_after);
    assert_int_equal(merge.writes[1].offset + 256, 96 * M - 1536 + 256);
    assert_int_equal(merge.writes[1].bytes, 256);

    merge_case_read(&merge, bytes, sizeof(bytes), true);
    assert_int_equal(merge.bitmap_flags | merge.background_flags, 0);
    assert_int_equal(merge.background_granularity, MERGE_CHUNK_BYTES);

    merge_case_read(&merge, bytes, 0, false);
    assert_int_equal(merge.size, 1);
    assert_int_equal(merge.granularity, 512);
    assert_int_equal(merge.n_writes, 0);
}

static void test_merge_areas__join_what_touches(void **state)
{
    MergeAreas areas = { 0 }, other = { 0 };
    (void)state;

    merge_areas_add(&areas, 5, 6, 4, 30);       /* 4..8 */
    merge_areas_add(&areas, 17, 18, 4, 30);     /* 16..20 */
    merge_areas_add(&areas, 29, 30, 4, 30);     /* 28..30 */
    assert_int_equal(areas.n_areas, 3);
    assert_int_equal(areas.areas[2].end, 30);
    other = areas;
    merge_areas_add(&areas, 9, 15, 4, 30);
    assert_int_equal(areas.n_areas, 2);
    assert_int_equal(areas.areas[0].start, 4);
    assert_int_equal(areas.areas[0].end, 20);
    assert_true(merge_areas_include(&areas, &other));
    assert_false(merge_areas_include(&other, &areas));
    assert_false(merge_areas_equal(&other, &areas));
    merge_areas_add(&other, 8, 16, 4, 30);
    assert_true(merge_areas_equal(&other, &areas));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge_check__finds_nothing_without_a_bug),
        cmocka_unit_test(test_merge_check__tells_lost_writes),
        cmocka_unit_test(test_merge_check__tells_dirty_without_cause),
        cmocka_unit_test(test_merge_check__tells_what_is_left_behind),
        cmocka_unit_test(test_merge_check__tells_broken_laws),
        cmocka_unit_test(test_merge_check__wants_nothing_lost_of_strange_bitmaps),
        cmocka_unit_test(test_merge_case_read__takes_any_bytes),
        cmocka_unit_test(test_merge_areas__join_what_touches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
