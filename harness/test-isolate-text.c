/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of isolate-text.c: what a child writes is read back, and nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/isolate.h"
#include "harness/test-isolate-result.h"

/* A text that is cut off anywhere is refused. */
static void test_result_text__what_is_cut_off_is_refused(void **state)
{
    RunResult result, back;
    g_autofree char *text = NULL;

    (void) state;
    isolated_result_init(&result);
    text = isolate_result_to_text(&result);
    assert_true(isolate_result_from_text(text, strlen(text), &back, NULL));
    assert_isolated_result_is_whole(&back);
    run_result_clear(&back);
    for (gsize n = 0; n < strlen(text); n++) {
        g_autoptr(GError) error = NULL;

        assert_false(isolate_result_from_text(text, n, &back, &error));
        assert_non_null(error);
        run_result_clear(&back);
    }
    run_result_clear(&result);
}

/* The numbers alone, since there are so many of them. */
static void test_result_text__good_one_is_numbers(void **state)
{
    static const char *const wrong[] = {
        "good ", "good 1 2 3 4", "good 1 2 3 ;", "good 1 2 3 4;5", "good 1 2  3 4;",
        "good 1 2 3 100000000;", "good 10000000000000000 2 3 4;", "good -1 2 3 4;", "good 1 2 3;",
    };
    RunResult good = {
        .verdict = RUN_GOOD,
        .digest = UINT64_MAX,
        .n_events = 31,
        .virtual_ns = UINT64_C(1) << 63,
        .n_steps = UINT_MAX,
    };
    g_autofree char *text = isolate_result_to_text(&good);
    RunResult back;

    (void) state;
    assert_string_equal(text, "good ffffffffffffffff 1f 8000000000000000 ffffffff;");
    assert_true(isolate_result_from_text(text, strlen(text), &back, NULL));
    assert_int_equal(back.verdict, RUN_GOOD);
    assert_true(back.digest == good.digest);
    assert_true(back.n_events == good.n_events);
    assert_true(back.virtual_ns == good.virtual_ns);
    assert_int_equal(back.n_steps, good.n_steps);
    assert_int_equal(back.findings->len, 0);
    run_result_clear(&back);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        assert_false(isolate_result_from_text(wrong[i], strlen(wrong[i]), &back, NULL));
        run_result_clear(&back);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result_text__what_is_cut_off_is_refused),
        cmocka_unit_test(test_result_text__good_one_is_numbers),
        cmocka_unit_test(test_result_text__wrong_types_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
