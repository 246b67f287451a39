/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of random scenarios: they are valid, whatever the random numbers say, and go by them
 * alone.  Built for each generation of the interface.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/generate/generate.h"
#include "harness/isolate.h"
#include "harness/subject/subject.h"

#define N_RUN 300
#define N_FAMILY 8      /* scenarios that are mutated and crossed, again and again */

typedef struct Family {
    SimPrng prng;
    Scenario *members[N_FAMILY];
    unsigned n_made;
} Family;

static void family_init(Family *family, uint64_t seed)
{
    memset(family, 0, sizeof(*family));
    sim_prng_init(&family->prng, seed);
    for (unsigned i = 0; i < N_FAMILY; i++) {
        family->members[i] = generate_scenario(&family->prng, NULL);
    }
}

static void family_clear(Family *family)
{
    for (unsigned i = 0; i < N_FAMILY; i++) {
        scenario_free(family->members[i]);
    }
}

/* The next scenario: a new one, a mutated one, or a crossed one, in turn.  Borrowed. */
static const Scenario *family_next(Family *family)
{
    unsigned index = sim_prng_below(&family->prng, N_FAMILY);
    Scenario **member = &family->members[index];
    const Scenario *other = family->members[(index + 1) % N_FAMILY];
    Scenario *child = NULL;

    switch (family->n_made++ % 8) {
    case 0:
        child = generate_scenario(&family->prng, NULL);
        break;
    case 1:
        child = scenario_cross(*member, other, &family->prng);
        break;
    default:
        scenario_mutate(*member, &family->prng, 1 + family->n_made % 3);
        return *member;
    }
    scenario_free(*member);
    *member = child;
    return child;
}

static char *print(const Scenario *scenario)
{
    GString *text = g_string_new(NULL);

    scenario_print(scenario, text);
    return g_string_free(text, FALSE);
}

static void test_generate__prints_and_parses_to_the_same(void **state)
{
    /* The text is the same business for all generations. */
    unsigned n = subject.generation == 1 ? 20000 : 1000;
    Family family;

    (void) state;
    family_init(&family, 1);
    for (unsigned i = 0; i < n; i++) {
        const Scenario *scenario = family_next(&family);
        g_autofree char *text = print(scenario);
        g_autofree char *again = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(Scenario) parsed = scenario_parse("generated.scn", text, strlen(text), &error);

        if (!parsed) {
            fail_msg("%s\n%s", error->message, text);
        }
        assert_true(g_str_has_prefix(text, "bax 1\nallow errors\n"));
        again = print(parsed);
        assert_string_equal(text, again);
        assert_int_equal(scenario->lines->len, parsed->lines->len);
        for (guint k = 0; k < parsed->lines->len; k++) {
            assert_int_equal(g_array_index(scenario->lines, ScenarioLine, k).step.line, k + 1);
        }
    }
    family_clear(&family);
}

static void test_generate__valid_ones_stay_as_they_are(void **state)
{
    Family family;

    (void) state;
    family_init(&family, 2);
    for (unsigned i = 0; i < 500; i++) {
        const Scenario *scenario = family_next(&family);
        g_autoptr(Scenario) copy = scenario_copy(scenario);
        g_autofree char *before = print(scenario);
        g_autofree char *after = NULL;

        scenario_repair(copy);
        after = print(copy);
        assert_string_equal(before, after);
    }
    family_clear(&family);
}

static void test_generate__same_numbers_give_the_same(void **state)
{
    Family first, second;

    (void) state;
    family_init(&first, 3);
    family_init(&second, 3);
    for (unsigned i = 0; i < 500; i++) {
        g_autofree char *one = print(family_next(&first));
        g_autofree char *other = print(family_next(&second));

        assert_string_equal(one, other);
    }
    family_clear(&first);
    family_clear(&second);
}

/* What becomes of a scenario that people wrote; the caller's. */
static char *repaired_text(const char *text)
{
    g_autoptr(Scenario) scenario = scenario_parse("x.scn", text, strlen(text), NULL);

    assert_non_null(scenario);
    scenario_repair(scenario);
    return print(scenario);
}

