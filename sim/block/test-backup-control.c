/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backup jobs: cancelling, pausing, and what they forbid others.
 *
 * What is asserted was read in QEMU 10.0's block/backup.c and blockjob.c.
 */
#include "sim/block/block-private.h"
#include "sim/block/test-backup-world.h"

static void test_backup__cancelled_while_it_runs(void **state)
{
    TestWorld *test = *state;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);

    test_world_write(test, 0, 64 * TEST_MiB);
    before = test_backup_graph();
    test_backup_create(test, &(TestJobOptions){ .bitmap = bitmap, .speed = TEST_CHUNK });
    job_start(&test_backup.job->job);
    test_backup_step(3);
    WITH_JOB_LOCK_GUARD() {
        assert_int_equal(job_cancel_sync_locked(&test_backup.job->job, true), -ECANCELED);
    }
    after = test_backup_graph();
    assert_int_equal(test_backup.job_ret, -ECANCELED);
    assert_int_equal(sim_world_n_jobs(), 0);
    assert_string_equal(before, after);
    assert_true(test_backup_is_dirty(test, 0));
    assert_true(test_backup_is_dirty(test, 15));
}

static void test_backup__drained_section_pauses_it(void **state)
{
    TestWorld *test = *state;
    unsigned n_written;

    test_backup_create(test, &(TestJobOptions){ .speed = TEST_CHUNK });
    job_start(&test_backup.job->job);
    test_backup_step(3);
    bdrv_drained_begin(test->bs);
    assert_int_equal(test_backup.job->job.status, JOB_STATUS_PAUSED);
    n_written = test_backup.n_dump_writes;
    test_world_settle(test);
    assert_int_equal(test_backup.n_dump_writes, n_written);
    assert_int_equal(test_backup.job_ret, 1);
    bdrv_drained_end(test->bs);
    test_world_settle(test);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
    assert_int_equal(test_backup.n_dump_writes, 16);
}

static void test_backup__job_stays_at_its_node(void **state)
{
    TestWorld *test = *state;
    BlockDriverState *target, *upper, *filter;

    test_backup_create(test, &(TestJobOptions){ 0 });
    filter = test_backup.job->main_node->bs;
    target = test_backup_new_target(64 * TEST_MiB);
    upper = bdrv_cbw_append(filter, target, NULL, false, 0, &error_abort);
    assert_ptr_equal(test_backup.job->main_node->bs, filter);
    assert_ptr_equal(blk_bs(blk_by_name("drive-a")), upper);
    bdrv_cbw_drop(upper);
    bdrv_unref(target);
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
}

static void test_backup__second_job_is_refused(void **state)
{
    TestWorld *test = *state;
    g_autoptr(Error) error = NULL;

    test_backup_create(test, &(TestJobOptions){ 0 });
    assert_null(test_backup_try_create(test, &(TestJobOptions){
        .source = blk_bs(blk_by_name("drive-a")),
    }, &error));
    assert_string_equal(error_get_pretty(error), "Node 'drive-a' is busy: block device is in "
                                                 "use by block job: backup");
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
}

static void test_backup__resize_is_refused(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ .bitmap = test_backup_new_bitmap(test) });
    assert_int_equal(sim_drive_resize(test->drive, 32 * TEST_MiB), -EBUSY);
    test_backup_run(test);
    assert_int_equal(sim_drive_resize(test->drive, 32 * TEST_MiB), 0);
}

/* By a resize that waited while the job was made. */
static void test_backup__cut_cluster_is_copied_whole(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ 0 });
    sim_cbw_truncate(test_backup.job->main_node->bs, 64 * TEST_MiB - 512);
    test_backup_run(test);
    assert_int_equal(test_backup.job_ret, 0);
    test_backup_assert_point_in_time();
}

static void test_backup__unplugging_is_refused(void **state)
{
    TestWorld *test = *state;

    test_backup_create(test, &(TestJobOptions){ .bitmap = test_backup_new_bitmap(test) });
    assert_int_equal(sim_drive_unplug(test->drive), -EBUSY);
    assert_true(sim_drive_is_inserted(test->drive));
    test_backup_run(test);
    assert_int_equal(sim_drive_unplug(test->drive), 0);
}

static void test_backup__refusal_changes_nothing(void **state)
{
    TestWorld *test = *state;
    g_autoptr(Error) error = NULL;
    BdrvDirtyBitmap *bitmap = test_backup_new_bitmap(test);
    g_autofree char *before = test_backup_graph();
    g_autofree char *after = NULL;

    assert_null(test_backup_try_create(test, &(TestJobOptions){
        .bitmap = bitmap, .target_size = 32 * TEST_MiB,
    }, &error));
    after = test_backup_graph();
    assert_string_equal(error_get_pretty(error), "Source and target image have different sizes");
    assert_string_equal(before, after);
    assert_int_equal(bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_DEFAULT, NULL), 0);
    assert_false(bdrv_dirty_bitmap_has_successor(bitmap));
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, test_backup_setup, test_backup_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_backup__cancelled_while_it_runs),
        TEST(test_backup__drained_section_pauses_it),
        TEST(test_backup__job_stays_at_its_node),
        TEST(test_backup__second_job_is_refused),
        TEST(test_backup__resize_is_refused),
        TEST(test_backup__cut_cluster_is_copied_whole),
        TEST(test_backup__unplugging_is_refused),
        TEST(test_backup__refusal_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
