/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source of choices and its random numbers: known answers, streams, replay of a record,
 * and what diverges from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <glib.h>

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

static unsigned ask(SimChoices *choices, unsigned n)
{
    return sim_choices_choose(choices, SIM_CHOICE_LOOP, n);
}

static void test_choices__first_come_is_always_first(void **state)
{
    SimChoices choices;

    (void)state;
    sim_choices_init_first_come(&choices);
    for (unsigned n = 2; n < 200; n++) {
        assert_int_equal(ask(&choices, n), 0);
    }
    assert_int_equal(choices.streams[SIM_CHOICE_LOOP].n_asked, 198);
    assert_int_equal(choices.n_record, 0);
    sim_choices_clear(&choices);
}

/* One possible answer is no question. */
static void test_choices__single_answer_is_not_counted(void **state)
{
    SimChoices choices;
    const SimAnswer answers[] = {
        { SIM_CHOICE_LOOP, .answer = 2, .question = 1, .event = SIM_ANSWER_ANY_EVENT },
    };

    (void)state;
    sim_choices_init_recorded(&choices, answers, 1);
    assert_int_equal(ask(&choices, 1), 0);
    assert_int_equal(choices.n_asked, 0);
    assert_int_equal(ask(&choices, 3), 2);
    assert_int_equal(choices.n_asked, 1);
    assert_int_equal(choices.n_record, 1);
    sim_choices_clear(&choices);
}

/* The record tells what there was to choose from and when; first-come's answers are left out. */
static void test_choices__record_holds_deviations(void **state)
{
    uint64_t n_events = 7;
    SimChoices choices;
    const SimAnswer answers[] = {
        { SIM_CHOICE_LOOP, .answer = 1, .question = 2, .event = SIM_ANSWER_ANY_EVENT },
        { SIM_CHOICE_HOLD, .answer = 3, .question = 1, .event = SIM_ANSWER_ANY_EVENT },
    };

    (void)state;
    sim_choices_init_recorded(&choices, answers, 2);
    choices.clock = &n_events;
    assert_int_equal(ask(&choices, 5), 0);
    assert_int_equal(sim_choices_choose(&choices, SIM_CHOICE_HOLD, 4), 3);
    n_events = 9;
    assert_int_equal(ask(&choices, 5), 1);
    assert_int_equal(ask(&choices, 5), 0);
    assert_int_equal(choices.n_record, 2);
    assert_int_equal(choices.record[0].purpose, SIM_CHOICE_HOLD);
    assert_int_equal(choices.record[0].answer, 3);
    assert_int_equal(choices.record[0].n_alternatives, 4);
    assert_int_equal(choices.record[0].question, 1);
    assert_int_equal(choices.record[0].event, 7);
    assert_int_equal(choices.record[1].purpose, SIM_CHOICE_LOOP);
    assert_int_equal(choices.record[1].question, 2);
    assert_int_equal(choices.record[1].event, 9);
    sim_choices_clear(&choices);
}

#define N_QUESTIONS 300

/* Questions of all purposes in turn, as @seed mixes them; answers to @ret_answers. */
static void ask_many(SimChoices *choices, unsigned *ret_answers)
{
    for (unsigned i = 0; i < N_QUESTIONS; i++) {
        ret_answers[i] = sim_choices_choose(choices, i % SIM_N_PURPOSES, 2 + i % 9);
    }
}

static gint compare_answers(gconstpointer a, gconstpointer b)
{
    const SimAnswer *left = a, *right = b;

    return left->purpose != right->purpose ? (gint)left->purpose - (gint)right->purpose
                                           : (gint)left->question - (gint)right->question;
}

