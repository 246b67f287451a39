/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of shrinking: runs are made up here, so that it is known what a finding needs and what
 * must be left of a scenario.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/shrink/edit.h"
#include "harness/shrink/shrink.h"

static const char whole[] =
    "# What nobody wrote by hand.\n"
    "bax 1\n"
    "drive sata5 64M fleecing-size=8M\n"
    "drive sata6 64M\n"
    "setup night sata5,sata6 bitmap=old\n"
    "expect action sata5 new\n"
    "write sata6 8M 64K\n"
    "start late write sata6 12M 128K hold=land\n"
    "query\n"
    "release late\n"
    "\n"
    "teardown night success\n"
    "zero sata5 4M 4M\n"
    "setup night sata6 bitmap=old\n"
    "teardown night failure\n"
    "expect graph clean\n";

static unsigned count(const Scenario *scenario, const char *words)
{
    unsigned n = 0;

    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        n += step && step_is(step, words);
    }
    return n;
}

static void begin(RunResult *result)
{
    *result = (RunResult) { .verdict = RUN_GOOD, .findings = findings_new() };
}

static void find(RunResult *result, const char *name, const char *who)
{
    Finding finding = { g_strdup(name), g_strdup(who), 1, g_strdup("It is so."), NULL };

    g_array_append_val(result->findings, finding);
    result->verdict = RUN_FINDING;
}

static const char *drive_written(const Scenario *scenario)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step_is(step, "write")) {
            return step->args[0].text;
        }
    }
    return NULL;
}

/* A write, anywhere, and a teardown behind it. */
static void need_write_and_teardown(const Scenario *scenario, const RunOptions *options,
                                    RunResult *ret_result)
{
    (void) options;
    begin(ret_result);
    if (count(scenario, "write") > 0 && count(scenario, "teardown") > 0) {
        g_autofree char *who = g_strconcat("drive-", drive_written(scenario), NULL);

        find(ret_result, "lost-write", who);
    }
    /* Met when one of the setups is gone and its teardown is not. */
    if (count(scenario, "setup") < count(scenario, "teardown")) {
        find(ret_result, "stale-view", "snapshot");
    }
}

/* A setup and a teardown, or neither of them: only both together can go. */
static void need_pairs(const Scenario *scenario, const RunOptions *options, RunResult *ret_result)
{
    (void) options;
    begin(ret_result);
    if (count(scenario, "write") == 2
        && (count(scenario, "query") > 0) == (count(scenario, "release") > 0)) {
        find(ret_result, "lost-write", NULL);
    }
}

/* A failed command, unless errors are allowed. */
static void break_expectations(const Scenario *scenario, const RunOptions *options,
                               RunResult *ret_result)
{
    (void) options;
    begin(ret_result);
    if (count(scenario, "teardown") > 0) {
        find(ret_result, "lost-write", NULL);
    }
    if (count(scenario, "setup") < count(scenario, "teardown")
        && count(scenario, "allow errors") == 0) {
        find(ret_result, "expectation", NULL);
    }
}

