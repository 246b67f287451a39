/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of crash-frames.c and crash-place.c: where a child crashed, and which line of the code
 * under test was on the way there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>

#include "harness/isolate.h"

typedef void CrashFunc(unsigned *current_line, RunResult *ret_result);

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

static void run_crash(unsigned index, unsigned *current_line, RunResult *ret_result,
                      void *opaque)
{
    CrashFunc *const *crashes = opaque;

    crashes[index](current_line, ret_result);
}

static void test_crash_place__names_function_and_caller(void **state)
{
    (void) state;
#ifdef ISOLATE_HAS_ADDRESS_SANITIZER
    skip();     /* it tells of crashes itself */
#endif

    struct {
        CrashFunc *crash;
        unsigned line;
        char *start, *end;
    } rows[] = {
        { crash_in_subject, 7,
          g_strdup_printf("Crashed at test-crash-place.c:%d in access_nowhere().\n", LINE_OF_ACCESS),
          g_strdup("\nThe process ended by SIGSEGV.") },
        { crash_below_subject, 8,
          g_strdup("Crashed at test-crash-place.c:"),
          g_strdup_printf(" in give_up(), called from test-crash-place.c:%d in call_give_up().\n"
                          "The process ended by SIGABRT.", LINE_OF_CALL) },
        { overflow_the_stack, 9,
          g_strdup("Crashed at test-crash-place.c:"),
          g_strdup(" in use_up_the_stack().\nThe process ended by SIGSEGV.") },
    };

    /* cmocka's own handler, which children inherit, would end them as a failed test. */
    signal(SIGSEGV, SIG_DFL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Finding *finding;
        IsolateOptions options = { .n_jobs = 1, .cpu_limit_ms = 10000 };
        RunResult result;

        isolate_runs(1, &options, run_crash, &rows[i].crash, &result);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crash_place__names_function_and_caller),
        cmocka_unit_test(test_crash_place__only_what_a_child_wrote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
