/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of isolate.c: children that end in every way there is, and what the parent makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/isolate.h"
#include "harness/test-isolate-result.h"

typedef void MishapFunc(unsigned *current_line, RunResult *ret_result);

static void be_good(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 4;
    isolated_result_init(ret_result);
}

static void segfault(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 7;
    (void) ret_result;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void fail_assertion(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 8;
    (void) ret_result;
    fprintf(stderr, "a word before\nqemu: /q/util/hbitmap.c:99: hbitmap_set: Assertion `a < b' "
            "failed.\n");
    signal(SIGABRT, SIG_DFL);
    abort();
}

static void fail_assertion_of_ours(unsigned *current_line, RunResult *ret_result)
{
    fail_assertion(current_line, ret_result);
}

static void run_for_ever(unsigned *current_line, RunResult *ret_result)
{
    static volatile unsigned n_turns;

    (void) ret_result;
    /* No reader of this process will see it, so a compiler might leave it out. */
    *(volatile unsigned *) current_line = 3;
    for (;;) {
        n_turns++;
    }
}

static void sleep_for_ever(unsigned *current_line, RunResult *ret_result)
{
    (void) ret_result;
    *current_line = 2;
    for (;;) {
        pause();
    }
}

static void write_garbage(unsigned *current_line, RunResult *ret_result)
{
    static const char garbage[] = "{\"verdict\":\xff{[[[";

    be_good(current_line, ret_result);
    for (int fd = 3; fd < 64; fd++) {
        struct stat status;

        if (fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode)
            && write(fd, garbage, sizeof(garbage)) < 0) {
            continue;       /* the parent's end of another pipe */
        }
    }
}

static void exit_early(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 5;
    (void) ret_result;
    _exit(0);
}

static void exit_with_code(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 5;
    (void) ret_result;
    fprintf(stderr, "==77==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000\n"
            "SUMMARY: AddressSanitizer: heap-use-after-free /q/block/io.c:5 in tracked\n");
    fflush(stderr);
    _exit(23);
}

static void be_killed(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 6;
    (void) ret_result;
    raise(SIGKILL);
}

static void fail_assertion_of_glib(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 4;
    (void) ret_result;
    signal(SIGABRT, SIG_DFL);
    g_assertion_message(NULL, "/q/block.c", 4, "f", "assertion failed: (a)");
}

static void say_much(unsigned *current_line, RunResult *ret_result)
{
    for (unsigned i = 0; i < 100000; i++) {
        fprintf(stderr, "%u bottles of beer on the wall\n", i);
    }
    be_good(current_line, ret_result);
}

static void complain_at_exit(void)
{
    fprintf(stderr, "SUMMARY: LeakSanitizer: 5 byte(s) leaked in 1 allocation(s).\n");
    fflush(stderr);
    _exit(23);
}

/* As a leak checker does. */
static void leak(unsigned *current_line, RunResult *ret_result)
{
    atexit(complain_at_exit);
    *current_line = 5;
    *ret_result = (RunResult) { .verdict = RUN_GOOD, .n_steps = 1 };
}

/* How many runs this process has begun. */
static void count_runs(unsigned *current_line, RunResult *ret_result)
{
    static unsigned n_runs;

    *current_line = 3;
    *ret_result = (RunResult) { .verdict = RUN_GOOD, .n_steps = ++n_runs };
}

