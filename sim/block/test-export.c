/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exports: whom they keep alive and busy.
 *
 * What is asserted here was read in QEMU 10.0's block/export/export.c and nbd/server.c, or
 * measured.
 */
#include "block/dirty-bitmap.h"
#include "qapi/qapi-commands-block-export.h"
#include "sim/block/test-world.h"

static BdrvDirtyBitmap *add_bitmap(TestWorld *test, bool enabled)
{
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, "b", &error_abort);

    if (!enabled) {
        bdrv_disable_dirty_bitmap(bitmap);
    }
    return bitmap;
}

static void add(TestWorld *test, const char *id, const char *bitmap, Error **errp)
{
    qmp_block_export_add(id, bdrv_get_node_name(test->snapshot), bdrv_get_node_name(test->bs),
                         bitmap, errp);
}

static void assert_refused(TestWorld *test, const char *id, const char *bitmap)
{
    Error *error = NULL;

    add(test, id, bitmap, &error);
    assert_non_null(error);
    error_free(error);
}

static void test_export__keeps_its_bitmap_busy(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, false);

    test_world_begin_access(test, "b");
    add(test, "e", "b", &error_abort);
    assert_true(bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL) < 0);
    assert_refused(test, "e2", "b");
    assert_false(sim_world_set_bitmap_busy(bdrv_get_node_name(test->bs), "b", false));
    assert_int_equal(sim_drive_unplug(test->drive), 0);
    assert_true(sim_world_node_exists(sim_drive_node_name(test->drive)));
    qmp_block_export_del("e", &error_abort);
    assert_int_equal(bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL), 0);
    test_world_end_access(test);
}

static void test_export__keeps_its_node(void **state)
{
    TestWorld *test = *state;
    g_autofree char *name = NULL;

    test_world_begin_access(test, NULL);
    name = g_strdup(bdrv_get_node_name(test->snapshot));
    add(test, "e", NULL, &error_abort);
    test_world_end_access(test);
    assert_true(sim_world_node_exists(name));
    sim_world_close_exports();
    assert_false(sim_world_node_exists(name));
}

static void test_export__refuses(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, true);
    Error *error = NULL;

    test_world_begin_access(test, NULL);
    assert_refused(test, "records", "b");
    assert_refused(test, "unknown", "c");
    bdrv_disable_dirty_bitmap(bitmap);
    add(test, "e", "b", &error_abort);
    assert_refused(test, "e", NULL);
    qmp_block_export_del("e2", &error);
    assert_string_equal(error_get_pretty(error), "There is no export 'e2'");
    error_free(error);
    sim_world_close_exports();
    test_world_end_access(test);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_export__keeps_its_bitmap_busy),
        TEST(test_export__keeps_its_node),
        TEST(test_export__refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
