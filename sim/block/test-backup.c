/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backup jobs: what they copy, what guests notice, what becomes of bitmaps.
 *
 * What is asserted was read in QEMU 10.0's block/backup.c and block/block-copy.c.
 */
#include "sim/block/test-backup-world.h"

/* ---- what is copied ------------------------------------------------------------------ */

static void test_backup__copies_the_disk(void **state)
{
    TestWorld *test = *state;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    test_world_write(test, TEST_MiB, 9 * TEST_MiB);
    before = test_backup_graph();
    test_backup_create(test, &(TestJobOptions){ 0 });
    test_backup_run(test);
    after = test_backup_graph();

    assert_int_equal(test_backup.job_ret, 0);
    assert_int_equal(test_backup.n_dump_writes, 16);
    test_backup_assert_point_in_time();
    assert_string_equal(before, after);
    assert_int_equal(sim_world_n_jobs(), 0);
}

static void test_backup__old_data_goes_before_a_write(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 0, 64 * TEST_MiB);
    test_backup_create(test, &(TestJobOptions){ .speed = TEST_CHUNK });
    job_start(&test_backup.job->job);
    test_backup_step(2);
    test_world_events(test);
    test_backup_write(test, 40 * TEST_MiB, 512);
    test_world_settle(test);

    assert_int_equal(test_backup.write_ret, 0);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 40 * TEST_MiB), 2);
    /* Nothing is copied twice. */
    assert_int_equal(test_backup.n_dump_writes, 16);
}

/* Proxmox VE's jobs are made long before their turn comes. */
static void test_backup__job_that_waits_keeps_its_moment(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 0, TEST_MiB);
    test_backup_create(test, &(TestJobOptions){ 0 });
    test_world_events(test);
    test_backup_write(test, 512, 512);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "submit backup-copy land mark complete");
    assert_int_equal(test_backup.n_dump_writes, 1);
    test_backup_run(test);
    test_backup_assert_point_in_time();
    assert_int_equal(test_backup.n_dump_writes, 16);
}

static void test_backup__bitmap_says_what_is_copied(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);

    test_world_write(test, 5 * TEST_CHUNK, 512);
    test_backup_create(test, &(TestJobOptions){ .bitmap = bitmap });
    test_backup_write(test, 9 * TEST_CHUNK, 512);
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
    assert_int_equal(test_backup.n_dump_writes, 1);
    assert_int_equal(sim_rangemap_get(&test_backup.archived->content, 5 * TEST_CHUNK), 1);
    assert_int_equal(sim_rangemap_covered(&test_backup.archived->written, 0, 64 * TEST_MiB),
                     TEST_CHUNK);
}

/* Whoever hands data on under a wrong offset is found out. */
static void test_backup__archive_shows_what_it_was_given(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 5 * TEST_CHUNK, 512);
    test_backup_create(test, &(TestJobOptions){ 0 });
    test_backup.dump_shift = TEST_CHUNK;
    test_backup_run(test);
    assert_int_equal(sim_rangemap_get(&test_backup.archived->content, 5 * TEST_CHUNK), 0);
    assert_int_equal(sim_rangemap_get(&test_backup.archived->content, 6 * TEST_CHUNK), 1);
}

static void test_backup__speed_takes_time(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ .speed = TEST_CHUNK });
    test_backup_run(test);
    assert_int_equal(sim_loop_now_ns(sim_world_loop()), 15 * 1000000000ULL);
}

static void test_backup__through_snapshot_access(void **state)
{
    TestWorld *test = *state;

    test_world_write(test, 0, 64 * TEST_MiB);
    test_world_begin_access(test, NULL);
    test_backup_create(test, &(TestJobOptions){
        .source = test->snapshot, .discard_source = true, .speed = TEST_CHUNK,
    });
    job_start(&test_backup.job->job);
    test_backup_step(2);
    test_backup_write(test, 40 * TEST_MiB, 512);
    test_world_settle(test);
    assert_int_equal(test_backup.write_ret, 0);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
    /* What the archive has is no longer to be had from the snapshot. */
    test_world_read(test, 40 * TEST_MiB, 512);
    test_world_settle(test);
    assert_int_equal(test->read_ret, -EACCES);
    test_world_end_access(test);
}

/* ---- failing --------------------------------------------------------------------------- */

static void test_backup__target_error_fails_the_job(void **state)
{
    TestWorld *test = *state;
    g_autofree char *before = test_backup_graph();
    g_autofree char *after = NULL;

    test_backup_create(test, &(TestJobOptions){ 0 });
    test_backup.dump_error = ENOSPC;
    test_backup_run(test);
    after = test_backup_graph();
    assert_int_equal(test_backup.job_ret, -ENOSPC);
    assert_string_equal(before, after);
}

static void test_backup__source_error_fails_the_job(void **state)
{
    TestWorld *test = *state;

    sim_faults_add(sim_world_faults(), sim_fault_find_call("backup-read"), "drive-a", 3, false,
                   EIO);
    test_backup_create(test, &(TestJobOptions){ 0 });
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, -EIO);
}

