/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each check against a planted bug.
 *
 * One short story per bug, told twice: with the bug exactly the expected finding is made, so
 * no other check catches it; without the bug the same story makes none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "harness/check/fake-world.h"
#include "harness/check/model.h"

#define K (1ull << 10)
#define M (1ull << 20)

/* ---- stories ------------------------------------------------------------------- */

static void backup(const char *target_id, const char *devices, const char *bitmap_name,
                   bool success)
{
    fake_setup(target_id, devices, bitmap_name);
    fake_copy(target_id);
    fake_teardown(target_id, success);
}

static void write_during_failed_backup(void)
{
    backup("pbs", "drive-a", "b0", true);
    fake_setup("pbs", "drive-a", "b0");
    fake_write("drive-a", 8 * M + 64 * K, 64 * K);
    fake_teardown("pbs", false);
}

static void good_backup(void)
{
    fake_write("drive-a", 4 * M, 64 * K);
    backup("pbs", "drive-a", "b0", true);
}

static void good_backup_to_the_end(void)
{
    good_backup();
    fake_run_dry();
}

static void write_during_access(void)
{
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    fake_write("drive-a", 0, 64 * K);
    fake_run_dry();
}

static void break_during_access(void)
{
    fake_setup("pbs", "drive-a", "b0");
    fake_break_snapshot("drive-a");
}

static void success_after_break(void)
{
    backup("pbs", "drive-a", "b0", true);
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
    fake_break_snapshot("drive-a");
    fake_teardown("pbs", true);
}

static void incremental_backup(void)
{
    fake_write("drive-a", 0, 64 * K);
    fake_write("drive-a", 16 * M, 64 * K);
    fake_setup("pbs", "drive-a", NULL);
    fake_copy("pbs");
    fake_teardown("pbs", true);
    backup("pbs", "drive-a", "b0", true);
    fake_write("drive-a", 0, 64 * K);
    fake_write("drive-a", 16 * M, 64 * K);
    backup("pbs", "drive-a", "b0", true);
}

static void setup_of_two_drives(void)
{
    fake_setup("pbs", "drive-a,drive-b", "b0");
}

static void failed_setup(void)
{
    fake_setup_fails("pbs", "drive-a", "b0");
}

static void failed_regular_backup(void)
{
    fake_backup_fails();
    fake_run_dry();
}

static void change_of_name(void)
{
    backup("pbs", "drive-a,drive-b", "b0", true);
    backup("pbs", "drive-a", "b1", true);
}

static void teardown_and_query(void)
{
    fake_write("drive-a", 4 * M, 64 * K);
    backup("pbs", "drive-a,drive-b", "b0", false);
    fake_setup("pbs", "drive-a,drive-b", "b0");
    fake_query();
    fake_teardown("pbs", true);
    fake_query();
}

static void two_targets(void)
{
    backup("pbs", "drive-a", "b0", true);
    backup("tape", "drive-a", "b1", true);
}

static void disable_by_hand(void)
{
    backup("pbs", "drive-a", "b0", true);
    fake_command("disable", "drive-a", "b0", NULL, 0);
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-a", "b0");
}

static void add_by_hand(void)
{
    fake_command("add", "drive-a", "b0", NULL, 4 * M);
    fake_setup("pbs", "drive-a", "b0");
}

static void regular_backup(void)
{
    fake_write("drive-a", 0, 64 * K);
    fake_regular_backup("drive-a,drive-b");
    fake_write("drive-a", 0, 64 * K);
    fake_regular_backup_ends();
    fake_write("drive-a", 4 * M, 64 * K);
    fake_regular_backup("drive-b");
    fake_regular_backup_ends();
}

static void regular_backup_with_a_successor(void)
{
    fake_regular_backup("drive-a");
    fake_write("drive-a", 0, 64 * K);
    fake_regular_backup_follows("drive-a,drive-b");
    fake_regular_backup_ends();
}

static void backup_during_access(void)
{
    fake_setup("pbs", "drive-a", NULL);
    fake_regular_backup("drive-b");
}

static void setup_during_backup(void)
{
    fake_regular_backup("drive-b");
    fake_setup("pbs", "drive-a", NULL);
}

static void setup_after_quit(void)
{
    fake_quit();
    fake_setup("pbs", "drive-a", NULL);
    fake_run_dry();
}

static void copy_that_takes_long(void)
{
    fake_setup("pbs", "drive-a", NULL);
    fake_time_out("drive-a");
}

