/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The copy-before-write filter and the snapshot-access node above it.
 *
 * What is asserted here was read in QEMU 10.0's block/copy-before-write.c and
 * block/block-copy.c, and seen in real QEMU processes (docs/fidelity.md).
 */
#include "sim/block/test-world.h"

#define CLUSTER (64 * 1024ULL)

static uint64_t seen(TestWorld *test, uint64_t offset)
{
    return sim_rangemap_get(&test->read_content, offset);
}

static void read_all(TestWorld *test, uint64_t offset, uint64_t bytes)
{
    test_world_read(test, offset, bytes);
    test_world_settle(test);
}

static char *graph_text(void)
{
    GString *text = g_string_new(NULL);

    sim_world_print_graph(text);
    return g_string_free(text, FALSE);
}

static void test_access__shows_the_disk_as_it_was(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 0, 4 * CLUSTER);
    test_world_begin_access(test, NULL);
    test_world_write(test, CLUSTER, 512);
    read_all(test, 0, 8 * CLUSTER);

    assert_int_equal(test->read_ret, 0);
    assert_int_equal(seen(test, 0), 1);
    assert_int_equal(seen(test, CLUSTER), 1);
    assert_int_equal(seen(test, 4 * CLUSTER), 0);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), CLUSTER), 2);
    test_world_end_access(test);
}

static void test_access__copies_each_cluster_once(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    test_world_events(test);
    test_world_write(test, 512, 512);
    assert_string_equal(test_world_events(test), "submit copy land mark complete");
    test_world_write(test, 1024, 512);
    assert_string_equal(test_world_events(test), "submit land mark complete");
    test_world_end_access(test);
}

static void test_access__each_of_two_filters_copies(void **state)
{
    TestWorld *test = *state;
    BlockDriverState *upper_filter, *upper_snapshot;

    test_world_begin_access(test, NULL);
    upper_filter = test->filter;
    upper_snapshot = test->snapshot;
    test_world_begin_access(test, NULL);
    assert_ptr_equal(upper_filter->file->bs, test->filter);
    test_world_events(test);
    test_world_write(test, 0, 512);
    assert_string_equal(test_world_events(test), "submit copy copy land mark complete");
    read_all(test, 0, 512);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(seen(test, 0), 0);

    /* The second copy of a write is the lower filter's. */
    sim_faults_add(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 2, false, EIO);
    test_world_write(test, TEST_MiB, 512);
    assert_int_equal(bdrv_cbw_snapshot_error(test->filter), -EIO);
    assert_int_equal(bdrv_cbw_snapshot_error(upper_filter), 0);
    test_world_end_access(test);
    test->filter = upper_filter;
    test->snapshot = upper_snapshot;
    test_world_end_access(test);
}

static void test_access__leaves_the_graph_as_it_was(void **state)
{
    TestWorld *test = *state;
    g_autofree char *before = graph_text();
    g_autofree char *during = NULL;
    g_autofree char *after = NULL;

    test_world_begin_access(test, NULL);
    during = graph_text();
    test_world_end_access(test);
    after = graph_text();
    assert_string_not_equal(before, during);
    assert_string_equal(before, after);
}

static void test_access__reads_only_what_the_bitmap_has(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, "b", &error_abort);

    test_world_write(test, 8 * TEST_MiB, 512);
    bdrv_disable_dirty_bitmap(bitmap);
    test_world_begin_access(test, "b");
    test_world_events(test);
    test_world_write(test, 0, 512);
    assert_string_equal(test_world_events(test), "submit land mark complete");

    read_all(test, 8 * TEST_MiB, 4 * TEST_MiB);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(seen(test, 8 * TEST_MiB), 1);
    read_all(test, 0, 512);
    assert_int_equal(test->read_ret, -EACCES);
    read_all(test, 12 * TEST_MiB - 512, 1024);
    assert_int_equal(test->read_ret, -EACCES);
    test_world_end_access(test);
}

static void test_access__breaks_rather_than_the_guest(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    sim_faults_add(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 1, false, ENOSPC);
    test_world_events(test);
    test_world_write(test, 0, 512);
    assert_string_equal(test_world_events(test),
                        "submit fault copy snapshot-break land mark complete");
    assert_int_equal(bdrv_cbw_snapshot_error(test->filter), -ENOSPC);
    read_all(test, 32 * TEST_MiB, 512);
    assert_int_equal(test->read_ret, -EACCES);
    test_world_write(test, 8 * TEST_MiB, 512);
    assert_string_equal(test_world_events(test), "read submit land mark complete");
    test_world_end_access(test);
}

static void test_access__times_out_after_45_seconds(void **state)
{
    TestWorld *test = *state;
    uint64_t begin_ns;

    test_world_begin_access(test, NULL);
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 1, false,
                         60 * 1000000000ULL);
    begin_ns = sim_loop_now_ns(sim_world_loop());
    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    while (sim_world_n_in_flight()) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    assert_int_equal(sim_loop_now_ns(sim_world_loop()) - begin_ns, 45 * 1000000000ULL);
    assert_int_equal(bdrv_cbw_snapshot_error(test->filter), -ETIMEDOUT);
    /* The copy itself is still under way, and whoever closes the filter waits for it. */
    assert_int_equal(test->filter->in_flight, 1);
    test_world_end_access(test);
    assert_int_equal(sim_loop_now_ns(sim_world_loop()) - begin_ns, 60 * 1000000000ULL);
}

