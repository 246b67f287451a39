/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the dirty bitmaps that are built in, whoever wrote them: what the rest
 * of bax counts on, with exact values.
 *
 * That the builtin ones do in everything what QEMU's do is for
 * test-dirty-bitmap-against-real.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "block/dirty-bitmap.h"
#include "sim/block/test-dirty-bitmap-world.h"

#define KiB INT64_C(1024)
#define MiB (1024 * KiB)
#define TiB (1024 * 1024 * MiB)

/* A node of 10 MiB and a bit, with bitmap "a" of 4 MiB chunks: the last one is cut. */
typedef struct Fixture {
    TestNode node;
    BdrvDirtyBitmap *a;
} Fixture;

static BdrvDirtyBitmap *create(TestNode *node, int64_t granularity, const char *name)
{
    Error *error = NULL;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(&node->bs, granularity, name, &error);

    assert_null(error);
    assert_non_null(bitmap);
    return bitmap;
}

static int setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    test_node_init(&fixture->node, 10 * MiB + 512);
    fixture->a = create(&fixture->node, 4 * MiB, "a");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;

    bdrv_release_named_dirty_bitmaps(&fixture->node.bs);
    assert_null(bdrv_dirty_bitmap_first(&fixture->node.bs));
    g_free(fixture);
    return 0;
}

static void assert_error(Error *error, const char *words)
{
    assert_non_null(error);
    assert_non_null(strstr(error_get_pretty(error), words));
    error_free(error);
}

/* The next dirty range from @offset on is [@start, @end); @start -1: there is none. */
static void assert_next(BdrvDirtyBitmap *bitmap, int64_t offset, int64_t start, int64_t end)
{
    int64_t dirty_start = -1, dirty_count = 0;

    bdrv_dirty_bitmap_next_dirty_area(bitmap, offset, INT64_MAX, INT64_MAX,
                                      &dirty_start, &dirty_count);
    assert_int_equal(dirty_start, start);
    assert_int_equal(dirty_start + dirty_count, start < 0 ? -1 : end);
}

static void test_dirty_bitmap_create__names(void **state)
{
    Fixture *fixture = *state;
    BlockDriverState *bs = &fixture->node.bs;
    char name[BDRV_BITMAP_MAX_NAME_SIZE + 2];
    BdrvDirtyBitmap *anonymous;
    Error *error = NULL;

    assert_ptr_equal(bdrv_find_dirty_bitmap(bs, "a"), fixture->a);
    assert_null(bdrv_find_dirty_bitmap(bs, "b"));
    assert_null(bdrv_create_dirty_bitmap(bs, 512, "a", &error));
    assert_error(error, "already exists");

    memset(name, 'x', sizeof(name));
    name[BDRV_BITMAP_MAX_NAME_SIZE + 1] = '\0';
    error = NULL;
    assert_null(bdrv_create_dirty_bitmap(bs, 512, name, &error));
    assert_error(error, "too long");
    name[BDRV_BITMAP_MAX_NAME_SIZE] = '\0';
    assert_string_equal(bdrv_dirty_bitmap_name(create(&fixture->node, 512, name)), name);

    anonymous = create(&fixture->node, 512, NULL);
    assert_null(bdrv_dirty_bitmap_name(anonymous));
    bdrv_release_named_dirty_bitmaps(bs);
    assert_ptr_equal(bdrv_dirty_bitmap_first(bs), anonymous);
    assert_null(bdrv_dirty_bitmap_next(anonymous));
    assert_false(bdrv_has_named_bitmaps(bs));
    bdrv_release_dirty_bitmap(anonymous);
}

static void test_dirty_bitmap_create__node_without_length(void **state)
{
    Fixture *fixture = *state;
    Error *error = NULL;

    fixture->node.length = -ENOMEDIUM;
    errno = 0;
    assert_null(bdrv_create_dirty_bitmap(&fixture->node.bs, 512, "b", &error));
    assert_int_equal(errno, ENOMEDIUM);
    assert_error(error, strerror(ENOMEDIUM));
}