/* What a scheduler gave, its record gives again; another seed gives something else. */
static void test_choices__record_replays_every_scheduler(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 2; kind++) {
        unsigned expected[N_QUESTIONS], other[N_QUESTIONS], replayed[N_QUESTIONS];
        unsigned n_different = 0;
        SimChoices choices, again;
        SimDivergence divergence;

        sim_choices_init_seeded(&choices, 43);
        ask_many(&choices, other);
        sim_choices_clear(&choices);
        if (kind == 0) {
            sim_choices_init_seeded(&choices, 42);
        } else {
            sim_choices_init_pct(&choices, 42, 3, 20);
        }
        ask_many(&choices, expected);
        qsort(choices.record, choices.n_record, sizeof(SimAnswer), compare_answers);
        sim_choices_init_recorded(&again, choices.record, choices.n_record);
        ask_many(&again, replayed);
        for (unsigned i = 0; i < N_QUESTIONS; i++) {
            assert_int_equal(replayed[i], expected[i]);
            n_different += expected[i] != other[i];
        }
        assert_true(n_different > 50);
        assert_int_equal(again.n_record, choices.n_record);
        assert_false(sim_choices_find_divergence(&again, &divergence));
        sim_choices_clear(&again);
        sim_choices_clear(&choices);
    }
}

/* More questions of one purpose leave the answers of the others as they were. */
static void test_choices__purposes_do_not_shift_each_other(void **state)
{
    SimChoices plain, busy;

    (void)state;
    sim_choices_init_seeded(&plain, 5);
    sim_choices_init_seeded(&busy, 5);
    for (unsigned i = 0; i < 200; i++) {
        sim_choices_choose(&busy, SIM_CHOICE_IO_TIME, 5);
        assert_int_equal(ask(&busy, 7), ask(&plain, 7));
    }
    assert_int_equal(busy.streams[SIM_CHOICE_LOOP].n_asked, 200);
    sim_choices_clear(&busy);
    sim_choices_clear(&plain);
}

/* Mostly nothing; at times several things in a row, at times nothing for long. */
static void test_choices__iothreads_go_on_in_gusts(void **state)
{
    unsigned n_gaps[3] = { 0 }, gap = 0;
    SimChoices choices;

    (void)state;
    sim_choices_init_seeded(&choices, 1);
    for (unsigned i = 0; i < 10000; i++) {
        unsigned answer = sim_choices_choose(&choices, SIM_CHOICE_IOTHREAD, 3);

        assert_true(answer < 3);
        assert_true(gap < 128);
        if (answer == 0) {
            gap++;
        } else {
            n_gaps[(gap > 0) + (gap >= 64)]++;
            gap = 0;
        }
    }
    assert_int_equal(n_gaps[0], 156);
    assert_int_equal(n_gaps[1], 412);
    assert_int_equal(n_gaps[2], 37);
    sim_choices_clear(&choices);
}

/* Recorded answers go before those of a seed, which are the same as without them. */
static void test_choices__recorded_answer_changes_only_its_question(void **state)
{
    SimChoices plain, changed;
    SimAnswer answer = { SIM_CHOICE_LOOP, .question = 10, .event = SIM_ANSWER_ANY_EVENT };

    (void)state;
    sim_choices_init_seeded(&plain, 5);
    sim_choices_init_seeded(&changed, 5);
    sim_choices_replay(&changed, &answer, 1);
    for (unsigned i = 1; i <= 50; i++) {
        unsigned expected = ask(&plain, 1000);

        assert_int_equal(ask(&changed, 1000), i == 10 ? 0 : expected);
        assert_true(expected > 0);
    }
    sim_choices_clear(&changed);
    sim_choices_clear(&plain);
}

typedef struct DivergenceCase {
    const char *name;
    SimAnswer recorded;         /* replayed by questions of 4 alternatives, at events 1, 2, 3 */
    unsigned expected_answer;   /* to question 2 */
    bool diverges;
    bool is_never_asked;
} DivergenceCase;

