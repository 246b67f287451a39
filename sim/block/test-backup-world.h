/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of backup jobs: a job on "drive-a" whose dump target fills an archive, as
 * pve-backup.c has it.
 */
#ifndef SIM_BLOCK_TEST_BACKUP_WORLD_H
#define SIM_BLOCK_TEST_BACKUP_WORLD_H

#include "sim/block/test-world.h"

#include "sim/archive.h"

#define TEST_CHUNK (4 * TEST_MiB)

typedef struct TestBackup {
    BlockJob *job;
    SimArchiveDevice *archived;     /* what the dump target has got */
    unsigned n_dump_writes;
    int dump_error;                 /* positive errno: writes to the archive fail */
    bool fails_once;                /* ... or only the next one */
    uint64_t dump_shift;            /* what is written goes so far behind its place */
    int job_ret;                    /* 1: the job is not over */
    int write_ret;                  /* of the guest's last write; 1: none yet */
    SimRangeMap point_in_time;      /* what the drive held when the job was made */
} TestBackup;

extern TestBackup test_backup;

typedef struct TestJobOptions {
    BlockDriverState *source;       /* NULL: the drive */
    BdrvDirtyBitmap *bitmap;
    uint64_t target_size;           /* 0: as the drive */
    int64_t speed;
    bool discard_source;
} TestJobOptions;

/* cmocka fixtures: *state is a TestWorld. */
int test_backup_setup(void **state);
int test_backup_teardown(void **state);

/* A dump target with clusters of TEST_CHUNK bytes; the reference is the caller's. */
BlockDriverState *test_backup_new_target(uint64_t size);
BlockJob *test_backup_try_create(TestWorld *test, const TestJobOptions *options, Error **errp);
void test_backup_create(TestWorld *test, const TestJobOptions *options);
/* Starts the job and settles. */
void test_backup_run(TestWorld *test);
/* A guest's write, not settled. */
void test_backup_write(TestWorld *test, uint64_t offset, uint64_t bytes);
void test_backup_step(unsigned n_steps);
void test_backup_assert_point_in_time(void);
char *test_backup_graph(void);                  /* the caller's */

/* Bitmap "b" of the drive. */
BdrvDirtyBitmap *test_backup_new_bitmap(TestWorld *test);
bool test_backup_is_dirty(TestWorld *test, uint64_t chunk);

#endif