/* Whatever covers a part of a chunk covers all of it, and the last one counts in full. */
static void test_dirty_bitmap_set__whole_chunks(void **state)
{
    Fixture *fixture = *state;
    BdrvDirtyBitmap *a = fixture->a;

    assert_int_equal(bdrv_dirty_bitmap_size(a), 10 * MiB + 512);
    assert_int_equal(bdrv_dirty_bitmap_granularity(a), 4 * MiB);
    assert_int_equal(bdrv_get_dirty_count(a), 0);
    bdrv_set_dirty_bitmap(a, 4 * MiB + 5, 1);
    assert_int_equal(bdrv_get_dirty_count(a), 4 * MiB);
    assert_true(bdrv_dirty_bitmap_get(a, 4 * MiB));
    assert_true(bdrv_dirty_bitmap_get(a, 8 * MiB - 1));
    assert_false(bdrv_dirty_bitmap_get(a, 8 * MiB));
    bdrv_set_dirty_bitmap(a, 10 * MiB + 511, 1);
    assert_int_equal(bdrv_get_dirty_count(a), 8 * MiB);
    bdrv_set_dirty_bitmap(a, 0, 0);
    assert_next(a, 0, 4 * MiB, 10 * MiB + 512);
    bdrv_reset_dirty_bitmap(a, 4 * MiB, 4 * MiB);
    assert_next(a, 5, 8 * MiB, 10 * MiB + 512);
    assert_int_equal(bdrv_dirty_bitmap_next_zero(a, 8 * MiB, INT64_MAX), -1);
    assert_int_equal(bdrv_dirty_bitmap_next_zero(a, 5, 1), 5);
    bdrv_clear_dirty_bitmap(a, NULL);
    assert_next(a, 0, -1, -1);
}

static void test_dirty_bitmap_write__only_enabled_bitmaps(void **state)
{
    Fixture *fixture = *state;
    BdrvDirtyBitmap *b = create(&fixture->node, 512, "b");

    bdrv_disable_dirty_bitmap(fixture->a);
    bdrv_set_dirty(&fixture->node.bs, 1000, 100);
    assert_int_equal(bdrv_get_dirty_count(fixture->a), 0);
    assert_next(b, 0, 512, 1536);
    /* Disabled is no protection against being set by name. */
    bdrv_set_dirty_bitmap(fixture->a, 0, 1);
    bdrv_enable_dirty_bitmap(fixture->a);
    bdrv_set_dirty(&fixture->node.bs, 9 * MiB, 1);
    assert_int_equal(bdrv_get_dirty_count(fixture->a), 8 * MiB);
}

static void test_dirty_bitmap_clear__restore_brings_the_old_content_back(void **state)
{
    Fixture *fixture = *state;
    HBitmap *backup = NULL;

    bdrv_set_dirty_bitmap(fixture->a, 0, 1);
    bdrv_clear_dirty_bitmap(fixture->a, &backup);
    assert_int_equal(bdrv_get_dirty_count(fixture->a), 0);
    bdrv_set_dirty_bitmap(fixture->a, 9 * MiB, 1);
    bdrv_restore_dirty_bitmap(fixture->a, backup);
    assert_next(fixture->a, 0, 0, 4 * MiB);
    bdrv_clear_dirty_bitmap(fixture->a, &backup);
    hbitmap_free(backup);
}