/* A run that differs from its record goes on as near to it as it can, and says so. */
static void test_choices__divergence_is_told(void **state)
{
    static const DivergenceCase cases[] = {
        { "alike", { 0, 3, 4, 2, 2 }, 3, false, false },
        { "unknown", { 0, 3, 0, 2, SIM_ANSWER_ANY_EVENT }, 3, false, false },
        { "other number", { 0, 3, 5, 2, 2 }, 3, true, false },
        { "other event", { 0, 3, 4, 2, 3 }, 3, true, false },
        { "too large", { 0, 5, 0, 2, 2 }, 1, true, false },
        { "never asked", { 0, 3, 4, 9, 2 }, 0, true, true },
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t n_events = 0;
        unsigned answers[3];
        SimDivergence divergence;
        SimChoices choices;

        sim_choices_init_recorded(&choices, &cases[i].recorded, 1);
        choices.clock = &n_events;
        for (unsigned k = 0; k < 3; k++) {
            n_events++;
            answers[k] = ask(&choices, 4);
        }
        assert_int_equal(answers[0], 0);
        assert_int_equal(answers[1], cases[i].expected_answer);
        assert_int_equal(answers[2], 0);
        assert_int_equal(sim_choices_find_divergence(&choices, &divergence), cases[i].diverges);
        if (cases[i].diverges) {
            assert_int_equal(divergence.index, 0);
            assert_int_equal(divergence.is_never_asked, cases[i].is_never_asked);
            assert_int_equal(divergence.n_alternatives, cases[i].is_never_asked ? 0 : 4);
            assert_int_equal(divergence.event, cases[i].is_never_asked ? 0 : 2);
        }
        sim_choices_clear(&choices);
    }
}

/* Changes come at the drawn questions, each once, and lower the priority further each time. */
static void test_choices__pct_changes_a_bounded_number_of_times(void **state)
{
    SimChoices choices;
    uint64_t last = 4;
    unsigned n_changes = 0;

    (void)state;
    sim_choices_init_pct(&choices, 3, 3, 100);
    assert_int_equal(choices.n_changes, 3);
    for (unsigned question = 1; question <= 300; question++) {
        uint64_t lowered = sim_choices_take_change(&choices);

        assert_int_equal(sim_choices_ask(&choices, SIM_CHOICE_LOOP, 5, 2), 2);
        if (lowered) {
            assert_true(lowered < last);
            assert_true(question <= 100 + n_changes);
            last = lowered;
            n_changes++;
        }
    }
    assert_int_equal(n_changes, 3);
    assert_int_equal(last, 1);
    assert_true(sim_choices_draw_priority(&choices) > 1000);
    sim_choices_clear(&choices);
}

/* Every purpose has a name, and the list of all names is in their order. */
static void test_choices__purposes_have_names(void **state)
{
    g_autoptr(GString) names = g_string_new(NULL);

    (void)state;
    for (unsigned i = 0; i < SIM_N_PURPOSES; i++) {
        g_string_append_printf(names, "%s%s", i > 0 ? "|" : "", sim_purpose_name(i));
    }
    assert_string_equal(names->str, SIM_PURPOSE_NAMES);
}

static void choose_from_none(void)
{
    SimChoices choices;

    sim_choices_init_first_come(&choices);
    sim_choices_choose(&choices, SIM_CHOICE_LOOP, 0);
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
        cmocka_unit_test(test_choices__single_answer_is_not_counted),
        cmocka_unit_test(test_choices__record_holds_deviations),
        cmocka_unit_test(test_choices__record_replays_every_scheduler),
        cmocka_unit_test(test_choices__purposes_do_not_shift_each_other),
        cmocka_unit_test(test_choices__iothreads_go_on_in_gusts),
        cmocka_unit_test(test_choices__recorded_answer_changes_only_its_question),
        cmocka_unit_test(test_choices__divergence_is_told),
        cmocka_unit_test(test_choices__pct_changes_a_bounded_number_of_times),
        cmocka_unit_test(test_choices__purposes_have_names),
        cmocka_unit_test(test_choices__none_to_choose_from_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
