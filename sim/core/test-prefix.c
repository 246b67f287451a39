/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks trees of known size and counts: each schedule within the bound exactly once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>

#include "sim/core/prefix.h"

/* A run asks; returns a number that no other list of answers gives. */
typedef uint64_t RunFunc(SimChoices *choices);

static unsigned count(RunFunc *run, unsigned n_deviations_max)
{
    SimPrefix prefix = { .n_deviations_max = n_deviations_max };
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    SimChoices choices;
    unsigned n_runs = 0;
    bool goes_on;

    do {
        unsigned n_deviations = 0;
        uint64_t outcome;

        sim_choices_init_prefix(&choices, prefix.answers, prefix.n_answers);
        choices.is_traced = true;
        outcome = run(&choices);
        assert_true(g_hash_table_add(seen, GSIZE_TO_POINTER(outcome)));
        for (uint32_t i = 0; i < choices.n_trace; i++) {
            n_deviations += choices.trace[i].answer > 0;
        }
        assert_true(n_deviations <= n_deviations_max);
        assert_int_equal(choices.n_record, n_deviations);
        n_runs++;
        goes_on = sim_prefix_next(&prefix, choices.trace, choices.n_trace);
        sim_choices_clear(&choices);
    } while (goes_on);
    sim_prefix_clear(&prefix);
    return n_runs;
}

static uint64_t ask(SimChoices *choices, uint64_t outcome, unsigned n)
{
    return outcome * 16 + 1 + sim_choices_choose(choices, SIM_CHOICE_LOOP, n);
}

/* Six questions of three: sum over k up to the bound of (6 over k) times 2^k. */
static uint64_t run_six_of_three(SimChoices *choices)
{
    uint64_t outcome = 0;

    for (unsigned i = 0; i < 6; i++) {
        outcome = ask(choices, outcome, 3);
    }
    return outcome;
}

static void test_prefix__counts_all_schedules_within_the_bound(void **state)
{
    (void)state;
    assert_int_equal(count(run_six_of_three, 0), 1);
    assert_int_equal(count(run_six_of_three, 1), 1 + 12);
    assert_int_equal(count(run_six_of_three, 2), 1 + 12 + 60);
    assert_int_equal(count(run_six_of_three, 3), 1 + 12 + 60 + 160);
    assert_int_equal(count(run_six_of_three, 6), 729);
    assert_int_equal(count(run_six_of_three, 100), 729);
}

/* Permutations of four tasks: what is asked depends on what was answered; n == 1 is no question. */
static uint64_t run_four_tasks(SimChoices *choices)
{
    uint64_t outcome = 0;

    for (unsigned n = 4; n >= 1; n--) {
        outcome = ask(choices, outcome, n);
    }
    return outcome;
}

/* With one deviation 3 + 2 + 1 more, with two 3*2 + 3*1 + 2*1 more, with three the rest. */
static void test_prefix__comes_by_every_permutation(void **state)
{
    (void)state;
    assert_int_equal(count(run_four_tasks, 1), 7);
    assert_int_equal(count(run_four_tasks, 2), 18);
    assert_int_equal(count(run_four_tasks, 3), 24);
}

/* The first answer says how many questions follow, none of which other runs ask. */
static uint64_t run_uneven(SimChoices *choices)
{
    unsigned n_more = sim_choices_choose(choices, SIM_CHOICE_HOLD, 4);
    uint64_t outcome = 1 + n_more;

    for (unsigned i = 0; i < n_more; i++) {
        outcome = ask(choices, outcome, 2);
    }
    return outcome;
}

static void test_prefix__follows_a_tree_of_uneven_depth(void **state)
{
    (void)state;
    assert_int_equal(count(run_uneven, 1), 4);
    assert_int_equal(count(run_uneven, 2), 4 + 1 + 2 + 3);
    assert_int_equal(count(run_uneven, 4), 1 + 2 + 4 + 8);
}

static uint64_t run_without_questions(SimChoices *choices)
{
    return sim_choices_choose(choices, SIM_CHOICE_LOOP, 1);
}

static void test_prefix__no_question_is_one_schedule(void **state)
{
    (void)state;
    assert_int_equal(count(run_without_questions, 3), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefix__counts_all_schedules_within_the_bound),
        cmocka_unit_test(test_prefix__comes_by_every_permutation),
        cmocka_unit_test(test_prefix__follows_a_tree_of_uneven_depth),
        cmocka_unit_test(test_prefix__no_question_is_one_schedule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
