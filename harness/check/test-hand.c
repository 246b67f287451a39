/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: how far a bitmap can be judged after hands were on it, or on the background bitmap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "harness/check/fake-world-internal.h"
#include "harness/check/model.h"

#define K (1ull << 10)
#define M (1ull << 20)

static int set_up(void **state)
{
    (void)state;
    fake_open(FAKE_NO_BUG);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_close();
    return 0;
}

static void backup(void)
{
    fake_setup("pbs", "drive-a", "b0");
    fake_copy("pbs");
    fake_teardown("pbs", true);
}

static void assert_excused(const ModelTrack *track, ModelTrust trust, bool is_blind)
{
    assert_int_equal(track->trust, trust);
    assert_int_equal(track->is_blind, is_blind);
}

/* ---- hands between ---------------------------------------------------------------- */

/* The track of drive-a after a hand on @bitmap_name during its second setup, answered as used. */
static const ModelTrack *hand_in_setup(const char *command, const char *bitmap_name)
{
    SubjectSetup setup = { .target_id = "pbs", .bitmap_name = "b0" };
    const ModelTrack *track;

    backup();
    track = model_track_at(checks_model(fake_checks()), 0);
    assert_int_equal(track->trust, MODEL_EXACT);
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .setup = &setup });
    fake_tell_deed((Deed){ .kind = DEED_BITMAP_COMMAND, .command = command, .device = "drive-a",
                           .bitmap_name = bitmap_name });
    fake_tell_deed((Deed){
        .kind = DEED_SETUP_ANSWERED,
        .setup = &setup,
        .accesses = &(BackupAccessInfoList){ .value = &(BackupAccessInfo){
            .node_name = (char *)"node-a", .device = (char *)"drive-a", .size = 64 * M,
            .bitmap_name = (char *)"b0", .has_bitmap_action = true,
            .bitmap_action = PBS_BITMAP_ACTION_USED,
        } },
    });
    return track;
}

static void test_hand__hand_on_a_bitmap_during_setup_blinds(void **state)
{
    const ModelTrack *track = hand_in_setup("clear", "b0");

    (void)state;
    assert_excused(track, MODEL_UNKNOWN, true);
}

static void test_hand__hand_that_setup_can_see_suspends(void **state)
{
    const ModelTrack *track = hand_in_setup("inconsistent", "b0");

    (void)state;
    assert_excused(track, MODEL_SUSPENDED, false);
}

static void test_hand__hand_on_another_bitmap_during_setup_excuses_nothing(void **state)
{
    const ModelTrack *track = hand_in_setup("clear", "b1");

    (void)state;
    assert_excused(track, MODEL_EXACT, false);
}

static void test_hand__marks_that_are_merged_during_setup_lose_nothing(void **state)
{
    const ModelTrack *track = hand_in_setup("merge", "b0");

    (void)state;
    assert_excused(track, MODEL_EXACT, false);
}

/* ---- hands on the background bitmap ------------------------------------------------- */

static void hand_on_background(const char *command, uint64_t granularity)
{
    fake_command(command, "drive-a", SUBJECT_BACKGROUND_BITMAP_NAME, NULL, granularity);
}

/* The track of drive-a, whose second access is active. */
static const ModelTrack *begin_access(void)
{
    backup();
    fake_setup("pbs", "drive-a", "b0");
    return model_track_at(checks_model(fake_checks()), 0);
}

static void test_hand__enable_without_disable_excuses_nothing(void **state)
{
    const ModelTrack *track = begin_access();

    (void)state;
    hand_on_background("enable", 0);
    assert_excused(track, MODEL_EXACT, false);
    fake_write("drive-a", 0, 64 * K);
    fake.bug = FAKE_DROPS_BACKGROUND;
    fake_teardown("pbs", false);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_hand__enable_after_disable_excuses_what_was_missed(void **state)
{
    const ModelTrack *track = begin_access();

    (void)state;
    hand_on_background("disable", 0);
    assert_excused(track, MODEL_SUSPENDED, false);
    fake_write("drive-a", 0, 64 * K);
    hand_on_background("enable", 0);
    assert_excused(track, MODEL_UNKNOWN, true);
    fake_teardown("pbs", false);
    fake_setup("pbs", "drive-a", "b0");
    assert_string_equal(fake_findings(), "");
}

/* What stopped it came while the setup was under way. */
static void test_hand__enable_after_disable_during_setup_excuses_too(void **state)
{
    const ModelTrack *track = hand_in_setup("disable", SUBJECT_BACKGROUND_BITMAP_NAME);

    (void)state;
    assert_excused(track, MODEL_SUSPENDED, false);
    fake_add_bitmap(&fake.drives[0], SUBJECT_BACKGROUND_BITMAP_NAME, FAKE_CHUNK_BYTES);
    hand_on_background("enable", 0);
    assert_excused(track, MODEL_UNKNOWN, true);
}

static void test_hand__add_after_remove_excuses_what_was_missed(void **state)
{
    const ModelTrack *track = begin_access();

    (void)state;
    hand_on_background("remove", 0);
    assert_excused(track, MODEL_SUSPENDED, false);
    hand_on_background("add", 4 * M);
    assert_excused(track, MODEL_UNKNOWN, true);
}

/* The code can see that it is not its own. */
static void test_hand__add_with_another_granularity_suspends(void **state)
{
    const ModelTrack *track = begin_access();

    (void)state;
    hand_on_background("remove", 0);
    hand_on_background("add", 64 * K);
    assert_excused(track, MODEL_SUSPENDED, false);
}

/* It was missing through the code's own fault. */
static void test_hand__add_without_remove_does_not_blind(void **state)
{
    const ModelTrack *track = begin_access();
    SimDrive *drive = &fake.drives[0];

    (void)state;
    fake_remove_bitmap(drive, fake_find_bitmap(drive, SUBJECT_BACKGROUND_BITMAP_NAME));
    hand_on_background("add", 4 * M);
    assert_excused(track, MODEL_SUSPENDED, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_hand__##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hand_on_a_bitmap_during_setup_blinds),
        TEST(hand_that_setup_can_see_suspends),
        TEST(hand_on_another_bitmap_during_setup_excuses_nothing),
        TEST(marks_that_are_merged_during_setup_lose_nothing),
        TEST(enable_without_disable_excuses_nothing),
        TEST(enable_after_disable_excuses_what_was_missed),
        TEST(enable_after_disable_during_setup_excuses_too),
        TEST(add_after_remove_excuses_what_was_missed),
        TEST(add_with_another_granularity_suspends),
        TEST(add_without_remove_does_not_blind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
