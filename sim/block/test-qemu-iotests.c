/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU's own iotests hold copy-before-write to, held against the stand-ins.
 *
 * Each test here plays the behaviour of one case of QEMU 10.0's tests/qemu-iotests, in the
 * tests copy-before-write and image-fleecing, whose names it bears.  The real files passed those.
 */
#include "sim/block/test-world.h"

#define KiB 1024ULL
#define CLUSTER (64 * KiB)
#define NS_PER_SECOND 1000000000ULL

static int last_ret;

static void request_done(uint64_t number G_GNUC_UNUSED, int ret, void *opaque G_GNUC_UNUSED)
{
    last_ret = ret;
}

/* A request of the guest until it is answered, though copies may still be under way. */
static int submit_and_wait(TestWorld *test, SimRequestType type, uint64_t offset, uint64_t bytes)
{
    last_ret = 1;
    sim_drive_submit(test->drive, &(SimRequestOptions){
        .type = type, .offset = offset, .bytes = bytes, .done = request_done,
    });
    while (last_ret == 1) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    return last_ret;
}

static int read_snapshot(TestWorld *test, uint64_t offset, uint64_t bytes)
{
    test_world_read(test, offset, bytes);
    test_world_settle(test);
    return test->read_ret;
}

static void begin_access(TestWorld *test, const char *on_cbw_error, int timeout_seconds)
{
    QDict *filter_options = qdict_new();
    QDict *access_options = qdict_new();

    qdict_put_str(filter_options, "driver", "copy-before-write");
    qdict_put_str(filter_options, "file", bdrv_get_node_name(test->bs));
    qdict_put_str(filter_options, "target",
                  bdrv_get_node_name(blk_bs(blk_by_name("drive-a-fleecing"))));
    qdict_put_str(filter_options, "on-cbw-error", on_cbw_error);
    qdict_put_int(filter_options, "cbw-timeout", timeout_seconds);
    test->filter = bdrv_insert_node(test->bs, filter_options, BDRV_O_RDWR, &error_abort);
    qdict_put_str(access_options, "driver", "snapshot-access");
    qdict_put_str(access_options, "file", bdrv_get_node_name(test->filter));
    test->snapshot = bdrv_open(NULL, NULL, access_options, BDRV_O_RDWR | BDRV_O_UNMAP,
                               &error_abort);
}

/* ---- tests/copy-before-write ------------------------------------------------------ */

static void fail_one_copy(void)
{
    sim_faults_add(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 1, false, EIO);
}

static void test_copy_before_write__break_snapshot_on_cbw_error(void **state)
{
    TestWorld *test = *state;

    begin_access(test, "break-snapshot", 0);
    fail_one_copy();
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 0, TEST_MiB), 0);
    assert_int_equal(read_snapshot(test, 0, TEST_MiB), -EACCES);
    test_world_end_access(test);
}

static void test_copy_before_write__break_guest_write_on_cbw_error(void **state)
{
    TestWorld *test = *state;

    begin_access(test, "break-guest-write", 0);
    fail_one_copy();
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 0, TEST_MiB), -EIO);
    assert_true(sim_rangemap_is_empty(sim_drive_content(test->drive)));
    assert_int_equal(read_snapshot(test, 0, TEST_MiB), 0);
    /* The clusters are to be copied still, and now they are. */
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 0, TEST_MiB), 0);
    assert_int_equal(read_snapshot(test, 0, TEST_MiB), 0);
    assert_true(sim_rangemap_is_empty(&test->read_content));
    test_world_end_access(test);
}

/* The second copy, as there: a throttled target lets the first one pass. */
static void slow_second_copy(void)
{
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 2, false,
                         3 * NS_PER_SECOND);
}

static void test_copy_before_write__timeout_break_guest(void **state)
{
    TestWorld *test = *state;

    begin_access(test, "break-guest-write", 1);
    slow_second_copy();
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 0, 512 * KiB), 0);
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 512 * KiB, 512 * KiB), -ETIMEDOUT);
    assert_int_equal(read_snapshot(test, 0, TEST_MiB), 0);
    test_world_end_access(test);
}

