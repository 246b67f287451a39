/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the block layer: a world with drives, and what backup access does to it.
 */
#ifndef SIM_BLOCK_TEST_WORLD_H
#define SIM_BLOCK_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "qapi/error.h"
#include "qobject/qdict.h"
#include "system/block-backend.h"

#include "sim/world.h"

#define TEST_MiB (1024ULL * 1024)

typedef struct TestWorld {
    SimChoices choices;
    SimDrive *drive;                /* "drive-a", with a fleecing image */
    BlockDriverState *bs;
    GString *events;                /* kinds of all events, a word each */
    BlockDriverState *filter;
    BlockDriverState *snapshot;
    int read_ret;                   /* of the last finished read; 1: none yet */
    SimRangeMap read_content;
} TestWorld;

/* cmocka fixtures: *state is the TestWorld, its drive is 64 MiB. */
int test_world_setup(void **state);
int test_world_teardown(void **state);

/* Runs the loop until nothing is left; held requests stay held. */
void test_world_settle(TestWorld *test);
/* A write that is held nowhere, and settled. */
void test_world_write(TestWorld *test, uint64_t offset, uint64_t bytes);
uint64_t test_world_submit(TestWorld *test, SimRequestType type, uint64_t offset, uint64_t bytes,
                           SimPhase hold_before);

/* Options as pve-backup.c gives them; @bitmap_name may be NULL.  NULL with @errp set if refused. */
BlockDriverState *test_world_insert_filter(TestWorld *test, const char *bitmap_name, Error **errp);
/* Filter and snapshot-access node on top of each other. */
void test_world_begin_access(TestWorld *test, const char *bitmap_name);
void test_world_end_access(TestWorld *test);

/* Reads through the snapshot-access node into @read_ret and @read_content; not settled. */
void test_world_read(TestWorld *test, uint64_t offset, uint64_t bytes);

/* Event kinds since the last call, as "submit land mark complete"; valid until the next. */
const char *test_world_events(TestWorld *test);

#endif
