/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of isolate.c and its two helpers: children that end in every way there is, and what
 * the parent makes of it.
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

typedef void MishapFunc(unsigned *current_line, RunResult *ret_result);

static void add_finding(RunResult *result, const char *name, const char *who, unsigned line,
                        const char *message)
{
    Finding finding = { g_strdup(name), g_strdup(who), line, g_strdup(message), NULL };

    g_array_append_val(result->findings, finding);
}

static void init_result(RunResult *result)
{
    *result = (RunResult) {
        .verdict = RUN_FINDING,
        .digest = UINT64_MAX - 1,
        .n_events = UINT64_C(1) << 63,
        .virtual_ns = UINT64_MAX,
        .n_steps = 12,
        .reason = g_strdup("a \"reason\"\nof two lines"),
        .answers = g_strdup("3: setup: ok\n"),
        .bitmaps = g_strdup("drive-scsi0 b0: none\n"),
        .findings = findings_new(),
    };
    add_finding(result, "lost-write", "drive-scsi0", 9, "chunk 2 is clean");
    add_finding(result, "crash", NULL, 0, "");
}

static void be_good(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 4;
    init_result(ret_result);
}

static void segfault(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 7;
    (void) ret_result;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

/*
 * What stands for the code under test, and a function that it calls.  That the line is known
 * takes debug information, which this file is compiled with.
 */
#define IN_SUBJECT __attribute__((noinline, section("subject_text")))

static unsigned *volatile nowhere;

enum { LINE_OF_ACCESS = __LINE__ + 4 };

static IN_SUBJECT void access_nowhere(void)
{
    *nowhere = 1;
    nowhere = NULL;     /* no call at the end, so no jump in its place */
}

static __attribute__((noinline)) void give_up(void)
{
    abort();
}

enum { LINE_OF_CALL = __LINE__ + 4 };

static IN_SUBJECT void call_give_up(void)
{
    give_up();
    nowhere = NULL;
}

static IN_SUBJECT unsigned use_up_the_stack(unsigned n)
{
    volatile char space[4096];

    space[n % sizeof(space)] = 1;
    return n == 0 ? 0 : use_up_the_stack(n - 1) + space[n / 2 % sizeof(space)];
}

static void crash_in_subject(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 7;
    (void) ret_result;
    access_nowhere();
}

static void crash_below_subject(unsigned *current_line, RunResult *ret_result)
{
    *current_line = 8;
    (void) ret_result;
    call_give_up();
}

static void overflow_the_stack(unsigned *current_line, RunResult *ret_result)
{
    (void) ret_result;
    *(volatile unsigned *) current_line = 9;
    *current_line += use_up_the_stack(G_MAXUINT);
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

static void say_much(unsigned *current_line, RunResult *ret_result)
{
    for (unsigned i = 0; i < 100000; i++) {
        fprintf(stderr, "%u bottles of beer on the wall\n", i);
    }
    be_good(current_line, ret_result);
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

static void run_one(MishapFunc *mishap, unsigned cpu_limit_ms, RunResult *ret_result)
{
    IsolateOptions options = { .n_jobs = 1, .cpu_limit_ms = cpu_limit_ms };

    isolate_runs(1, &options, run_mishap, &mishap, ret_result);
}

static void assert_is_good(const RunResult *result)
{
    RunResult wanted;

    init_result(&wanted);
    assert_int_equal(result->verdict, wanted.verdict);
    assert_true(result->digest == wanted.digest);
    assert_true(result->n_events == wanted.n_events);
    assert_true(result->virtual_ns == wanted.virtual_ns);
    assert_int_equal(result->n_steps, wanted.n_steps);
    assert_string_equal(result->reason, wanted.reason);
    assert_string_equal(result->answers, wanted.answers);
    assert_string_equal(result->bitmaps, wanted.bitmaps);
    assert_int_equal(result->findings->len, wanted.findings->len);
    for (guint i = 0; i < wanted.findings->len; i++) {
        const Finding *is = &g_array_index(result->findings, Finding, i);
        const Finding *want = &g_array_index(wanted.findings, Finding, i);

        assert_string_equal(is->name, want->name);
        assert_true(g_strcmp0(is->who, want->who) == 0);
        assert_int_equal(is->line, want->line);
        assert_string_equal(is->message, want->message);
    }
    run_result_clear(&wanted);
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
    run_one(be_good, 10000, &result);
    assert_is_good(&result);
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

        run_one(rows[i].mishap, rows[i].verdict == RUN_HUNG ? 100 : 10000, &result);
        assert_only_finding(&result, rows[i].verdict, rows[i].name, rows[i].line,
                            rows[i].message);
    }
}

static void test_isolate__crash_tells_the_place(void **state)
{
    (void) state;
#ifdef ISOLATE_HAS_ADDRESS_SANITIZER
    skip();     /* it tells of crashes itself */
#endif

    const struct {
        MishapFunc *mishap;
        unsigned line;
        char *start, *end;
    } rows[] = {
        { crash_in_subject, 7,
          g_strdup_printf("Crashed at test-isolate.c:%d in access_nowhere().\n", LINE_OF_ACCESS),
          g_strdup("\nThe process ended by SIGSEGV.") },
        { crash_below_subject, 8,
          g_strdup("Crashed at test-isolate.c:"),
          g_strdup_printf(" in give_up(), called from test-isolate.c:%d in call_give_up().\n"
                          "The process ended by SIGABRT.", LINE_OF_CALL) },
        { overflow_the_stack, 9,
          g_strdup("Crashed at test-isolate.c:"),
          g_strdup(" in use_up_the_stack().\nThe process ended by SIGSEGV.") },
    };

    /* cmocka's own handler, which children inherit, would end them as a failed test. */
    signal(SIGSEGV, SIG_DFL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Finding *finding;
        RunResult result;

        run_one(rows[i].mishap, 10000, &result);
        assert_int_equal(result.verdict, RUN_CRASHED);
        assert_int_equal(result.findings->len, 1);
        finding = &g_array_index(result.findings, Finding, 0);
        assert_string_equal(finding->name, "crash");
        assert_int_equal(finding->line, rows[i].line);
        assert_true(g_str_has_prefix(finding->message, rows[i].start));
        assert_true(g_str_has_suffix(finding->message, rows[i].end));
        run_result_clear(&result);
        g_free(rows[i].start);
        g_free(rows[i].end);
    }
}

static void test_crash_place__only_what_a_child_wrote(void **state)
{
    static const char *const texts[] = {
        "", "hello\n", ISOLATE_FRAMES_MARK, ISOLATE_FRAMES_MARK "\n",
        ISOLATE_FRAMES_MARK " 0x", ISOLATE_FRAMES_MARK " 0x1 0x0 0xffffffffffffffffffff\n",
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_null(isolate_crash_place(texts[i]));
    }
}

static void test_isolate__garbage_is_a_fault_of_ours(void **state)
{
    RunResult result;

    (void) state;
    run_one(write_garbage, 10000, &result);
    assert_int_equal(result.verdict, RUN_OWN_FAULT);
    assert_int_equal(result.findings->len, 0);
    assert_true(g_str_has_prefix(result.reason, "the process of the run handed back no result: "));
    run_result_clear(&result);
}

static void test_isolate__assertion_of_the_harness_is_a_fault_of_ours(void **state)
{
    RunResult result;

    (void) state;
    run_one(fail_assertion_of_ours, 10000, &result);
    assert_int_equal(result.verdict, RUN_OWN_FAULT);
    assert_string_equal(result.reason,
                        "../harness/run.c:12:run_scenario: assertion failed: (a == b)");
    run_result_clear(&result);
}

static void test_isolate__much_stderr_does_not_block(void **state)
{
    RunResult result;

    (void) state;
    run_one(say_much, 10000, &result);
    assert_is_good(&result);
    run_result_clear(&result);
}

/* More runs than processes at a time, good and bad in turn: each keeps its place. */
static void test_isolate__one_run_does_not_touch_the_others(void **state)
{
    MishapFunc *mishaps[30];
    RunResult results[G_N_ELEMENTS(mishaps)];
    IsolateOptions options = { .n_jobs = 4, .cpu_limit_ms = 10000 };

    (void) state;
    for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        mishaps[i] = i % 3 == 0 ? be_good : i % 3 == 1 ? segfault : exit_early;
    }
    isolate_runs(G_N_ELEMENTS(mishaps), &options, run_mishap, mishaps, results);
    for (unsigned i = 0; i < G_N_ELEMENTS(mishaps); i++) {
        if (i % 3 == 0) {
            assert_is_good(&results[i]);
        } else {
            assert_int_equal(results[i].verdict, RUN_CRASHED);
        }
        run_result_clear(&results[i]);
    }
}

static void test_isolate__no_runs_are_no_work(void **state)
{
    IsolateOptions options = { .n_jobs = 2, .cpu_limit_ms = 10000 };
    RunResult none;

    (void) state;
    isolate_runs(0, &options, run_mishap, NULL, &none);
}

/* A text that is cut off anywhere is refused. */
static void test_result_text__what_is_cut_off_is_refused(void **state)
{
    RunResult result, back;
    g_autofree char *text = NULL;

    (void) state;
    init_result(&result);
    text = isolate_result_to_text(&result);
    assert_true(isolate_result_from_text(text, strlen(text), &back, NULL));
    assert_is_good(&back);
    run_result_clear(&back);
    for (gsize n = 0; n < strlen(text); n++) {
        g_autoptr(GError) error = NULL;

        assert_false(isolate_result_from_text(text, n, &back, &error));
        assert_non_null(error);
        run_result_clear(&back);
    }
    run_result_clear(&result);
}

static void test_result_text__wrong_types_are_refused(void **state)
{
    static const char *const texts[] = {
        "", "[]", "null", "{}", "{\"verdict\":",
        "{\"verdict\":\"0\"}",
        "{\"verdict\":0,\"digest\":\"0\",\"events\":\"0\",\"virtual-ns\":\"0\",\"steps\":\"0\","
        "\"reason\":null,\"findings\":[]}",
        "{\"verdict\":\"7\",\"digest\":\"0\",\"events\":\"0\",\"virtual-ns\":\"0\","
        "\"steps\":\"0\",\"reason\":null,\"findings\":[]}",
        "{\"verdict\":\"0\",\"digest\":\"0\",\"events\":\"0\",\"virtual-ns\":\"0\","
        "\"steps\":\"0\",\"reason\":null,\"findings\":{}}",
        "{\"verdict\":\"0\",\"digest\":\"0\",\"events\":\"0\",\"virtual-ns\":\"0\","
        "\"steps\":\"0\",\"reason\":null,\"findings\":[{\"name\":null,\"who\":null,"
        "\"line\":\"0\",\"message\":\"\"}]}",
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        RunResult result;

        assert_false(isolate_result_from_text(texts[i], strlen(texts[i]), &result, NULL));
        run_result_clear(&result);
    }
}

static void test_last_words__the_telling_line(void **state)
{
    static const struct {
        const char *said;
        const char *words;
        bool is_own_fault;
    } rows[] = {
        { "", NULL, false },
        { "\n\n", NULL, false },
        { "hello\nbye\n", "bye", false },
        { "hello\n" ISOLATE_FRAMES_MARK " 0x1234\n", "hello", false },
        { "noise\n/q/a.c:3:5: runtime error: member access within misaligned address "
          "0x7ffd00001234 for type 'x'\nnote\n",
          "/q/a.c:3:5: runtime error: member access within misaligned address (an address) "
          "for type 'x'", false },
        { "==9==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000 (pc 0x55d0c0ffee)\n"
          "    #0 0x5 in main\nSUMMARY: AddressSanitizer: SEGV /q/b.c:1 in f\n==9==ABORTING\n",
          "AddressSanitizer: SEGV /q/b.c:1 in f", false },
        { "ERROR:/x/sim/block.c:4:f: assertion failed: (a)\n",
          "/x/sim/block.c:4:f: assertion failed: (a)", false },
        { "ERROR:/x/harness/subject/reference.c:4:f: assertion failed: (a)\n",
          "/x/harness/subject/reference.c:4:f: assertion failed: (a)", false },
        { "Bail out! ERROR:/x/harness/run.c:4:f: assertion failed: (a)\n",
          "/x/harness/run.c:4:f: assertion failed: (a)", true },
        { "ERROR:harness/run.c:4:f: code should not be reached\n",
          "harness/run.c:4:f: code should not be reached", true },
        { "not text: \xff", "not text: \xef\xbf\xbd", false },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool is_own_fault;
        g_autofree char *words = isolate_last_words(rows[i].said, &is_own_fault);

        if (rows[i].words) {
            assert_string_equal(words, rows[i].words);
        } else {
            assert_null(words);
        }
        assert_int_equal(is_own_fault, rows[i].is_own_fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isolate__hands_back_what_the_run_found),
        cmocka_unit_test(test_isolate__ends_that_are_findings),
        cmocka_unit_test(test_isolate__crash_tells_the_place),
        cmocka_unit_test(test_crash_place__only_what_a_child_wrote),
        cmocka_unit_test(test_isolate__garbage_is_a_fault_of_ours),
        cmocka_unit_test(test_isolate__assertion_of_the_harness_is_a_fault_of_ours),
        cmocka_unit_test(test_isolate__much_stderr_does_not_block),
        cmocka_unit_test(test_isolate__one_run_does_not_touch_the_others),
        cmocka_unit_test(test_isolate__no_runs_are_no_work),
        cmocka_unit_test(test_result_text__what_is_cut_off_is_refused),
        cmocka_unit_test(test_result_text__wrong_types_are_refused),
        cmocka_unit_test(test_last_words__the_telling_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
