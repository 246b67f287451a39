/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small traits of the block layer that callers can see: who is found, who waits, who is told.
 *
 * What is asserted here was read in QEMU 10.0's block.c, block/io.c, block/copy-before-write.c
 * and block/block-copy.c; docs/fidelity.md names the functions.
 */
#include "sim/block/test-world.h"
#include "block/graph-lock.h"
#include "sim/core/test-aborts.h"

#define CLUSTER (64 * 1024ULL)

static const char *snapshot_name(const TestWorld *test)
{
    return bdrv_get_node_name(test->snapshot);
}

/* ---- block.c ----------------------------------------------------------------------- */

static void coroutine_fn unref_in_coroutine(void *opaque)
{
    TestWorld *test = opaque;

    bdrv_co_unref(test->snapshot);
    test->read_ret = sim_world_node_exists("#block104") ? 2 : 0;
}

static void test_unref__in_a_coroutine_comes_back_when_it_is_done(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    assert_string_equal(snapshot_name(test), "#block104");
    qemu_coroutine_enter(qemu_coroutine_create(unref_in_coroutine, test));
    assert_int_equal(test->read_ret, 1);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    bdrv_cbw_drop(test->filter);
}

static void see_close(const SimEvent *event, void *opaque)
{
    TestWorld *test = opaque;

    if (event->kind == SIM_EVENT_NODE_CLOSE) {
        test->read_ret = sim_world_node_exists(event->who) ? 2 : 0;
    }
}

static void test_close__a_node_that_closes_is_found_by_nobody(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    sim_events_observe(sim_world_events(), SIM_EVENTS_OF(SIM_EVENT_NODE_CLOSE), see_close, test);
    bdrv_unref(test->snapshot);
    assert_int_equal(test->read_ret, 0);
    bdrv_cbw_drop(test->filter);
}

static void test_parents__newest_is_first(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    assert_ptr_equal(test->filter->parents->parent_bs, test->snapshot);
    assert_non_null(test->filter->parents->next_parent->parent_blk);
    assert_string_equal(test->filter->children->name, "target");
    test_world_end_access(test);
}

/* ---- io.c --------------------------------------------------------------------------- */

static void test_discard__ends_at_a_node_without_unmap(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, CLUSTER, "b", &error_abort);

    test_world_write(test, 0, 512);
    test_world_begin_access(test, NULL);
    bdrv_clear_dirty_bitmap(bitmap, NULL);
    test_world_events(test);
    test_world_submit(test, SIM_REQUEST_DISCARD, 0, 512, SIM_PHASE_SUBMIT);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "submit complete");
    assert_int_equal(bdrv_get_dirty_count(bitmap), 0);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), 1);
    test_world_end_access(test);

    test_world_submit(test, SIM_REQUEST_DISCARD, 0, 512, SIM_PHASE_SUBMIT);
    test_world_settle(test);
    assert_int_equal(bdrv_get_dirty_count(bitmap), CLUSTER);
}

static void test_write__is_refused_where_a_bitmap_is_read_only(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, CLUSTER, "b", &error_abort);

    bdrv_disable_dirty_bitmap(bitmap);
    bdrv_dirty_bitmap_set_readonly(bitmap, true);
    test_world_write(test, 0, 512);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), 0);
    bdrv_dirty_bitmap_set_readonly(bitmap, false);
    test_world_write(test, 0, 512);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), 2);
}

static void test_drain__holds_reads_from_outside_back(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    bdrv_drained_begin(test->snapshot);
    test_world_read(test, 0, 512);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 1);
    assert_int_equal(test->snapshot->in_flight, 0);
    bdrv_drained_end(test->snapshot);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    test_world_end_access(test);
}

/* ---- copy-before-write.c --------------------------------------------------------------- */

static void test_read__freezes_all_that_it_is_to_read(void **state)
{
    TestWorld *test = *state;
    uint64_t number;

    test_world_begin_access(test, NULL);
    test_world_write(test, CLUSTER, 512);
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("snapshot-read"), NULL, 1, false,
                         1000);
    /* Its first piece ends where the copied cluster begins; the write is behind that. */
    test_world_read(test, 0, 3 * CLUSTER);
    assert_true(sim_loop_step(sim_world_loop()));
    number = test_world_submit(test, SIM_REQUEST_WRITE, 2 * CLUSTER, 512, SIM_PHASE_SUBMIT);
    while (sim_loop_now_ns(sim_world_loop()) < 1000) {
        assert_int_not_equal(sim_rangemap_get(sim_drive_content(test->drive), 2 * CLUSTER), number);
        assert_true(sim_loop_step(sim_world_loop()));
    }
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(sim_rangemap_get(&test->read_content, 2 * CLUSTER), 0);
    test_world_end_access(test);
}