/* Scenarios that people wrote are a start, too: what makes them valid is all that happens. */
static void test_repair__what_has_no_place_is_taken_out_or_mended(void **state)
{
    static const char text[] =
        "# A title.\n"
        "drive a 64K\n"
        "drive a-fleecing 64K\n"
        "needs generation 7\n"
        "write a 128K 64K  # too far\n"
        "start w write a 0 512 hold=land\n"
        "expect held w\n"
        "release w\n"
        "fault bdrv_open delay=1s\n"
        "fault nonsense nth=1\n"
        "resize a 512\n"
        "write a 4K 4K\n"
        "quit\n"
        "write a 0 512\n";
    static const char repaired[] =
        "bax 1\n"
        "allow errors\n"
        "drive a 64K\n"
        "write a 0 64K\n"
        "start w write a 0 512 hold=land\n"
        "release w\n"
        "fault bdrv_open\n"
        "fault ";
    g_autofree char *is = repaired_text(text);

    (void) state;
    assert_true(g_str_has_prefix(is, repaired));
    assert_true(g_str_has_suffix(is, " nth=1\nresize a 512\nwrite a 0 512\nquit\n"));
}

/* Nobody waits for what goes over 16 TiB, cluster by cluster. */
static void test_repair__drives_are_not_vast(void **state)
{
    static const char text[] =
        "drive a 16T fleecing-size=16T\n"
        "write a 1T 15T\n"
        "drive b 8G\n"
        "resize b 16T\n";
    static const char repaired[] =
        "drive a 8G fleecing-size=8G\n"
        "write a 0 8G\n"
        "drive b 8G\n"
        "resize b 8G\n";
    g_autofree char *is = repaired_text(text);

    (void) state;
    assert_true(g_str_has_suffix(is, repaired));
}

/* A label that both parents have is another one in the second's part, and what waits for it. */
static void test_repair__same_labels_are_told_apart(void **state)
{
    static const char text[] =
        "bax 1\n"
        "allow errors\n"
        "drive a 64K\n"
        "start w write a 0 512\n"
        "wait w\n";
    g_autoptr(Scenario) scenario = scenario_parse("x.scn", text, strlen(text), NULL);
    ScenarioLine line = g_array_index(scenario->lines, ScenarioLine, 3);
    ScenarioLine wait = g_array_index(scenario->lines, ScenarioLine, 4);
    g_autofree char *is = NULL;

    (void) state;
    line.step.label = g_strdup("w");
    line.step.args[0].text = g_strdup("a");
    wait.step.args[0].text = g_strdup("w");
    g_array_append_val(scenario->lines, line);
    g_array_append_val(scenario->lines, wait);
    scenario_repair(scenario);
    is = print(scenario);
    assert_string_equal(is,
                        "bax 1\n"
                        "allow errors\n"
                        "drive a 64K\n"
                        "start w write a 0 512\n"
                        "wait w\n"
                        "start x001 write a 0 512\n"
                        "wait x001\n");
}

/* ---- runs -------------------------------------------------------------------------------- */

static void run_one(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    RunOptions options = { .current_line = current_line };

    run_scenario(((Scenario **) opaque)[index], &options, ret_result);
}

static void test_generate__no_run_is_refused_or_skipped(void **state)
{
    IsolateOptions options = { .n_jobs = 2, .cpu_limit_ms = 10000, .runs_per_process = 64 };
    g_autofree Scenario **scenarios = g_new0(Scenario *, N_RUN);
    g_autofree RunResult *results = g_new0(RunResult, N_RUN);
    Family family;

    (void) state;
    family_init(&family, 4);
    for (unsigned i = 0; i < N_RUN; i++) {
        scenarios[i] = scenario_copy(family_next(&family));
    }
    isolate_runs(N_RUN, &options, run_one, scenarios, results);
    for (unsigned i = 0; i < N_RUN; i++) {
        if (results[i].verdict == RUN_INVALID || results[i].verdict == RUN_SKIPPED
            || results[i].verdict == RUN_OWN_FAULT) {
            g_autofree char *text = print(scenarios[i]);

            fail_msg("%s\n%s", results[i].reason, text);
        }
        scenario_free(scenarios[i]);
        run_result_clear(&results[i]);
    }
    family_clear(&family);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generate__prints_and_parses_to_the_same),
        cmocka_unit_test(test_generate__valid_ones_stay_as_they_are),
        cmocka_unit_test(test_generate__same_numbers_give_the_same),
        cmocka_unit_test(test_repair__what_has_no_place_is_taken_out_or_mended),
        cmocka_unit_test(test_repair__same_labels_are_told_apart),
        cmocka_unit_test(test_repair__drives_are_not_vast),
        cmocka_unit_test(test_generate__no_run_is_refused_or_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
