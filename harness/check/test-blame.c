/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is to blame: what callers destroy out of the code's sight is no finding, and the model
 * goes on judging exactly afterwards.
 *
 * Each test is a story with code that does right; its end plants damage by hand, to show that
 * the checks are awake again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "harness/check/fake-world-internal.h"

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

static void backup(bool success)
{
    fake_setup("pbs", "drive-a", "b0");
    fake_copy("pbs");
    fake_teardown("pbs", success);
}

/* Behind everybody's back: what a bug of the code under test would do. */
static void lose(uint64_t start, uint64_t end)
{
    sim_rangemap_set(&fake_find_bitmap(&fake.drives[0], "b0")->dirty, start, end, 0);
    fake_write("drive-a", 60 * M, 512);
}

static void make_dirty(uint64_t start, uint64_t end)
{
    sim_rangemap_set(&fake_find_bitmap(&fake.drives[0], "b0")->dirty, start, end, 1);
    fake_write("drive-a", 60 * M, 512);
}

static void test_blame__clear_by_hand_moves_the_base(void **state)
{
    (void)state;
    fake_write("drive-a", 0, 64 * K);
    backup(true);
    fake_write("drive-a", 4 * M, 64 * K);
    fake_command("clear", "drive-a", "b0", NULL, 0);
    fake_write("drive-a", 8 * M, 64 * K);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 12 * M, 64 * K);
    lose(12 * M, 16 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_blame__clear_during_access_counts_as_a_backup(void **state)
{
    (void)state;
    backup(true);
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    fake_command("clear", "drive-a", "b0", NULL, 0);
    fake_write("drive-a", 4 * M, 64 * K);
    fake_teardown("pbs", false);
    assert_string_equal(fake_findings(), "");
    backup(true);
    assert_string_equal(fake_findings(), "");
}

static void test_blame__removed_bitmap_starts_anew(void **state)
{
    (void)state;
    backup(true);
    fake_command("remove", "drive-a", "b0", NULL, 0);
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    assert_string_equal(fake_findings(), "");
    lose(32 * M, 36 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_blame__bitmap_added_again_is_as_if_cleared(void **state)
{
    (void)state;
    fake.bug = FAKE_TRUSTS_FOREIGN;
    backup(true);
    fake_write("drive-a", 0, 64 * K);
    fake_command("remove", "drive-a", "b0", NULL, 0);
    fake_command("add", "drive-a", "b0", NULL, 4 * M);
    fake_write("drive-a", 4 * M, 64 * K);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_command("remove", "drive-a", "b0", NULL, 0);
    fake_command("add", "drive-a", "b0", NULL, 64 * K);
    backup(true);
    assert_string_equal(fake_findings(), "lost-write@drive-a broken-chain@drive-a");
}

static void test_blame__merge_by_hand_may_leave_more(void **state)
{
    (void)state;
    fake_command("add", "drive-a", "mine", NULL, 4 * M);
    backup(true);
    fake_write("drive-a", 0, 64 * K);
    backup(true);
    fake_command("merge", "drive-a", "b0", "mine", 0);
    assert_string_equal(fake_findings(), "");
    make_dirty(20 * M, 24 * M);
    assert_string_equal(fake_findings(), "dirty-without-cause@drive-a");
}

static void test_blame__disabled_bitmap_that_missed_nothing_may_be_used(void **state)
{
    (void)state;
    fake.bug = FAKE_TRUSTS_DISABLED;
    backup(true);
    fake_write("drive-a", 0, 64 * K);
    fake_command("disable", "drive-a", "b0", NULL, 0);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 4 * M, 64 * K);
    lose(4 * M, 8 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_blame__bitmap_enabled_again_unseen_is_as_if_cleared(void **state)
{
    (void)state;
    backup(true);
    fake_write("drive-a", 20 * M, 64 * K);
    fake_command("disable", "drive-a", "b0", NULL, 0);
    fake_write("drive-a", 0, 64 * K);
    fake_run_dry();
    fake_command("enable", "drive-a", "b0", NULL, 0);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 4 * M, 64 * K);
    lose(4 * M, 8 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

/* Success without a copy: the bitmap moves on, as it was asked to, and the chain is unknown. */
static void test_blame__provider_that_lies_gets_what_it_asked_for(void **state)
{
    (void)state;
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    fake_teardown("pbs", true);
    fake_write("drive-a", 4 * M, 64 * K);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 8 * M, 64 * K);
    lose(8 * M, 12 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_blame__copy_before_the_break_may_count_or_not(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        fake.bug = i ? FAKE_TRUSTS_BROKEN : FAKE_NO_BUG;
        fake_write("drive-a", i * 4 * M, 64 * K);
        fake_setup("pbs", "drive-a", "b0");
        fake_copy("pbs");
        fake_break_snapshot("drive-a");
        fake_teardown("pbs", true);
        fake_write("drive-a", 40 * M, 64 * K);
        backup(true);
    }
    assert_string_equal(fake_findings(), "");
}

static void test_blame__two_targets_of_one_name_take_it_from_each_other(void **state)
{
    (void)state;
    backup(true);
    fake_setup("tape", "drive-a", "b0");
    fake_copy("tape");
    fake_teardown("tape", true);
    backup(true);
    assert_string_equal(fake_findings(), "");
}

static void test_blame__wrong_target_changes_nothing(void **state)
{
    (void)state;
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    fake_write("drive-a", 4 * M, 64 * K);
    fake_teardown("tape", true);
    fake_copy("pbs");
    fake_teardown("pbs", true);
    fake_quit();
    assert_string_equal(fake_findings(), "");
}

static void test_blame__finer_bitmap_is_widened_by_the_background(void **state)
{
    (void)state;
    fake.bug = FAKE_TRUSTS_FOREIGN;
    fake_command("add", "drive-a", "b0", NULL, 64 * K);
    fake_set_dirty(&fake.drives[0], fake_find_bitmap(&fake.drives[0], "b0"), 0, 64 * M);
    fake_setup("pbs", "drive-a", "b0");
    fake_copy("pbs");
    fake_write("drive-a", 8 * M, 512);
    fake_teardown("pbs", true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 16 * M, 512);
    make_dirty(16 * M, 17 * M);
    assert_string_equal(fake_findings(), "dirty-without-cause@drive-a");
}

static void test_blame__resize_is_followed(void **state)
{
    (void)state;
    fake_write("drive-a", 62 * M, 64 * K);
    backup(true);
    fake_resize("drive-a", 128 * M);
    fake_write("drive-a", 100 * M, 64 * K);
    backup(true);
    fake_write("drive-a", 9 * M + 512 * K, 64 * K);
    fake_resize("drive-a", 9 * M);
    backup(true);
    fake_resize("drive-a", 64 * M);
    backup(true);
    assert_string_equal(fake_findings(), "");
    fake_write("drive-a", 48 * M, 64 * K);
    lose(48 * M, 52 * M);
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_blame__unplugged_drive_is_forgotten_but_not_its_nodes(void **state)
{
    (void)state;
    fake_command("add", "drive-a", "mine", NULL, 64 * K);
    fake_setup("pbs", "drive-a,drive-b", "b0");
    fake_write("drive-a", 4 * M, 64 * K);
    fake_unplug("drive-a");
    fake_write("drive-b", 8 * M, 64 * K);
    fake_copy("pbs");
    fake_teardown("pbs", true);
    fake_remove_bitmap(&fake.drives[0], fake_find_bitmap(&fake.drives[0], "b0"));
    fake_remove_bitmap(&fake.drives[0], fake_find_bitmap(&fake.drives[0], "mine"));
    fake_setup("pbs", "drive-b", "b0");
    assert_string_equal(fake_findings(), "");
    fake.bug = FAKE_KEEPS_NODE;
    fake_teardown("pbs", false);
    fake_run_dry();
    assert_string_equal(fake_findings(), "leaked-node@pbs");
}

static void test_blame__node_of_an_unplugged_drive_must_go(void **state)
{
    (void)state;
    fake_setup("pbs", "drive-a,drive-b", "b0");
    fake_unplug("drive-a");
    fake.bug = FAKE_KEEPS_NODE;
    fake_teardown("pbs", false);
    fake_run_dry();
    assert_string_equal(fake_findings(), "leaked-node@pbs");
}

/* QEMU's filter fails the guest's write rather than the backup; only for that job's drive. */
static void fail_write_after(const char *call)
{
    uint64_t number;

    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_BEGIN, .who = "drive-a" });
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_FAULT, .who = "drive-a", .text = call, .ret = -EIO });
    number = fake_submit("drive-a", 0, 64 * K);
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_COMPLETE, .who = "drive-a", .bytes = 64 * K,
                                 .number = number, .ret = -EIO });
    assert_string_equal(fake_findings(), "");
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_END, .who = "drive-a" });
    number = fake_submit("drive-a", 0, 64 * K);
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_COMPLETE, .who = "drive-a", .bytes = 64 * K,
                                 .number = number, .ret = -EIO });
    assert_string_equal(fake_findings(), "guest-error@drive-a");
}

