/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of what trials do once it is known what is looked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/shrink/trials.h"

static TrialOptions adapted(const char *name)
{
    TrialOptions options = { .n_jobs = 2, .cpu_limit_ms = 10000 };
    Finding finding = { .name = (char *) name };

    trials_adapt(&options, &finding);
    return options;
}

static void test_trials__leak_checker_is_heard_for_a_crash(void **state)
{
    TrialOptions options = adapted("crash");

    (void) state;
    assert_false(options.ends_at_once);
    assert_true(options.is_alone);
}

static void test_trials__other_findings_need_no_leak_checker(void **state)
{
    static const char *const names[] = { "lost-write", "hang", "standstill", "leaked-memory" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        TrialOptions options = adapted(names[i]);

        assert_true(options.ends_at_once);
        assert_false(options.is_alone);
    }
}

static void test_trials__only_a_hang_gets_less_time(void **state)
{
    (void) state;
    assert_int_equal(adapted("crash").cpu_limit_ms, 10000);
    assert_int_equal(adapted("lost-write").cpu_limit_ms, 10000);
    assert_in_range(adapted("hang").cpu_limit_ms, 1, 9999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trials__leak_checker_is_heard_for_a_crash),
        cmocka_unit_test(test_trials__other_findings_need_no_leak_checker),
        cmocka_unit_test(test_trials__only_a_hang_gets_less_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