/* As an assertion of the code under test; numbers in its words are not always the same. */
static void die(const Scenario *scenario, const RunOptions *options, RunResult *ret_result)
{
    (void) options;
    begin(ret_result);
    if (count(scenario, "teardown") > 0) {
        fprintf(stderr, "ERROR:pve-backup.c:7:f: assertion failed: (%u == 0)\n",
                scenario->lines->len);
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    if (count(scenario, "query") > 0) {
        fprintf(stderr, "ERROR:pve-backup.c:7:g: assertion failed: (%u == 0)\n",
                scenario->lines->len);
        signal(SIGABRT, SIG_DFL);
        abort();
    }
}

static ShrinkOptions options_for(TrialRunFunc *run, unsigned n_jobs)
{
    return (ShrinkOptions) {
        .trials = { .run = run, .n_jobs = n_jobs, .cpu_limit_ms = 10000 },
    };
}

static void shrink_whole(const ShrinkOptions *options, ShrinkResult *ret_result)
{
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", whole, strlen(whole), NULL);
    g_autoptr(GError) error = NULL;

    assert_non_null(scenario);
    assert_true(shrink_scenario(scenario, options, ret_result, &error));
    assert_null(error);
}

static void test_shrink__only_what_is_needed_is_left(void **state)
{
    ShrinkOptions options = options_for(need_write_and_teardown, 2);
    ShrinkResult result;

    (void) state;
    shrink_whole(&options, &result);
    assert_string_equal(result.text, "# Finds lost-write on drive-scsi0.\n"
                                     "drive scsi0 4M\nwrite scsi0 0 512\n"
                                     "teardown pbs1 failure\n");
    assert_string_equal(result.name, "lost-write");
    assert_string_equal(result.who, "drive-scsi0");
    assert_int_equal(result.n_steps_before, 14);
    assert_int_equal(result.n_steps, 3);
    assert_true(result.is_minimal);
    shrink_result_clear(&result);
}

/* Each other finding once, with a scenario that has it. */
static void test_shrink__others_are_kept(void **state)
{
    ShrinkOptions options = options_for(need_write_and_teardown, 2);
    g_autoptr(Scenario) scenario = NULL;
    const ShrinkOther *other;
    ShrinkResult result;

    (void) state;
    shrink_whole(&options, &result);
    assert_int_equal(result.others->len, 1);
    other = &g_array_index(result.others, ShrinkOther, 0);
    assert_string_equal(other->name, "stale-view");
    assert_string_equal(other->who, "snapshot");
    scenario = scenario_parse("b.scn", other->text, strlen(other->text), NULL);
    assert_true(count(scenario, "setup") < count(scenario, "teardown"));
    shrink_result_clear(&result);
}

static void test_shrink__the_number_of_processes_changes_nothing(void **state)
{
    ShrinkOptions options = options_for(need_write_and_teardown, 1);
    ShrinkResult one, many;

    (void) state;
    shrink_whole(&options, &one);
    options.trials.n_jobs = 5;
    shrink_whole(&options, &many);
    assert_string_equal(one.text, many.text);
    assert_int_equal(one.n_runs, many.n_runs);
    assert_int_equal(one.others->len, many.others->len);
    shrink_result_clear(&one);
    shrink_result_clear(&many);
}

static void test_shrink__what_can_only_go_together_goes(void **state)
{
    ShrinkOptions options = options_for(need_pairs, 2);
    ShrinkResult result;

    (void) state;
    shrink_whole(&options, &result);
    assert_string_equal(result.text, "# Finds lost-write.\ndrive scsi0 4M\nwrite scsi0 0 512\n"
                                     "write scsi0 0 512\n");
    shrink_result_clear(&result);
}

/* "allow errors" may go only when no command fails. */
static void test_shrink__no_expectation_is_broken_by_the_way(void **state)
{
    ShrinkOptions options = options_for(break_expectations, 2);
    ShrinkResult result;

    (void) state;
    shrink_whole(&options, &result);
    assert_string_equal(result.text, "# Finds lost-write.\nallow errors\nteardown pbs1 failure\n");
    shrink_result_clear(&result);
}

static void test_shrink__a_crash_is_its_words(void **state)
{
    ShrinkOptions options = options_for(die, 2);
    ShrinkResult result;

    (void) state;
    shrink_whole(&options, &result);
    assert_string_equal(result.text, "# Finds crash.\nteardown pbs1 failure\n");
    assert_int_equal(result.others->len, 1);
    assert_non_null(strstr(g_array_index(result.others, ShrinkOther, 0).text, "query"));
    shrink_result_clear(&result);
}

/* One answer of a long record, and no seed. */
static void need_an_answer(const Scenario *scenario, const RunOptions *options,
                           RunResult *ret_result)
{
    (void) options;
    begin(ret_result);
    for (guint i = 0; i < scenario->lines->len; i++) {
        const StepArg *arg = &edit_step_at(scenario, i)->args[1];

        for (uint32_t k = 0; k < arg->n_answers; k++) {
            if (arg->answers[k].question == 7 && count(scenario, "query") > 0) {
                find(ret_result, "lost-write", NULL);
                return;
            }
        }
    }
}

static void test_shrink__of_a_schedule_the_answers_that_matter_are_left(void **state)
{
    static const char text[] =
        "allow errors\nschedule seed=7\n"
        "schedule answers loop 1:1/2@3,2:1/3@4,5:1/2@5,7:2/3@6,8:1/2@7,9:1/4@8\n"
        "schedule answers monitor 1:1/2@4\nquery\nquit\n";
    ShrinkOptions options = options_for(need_an_answer, 2);
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, strlen(text), NULL);
    ShrinkResult result;

    (void) state;
    assert_non_null(scenario);
    assert_true(shrink_scenario(scenario, &options, &result, NULL));
    assert_string_equal(result.text, "# Finds lost-write.\nschedule answers loop 7:2\nquery\n");
    assert_int_equal(result.n_steps_before, 3);
    assert_int_equal(result.n_steps, 1);
    shrink_result_clear(&result);
}