static void test_copy_before_write__timeout_break_snapshot(void **state)
{
    TestWorld *test = *state;

    begin_access(test, "break-snapshot", 1);
    slow_second_copy();
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 0, 512 * KiB), 0);
    assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, 512 * KiB, 512 * KiB), 0);
    assert_int_equal(read_snapshot(test, 0, TEST_MiB), -EACCES);
    test_world_end_access(test);
}

/* ---- tests/image-fleecing ----------------------------------------------------------- */

typedef struct Place {
    const char *name;
    uint64_t offset;
    uint64_t bytes;
} Place;

static const Place written_before[] = {
    { "first", 0, CLUSTER },
    { "1M", TEST_MiB, CLUSTER },
    { "32M", 32 * TEST_MiB, CLUSTER },
    { "last", 64 * TEST_MiB - CLUSTER, CLUSTER },
};

static const Place overwritten[] = {
    { "full", 0, CLUSTER },
    { "partial-left", TEST_MiB - 32 * KiB, CLUSTER },
    { "partial-right", 32 * TEST_MiB + 32 * KiB, CLUSTER },
    { "adjacent-left", 64 * TEST_MiB - 2 * CLUSTER, CLUSTER },
};

static void write_before(TestWorld *test)
{
    for (size_t i = 0; i < G_N_ELEMENTS(written_before); i++) {
        test_world_write(test, written_before[i].offset, written_before[i].bytes);
    }
}

static void overwrite(TestWorld *test)
{
    for (size_t i = 0; i < G_N_ELEMENTS(overwritten); i++) {
        assert_int_equal(submit_and_wait(test, SIM_REQUEST_WRITE, overwritten[i].offset,
                                         overwritten[i].bytes), 0);
    }
}

static void assert_old_data_is_seen(TestWorld *test)
{
    for (size_t i = 0; i < G_N_ELEMENTS(written_before); i++) {
        const Place *place = &written_before[i];
        SimRange run;

        print_message("%s\n", place->name);
        assert_int_equal(read_snapshot(test, place->offset, place->bytes), 0);
        run = sim_rangemap_run(&test->read_content, place->offset, place->offset + place->bytes);
        assert_int_equal(run.value, i + 1);
        assert_int_equal(run.end, place->offset + place->bytes);
    }
}

static void test_image_fleecing__cbw_filter_and_snapshot_access(void **state)
{
    TestWorld *test = *state;

    write_before(test);
    begin_access(test, "break-snapshot", 45);
    overwrite(test);
    assert_old_data_is_seen(test);
    /* Where there was nothing: the parts that only the overwriting reached. */
    assert_int_equal(read_snapshot(test, TEST_MiB - 32 * KiB, 32 * KiB), 0);
    assert_true(sim_rangemap_is_empty(&test->read_content));
    test_world_end_access(test);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), 5);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), TEST_MiB + CLUSTER - 512), 2);
}

static void test_image_fleecing__with_bitmap(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(test->bs, CLUSTER, "bitmap0", &error_abort);

    write_before(test);
    bdrv_disable_dirty_bitmap(bitmap);
    test_world_begin_access(test, "bitmap0");
    overwrite(test);
    assert_old_data_is_seen(test);
    assert_int_equal(read_snapshot(test, TEST_MiB - 32 * KiB, 32 * KiB), -EACCES);
    assert_int_equal(read_snapshot(test, 64 * TEST_MiB - 2 * CLUSTER, CLUSTER), -EACCES);
    test_world_end_access(test);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_copy_before_write__break_snapshot_on_cbw_error),
        TEST(test_copy_before_write__break_guest_write_on_cbw_error),
        TEST(test_copy_before_write__timeout_break_guest),
        TEST(test_copy_before_write__timeout_break_snapshot),
        TEST(test_image_fleecing__cbw_filter_and_snapshot_access),
        TEST(test_image_fleecing__with_bitmap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
