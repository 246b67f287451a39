/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source of choices and its random numbers: known answers, replay of a record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/core/choices.h"
#include "sim/core/prng.h"
#include "sim/core/test-aborts.h"

/* The first numbers of the published generator for this seed. */
static void test_prng__known_answers(void **state)
{
    SimPrng prng;

    (void)state;
    sim_prng_init(&prng, 1234567);
    assert_true(sim_prng_next(&prng) == UINT64_C(6457827717110365317));
    assert_true(sim_prng_next(&prng) == UINT64_C(3203168211198807973));
    assert_true(sim_prng_next(&prng) == UINT64_C(9817491932198370423));
    assert_true(sim_prng_next(&prng) == UINT64_C(4593380528125082431));
    assert_true(sim_prng_next(&prng) == UINT64_C(16408922859458223821));
}

/* Every number below n comes up, none above; n near 2^64 works too. */
static void test_prng__below_stays_below(void **state)
{
    SimPrng prng;
    unsigned n_seen[7] = { 0 };

    (void)state;
    sim_prng_init(&prng, 1);
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t number = sim_prng_below(&prng, 7);

        assert_true(number < 7);
        n_seen[number]++;
    }
    for (unsigned i = 0; i < 7; i++) {
        assert_true(n_seen[i] > 0);
    }
    assert_int_equal(sim_prng_below(&prng, 1), 0);
    assert_true(sim_prng_below(&prng, UINT64_MAX) < UINT64_MAX);
}

static void test_choices__first_come_is_always_first(void **state)
{
    SimChoices choices;

    (void)state;
    sim_choices_init_first_come(&choices);
    for (unsigned n = 2; n < 200; n++) {
        assert_int_equal(sim_choices_choose(&choices, n), 0);
    }
    assert_int_equal(choices.n_asked, 198);
    sim_choices_clear(&choices);
}

/* One possible answer is no question. */
static void test_choices__single_answer_is_not_recorded(void **state)
{
    SimChoices choices;
    const uint16_t answers[] = { 2 };

    (void)state;
    sim_choices_init_recorded(&choices, answers, 1);
    assert_int_equal(sim_choices_choose(&choices, 1), 0);
    assert_int_equal(choices.n_asked, 0);
    assert_int_equal(sim_choices_choose(&choices, 3), 2);
    assert_int_equal(choices.n_asked, 1);
    assert_int_equal(choices.record[0], 2);
    sim_choices_clear(&choices);
}

/* Too large an answer is taken modulo n, and the record holds what was answered. */
static void test_choices__record_ends_in_first_come(void **state)
{
    SimChoices choices;
    const uint16_t answers[] = { 7, 65535 };

    (void)state;
    sim_choices_init_recorded(&choices, answers, 2);
    assert_int_equal(sim_choices_choose(&choices, 5), 2);
    assert_int_equal(sim_choices_choose(&choices, 10), 5);
    assert_int_equal(sim_choices_choose(&choices, 10), 0);
    assert_int_equal(choices.record[0], 2);
    assert_int_equal(choices.record[1], 5);
    assert_int_equal(choices.record[2], 0);
    sim_choices_clear(&choices);
}

/* What a seed gave, its record gives again; another seed gives something else. */
static void test_choices__record_replays_a_seed(void **state)
{
    SimChoices seeded;
    SimChoices other;
    SimChoices replayed;
    unsigned n_different = 0;

    (void)state;
    sim_choices_init_seeded(&seeded, 42);
    sim_choices_init_seeded(&other, 43);
    for (unsigned i = 0; i < 300; i++) {
        n_different += sim_choices_choose(&seeded, 2 + i % 9) !=
                       sim_choices_choose(&other, 2 + i % 9);
    }
    assert_true(n_different > 100);

    sim_choices_init_recorded(&replayed, seeded.record, seeded.n_asked);
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(sim_choices_choose(&replayed, 2 + i % 9), seeded.record[i]);
    }
    sim_choices_clear(&replayed);
    sim_choices_clear(&other);
    sim_choices_clear(&seeded);
}

static void choose_from_none(void)
{
    SimChoices choices;

    sim_choices_init_first_come(&choices);
    sim_choices_choose(&choices, 0);
}

static void test_choices__none_to_choose_from_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(choose_from_none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prng__known_answers),
        cmocka_unit_test(test_prng__below_stays_below),
        cmocka_unit_test(test_choices__first_come_is_always_first),
        cmocka_unit_test(test_choices__single_answer_is_not_recorded),
        cmocka_unit_test(test_choices__record_ends_in_first_come),
        cmocka_unit_test(test_choices__record_replays_a_seed),
        cmocka_unit_test(test_choices__none_to_choose_from_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
