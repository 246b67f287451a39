/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a request, drained sections and the graph lock.
 *
 * What is asserted here was read in QEMU 10.0's block/io.c, block/block-backend.c and
 * block/graph-lock.c.
 */
#include "sim/block/test-world.h"

static BdrvDirtyBitmap *add_bitmap(TestWorld *test, const char *name)
{
    return bdrv_create_dirty_bitmap(test->bs, 4 * TEST_MiB, name, &error_abort);
}

static void test_request__lives_in_phases(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 4096, 512);
    assert_string_equal(test_world_events(test), "submit land mark complete");
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 4096), 1);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 4608), 0);

    test_world_submit(test, SIM_REQUEST_FLUSH, 0, 0, SIM_PHASE_SUBMIT);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "submit land complete");
}

static void test_request__marks_after_landing(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, "b");
    uint64_t number = test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_MARK);

    test_world_settle(test);
    assert_true(sim_world_is_held(number));
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), number);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 0);

    assert_true(sim_world_release_request(number));
    test_world_settle(test);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 4 * TEST_MiB);
    assert_int_equal(sim_world_n_in_flight(), 0);
}

static void test_request__that_fails_marks_too(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, "b");

    sim_faults_add(sim_world_faults(), sim_fault_find_call("guest-write"), "drive-a", 1, false, EIO);
    test_world_write(test, 8 * TEST_MiB, 512);
    assert_string_equal(test_world_events(test), "submit fault land mark complete");
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 8 * TEST_MiB), 0);
    assert_true(bdrv_dirty_bitmap_get(bitmap, 8 * TEST_MiB));
}

static void test_request__discard_and_zeroes_mark(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, "b");

    test_world_submit(test, SIM_REQUEST_DISCARD, 0, 512, SIM_PHASE_SUBMIT);
    test_world_submit(test, SIM_REQUEST_WRITE_ZEROES, 4 * TEST_MiB, 512, SIM_PHASE_SUBMIT);
    test_world_submit(test, SIM_REQUEST_READ, 8 * TEST_MiB, 512, SIM_PHASE_SUBMIT);
    test_world_settle(test);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 8 * TEST_MiB);
}

static void test_drain__waits_for_what_is_in_flight(void **state)
{
    TestWorld *test = *state;

    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    assert_true(sim_loop_step(sim_world_loop()));
    bdrv_drained_begin(test->bs);
    assert_int_equal(sim_world_n_in_flight(), 0);
    bdrv_drained_end(test->bs);
    assert_string_equal(test_world_events(test),
                        "submit drain-begin land mark complete drained drain-end");
}

static void test_drain__queues_what_arrives(void **state)
{
    TestWorld *test = *state;

    bdrv_drained_begin(test->bs);
    test_world_write(test, 0, 512);
    assert_int_equal(sim_world_n_in_flight(), 1);
    bdrv_drained_begin(test->bs);
    bdrv_drained_end(test->bs);
    assert_int_equal(sim_world_n_in_flight(), 1);
    bdrv_drained_end(test->bs);
    test_world_settle(test);
    assert_int_equal(sim_world_n_in_flight(), 0);
    assert_string_equal(test_world_events(test),
                        "drain-begin drained submit queue drain-begin drained drain-end drain-end "
                        "land mark complete");
}

static void test_drain__lets_other_drives_go_on(void **state)
{
    TestWorld *test = *state;
    SimDrive *other = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = TEST_MiB,
    });

    bdrv_drained_begin(test->bs);
    sim_drive_submit(other, &(SimRequestOptions){ .type = SIM_REQUEST_WRITE, .bytes = 512 });
    test_world_settle(test);
    assert_int_equal(sim_world_n_in_flight(), 0);
    bdrv_drained_end(test->bs);
}

static void test_drain__lets_the_oldest_hold_go_when_all_stands_still(void **state)
{
    TestWorld *test = *state;
    uint64_t number = test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_LAND);

    test_world_settle(test);
    assert_true(sim_world_is_held(number));
    bdrv_drained_begin(test->bs);
    assert_int_equal(sim_world_n_in_flight(), 0);
    bdrv_drained_end(test->bs);
}

/* First-come is the oldest; the choice may say another one. */
static void test_drain__lets_the_chosen_hold_go(void **state)
{
    static const SimAnswer second = {
        SIM_CHOICE_HOLD, .answer = 1, .n_alternatives = 2, .question = 1,
        .event = SIM_ANSWER_ANY_EVENT,
    };
    TestWorld *test = *state;
    SimDrive *other = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = TEST_MiB,
    });
    uint64_t held = sim_drive_submit(other, &(SimRequestOptions){
        .type = SIM_REQUEST_WRITE, .bytes = 512, .hold_before = SIM_PHASE_LAND,
    });

    sim_choices_replay(&test->choices, &second, 1);
    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_LAND);
    test_world_settle(test);
    bdrv_drained_begin(test->bs);
    assert_int_equal(sim_world_n_in_flight(), 1);
    assert_true(sim_world_is_held(held));
    bdrv_drained_end(test->bs);
}

/* A turn of the loop may do more than what is waited for: one task of another drive here. */
static void test_drain__turn_may_do_more(void **state)
{
    TestWorld *test = *state;
    SimDrive *other = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = TEST_MiB,
    });

    for (unsigned n_more = 0; n_more < 2; n_more++) {
        const SimAnswer more = {
            SIM_CHOICE_POLL, .answer = n_more, .question = 1, .event = SIM_ANSWER_ANY_EVENT,
        };

        sim_choices_clear(&test->choices);
        sim_choices_init_recorded(&test->choices, &more, 1);
        test_world_events(test);
        test_world_submit(test, SIM_REQUEST_FLUSH, 0, 0, SIM_PHASE_SUBMIT);
        assert_true(sim_loop_step(sim_world_loop()));
        sim_drive_submit(other, &(SimRequestOptions){ .type = SIM_REQUEST_WRITE, .bytes = 512 });
        bdrv_drained_begin(test->bs);
        assert_string_equal(test_world_events(test),
                            n_more ? "submit submit drain-begin land land complete mark drained"
                                   : "submit submit drain-begin land land complete drained");
        bdrv_drained_end(test->bs);
        test_world_settle(test);
    }
}