static void run_mishap(unsigned index, unsigned *current_line, RunResult *ret_result,
                       void *opaque)
{
    MishapFunc *const *mishaps = opaque;

    if (mishaps[index] == fail_assertion_of_ours) {
        fprintf(stderr, "**\nERROR:../harness/run.c:12:run_scenario: assertion failed: (a == b)\n");
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    mishaps[index](current_line, ret_result);
}

static void run_limited(MishapFunc *mishap, unsigned cpu_limit_ms, unsigned real_limit_ms,
                        RunResult *ret_result)
{
    IsolateOptions options = {
        .n_jobs = 1, .cpu_limit_ms = cpu_limit_ms, .real_limit_ms = real_limit_ms,
    };

    isolate_runs(1, &options, run_mishap, &mishap, ret_result);
}

static void run_one(MishapFunc *mishap, RunResult *ret_result)
{
    run_limited(mishap, 10000, 0, ret_result);
}

static void assert_only_finding(RunResult *result, RunVerdict verdict, const char *name,
                                unsigned line, const char *message)
{
    const Finding *finding;

    assert_int_equal(result->verdict, verdict);
    assert_int_equal(result->findings->len, 1);
    finding = &g_array_index(result->findings, Finding, 0);
    assert_string_equal(finding->name, name);
    assert_null(finding->who);
    assert_int_equal(finding->line, line);
    assert_string_equal(finding->message, message);
    run_result_clear(result);
}

static void test_isolate__hands_back_what_the_run_found(void **state)
{
    RunResult result;

    (void) state;
    run_one(be_good, &result);
    assert_isolated_result_is_whole(&result);
    run_result_clear(&result);
}

static void test_isolate__ends_that_are_findings(void **state)
{
    static const struct {
        MishapFunc *mishap;
        RunVerdict verdict;
        const char *name;
        unsigned line;
        const char *message;
    } rows[] = {
        { segfault, RUN_CRASHED, "crash", 7,
          "The process ended by SIGSEGV and said nothing." },
        { fail_assertion, RUN_CRASHED, "crash", 8,
          "qemu: /q/util/hbitmap.c:99: hbitmap_set: Assertion `a < b' failed.\n"
          "The process ended by SIGABRT." },
        { exit_early, RUN_CRASHED, "crash", 5,
          "The process ended by exit code 0 and said nothing." },
        { exit_with_code, RUN_CRASHED, "crash", 5,
          "AddressSanitizer: heap-use-after-free /q/block/io.c:5 in tracked\n"
          "The process ended by exit code 23." },
        { be_killed, RUN_CRASHED, "crash", 6,
          "The process ended by SIGKILL and said nothing." },
        { run_for_ever, RUN_HUNG, "hang", 3,
          "The run was not over after 0.100 s of CPU time." },
        { sleep_for_ever, RUN_HUNG, "hang", 2,
          "The run was not over after 1.000 s of real time." },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        RunResult result;

        run_limited(rows[i].mishap, rows[i].mishap == run_for_ever ? 100 : 10000,
                    rows[i].mishap == sleep_for_ever ? 1000 : 100000, &result);
        assert_only_finding(&result, rows[i].verdict, rows[i].name, rows[i].line,
                            rows[i].message);
    }
}

static void test_isolate__garbage_is_a_fault_of_ours(void **state)
{
    RunResult result;

    (void) state;
    run_one(write_garbage, &result);
    assert_int_equal(result.verdict, RUN_OWN_FAULT);
    assert_int_equal(result.findings->len, 0);
    assert_true(g_str_has_prefix(result.reason, "the process of the run handed back no result: "));
    run_result_clear(&result);
}

static void test_isolate__assertion_of_the_harness_is_a_fault_of_ours(void **state)
{
    RunResult result;

    (void) state;
    run_one(fail_assertion_of_ours, &result);
    assert_int_equal(result.verdict, RUN_OWN_FAULT);
    assert_true(g_str_has_prefix(result.reason,
                                 "../harness/run.c:12:run_scenario: assertion failed: (a == b)"));
#ifdef ISOLATE_HAS_ADDRESS_SANITIZER
    assert_true(g_str_has_suffix(result.reason, "(a == b)"));
#else
    assert_true(g_str_has_suffix(result.reason, "a build with AddressSanitizer tells"));
#endif
    run_result_clear(&result);
}

/* GLib writes a line for test programs, which would stand in the middle of a report. */
static void test_isolate__assertion_leaves_stdout_alone(void **state)
{
    FILE *file = tmpfile();
    int kept = dup(STDOUT_FILENO);
    RunResult result;
    struct stat status;

    (void) state;
    assert_non_null(file);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    run_one(fail_assertion_of_glib, &result);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_int_equal(fstat(fileno(file), &status), 0);
    fclose(file);
    assert_int_equal(status.st_size, 0);
    assert_int_equal(result.verdict, RUN_CRASHED);
    run_result_clear(&result);
}

static void test_isolate__much_stderr_does_not_block(void **state)
{
    RunResult result;

    (void) state;
    run_one(say_much, &result);
    assert_isolated_result_is_whole(&result);
    run_result_clear(&result);
}

/* More runs than processes at a time, good and bad in turn: each keeps its place. */
static void do_good_and_bad_in_turn(unsigned runs_per_process)
{
    MishapFunc *mishaps[30];
    RunResult results[G_N_ELEMENTS(mishaps)];
    IsolateOptions options = {
        .n_jobs = 4, .cpu_limit_ms = 10000, .runs_per_process = runs_per_process,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        mishaps[i] = i % 3 == 0 ? be_good : i % 3 == 1 ? segfault : exit_early;
    }
    isolate_runs(G_N_ELEMENTS(mishaps), &options, run_mishap, mishaps, results);
    for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        if (i % 3 == 0) {
            assert_isolated_result_is_whole(&results[i]);
        } else {
            assert_int_equal(results[i].verdict, RUN_CRASHED);
        }
        run_result_clear(&results[i]);
    }
}