static const struct {
    const char *name;
    FakeBug bug;
    void (*story)(void);
    const char *findings;
} cases[] = {
    { "drops background", FAKE_DROPS_BACKGROUND, write_during_failed_backup, "lost-write@drive-a" },
    { "trusts broken", FAKE_TRUSTS_BROKEN, success_after_break, "lost-write@drive-a" },
    { "trusts disabled", FAKE_TRUSTS_DISABLED, disable_by_hand, "lost-write@drive-a" },
    { "trusts foreign", FAKE_TRUSTS_FOREIGN, add_by_hand, "lost-write@drive-a" },
    { "forgets to clear", FAKE_FORGETS_TO_CLEAR, good_backup, "dirty-without-cause@drive-a" },
    { "shows new data", FAKE_SHOWS_NEW_DATA, write_during_access, "stale-view@drive-a" },
    { "denies", FAKE_DENIES, write_during_access, "denied-view@drive-a" },
    { "readable after break", FAKE_READABLE_AFTER_BREAK, break_during_access,
      "readable-after-break@drive-a" },
    { "bitmap too late", FAKE_SHOWS_BITMAP_TOO_LATE, incremental_backup, "broken-chain@drive-a" },
    { "one drive after the other", FAKE_ONE_DRIVE_AFTER_THE_OTHER, setup_of_two_drives,
      "mixed-point-in-time@pbs" },
    { "keeps new bitmap", FAKE_KEEPS_NEW_BITMAP, failed_setup, "not-rolled-back@drive-a" },
    { "keeps node", FAKE_KEEPS_NODE, good_backup_to_the_end, "leaked-node@pbs" },
    { "keeps dump node", FAKE_KEEPS_DUMP_NODE, failed_regular_backup, "leaked-node@" },
    { "keeps reference", FAKE_KEEPS_REFERENCE, good_backup, "leaked-node@pbs" },
    { "keeps background", FAKE_KEEPS_BACKGROUND, good_backup, "leaked-bitmap@drive-a" },
    { "keeps background busy", FAKE_KEEPS_BACKGROUND_BUSY, good_backup, "leaked-bitmap@drive-a" },
    { "keeps old name", FAKE_KEEPS_OLD_NAME, change_of_name, "leaked-bitmap@drive-b" },
    { "leaves disabled", FAKE_LEAVES_DISABLED, good_backup, "left-disabled@drive-a" },
    { "drops bitmap", FAKE_DROPS_BITMAP, good_backup, "untrue-answer@drive-a" },
    { "wrong size", FAKE_WRONG_SIZE, good_backup, "untrue-answer@drive-a" },
    { "wrong action", FAKE_WRONG_ACTION, good_backup, "untrue-answer@drive-a" },
    { "bitmap elsewhere", FAKE_BITMAP_ELSEWHERE, good_backup,
      "untrue-answer@drive-a leaked-bitmap@drive-a" },
    { "wrong dirty count", FAKE_WRONG_DIRTY_COUNT, teardown_and_query,
      "untrue-answer@drive-a untrue-answer@drive-b" },
    { "stays active", FAKE_STAYS_ACTIVE, teardown_and_query, "untrue-answer@" },
    { "fails guest", FAKE_FAILS_GUEST, write_during_access, "guest-error@drive-a" },
    { "forgets guest", FAKE_FORGETS_GUEST, write_during_access, "guest-stuck@drive-a" },
    { "disables others", FAKE_DISABLES_OTHERS, two_targets, "disturbed-target@drive-a" },
    { "archives new data", FAKE_ARCHIVES_NEW_DATA, regular_backup, "wrong-archive@drive-a" },
    { "archives new data before the next one", FAKE_ARCHIVES_NEW_DATA,
      regular_backup_with_a_successor, "wrong-archive@drive-a" },
    { "archives wrong size", FAKE_ARCHIVES_WRONG_SIZE, regular_backup,
      "wrong-archive@drive-a wrong-archive@drive-b" },
    { "archives not all", FAKE_ARCHIVES_NOT_ALL, regular_backup, "wrong-archive@drive-b" },
    { "gives archive up", FAKE_GIVES_ARCHIVE_UP, regular_backup, "wrong-archive@" },
    { "archives one drive after the other", FAKE_ARCHIVES_ONE_DRIVE_AFTER_THE_OTHER,
      regular_backup, "mixed-point-in-time@" },
    { "keeps archive", FAKE_KEEPS_ARCHIVE, failed_regular_backup, "leaked-archive@" },
    { "takes all drives", FAKE_TAKES_ALL_DRIVES, good_backup, "untrue-answer@drive-b" },
    { "accepts backup", FAKE_ACCEPTS_BACKUP, backup_during_access, "untrue-answer@" },
    { "accepts setup", FAKE_ACCEPTS_SETUP, setup_during_backup, "untrue-answer@pbs" },
    { "goes on after quit", FAKE_GOES_ON_AFTER_QUIT, setup_after_quit, "leaked-node@pbs" },
    { "gives up too soon", FAKE_GIVES_UP_TOO_SOON, copy_that_takes_long, "denied-view@drive-a" },
};