static void test_copy__goes_in_pieces_of_a_mebibyte(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    test_world_events(test);
    test_world_write(test, 512 * 1024, 2 * TEST_MiB);
    assert_string_equal(test_world_events(test), "submit copy copy land mark complete");
    test_world_write(test, 8 * TEST_MiB, 2 * TEST_MiB + 512);
    assert_string_equal(test_world_events(test), "submit copy copy copy land mark complete");
    test_world_end_access(test);
}

/* The others begin one by one, as pieces are over. */
static void test_copy__begins_no_more_than_64_pieces(void **state)
{
    TestWorld *test = *state;
    SimDrive *drive = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = 128 * TEST_MiB,
    });
    QDict *options = qdict_new();
    BlockDriverState *filter;

    qdict_put_str(options, "driver", "copy-before-write");
    qdict_put_str(options, "file", bdrv_get_node_name(blk_bs(blk_by_name("drive-b"))));
    qdict_put_str(options, "target",
                  bdrv_get_node_name(blk_bs(blk_by_name("drive-b-fleecing"))));
    filter = bdrv_insert_node(blk_bs(blk_by_name("drive-b")), options, BDRV_O_RDWR, &error_abort);
    sim_drive_submit(drive, &(SimRequestOptions){
        .type = SIM_REQUEST_WRITE, .bytes = 66 * TEST_MiB,
    });
    /* The write itself counts as well. */
    assert_true(sim_loop_step(sim_world_loop()));
    assert_true(sim_loop_step(sim_world_loop()));
    assert_int_equal(filter->in_flight, 1 + 64);
    assert_true(sim_loop_step(sim_world_loop()));
    assert_int_equal(filter->in_flight, 1 + 63);
    /* 63 that had been begun, and the write begins the rest. */
    for (unsigned i = 0; i < 64; i++) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    assert_int_equal(filter->in_flight, 1 + 2);
    test_world_events(test);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "copy copy land mark complete");
    bdrv_cbw_drop(filter);
}

static void test_copy__that_timed_out_still_keeps_the_graph_as_it_is(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 1, false,
                         60 * 1000000000ULL);
    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    while (sim_world_n_in_flight()) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    assert_int_equal(test->filter->in_flight, 1);
    bdrv_graph_wrlock();
    assert_int_equal(test->filter->in_flight, 0);
    bdrv_graph_wrunlock();
    test_world_end_access(test);
}

static void test_resize__filters_follow(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    assert_int_equal(sim_drive_resize(test->drive, 32 * TEST_MiB), 0);
    assert_int_equal(bdrv_getlength(test->filter), 32 * TEST_MiB);
    assert_int_equal(bdrv_getlength(test->snapshot), 64 * TEST_MiB);
    assert_int_equal(sim_drive_resize(test->drive, 64 * TEST_MiB), 0);
    /* What was cut off is no part of the picture any more, and is not copied. */
    test_world_read(test, 32 * TEST_MiB, 512);
    test_world_settle(test);
    assert_int_equal(test->read_ret, -EACCES);
    test_world_events(test);
    test_world_write(test, 32 * TEST_MiB, 512);
    assert_string_equal(test_world_events(test), "submit land mark complete");
    test_world_end_access(test);
}

static TestWorld *small_target;

static void write_beyond_the_target(void)
{
    test_world_write(small_target, 32 * TEST_MiB - 512, 512);
    test_world_write(small_target, 32 * TEST_MiB, 512);
}

static void write_within_the_target(void)
{
    test_world_write(small_target, 32 * TEST_MiB - 512, 512);
}

static void test_insert__takes_a_small_target_and_dies_of_it(void **state)
{
    TestWorld *test = *state;

    blk_bs(blk_by_name("drive-a-fleecing"))->total_sectors /= 2;
    test_world_begin_access(test, NULL);
    small_target = test;
    assert_false(test_aborts(write_within_the_target));
    assert_true(test_aborts(write_beyond_the_target));
    test_world_end_access(test);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unref__in_a_coroutine_comes_back_when_it_is_done),
        TEST(test_close__a_node_that_closes_is_found_by_nobody),
        TEST(test_parents__newest_is_first),
        TEST(test_discard__ends_at_a_node_without_unmap),
        TEST(test_write__is_refused_where_a_bitmap_is_read_only),
        TEST(test_drain__holds_reads_from_outside_back),
        TEST(test_read__freezes_all_that_it_is_to_read),
        TEST(test_copy__goes_in_pieces_of_a_mebibyte),
        TEST(test_copy__begins_no_more_than_64_pieces),
        TEST(test_copy__that_timed_out_still_keeps_the_graph_as_it_is),
        TEST(test_resize__filters_follow),
        TEST(test_insert__takes_a_small_target_and_dies_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