/* on-cbw-error=break-guest-write: the job goes on and copies again what failed. */
static void test_backup__target_error_fails_a_guests_write(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ 0 });
    test_backup.dump_error = EIO;
    test_backup_write(test, 0, 512);
    test_world_settle(test);
    assert_int_equal(test_backup.write_ret, -EIO);
    assert_int_equal(sim_rangemap_get(sim_drive_content(test->drive), 0), 0);
    test_backup.dump_error = 0;
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
}

/* The last chunk is on its way before a guest's write when the job has nothing else to do. */
static void test_backup__job_waits_for_copies_before_writes(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);

    test_world_write(test, 5 * TEST_CHUNK, 512);
    test_backup_create(test, &(TestJobOptions){ .bitmap = bitmap });
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("cbw-read"), NULL, 1, false,
                         1000000000);
    test_backup_write(test, 5 * TEST_CHUNK, 512);
    test_backup_step(2);
    test_backup.dump_error = EIO;
    test_backup.fails_once = true;
    test_backup_run(test);
    assert_int_equal(test_backup.write_ret, -EIO);
    assert_int_equal(test_backup.job_ret, 0);
    assert_int_equal(test_backup.n_dump_writes, 2);
    assert_int_equal(sim_rangemap_get(&test_backup.archived->content, 5 * TEST_CHUNK), 1);
}

/* ... and does not forget what lies behind it by the time that a copy there fails. */
static void test_backup__job_goes_back_for_what_failed(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ .speed = TEST_CHUNK });
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("cbw-read"), NULL, 1, false,
                         5000000000);
    sim_faults_add(sim_world_faults(), sim_fault_find_call("cbw-read"), NULL, 1, false, EIO);
    test_backup_write(test, 0, 512);
    test_backup_step(2);
    test_backup_run(test);
    assert_int_equal(test_backup.write_ret, -EIO);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
}

static void test_backup__broken_snapshot_fails_the_job(void **state)
{
    TestWorld *test = *state;

    test_world_begin_access(test, NULL);
    test_backup_create(test, &(TestJobOptions){ .source = test->snapshot });
    sim_faults_add(sim_world_faults(), sim_fault_find_call("cbw-write"), NULL, 1, false, EIO);
    test_backup_write(test, 0, 512);
    test_world_settle(test);
    assert_int_equal(test_backup.write_ret, 0);
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, -EACCES);
    test_world_end_access(test);
}

/* ---- bitmaps --------------------------------------------------------------------------- */

static void begin_with_bitmap(TestWorld *test)
{
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);
    SimBitmapView view;

    test_world_write(test, 5 * TEST_CHUNK, 512);
    test_backup_create(test, &(TestJobOptions){ .bitmap = bitmap });
    assert_true(sim_world_find_bitmap(bdrv_get_node_name(test->bs), "b", &view));
    assert_true(view.busy);
    test_world_write(test, 9 * TEST_CHUNK, 512);
}

static void test_bitmap__success_keeps_what_came_after(void **state)
{
    TestWorld *test = *state;

    begin_with_bitmap(test);
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
    assert_false(test_backup_is_dirty(test, 5));
    assert_true(test_backup_is_dirty(test, 9));
}

static void test_bitmap__failure_keeps_both(void **state)
{
    TestWorld *test = *state;

    begin_with_bitmap(test);
    test_backup.dump_error = EIO;
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, -EIO);
    assert_true(test_backup_is_dirty(test, 5));
    assert_true(test_backup_is_dirty(test, 9));
}

static void test_bitmap__busy_one_is_refused(void **state)
{
    TestWorld *test = *state;
    g_autoptr(Error) error = NULL;
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);

    bdrv_dirty_bitmap_set_busy(bitmap, true);
    assert_null(test_backup_try_create(test, &(TestJobOptions){ .bitmap = bitmap }, &error));
    assert_non_null(error);
    bdrv_dirty_bitmap_set_busy(bitmap, false);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, test_backup_setup, test_backup_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_backup__copies_the_disk),
        TEST(test_backup__old_data_goes_before_a_write),
        TEST(test_backup__job_that_waits_keeps_its_moment),
        TEST(test_backup__bitmap_says_what_is_copied),
        TEST(test_backup__archive_shows_what_it_was_given),
        TEST(test_backup__speed_takes_time),
        TEST(test_backup__through_snapshot_access),
        TEST(test_backup__target_error_fails_the_job),
        TEST(test_backup__source_error_fails_the_job),
        TEST(test_backup__target_error_fails_a_guests_write),
        TEST(test_backup__job_waits_for_copies_before_writes),
        TEST(test_backup__job_goes_back_for_what_failed),
        TEST(test_backup__broken_snapshot_fails_the_job),
        TEST(test_bitmap__success_keeps_what_came_after),
        TEST(test_bitmap__failure_keeps_both),
        TEST(test_bitmap__busy_one_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