static void test_blame__archive_that_fails_may_fail_writes(void **state)
{
    (void)state;
    fail_write_after("backup-write");
}

static void test_blame__old_data_that_cannot_be_read_may_fail_writes(void **state)
{
    (void)state;
    fail_write_after("cbw-read");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_blame__##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clear_by_hand_moves_the_base),
        TEST(clear_during_access_counts_as_a_backup),
        TEST(removed_bitmap_starts_anew),
        TEST(bitmap_added_again_is_as_if_cleared),
        TEST(merge_by_hand_may_leave_more),
        TEST(disabled_bitmap_that_missed_nothing_may_be_used),
        TEST(bitmap_enabled_again_unseen_is_as_if_cleared),
        TEST(provider_that_lies_gets_what_it_asked_for),
        TEST(copy_before_the_break_may_count_or_not),
        TEST(two_targets_of_one_name_take_it_from_each_other),
        TEST(wrong_target_changes_nothing),
        TEST(finer_bitmap_is_widened_by_the_background),
        TEST(resize_is_followed),
        TEST(archive_that_fails_may_fail_writes),
        TEST(old_data_that_cannot_be_read_may_fail_writes),
        TEST(unplugged_drive_is_forgotten_but_not_its_nodes),
        TEST(node_of_an_unplugged_drive_must_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
