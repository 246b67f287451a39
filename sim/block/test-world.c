/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the block layer: a world with drives, and what backup access does to it.
 */
#include "sim/block/test-world.h"

static void see_event(const SimEvent *event, void *opaque)
{
    TestWorld *test = opaque;

    if (test->events->len) {
        g_string_append_c(test->events, ' ');
    }
    g_string_append(test->events, sim_event_kind_name(event->kind));
}

static void stand_still(const char *what, void *opaque G_GNUC_UNUSED)
{
    fail_msg("standstill: %s", what);
}

int test_world_setup(void **state)
{
    TestWorld *test = g_new0(TestWorld, 1);

    test->events = g_string_new(NULL);
    sim_choices_init_first_come(&test->choices);
    sim_world_open(&test->choices);
    sim_world_set_standstill(stand_still, NULL);
    sim_events_observe(sim_world_events(), SIM_EVENTS_ALL, see_event, test);
    test->drive = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-a", .size_bytes = 64 * TEST_MiB,
    });
    test->bs = blk_bs(blk_by_name("drive-a"));
    test->read_ret = 1;
    *state = test;
    return 0;
}

int test_world_teardown(void **state)
{
    TestWorld *test = *state;

    sim_world_close();
    sim_choices_clear(&test->choices);
    sim_rangemap_clear(&test->read_content);
    g_string_free(test->events, TRUE);
    g_free(test);
    return 0;
}

void test_world_settle(TestWorld *test G_GNUC_UNUSED)
{
    while (sim_loop_is_busy(sim_world_loop())) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
}

uint64_t test_world_submit(TestWorld *test, SimRequestType type, uint64_t offset, uint64_t bytes,
                           SimPhase hold_before)
{
    return sim_drive_submit(test->drive, &(SimRequestOptions){
        .type = type, .offset = offset, .bytes = bytes, .hold_before = hold_before,
    });
}

void test_world_write(TestWorld *test, uint64_t offset, uint64_t bytes)
{
    test_world_submit(test, SIM_REQUEST_WRITE, offset, bytes, SIM_PHASE_SUBMIT);
    test_world_settle(test);
}

BlockDriverState *test_world_insert_filter(TestWorld *test, const char *bitmap_name, Error **errp)
{
    QDict *options = qdict_new();

    qdict_put_str(options, "driver", "copy-before-write");
    qdict_put_str(options, "file", bdrv_get_node_name(test->bs));
    qdict_put_str(options, "target",
                  bdrv_get_node_name(blk_bs(blk_by_name("drive-a-fleecing"))));
    if (bitmap_name) {
        qdict_put_str(options, "bitmap.node", bdrv_get_node_name(test->bs));
        qdict_put_str(options, "bitmap.name", bitmap_name);
    }
    qdict_put_str(options, "on-cbw-error", "break-snapshot");
    qdict_put_int(options, "cbw-timeout", 45);
    return bdrv_insert_node(test->bs, options, BDRV_O_RDWR, errp);
}

void test_world_begin_access(TestWorld *test, const char *bitmap_name)
{
    QDict *options = qdict_new();

    test->filter = test_world_insert_filter(test, bitmap_name, &error_abort);
    qdict_put_str(options, "driver", "snapshot-access");
    qdict_put_str(options, "file", bdrv_get_node_name(test->filter));
    test->snapshot = bdrv_open(NULL, NULL, options, BDRV_O_RDWR | BDRV_O_UNMAP, &error_abort);
}

void test_world_end_access(TestWorld *test)
{
    bdrv_unref(test->snapshot);
    bdrv_cbw_drop(test->filter);
}

static void read_done(int ret, const SimRangeMap *content, void *opaque)
{
    TestWorld *test = opaque;

    test->read_ret = ret;
    sim_rangemap_copy(&test->read_content, content);
}

void test_world_read(TestWorld *test, uint64_t offset, uint64_t bytes)
{
    test->read_ret = 1;
    assert_true(sim_world_read_node(bdrv_get_node_name(test->snapshot), offset, bytes, 0,
                                    read_done, test));
}

const char *test_world_events(TestWorld *test)
{
    static char text[1024];

    g_strlcpy(text, test->events->str, sizeof(text));
    g_string_truncate(test->events, 0);
    return text;
}
