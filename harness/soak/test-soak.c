/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of random runs: what is the same finding, and that a run goes by seed and number alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/soak/soak.h"

static void add(GArray *findings, uint64_t index, const char *name, const char *message,
                bool is_new)
{
    RunResult result = { .verdict = RUN_FINDING, .findings = findings_new() };
    Finding finding = {
        .name = g_strdup(name), .who = g_strdup("drive-scsi0"), .message = g_strdup(message),
    };

    g_array_append_val(result.findings, finding);
    assert_true(soak_findings_add(findings, index, &result) == is_new);
    run_result_clear(&result);
}

static void test_findings__same_but_for_numbers(void **state)
{
    g_autoptr(GArray) findings = soak_findings_new();
    const SoakFinding *first;

    (void) state;
    add(findings, 3, "lost-write", "chunk 2 (8M+4M) of b0 is clean", true);
    add(findings, 5, "lost-write", "chunk 7 (28M+4M) of b1 is clean", false);
    add(findings, 6, "lost-write", "chunk 2 (8M+4M) of b0 is gone", true);
    add(findings, 7, "stale-view", "chunk 2 (8M+4M) of b0 is clean", true);
    assert_int_equal(findings->len, 3);
    first = &g_array_index(findings, SoakFinding, 0);
    assert_int_equal(first->first_run, 3);
    assert_int_equal(first->n_runs, 2);
    assert_string_equal(first->message, "chunk 2 (8M+4M) of b0 is clean");
}

/* Where it crashed further down differs with what called it. */
static void test_findings__crash_goes_by_its_first_line(void **state)
{
    g_autoptr(GArray) findings = soak_findings_new();

    (void) state;
    add(findings, 1, "crash", "x.c:12: f: Assertion `a' failed.\nCrashed at a.c:1", true);
    add(findings, 2, "crash", "x.c:12: f: Assertion `a' failed.\nCrashed at b.c:1", false);
    add(findings, 3, "crash", "x.c:12: g: Assertion `a' failed.\nCrashed at b.c:1", true);
}

static char *print_scenario(const Soak *soak, uint64_t index)
{
    g_autoptr(Scenario) scenario = soak_scenario(soak, index);
    GString *text = g_string_new(NULL);

    scenario_print(scenario, text);
    return g_string_free(text, FALSE);
}

static void test_soak__scenario_goes_by_seed_and_number(void **state)
{
    Soak soak = { .seed = 7, .n_steps = 20 }, later = { .seed = 7, .n_steps = 20, .first = 99 };
    Soak other = { .seed = 8, .n_steps = 20 };
    g_autofree char *one = print_scenario(&soak, 5);
    g_autofree char *same = print_scenario(&later, 5);
    g_autofree char *next = print_scenario(&soak, 6);
    g_autofree char *of_other_seed = print_scenario(&other, 5);

    (void) state;
    assert_string_equal(one, same);
    assert_string_not_equal(one, next);
    assert_string_not_equal(one, of_other_seed);
}

static void test_soak__every_nth_run_is_replayed(void **state)
{
    SoakTally tally = { .n_replayed = 0 };
    Soak soak = { .seed = 1, .n_steps = 10, .replay_every = 3, .tally = &tally };
    unsigned line = 0;

    (void) state;
    for (unsigned i = 0; i < 7; i++) {
        RunResult result;

        soak_run(i, &line, &result, &soak);
        assert_int_equal(result.verdict, RUN_GOOD);
        run_result_clear(&result);
    }
    assert_int_equal(tally.n_replayed, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings__same_but_for_numbers),
        cmocka_unit_test(test_findings__crash_goes_by_its_first_line),
        cmocka_unit_test(test_soak__scenario_goes_by_seed_and_number),
        cmocka_unit_test(test_soak__every_nth_run_is_replayed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