static void tell(FakeBug bug, unsigned index, const char *findings)
{
    fake_open(bug);
    cases[index].story();
    if (strcmp(fake_findings(), findings) != 0) {
        const GArray *list = checks_findings(fake_checks());

        for (unsigned i = 0; i < list->len; i++) {
            const Finding *finding = &g_array_index(list, Finding, i);

            print_error("%s:%u: %s: %s\n", cases[index].name, finding->line, finding->name,
                        finding->message);
        }
        print_error("%s, %s the bug\n", cases[index].name, bug ? "with" : "without");
    }
    assert_string_equal(fake_findings(), findings);
    fake_close();
}

static void test_checks__each_planted_bug_is_caught_by_one(void **state)
{
    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        tell(cases[i].bug, i, cases[i].findings);
    }
}

static void test_checks__right_code_has_no_finding(void **state)
{
    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        tell(FAKE_NO_BUG, i, "");
    }
}

/* Whether a finding says that. */
static bool has_message(const char *words)
{
    const GArray *list = checks_findings(fake_checks());

    for (unsigned i = 0; i < list->len; i++) {
        if (strstr(g_array_index(list, Finding, i).message, words)) {
            return true;
        }
    }
    return false;
}

/* A setup that wants @mode is answered with @action, which is a finding or not. */
static void answer_mode(SubjectBitmapMode mode, PBSBitmapAction action, bool is_finding)
{
    fake_open(FAKE_NO_BUG);
    checks_model(fake_checks())->generation = 3;
    fake_setup_by_mode("pbs", mode, action);
    assert_int_equal(has_message("was asked for, and "), is_finding);
    fake_close();
}

static void test_checks__modes_are_answered(void **state)
{
    (void)state;
    answer_mode(SUBJECT_BITMAP_NEW, PBS_BITMAP_ACTION_NEW, false);
    answer_mode(SUBJECT_BITMAP_NEW, PBS_BITMAP_ACTION_USED, true);
    answer_mode(SUBJECT_BITMAP_NEW, PBS_BITMAP_ACTION_INVALID, true);
    answer_mode(SUBJECT_BITMAP_USE, PBS_BITMAP_ACTION_MISSING_RECREATED, false);
    answer_mode(SUBJECT_BITMAP_USE, PBS_BITMAP_ACTION_NEW, true);
}

/* The message is what a person reads: chunk, request, place, base and bitmap are all in it. */
static void test_checks__message_says_what_is_wrong(void **state)
{
    const Finding *finding;

    (void)state;
    fake_open(FAKE_DROPS_BACKGROUND);
    fake_write("drive-a", 0, 64 * K);
    write_during_failed_backup();
    finding = &g_array_index(checks_findings(fake_checks()), Finding, 0);
    assert_string_equal(finding->message,
                        "chunk 2 (8M+4M): write #2 landed at 8M+64K after the point in time of "
                        "the last good backup of target pbs (write #1),\n"
                        "but bitmap b0 is clean there");
    assert_int_equal(finding->line, 7);
    fake_close();
}

/* The same finding again, a step later, is not reported again. */
static void test_checks__each_finding_is_reported_once(void **state)
{
    (void)state;
    fake_open(FAKE_DROPS_BACKGROUND);
    write_during_failed_backup();
    fake_write("drive-a", 20 * M, 64 * K);
    fake_run_dry();
    assert_string_equal(fake_findings(), "lost-write@drive-a");
    fake_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks__each_planted_bug_is_caught_by_one),
        cmocka_unit_test(test_checks__right_code_has_no_finding),
        cmocka_unit_test(test_checks__modes_are_answered),
        cmocka_unit_test(test_checks__message_says_what_is_wrong),
        cmocka_unit_test(test_checks__each_finding_is_reported_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