static void test_dirty_bitmap_merge__other_granularities(void **state)
{
    Fixture *fixture = *state;
    BdrvDirtyBitmap *fine = create(&fixture->node, 64 * KiB, "fine");
    HBitmap *backup = NULL;

    bdrv_set_dirty_bitmap(fine, 5 * MiB, 1);
    bdrv_set_dirty_bitmap(fixture->a, 10 * MiB, 1);
    assert_true(bdrv_merge_dirty_bitmap(fixture->a, fine, &backup, NULL));
    assert_next(fixture->a, 0, 4 * MiB, 10 * MiB + 512);
    assert_int_equal(bdrv_get_dirty_count(fine), 64 * KiB);
    bdrv_restore_dirty_bitmap(fixture->a, backup);
    assert_next(fixture->a, 0, 8 * MiB, 10 * MiB + 512);

    assert_true(bdrv_merge_dirty_bitmap(fine, fixture->a, NULL, NULL));
    assert_next(fine, 0, 5 * MiB, 5 * MiB + 64 * KiB);
    assert_next(fine, 6 * MiB, 8 * MiB, 10 * MiB + 512);
    assert_int_equal(bdrv_get_dirty_count(fine), 2 * MiB + 128 * KiB);
}

static void test_dirty_bitmap_merge__refuses(void **state)
{
    Fixture *fixture = *state;
    BdrvDirtyBitmap *b = create(&fixture->node, 4 * MiB, "b"), *longer;
    Error *error = NULL;
    TestNode other;

    bdrv_set_dirty_bitmap(b, 0, 1);
    bdrv_dirty_bitmap_set_busy(b, true);
    assert_false(bdrv_merge_dirty_bitmap(fixture->a, b, NULL, &error));
    assert_error(error, "in use by another operation");
    bdrv_dirty_bitmap_set_busy(b, false);

    error = NULL;
    bdrv_dirty_bitmap_set_readonly(fixture->a, true);
    assert_false(bdrv_merge_dirty_bitmap(fixture->a, b, NULL, &error));
    assert_error(error, "readonly");
    assert_true(bdrv_has_readonly_bitmaps(&fixture->node.bs));
    bdrv_dirty_bitmap_set_readonly(fixture->a, false);

    test_node_init(&other, 20 * MiB);
    longer = create(&other, 4 * MiB, "a");
    error = NULL;
    assert_false(bdrv_merge_dirty_bitmap(fixture->a, longer, NULL, &error));
    assert_error(error, "different sizes");
    bdrv_release_dirty_bitmap(longer);

    bdrv_dirty_bitmap_set_persistence(b, true);
    bdrv_dirty_bitmap_set_inconsistent(b);
    error = NULL;
    assert_false(bdrv_merge_dirty_bitmap(fixture->a, b, NULL, &error));
    assert_error(error, "inconsistent");
    assert_false(bdrv_dirty_bitmap_enabled(b));
    assert_int_equal(bdrv_get_dirty_count(fixture->a), 0);
}

static void test_dirty_bitmap_successor__abdicate_and_reclaim(void **state)
{
    Fixture *fixture = *state;
    BlockDriverState *bs = &fixture->node.bs;
    BdrvDirtyBitmap *successor;
    Error *error = NULL;

    assert_null(bdrv_dirty_bitmap_abdicate(fixture->a, &error));
    assert_error(error, "successor");

    bdrv_set_dirty(bs, 0, 1);
    assert_int_equal(bdrv_dirty_bitmap_create_successor(fixture->a, NULL), 0);
    assert_int_equal(bdrv_dirty_bitmap_check(fixture->a, BDRV_BITMAP_BUSY, NULL), -1);
    successor = bdrv_dirty_bitmap_first(bs);
    bdrv_set_dirty(bs, 5 * MiB, 1);
    assert_int_equal(bdrv_get_dirty_count(successor), 4 * MiB);
    assert_ptr_equal(bdrv_reclaim_dirty_bitmap(fixture->a, NULL), fixture->a);
    assert_next(fixture->a, 0, 0, 8 * MiB);
    assert_true(bdrv_dirty_bitmap_enabled(fixture->a));
    assert_null(bdrv_dirty_bitmap_next(bdrv_dirty_bitmap_first(bs)));

    assert_int_equal(bdrv_dirty_bitmap_create_successor(fixture->a, NULL), 0);
    successor = bdrv_dirty_bitmap_abdicate(fixture->a, NULL);
    assert_string_equal(bdrv_dirty_bitmap_name(successor), "a");
    assert_int_equal(bdrv_get_dirty_count(successor), 0);
}