static void test_shrink__it_ends_when_the_runs_are_used_up(void **state)
{
    ShrinkOptions options = options_for(need_write_and_teardown, 2);
    ShrinkResult result;

    (void) state;
    options.max_runs = 10;
    shrink_whole(&options, &result);
    assert_false(result.is_minimal);
    assert_in_range(result.n_runs, 10, 14);
    assert_true(result.n_steps > 3);
    shrink_result_clear(&result);
}

static void test_shrink__it_ends_when_it_must_stop(void **state)
{
    static const volatile int must_stop = 1;
    ShrinkOptions options = options_for(need_write_and_teardown, 2);
    ShrinkResult result;

    (void) state;
    options.must_stop = &must_stop;
    shrink_whole(&options, &result);
    assert_false(result.is_minimal);
    assert_in_range(result.n_runs, 1, 3);       /* no pass has a try */
    assert_int_equal(result.n_steps, result.n_steps_before);
    shrink_result_clear(&result);
}

static void test_shrink__nothing_to_shrink_is_said(void **state)
{
    static const struct {
        const char *text;
        const char *name;
        const char *sentence;
    } rows[] = {
        { "query\n", NULL, "a.scn: there is no finding to shrink: all is well" },
        { "query\n", "lost-write", "a.scn: there is no finding to shrink: all is well" },
        { whole, "torn-write",
          "a.scn: there is no finding 'torn-write' to shrink; expected one of lost-write" },
    };
    ShrinkOptions options = options_for(need_write_and_teardown, 1);

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Scenario) scenario = scenario_parse("a.scn", rows[i].text, strlen(rows[i].text),
                                                      NULL);
        g_autoptr(GError) error = NULL;
        ShrinkResult result;

        options.finding = rows[i].name;
        assert_false(shrink_scenario(scenario, &options, &result, &error));
        assert_string_equal(error->message, rows[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shrink__only_what_is_needed_is_left),
        cmocka_unit_test(test_shrink__others_are_kept),
        cmocka_unit_test(test_shrink__the_number_of_processes_changes_nothing),
        cmocka_unit_test(test_shrink__what_can_only_go_together_goes),
        cmocka_unit_test(test_shrink__no_expectation_is_broken_by_the_way),
        cmocka_unit_test(test_shrink__a_crash_is_its_words),
        cmocka_unit_test(test_shrink__of_a_schedule_the_answers_that_matter_are_left),
        cmocka_unit_test(test_shrink__it_ends_when_the_runs_are_used_up),
        cmocka_unit_test(test_shrink__it_ends_when_it_must_stop),
        cmocka_unit_test(test_shrink__nothing_to_shrink_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
