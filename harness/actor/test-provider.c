/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The provider: what it reads before a success, and what it leaves alone.
 *
 * The deeds of a run are written down as text and compared as a whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/actor/stage-private.h"
#include "harness/actor/test-subject.h"
#include "harness/scenario/play.h"

static void see_deed(const Deed *deed, void *opaque)
{
    (void)opaque;
    switch (deed->kind) {
    case DEED_COPY_BEGINS:
        test_diary_add("copy %s %s", deed->target_id, deed->device);
        break;
    case DEED_PROVIDER_READ:
        test_diary_add("%s %uK+%uK", deed->is_copy ? "read" : "look",
                       (unsigned)(deed->offset / 1024), (unsigned)(deed->bytes / 1024));
        assert_int_equal(deed->ret, 0);
        assert_non_null(deed->content);
        break;
    case DEED_COPY_ENDS:
        test_diary_add("ends %d", deed->ret);
        break;
    case DEED_TEARDOWN_BEGINS:
        test_diary_add("teardown-begins");
        break;
    default:
        break;
    }
}

static void assert_deeds(const char *text, const char *expected)
{
    g_autoptr(Scenario) scenario = test_parse(text);
    SimChoices choices;
    Stage *stage;
    Player *player;

    sim_choices_init_first_come(&choices);
    sim_world_open(&choices);
    subject.reset();
    stage = stage_new(&subject);
    stage_observe_deeds(stage, see_deed, NULL);
    player = player_new(scenario, stage, NULL);
    while (stage_serve_monitor(stage) || sim_loop_step(sim_world_loop())) {
    }
    assert_true(player_is_over(player));
    assert_null(stage_find_pending(stage));
    assert_string_equal(test_diary->str, expected);
    player_free(player);
    stage_free(stage);
    sim_world_close();
    sim_choices_clear(&choices);
}

#define TWO_DRIVES "drive scsi0 64M\ndrive scsi1 200M\n"
#define BITMAPS "bitmap-add scsi0 b0 granularity=64K\nbitmap-add scsi1 b0 granularity=64K\n"

/* Runs of dirty chunks, one read each; the drive without any is begun and ended. */
static void test_provider__copies_dirty_runs(void **state)
{
    (void)state;
    assert_deeds(TWO_DRIVES BITMAPS
                 "write scsi0 0 64K\nwrite scsi0 64K 512\nwrite scsi0 1M 512\n"
                 "setup a scsi0,scsi1 bitmap=b0\nteardown a success\n",
                 "setup a drive-scsi0,drive-scsi1|setup-ends a|"
                 "copy a drive-scsi0|read 0K+128K|read 1024K+64K|ends 0|"
                 "copy a drive-scsi1|ends 0|"
                 "teardown-begins|teardown a success");
}

/* In pieces, so that others have their turn between them. */
static void test_provider__copies_all_without_bitmap(void **state)
{
    (void)state;
    assert_deeds(TWO_DRIVES "setup a scsi1\nteardown a success\n",
                 "setup a drive-scsi1|setup-ends a|copy a drive-scsi1|"
                 "read 0K+65536K|read 65536K+65536K|read 131072K+65536K|read 196608K+8192K|ends 0|"
                 "teardown-begins|teardown a success");
}

static void test_provider__copies_each_drive_once(void **state)
{
    (void)state;
    assert_deeds(TWO_DRIVES BITMAPS
                 "setup a scsi0,scsi1 bitmap=b0\ncopy a drive=scsi1\ncopy a\nteardown a success\n"
                 "setup a scsi1 bitmap=b0\nteardown a success\n",
                 "setup a drive-scsi0,drive-scsi1|setup-ends a|copy a drive-scsi1|ends 0|"
                 "copy a drive-scsi0|ends 0|teardown-begins|teardown a success|"
                 "setup a drive-scsi1|setup-ends a|copy a drive-scsi1|ends 0|"
                 "teardown-begins|teardown a success");
}

static void test_provider__copies_nothing_on_failure_or_by_a_lie(void **state)
{
    (void)state;
    assert_deeds(TWO_DRIVES "setup a scsi0\nteardown a failure\nteardown a success\n",
                 "setup a drive-scsi0|setup-ends a|teardown-begins|teardown a failure|"
                 "teardown-begins|teardown a success");
    assert_deeds(TWO_DRIVES "setup a scsi0\nteardown a success copy=no\n",
                 "setup a drive-scsi0|setup-ends a|teardown-begins|teardown a success");
}

static void test_provider__look_is_no_copy(void **state)
{
    (void)state;
    assert_deeds(TWO_DRIVES "setup a scsi0\nprovider-read a scsi0 64K 128K\n"
                 "provider-read a scsi1 0 64K\nprovider-read b scsi0 0 64K\n"
                 "teardown a failure\nprovider-read a scsi0 0 64K\n",
                 "setup a drive-scsi0|setup-ends a|look 64K+128K|"
                 "teardown-begins|teardown a failure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_provider__copies_dirty_runs),
        cmocka_unit_test(test_provider__copies_all_without_bitmap),
        cmocka_unit_test(test_provider__copies_each_drive_once),
        cmocka_unit_test(test_provider__copies_nothing_on_failure_or_by_a_lie),
        cmocka_unit_test(test_provider__look_is_no_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
