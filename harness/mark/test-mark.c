/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of marks: each table row is a scenario, and marks that it reaches or does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/mark/mark.h"
#include "harness/run.h"

#define DRIVES "allow errors\ndrive scsi0 4224K\ndrive scsi1 64M\n"

static const struct {
    const char *text;
    const char *reached;        /* names with blanks between */
    const char *not_reached;
} rows[] = {
    { DRIVES "write scsi0 4M 128K\n", "",
      "partial-last-chunk-dirty write-landed-in-setup copied-before-write "
      "setup-of-several-drives" },
    { DRIVES "setup t0 scsi0,scsi1 bitmap=t0\nwrite scsi0 4M 128K\nwrite scsi1 0 512\n",
      "setup-of-several-drives partial-last-chunk-dirty copied-before-write writes-on-two-drives "
      "action-new", "setup-refused write-across-chunks action-used teardown-success" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nwrite scsi1 4193792 512\n", "copied-before-write",
      "write-across-chunks partial-last-chunk-dirty writes-on-two-drives" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nwrite scsi1 4193792 1K\ndiscard scsi0 0 4M\n",
      "write-across-chunks discard-in-access", "zero-in-access snapshot-broken" },
    { DRIVES "start w write scsi0 0 512 hold=land\nread scsi1 0 512\nsetup t0 scsi7\n",
      "write-in-flight-at-setup write-held-over-setup", "write-held-over-teardown" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nstart w write scsi0 0 512 hold=land\nread scsi1 0 512\n"
      "teardown t0 failure\n",
      "write-in-flight-at-teardown teardown-failure write-landed-in-teardown",
      "write-in-flight-at-setup teardown-success write-held-over-teardown" },
    { DRIVES "start w write scsi0 0 512 hold=land\nread scsi1 0 512\nteardown t0 failure\n",
      "write-held-over-teardown teardown-without-access", "write-in-flight-at-teardown" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nfault cbw-write\nwrite scsi1 0 512\n"
      "teardown t0 success\n",
      "copy-failed snapshot-broken snapshot-broken-then-success",
      "snapshot-broken-then-failure cbw-timeout" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nfault cbw-write delay=46s\nwrite scsi1 0 512\n",
      "snapshot-broken cbw-timeout", "snapshot-broken-then-success" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nsetup t1 scsi1 bitmap=t0\nteardown t1 success\n",
      "setup-refused setup-refused-by-active-access teardown-without-access",
      "setup-rolled-back two-targets-in-turn setup-refused-by-active-backup" },
    { DRIVES "fault bdrv_insert_node nth=2\nsetup t0 scsi0,scsi1 bitmap=t0\n",
      "setup-refused setup-rolled-back fault-in-setup", "fault-in-teardown" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nteardown t0 success\nresize scsi1 128M\n"
      "setup t1 scsi0 bitmap=t1\nquit\n",
      "resized-between-accesses two-targets-in-turn quit-with-access teardown-success",
      "quit-with-backup" },
    { DRIVES "setup t0 scsi1 bitmap=\"x\"*1023\nsetup t0 scsi1 bitmap=\"x\"*1024\n",
      "name-at-limit name-over-limit name-changed", "name-of-background-bitmap" },
    { DRIVES "bitmap-merge scsi0 a b\nbitmap-add scsi0 a\nbitmap-set scsi0 a busy\n"
      "setup t0 scsi0 bitmap=a\n",
      "merge-refused bitmap-troubled-at-setup", "bitmap-troubled-at-teardown" },
    { DRIVES "start s setup t0 scsi1 bitmap=t0\nstart t teardown t0 failure\n",
      "", "teardown-refused" },
    { DRIVES "setup t0 scsi1 bitmap=t0\nteardown t0 success\nsetup t0 scsi1\nquery\n",
      "action-not-used-removed", "action-invalid" },
    { DRIVES "setup t0 scsi1\nquery\n", "", "action-not-used-removed" },
    { DRIVES "backup scsi1 speed=1M\nsetup t0 scsi1 bitmap=t0\nbackup-cancel\n",
      "setup-refused-by-active-backup backup-cancelled", "backup-refused-by-access" },
};

static uint64_t run(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("row", text, strlen(text), &error);
    Marks *marks = marks_new();
    RunOptions options = {
        .observe = marks_see_event, .observe_deed = marks_see_deed, .opaque = marks,
    };
    RunResult result;
    uint64_t reached;

    if (!scenario) {
        fail_msg("%s", error->message);
    }
    run_scenario(scenario, &options, &result);
    assert_true(result.verdict == RUN_GOOD || result.verdict == RUN_FINDING);
    reached = marks_reached(marks);
    run_result_clear(&result);
    marks_free(marks);
    return reached;
}

static unsigned find_mark(const char *name)
{
    for (unsigned i = 0; mark_infos[i].name; i++) {
        if (strcmp(mark_infos[i].name, name) == 0) {
            return i;
        }
    }
    fail_msg("there is no mark %s", name);
    return 0;
}

/* Returns how many are not as they should be. */
static unsigned look(const char *text, uint64_t reached, const char *names, bool is_wanted)
{
    unsigned n_wrong = 0;
    g_auto(GStrv) list = g_strsplit(names, " ", -1);

    for (char **name = list; *name; name++) {
        if (**name && (reached >> find_mark(*name) & 1) != is_wanted) {
            print_error("%s is %s\n%s", *name, is_wanted ? "not reached" : "reached", text);
            n_wrong++;
        }
    }
    return n_wrong;
}

static void test_marks__told_from_events_and_deeds(void **state)
{
    unsigned n_wrong = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint64_t reached = run(rows[i].text);

        n_wrong += look(rows[i].text, reached, rows[i].reached, true);
        n_wrong += look(rows[i].text, reached, rows[i].not_reached, false);
    }
    assert_int_equal(n_wrong, 0);
}

static void test_marks__each_has_a_name_and_a_sentence_of_its_own(void **state)
{
    (void) state;
    assert_true(mark_count() >= 40 && mark_count() <= 64);
    for (unsigned i = 0; i < mark_count(); i++) {
        assert_non_null(mark_infos[i].sentence);
        assert_int_equal(find_mark(mark_infos[i].name), i);
        assert_true(strlen(mark_infos[i].sentence) > 10);
    }
    assert_null(mark_infos[mark_count()].name);
}

static void test_marks__some_are_of_a_generation(void **state)
{
    const MarkInfo *missing = &mark_infos[find_mark("action-missing-recreated")];
    const MarkInfo *changed = &mark_infos[find_mark("name-changed")];

    (void) state;
    assert_false(mark_can_be_reached(missing, 1));
    assert_true(mark_can_be_reached(missing, 3));
    assert_true(mark_can_be_reached(changed, 1));
    assert_false(mark_can_be_reached(changed, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks__told_from_events_and_deeds),
        cmocka_unit_test(test_marks__each_has_a_name_and_a_sentence_of_its_own),
        cmocka_unit_test(test_marks__some_are_of_a_generation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