static void test_dirty_bitmap_truncate__forgets_what_is_cut_off(void **state)
{
    Fixture *fixture = *state;

    bdrv_set_dirty_bitmap(fixture->a, 0, 10 * MiB);
    bdrv_dirty_bitmap_truncate(&fixture->node.bs, 4 * MiB + 1);
    assert_next(fixture->a, 0, 0, 4 * MiB + 1);
    assert_int_equal(bdrv_get_dirty_count(fixture->a), 8 * MiB);
    bdrv_dirty_bitmap_truncate(&fixture->node.bs, 20 * MiB);
    assert_next(fixture->a, 0, 0, 8 * MiB);
    assert_int_equal(bdrv_dirty_bitmap_size(fixture->a), 20 * MiB);
}

static void test_dirty_bitmap_iter__goes_from_chunk_to_chunk(void **state)
{
    Fixture *fixture = *state;
    BdrvDirtyBitmapIter *iter;

    bdrv_set_dirty_bitmap(fixture->a, 4 * MiB, 5 * MiB);
    iter = bdrv_dirty_iter_new(fixture->a);
    assert_int_equal(bdrv_dirty_iter_next(iter), 4 * MiB);
    assert_int_equal(bdrv_dirty_iter_next(iter), 8 * MiB);
    assert_int_equal(bdrv_dirty_iter_next(iter), -1);
    bdrv_set_dirty_iter(iter, 7 * MiB);
    assert_int_equal(bdrv_dirty_iter_next(iter), 4 * MiB);
    bdrv_dirty_iter_free(iter);
    bdrv_dirty_iter_free(NULL);
}

/* The digest is that of the words: here one word with the bits 0 and 2, then of none. */
static void test_dirty_bitmap_sha256__of_little_endian_words(void **state)
{
    const uint64_t words[] = { 5, 0 };
    g_autofree char *expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                                            (const guchar *)words, 8);
    g_autofree char *expected_two = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                                                (const guchar *)words, 16);
    Fixture *fixture = *state;
    g_autofree char *first = NULL, *second = NULL;

    bdrv_set_dirty_bitmap(fixture->a, 0, 1);
    bdrv_set_dirty_bitmap(fixture->a, 8 * MiB, 1);
    first = bdrv_dirty_bitmap_sha256(fixture->a, NULL);
    assert_string_equal(first, expected);
    bdrv_dirty_bitmap_truncate(&fixture->node.bs, 65 * 4 * MiB);
    second = bdrv_dirty_bitmap_sha256(fixture->a, NULL);
    assert_string_equal(second, expected_two);
}

static void test_dirty_bitmap__sixteen_tebibytes(void **state)
{
    TestNode node;
    BdrvDirtyBitmap *bitmap;
    (void)state;

    test_node_init(&node, 16 * TiB);
    bitmap = create(&node, 4 * MiB, "a");
    bdrv_set_dirty(&node.bs, 16 * TiB - 1, 1);
    bdrv_set_dirty(&node.bs, 7 * TiB, 5 * MiB);
    assert_next(bitmap, 0, 7 * TiB, 7 * TiB + 8 * MiB);
    assert_next(bitmap, 8 * TiB, 16 * TiB - 4 * MiB, 16 * TiB);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 12 * MiB);
    bdrv_release_dirty_bitmap(bitmap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_dirty_bitmap_##name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(create__names),
        TEST(create__node_without_length),
        TEST(set__whole_chunks),
        TEST(write__only_enabled_bitmaps),
        TEST(clear__restore_brings_the_old_content_back),
        TEST(merge__other_granularities),
        TEST(merge__refuses),
        TEST(successor__abdicate_and_reclaim),
        TEST(truncate__forgets_what_is_cut_off),
        TEST(iter__goes_from_chunk_to_chunk),
        TEST(sha256__of_little_endian_words),
        cmocka_unit_test(test_dirty_bitmap__sixteen_tebibytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
