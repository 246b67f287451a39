/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives that are taken away, also from under a filter.
 *
 * What is asserted here was read in QEMU 10.0's block/monitor/block-hmp-cmds.c and
 * block/block-backend.c.
 */
#include "sim/block/test-world.h"

static char *graph(void)
{
    GString *text = g_string_new(NULL);

    sim_world_print_graph(text);
    return g_string_free(text, FALSE);
}

static void test_unplug__takes_backend_and_node(void **state)
{
    TestWorld *test = *state;
    g_autofree char *left = NULL;

    assert_int_equal(sim_drive_unplug(test->drive), 0);
    assert_null(blk_by_name("drive-a"));
    assert_false(sim_drive_is_inserted(test->drive));
    assert_int_equal(sim_drive_size_bytes(test->drive), 0);
    assert_false(sim_world_node_exists(sim_drive_node_name(test->drive)));
    left = graph();
    assert_null(strstr(left, "backend drive-a "));
    assert_non_null(strstr(left, "backend drive-a-fleecing "));
    assert_int_equal(sim_drive_unplug(test->drive), -ENODEV);
}

static void test_unplug__waits_for_requests(void **state)
{
    TestWorld *test = *state;

    /* Held: nothing else can run, so the world lets it go. */
    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_LAND);
    test_world_settle(test);
    test_world_events(test);
    assert_int_equal(sim_drive_unplug(test->drive), 0);
    assert_string_equal(test_world_events(test), "release land mark complete unplug "
                                                  "drain-begin drained node-close drain-end");
    assert_int_equal(sim_world_n_in_flight(), 0);
}

static void test_unplug__nodes_stay_below_a_filter(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    test_world_write(test, 0, 512);
    assert_int_equal(sim_drive_unplug(test->drive), 0);
    assert_true(sim_world_node_exists(sim_drive_node_name(test->drive)));
    test_world_read(test, 0, 64 * 1024);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(sim_rangemap_get(&test->read_content, 0), 0);
    test_world_events(test);
    test_world_end_access(test);
    assert_false(sim_world_node_exists(sim_drive_node_name(test->drive)));
}

static void test_unplug__bitmaps_go_with_the_node(void **state)
{
    TestWorld *test = *state;
    SimBitmapView view;

    bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, "b", &error_abort);
    test_world_begin_access(test, NULL);
    assert_int_equal(sim_drive_unplug(test->drive), 0);
    assert_true(sim_world_find_bitmap(sim_drive_node_name(test->drive), "b", &view));
    test_world_end_access(test);
    assert_false(sim_world_find_bitmap(sim_drive_node_name(test->drive), "b", &view));
}

static void test_unplug__is_refused_while_a_bitmap_is_in_use(void **state)
{
    TestWorld *test = *state;

    bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, "b", &error_abort);
    assert_true(sim_world_set_bitmap_busy(sim_drive_node_name(test->drive), "b", true));
    assert_int_equal(sim_drive_unplug(test->drive), -EBUSY);
    assert_true(sim_world_set_bitmap_busy(sim_drive_node_name(test->drive), "b", false));
    assert_int_equal(sim_drive_unplug(test->drive), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unplug__takes_backend_and_node),
        TEST(test_unplug__waits_for_requests),
        TEST(test_unplug__nodes_stay_below_a_filter),
        TEST(test_unplug__bitmaps_go_with_the_node),
        TEST(test_unplug__is_refused_while_a_bitmap_is_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