static void coroutine_fn drain_in_coroutine(void *opaque)
{
    TestWorld *test = opaque;

    bdrv_drained_begin(test->bs);
    assert_int_equal(sim_world_n_in_flight(), 0);
    assert_int_equal(test->bs->quiesce_counter, 1);
    bdrv_drained_end(test->bs);
    test->read_ret = 0;
}

static void test_drain__works_in_a_coroutine(void **state)
{
    TestWorld *test = *state;

    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    assert_true(sim_loop_step(sim_world_loop()));
    qemu_coroutine_enter(qemu_coroutine_create(drain_in_coroutine, test));
    assert_int_equal(test->read_ret, 1);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(test->bs->quiesce_counter, 0);
}

static void coroutine_fn drain_all_in_coroutine(void *opaque)
{
    TestWorld *test = opaque;

    bdrv_drain_all_begin();
    assert_int_equal(sim_world_n_in_flight(), 0);
    assert_int_equal(test->bs->quiesce_counter, 1);
    test->read_ret = 0;
    bdrv_drain_all_end();
    assert_int_equal(test->bs->quiesce_counter, 0);
    test->read_ret = 2;
}

/* Only a bottom half runs the loop nested; the coroutine waits for it. */
static void test_drain__of_all_works_in_a_coroutine(void **state)
{
    TestWorld *test = *state;

    test_world_submit(test, SIM_REQUEST_WRITE, 0, 512, SIM_PHASE_SUBMIT);
    assert_true(sim_loop_step(sim_world_loop()));
    qemu_coroutine_enter(qemu_coroutine_create(drain_all_in_coroutine, test));
    assert_int_equal(test->bs->quiesce_counter, 0);
    assert_int_equal(sim_world_n_in_flight(), 1);
    while (test->read_ret == 1) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    assert_int_equal(test->read_ret, 0);
    assert_int_equal(test->bs->quiesce_counter, 1);
    test_world_settle(test);
    assert_int_equal(test->read_ret, 2);
}

static void test_graph_lock__waits_for_requests_of_all_drives(void **state)
{
    TestWorld *test = *state;
    SimDrive *other = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = TEST_MiB,
    });

    sim_drive_submit(other, &(SimRequestOptions){ .type = SIM_REQUEST_WRITE, .bytes = 512 });
    assert_true(sim_loop_step(sim_world_loop()));
    bdrv_graph_wrlock();
    assert_int_equal(sim_world_n_in_flight(), 0);
    sim_drive_submit(other, &(SimRequestOptions){ .type = SIM_REQUEST_WRITE, .bytes = 512 });
    test_world_settle(test);
    assert_int_equal(sim_world_n_in_flight(), 1);
    bdrv_graph_wrunlock();
    test_world_settle(test);
    assert_int_equal(sim_world_n_in_flight(), 0);
}

static void test_request__that_cannot_be_is_refused(void **state)
{
    TestWorld *test = *state;
    SimDrive *empty = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-b", .size_bytes = TEST_MiB, .no_medium = true,
    });
    SimDrive *read_only = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-c", .size_bytes = TEST_MiB, .read_only = true,
    });
    const SimRequestOptions options = { .type = SIM_REQUEST_WRITE, .bytes = 512 };

    sim_drive_submit(empty, &options);
    sim_drive_submit(read_only, &options);
    test_world_write(test, 64 * TEST_MiB, 512);
    assert_string_equal(test_world_events(test), "submit submit submit complete complete complete");
    assert_true(sim_rangemap_is_empty(sim_drive_content(read_only)));
}

static void test_resize__bitmaps_follow(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = add_bitmap(test, "b");

    test_world_write(test, 63 * TEST_MiB, 512);
    assert_int_equal(sim_drive_resize(test->drive, 128 * TEST_MiB), 0);
    assert_int_equal(bdrv_dirty_bitmap_size(bitmap), 128 * TEST_MiB);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 4 * TEST_MiB);
    test_world_write(test, 100 * TEST_MiB, 512);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 8 * TEST_MiB);
    assert_int_equal(sim_drive_resize(test->drive, 32 * TEST_MiB), 0);
    assert_int_equal(bdrv_get_dirty_count(bitmap), 0);
    assert_true(sim_rangemap_is_empty(sim_drive_content(test->drive)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_request__lives_in_phases),
        TEST(test_request__marks_after_landing),
        TEST(test_request__that_fails_marks_too),
        TEST(test_request__discard_and_zeroes_mark),
        TEST(test_request__that_cannot_be_is_refused),
        TEST(test_drain__waits_for_what_is_in_flight),
        TEST(test_drain__queues_what_arrives),
        TEST(test_drain__lets_other_drives_go_on),
        TEST(test_drain__lets_the_oldest_hold_go_when_all_stands_still),
        TEST(test_drain__lets_the_chosen_hold_go),
        TEST(test_drain__turn_may_do_more),
        TEST(test_drain__works_in_a_coroutine),
        TEST(test_drain__of_all_works_in_a_coroutine),
        TEST(test_graph_lock__waits_for_requests_of_all_drives),
        TEST(test_resize__bitmaps_follow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