static void test_isolate__one_run_does_not_touch_the_others(void **state)
{
    (void) state;
    do_good_and_bad_in_turn(1);
    do_good_and_bad_in_turn(7);
}

/* What ends a process costs the run under way alone; another process does those behind it. */
static void test_isolate__next_process_goes_on_behind_the_lost_run(void **state)
{
    MishapFunc *mishaps[] = {
        count_runs, count_runs, segfault, count_runs, run_for_ever, count_runs, count_runs,
    };
    static const unsigned n_runs[] = { 1, 2, 0, 1, 0, 1, 2 };
    RunResult results[G_N_ELEMENTS(mishaps)];
    IsolateOptions options = {
        .n_jobs = 1, .cpu_limit_ms = 100, .real_limit_ms = 100000, .runs_per_process = 64,
    };

    (void) state;
    isolate_runs(G_N_ELEMENTS(mishaps), &options, run_mishap, mishaps, results);
    assert_only_finding(&results[2], RUN_CRASHED, "crash", 7,
                        "The process ended by SIGSEGV and said nothing.");
    assert_only_finding(&results[4], RUN_HUNG, "hang", 3,
                        "The run was not over after 0.100 s of CPU time.");
    for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        assert_int_equal(results[i].n_steps, n_runs[i]);
        run_result_clear(&results[i]);
    }
}

static void test_isolate__runs_per_process_is_a_limit(void **state)
{
    MishapFunc *mishaps[] = { count_runs, count_runs, count_runs, count_runs, count_runs };
    static const unsigned n_runs[4][G_N_ELEMENTS(mishaps)] = {
        { 1, 1, 1, 1, 1 }, { 1, 1, 1, 1, 1 }, { 1, 2, 1, 2, 1 }, { 1, 2, 3, 1, 2 },
    };

    (void) state;
    for (unsigned limit = 0; limit < G_N_ELEMENTS(n_runs); limit++) {
        IsolateOptions options = {
            .n_jobs = 1, .cpu_limit_ms = 10000, .runs_per_process = limit,
        };
        RunResult results[G_N_ELEMENTS(mishaps)];

        isolate_runs(G_N_ELEMENTS(mishaps), &options, run_mishap, mishaps, results);
        for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
            assert_int_equal(results[i].n_steps, n_runs[limit][i]);
            run_result_clear(&results[i]);
        }
    }
}

static void test_isolate__leak_checker_has_its_say_unless_the_end_is_at_once(void **state)
{
    IsolateOptions options = { .n_jobs = 1, .cpu_limit_ms = 10000 };
    MishapFunc *mishap = leak;
    RunResult result;

    (void) state;
    isolate_runs(1, &options, run_mishap, &mishap, &result);
    assert_only_finding(&result, RUN_CRASHED, "crash", 5,
                        "LeakSanitizer: 5 byte(s) leaked in 1 allocation(s).\n"
                        "The process ended by exit code 23.");
    options.ends_at_once = true;
    isolate_runs(1, &options, run_mishap, &mishap, &result);
    assert_int_equal(result.verdict, RUN_GOOD);
    run_result_clear(&result);
}

static void test_isolate__no_runs_are_no_work(void **state)
{
    IsolateOptions options = { .n_jobs = 2, .cpu_limit_ms = 10000 };
    RunResult none;

    (void) state;
    isolate_runs(0, &options, run_mishap, NULL, &none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isolate__hands_back_what_the_run_found),
        cmocka_unit_test(test_isolate__ends_that_are_findings),
        cmocka_unit_test(test_isolate__garbage_is_a_fault_of_ours),
        cmocka_unit_test(test_isolate__assertion_of_the_harness_is_a_fault_of_ours),
        cmocka_unit_test(test_isolate__assertion_leaves_stdout_alone),
        cmocka_unit_test(test_isolate__much_stderr_does_not_block),
        cmocka_unit_test(test_isolate__one_run_does_not_touch_the_others),
        cmocka_unit_test(test_isolate__next_process_goes_on_behind_the_lost_run),
        cmocka_unit_test(test_isolate__runs_per_process_is_a_limit),
        cmocka_unit_test(test_isolate__leak_checker_has_its_say_unless_the_end_is_at_once),
        cmocka_unit_test(test_isolate__no_runs_are_no_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
