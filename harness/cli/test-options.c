/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of exit codes: the worst counts, whatever the order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/cli/cli.h"

static CliExit code_of(const RunVerdict *verdicts, guint n)
{
    Report report;
    CliExit code;

    report_init(&report);
    for (guint i = 0; i < n; i++) {
        RunResult result = { .verdict = verdicts[i] };

        report_add(&report, "a.scn", "", &result);
    }
    code = cli_exit_code(&report);
    report_clear(&report);
    return code;
}

static void test_exit_code__of_each_verdict(void **state)
{
    static const struct {
        RunVerdict verdict;
        CliExit code;
    } rows[] = {
        { RUN_GOOD, 0 }, { RUN_FINDING, 1 }, { RUN_INVALID, 2 }, { RUN_CRASHED, 3 },
        { RUN_HUNG, 4 }, { RUN_SKIPPED, 0 }, { RUN_OWN_FAULT, 5 },
    };

    (void) state;
    assert_int_equal(code_of(NULL, 0), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(code_of(&rows[i].verdict, 1), rows[i].code);
    }
}

static void test_exit_code__the_worst_counts(void **state)
{
    static const RunVerdict worst_first[] = {
        RUN_OWN_FAULT, RUN_CRASHED, RUN_HUNG, RUN_FINDING, RUN_INVALID, RUN_GOOD,
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(worst_first); i++) {
        for (gsize k = i; k < G_N_ELEMENTS(worst_first); k++) {
            const RunVerdict pair[] = { worst_first[i], worst_first[k] };
            const RunVerdict turned[] = { worst_first[k], worst_first[i] };

            assert_int_equal(code_of(pair, 2), code_of(&worst_first[i], 1));
            assert_int_equal(code_of(turned, 2), code_of(&worst_first[i], 1));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_code__of_each_verdict),
        cmocka_unit_test(test_exit_code__the_worst_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