static void test_access__write_waits_for_a_read_in_the_same_place(void **state)
{
    TestWorld *test = *state;
    uint64_t number;

    test_world_write(test, 0, 512);
    test_world_begin_access(test, NULL);
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("snapshot-read"), NULL, 1, false,
                         1000);
    test_world_read(test, 0, CLUSTER);
    assert_true(sim_loop_step(sim_world_loop()));
    number = test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    while (sim_loop_now_ns(sim_world_loop()) < 1000) {
        assert_int_not_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), number);
        assert_true(sim_loop_step(sim_world_loop()));
    }
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(seen(test, 0), 1);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), number);
    test_world_end_access(test);
}

static void test_access__second_write_waits_for_the_same_copy(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 0, CLUSTER);
    test_world_begin_access(test, NULL);
    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    test_world_submit(test, SIM_REQUEST_WRITE, 512, 512, SIM_PHASE_SUBMIT);
    test_world_events(test);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "copy land land mark mark complete complete");
    read_all(test, 0, CLUSTER);
    assert_int_equal(seen(test, 0), 1);
    assert_int_equal(seen(test, 512), 1);
    test_world_end_access(test);
}

static void test_access__that_ended_below_a_reader_answers_enotsup(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    bdrv_cbw_drop(test->filter);
    read_all(test, 0, 512);
    assert_int_equal(test->read_ret, -ENOTSUP);
    bdrv_unref(test->snapshot);
}

static void test_access__looks_through_a_filter_below(void **state)
{
    TestWorld *test = *state;
    BlockDriverState *below;
    SimRangeMap content = { 0 };
    uint64_t run_bytes;

    test_world_write(test, 0, CLUSTER);
    test_world_begin_access(test, NULL);
    below = test_world_insert_filter(test, NULL, &error_abort);
    assert_int_equal(sim_world_peek_snapshot(bdrv_get_node_name(test->snapshot), 0, CLUSTER,
                                             &content, &run_bytes), 0);
    assert_int_equal(sim_rangemap_get(&content, 0), 1);
    sim_rangemap_clear(&content);
    bdrv_cbw_drop(below);
    test_world_end_access(test);
}

static void test_access__discard_takes_whole_clusters_back(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    assert_int_equal(sim_world_discard_snapshot(bdrv_get_node_name(test->snapshot),
                                                512, 3 * CLUSTER), 0);
    read_all(test, 0, CLUSTER);
    assert_int_equal(test->read_ret, 0);
    read_all(test, CLUSTER, 512);
    assert_int_equal(test->read_ret, -EACCES);
    read_all(test, 3 * CLUSTER, 512);
    assert_int_equal(test->read_ret, 0);
    test_world_events(test);
    test_world_write(test, CLUSTER, 512);
    assert_string_equal(test_world_events(test), "submit land mark complete");
    test_world_end_access(test);
}

static void test_access__last_cluster_may_be_short(void **state)
{
    TestWorld *test = *state;
    const uint64_t size = 2 * CLUSTER + 512;

    sim_drive_resize(test->drive, size);
    test_world_write(test, 2 * CLUSTER, 512);
    test_world_begin_access(test, NULL);
    test_world_write(test, 2 * CLUSTER, 512);
    read_all(test, 0, size);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(seen(test, size - 512), 1);
    test_world_end_access(test);
}

static void assert_insert_refused(TestWorld *test, const char *bitmap_name, const char *part)
{
    g_autofree char *before = graph_text();
    g_autofree char *after = NULL;
    Error *err = NULL;

    assert_null(test_world_insert_filter(test, bitmap_name, &err));
    assert_non_null(strstr(error_get_pretty(err), part));
    error_free(err);
    after = graph_text();
    assert_string_equal(before, after);
}

static void test_insert__refused_leaves_no_trace(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, "b", &error_abort);

    assert_insert_refused(test, "none", "not found");
    bdrv_dirty_bitmap_set_busy(bitmap, true);
    assert_insert_refused(test, "b", "in use");
    bdrv_dirty_bitmap_set_busy(bitmap, false);
    bdrv_dirty_bitmap_set_persistence(bitmap, true);
    bdrv_dirty_bitmap_set_inconsistent(bitmap);
    assert_insert_refused(test, "b", "inconsistent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_access__shows_the_disk_as_it_was),
        TEST(test_access__copies_each_cluster_once),
        TEST(test_access__each_of_two_filters_copies),
        TEST(test_access__leaves_the_graph_as_it_was),
        TEST(test_access__reads_only_what_the_bitmap_has),
        TEST(test_access__breaks_rather_than_the_guest),
        TEST(test_access__times_out_after_45_seconds),
        TEST(test_access__write_waits_for_a_read_in_the_same_place),
        TEST(test_access__second_write_waits_for_the_same_copy),
        TEST(test_access__that_ended_below_a_reader_answers_enotsup),
        TEST(test_access__looks_through_a_filter_below),
        TEST(test_access__discard_takes_whole_clusters_back),
        TEST(test_access__last_cluster_may_be_short),
        TEST(test_insert__refused_leaves_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
