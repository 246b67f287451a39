/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of backup jobs: a job on "drive-a" whose dump target fills an archive.
 */
#include "sim/block/test-backup-world.h"

TestBackup test_backup;

int test_backup_setup(void **state)
{
    SimArchive *archive;

    test_world_setup(state);
    archive = sim_archive_new("archive", NULL);
    sim_archive_add_device(archive, "drive-a", 64 * TEST_MiB, NULL);
    test_backup = (TestBackup){ .archived = sim_archive_device(archive, 0), .job_ret = 1 };
    return 0;
}

int test_backup_teardown(void **state)
{
    sim_rangemap_clear(&test_backup.point_in_time);
    return test_world_teardown(state);
}

static int dump(void *opaque G_GNUC_UNUSED, uint64_t offset, uint64_t bytes, const void *buf)
{
    assert_true(qemu_in_coroutine());
    test_backup.n_dump_writes++;
    if (test_backup.dump_error) {
        int error = test_backup.dump_error;

        test_backup.dump_error = test_backup.fails_once ? 0 : error;
        return -error;
    }
    sim_archive_write(test_backup.archived, offset + test_backup.dump_shift, bytes, buf);
    return bytes;
}

static void job_done(void *opaque G_GNUC_UNUSED, int ret)
{
    assert_false(qemu_in_coroutine());
    test_backup.job_ret = ret;
}

BlockDriverState *test_backup_new_target(uint64_t size)
{
    return bdrv_co_backup_dump_create(TEST_CHUNK, size, dump, NULL, &error_abort);
}

BlockJob *test_backup_try_create(TestWorld *test, const TestJobOptions *options, Error **errp)
{
    BackupPerf perf = { .max_workers = 16 };
    uint64_t target_size = options->target_size ? options->target_size : 64 * TEST_MiB;
    BlockDriverState *target = test_backup_new_target(target_size);
    BlockJob *created = backup_job_create(
        "drive-a", options->source ? options->source : test->bs, target, options->speed,
        options->bitmap ? MIRROR_SYNC_MODE_BITMAP : MIRROR_SYNC_MODE_FULL, options->bitmap,
        options->bitmap ? BITMAP_SYNC_MODE_ON_SUCCESS : BITMAP_SYNC_MODE_NEVER, false,
        options->discard_source, NULL, &perf, BLOCKDEV_ON_ERROR_REPORT,
        BLOCKDEV_ON_ERROR_REPORT, ON_CBW_ERROR_BREAK_GUEST_WRITE, JOB_DEFAULT, job_done, NULL,
        NULL, errp);

    bdrv_unref(target);
    return created;
}

void test_backup_create(TestWorld *test, const TestJobOptions *options)
{
    sim_rangemap_copy(&test_backup.point_in_time, sim_drive_content(test->drive));
    test_backup.job = test_backup_try_create(test, options, &error_abort);
}

void test_backup_run(TestWorld *test)
{
    job_start(&test_backup.job->job);
    test_world_settle(test);
}

static void write_done(uint64_t number G_GNUC_UNUSED, int ret, void *opaque G_GNUC_UNUSED)
{
    test_backup.write_ret = ret;
}

void test_backup_write(TestWorld *test, uint64_t offset, uint64_t bytes)
{
    test_backup.write_ret = 1;
    sim_drive_submit(test->drive, &(SimRequestOptions){
        .type = SIM_REQUEST_WRITE, .offset = offset, .bytes = bytes, .done = write_done,
    });
}

void test_backup_step(unsigned n_steps)
{
    while (n_steps--) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
}

void test_backup_assert_point_in_time(void)
{
    assert_true(sim_archive_is_full(test_backup.archived));
    assert_true(sim_rangemap_equal(&test_backup.archived->content, &test_backup.point_in_time));
}

char *test_backup_graph(void)
{
    GString *text = g_string_new(NULL);

    sim_world_print_graph(text);
    return g_string_free(text, FALSE);
}

BdrvDirtyBitmap *test_backup_new_bitmap(TestWorld *test)
{
    return bdrv_create_dirty_bitmap(test->bs, TEST_CHUNK, "b", &error_abort);
}

bool test_backup_is_dirty(TestWorld *test, uint64_t chunk)
{
    SimRangeMap ranges = { 0 };
    bool dirty;

    assert_true(sim_world_bitmap_ranges(bdrv_get_node_name(test->bs), "b", &ranges));
    dirty = sim_rangemap_get(&ranges, chunk * TEST_CHUNK);
    sim_rangemap_clear(&ranges);
    return dirty;
}
