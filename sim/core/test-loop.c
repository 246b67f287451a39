/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop's contract: what runs in which order, and when time moves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/core/prng.h"
#include "sim/core/test-aborts.h"
#include "sim/core/test-loop-fixture.h"

static void test_loop__first_come_mixes_lanes_in_order_of_posting(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    post(&fixture, 's', SIM_LANE_STEP);
    post(&fixture, 'a', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'b', SIM_LANE_FREE);
    post(&fixture, 't', SIM_LANE_STEP);
    post(&fixture, 'c', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'd', SIM_LANE_FREE);
    assert_runs(&fixture, "abcdst");
    assert_int_equal(sim_loop_n_steps(fixture.loop), 6);
    assert_int_equal(sim_loop_now_ns(fixture.loop), 0);
    fixture_clear(&fixture);
}

/* Each answer picks the candidate of that index; bottom halves only offer their oldest. */
static void test_loop__answers_pick_candidates(void **state)
{
    const uint16_t answers[] = { 2, 1, 0, 2, 0, 0 };
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    sim_choices_clear(&fixture.choices);
    sim_choices_init_prefix(&fixture.choices, answers, G_N_ELEMENTS(answers));
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'b', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'c', SIM_LANE_FREE);
    post(&fixture, 'd', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 's', SIM_LANE_STEP);
    post(&fixture, 't', SIM_LANE_STEP);
    /*
     * c of (a b c s), b of (a b s) in a pass of one, s of (a d s), a of (a d t), d of (d t), t alone.
     */
    assert_runs(&fixture, "cbsadt");
    assert_int_equal(fixture.choices.n_asked, 6);
    fixture_clear(&fixture);
}

static void test_loop__time_jumps_only_when_nothing_is_ready(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    post_after(&fixture, 'c', SIM_LANE_FREE, 30);
    post_after(&fixture, 'a', SIM_LANE_FREE, 10);
    post_after(&fixture, 'd', SIM_LANE_BOTTOM_HALF, 30);
    post_after(&fixture, 'b', SIM_LANE_FREE, 10);
    post_after(&fixture, 'z', SIM_LANE_FREE, 0);
    post(&fixture, 's', SIM_LANE_STEP);

    assert_true(sim_loop_step(fixture.loop));
    assert_true(sim_loop_step(fixture.loop));
    assert_int_equal(sim_loop_now_ns(fixture.loop), 0);
    assert_string_equal(fixture.ran, "zs");
    assert_true(sim_loop_step(fixture.loop));
    assert_int_equal(sim_loop_now_ns(fixture.loop), 10);
    assert_runs(&fixture, "zsabcd");
    assert_int_equal(sim_loop_now_ns(fixture.loop), 30);

    post_after(&fixture, 'a', SIM_LANE_FREE, UINT64_MAX);
    assert_runs(&fixture, "zsabcda");
    assert_true(sim_loop_now_ns(fixture.loop) == UINT64_MAX);
    fixture_clear(&fixture);
}

/* A task that runs the loop: what it nests is not seen again outside. */
static void test_loop__tasks_may_run_the_loop(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    fixture.tasks['b' - 'a'].n_nested_steps = 3;
    fixture.tasks['c' - 'a'].n_nested_steps = 1;
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'b', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'c', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'd', SIM_LANE_FREE);
    post(&fixture, 'e', SIM_LANE_FREE);
    post_after(&fixture, 'f', SIM_LANE_FREE, 5);
    post(&fixture, 's', SIM_LANE_STEP);
    assert_runs(&fixture, "abcdCesBf");
    fixture_clear(&fixture);
}

static void test_loop__cancel_takes_back(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'b', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'c', SIM_LANE_FREE);
    post_after(&fixture, 'd', SIM_LANE_FREE, 7);
    post_after(&fixture, 'e', SIM_LANE_FREE, 8);
    sim_loop_cancel(fixture.loop, &fixture.tasks['b' - 'a'].task);
    sim_loop_cancel(fixture.loop, &fixture.tasks['d' - 'a'].task);
    sim_loop_cancel(fixture.loop, &fixture.tasks['f' - 'a'].task);
    assert_runs(&fixture, "ace");
    assert_int_equal(sim_loop_now_ns(fixture.loop), 8);
    fixture_clear(&fixture);
}

static void test_loop__busy_is_anything_but_steps(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    assert_false(sim_loop_is_busy(fixture.loop));
    post(&fixture, 's', SIM_LANE_STEP);
    post_after(&fixture, 't', SIM_LANE_STEP, 100);
    assert_false(sim_loop_is_busy(fixture.loop));
    post_after(&fixture, 'a', SIM_LANE_FREE, 1);
    post(&fixture, 'b', SIM_LANE_BOTTOM_HALF);
    assert_true(sim_loop_is_busy(fixture.loop));
    assert_true(sim_loop_step(fixture.loop));
    assert_true(sim_loop_is_busy(fixture.loop));
    sim_loop_cancel(fixture.loop, &fixture.tasks['a' - 'a'].task);
    assert_false(sim_loop_is_busy(fixture.loop));
    assert_runs(&fixture, "bst");
    fixture_clear(&fixture);
}

static bool post_one_more(void *opaque)
{
    Fixture *fixture = opaque;

    fixture->n_asked_when_stuck++;
    if (fixture->n_asked_when_stuck > 2) {
        return false;
    }
    post_after(fixture, 'x', SIM_LANE_FREE, 3);
    return true;
}

static void test_loop__stuck_is_asked_when_nothing_is_left(void **state)
{
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    assert_false(sim_loop_step(fixture.loop));
    sim_loop_set_stuck(fixture.loop, post_one_more, &fixture);
    post(&fixture, 'a', SIM_LANE_FREE);
    post_after(&fixture, 'b', SIM_LANE_FREE, 1);
    assert_runs(&fixture, "abxx");
    assert_int_equal(fixture.n_asked_when_stuck, 3);
    assert_int_equal(sim_loop_now_ns(fixture.loop), 7);
    fixture_clear(&fixture);
}

/* Posts and runs at random; what ran goes to @fixture->ran. */
static void run_at_random(Fixture *fixture)
{
    SimPrng prng;

    sim_prng_init(&prng, 5);
    for (unsigned i = 0; i < N_TASKS; i++) {
        SimTask *task = &fixture->tasks[i].task;

        task->lane = sim_prng_below(&prng, SIM_N_LANES);
        sim_loop_post_after(fixture->loop, task, sim_prng_below(&prng, 3));
        if (sim_prng_below(&prng, 3) == 0) {
            sim_loop_step(fixture->loop);
        }
    }
    while (sim_loop_step(fixture->loop)) {
    }
}

static int compare_answers(const void *a, const void *b)
{
    const SimAnswer *left = a, *right = b;

    return left->purpose != right->purpose ? (int)left->purpose - (int)right->purpose
                                           : (int)left->question - (int)right->question;
}

/* The record of a seeded run gives the same run. */
static void test_loop__record_replays_a_run(void **state)
{
    Fixture first_come;
    Fixture seeded;
    Fixture replayed;

    (void)state;
    fixture_init(&first_come);
    run_at_random(&first_come);
    fixture_init(&seeded);
    sim_choices_init_seeded(&seeded.choices, 9);
    run_at_random(&seeded);
    fixture_init(&replayed);
    qsort(seeded.choices.record, seeded.choices.n_record, sizeof(SimAnswer), compare_answers);
    sim_choices_init_recorded(&replayed.choices, seeded.choices.record, seeded.choices.n_record);
    run_at_random(&replayed);

    assert_int_equal(seeded.n_ran, N_TASKS);
    assert_string_equal(replayed.ran, seeded.ran);
    assert_string_not_equal(first_come.ran, seeded.ran);
    fixture_clear(&replayed);
    fixture_clear(&seeded);
    fixture_clear(&first_come);
}

/* Passes of bottom halves: the oldest and as many as are said, newest first. */
static void test_loop__bottom_halves_go_in_passes(void **state)
{
    static const struct {
        uint16_t answers[4];
        const char *expected;
    } cases[] = {
        { { 0, 0, 0 }, "abcd" },
        { { 3 }, "dcba" },
        { { 1, 1 }, "badc" },
        { { 2 }, "cbad" },
        { { 0, 2 }, "adcb" },
    };

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture fixture;

        fixture_init(&fixture);
        sim_choices_init_prefix(&fixture.choices, cases[i].answers, 4);
        for (char name = 'a'; name <= 'd'; name++) {
            post(&fixture, name, SIM_LANE_BOTTOM_HALF);
        }
        assert_runs(&fixture, cases[i].expected);
        fixture_clear(&fixture);
    }
}

/* What is cancelled leaves its pass, what is scheduled meanwhile belongs to the next one. */
static void test_loop__pass_ends_when_its_last_is_gone(void **state)
{
    static const uint16_t answers[] = { 2, 1 };
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    sim_choices_init_prefix(&fixture.choices, answers, 2);
    for (char name = 'a'; name <= 'd'; name++) {
        post(&fixture, name, SIM_LANE_BOTTOM_HALF);
    }
    assert_true(sim_loop_step(fixture.loop));
    sim_loop_cancel(fixture.loop, &fixture.tasks['b' - 'a'].task);
    post(&fixture, 'e', SIM_LANE_BOTTOM_HALF);
    assert_runs(&fixture, "caed");
    fixture_clear(&fixture);
}

static void post_twice(void)
{
    Fixture fixture;

    fixture_init(&fixture);
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'a', SIM_LANE_FREE);
}

static void see_task(const SimTask *task, void *opaque)
{
    g_string_append_c(opaque, ((const NamedTask *)task->opaque)->name);
}

static void see_offer(unsigned n_candidates, void *opaque)
{
    g_string_append_printf(opaque, "(%u)", n_candidates);
}

/* A task is told of right before it runs; a step's turn while something else could go, too. */
static void test_loop__observers_see_tasks_and_offers(void **state)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    sim_loop_observe(fixture.loop, see_task, seen);
    sim_loop_observe_offers(fixture.loop, see_offer, seen);
    post(&fixture, 's', SIM_LANE_STEP);
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'b', SIM_LANE_BOTTOM_HALF);
    post(&fixture, 'c', SIM_LANE_BOTTOM_HALF);
    post_after(&fixture, 'd', SIM_LANE_FREE, 10);
    sim_loop_visit(fixture.loop, see_task, seen);
    assert_string_equal(seen->str, "abcd");
    while (sim_loop_step(fixture.loop)) {
    }
    assert_string_equal(seen->str, "abcd(3)a(2)b(2)csd");
    fixture_clear(&fixture);
}

static void test_loop__posting_twice_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(post_twice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop__first_come_mixes_lanes_in_order_of_posting),
        cmocka_unit_test(test_loop__answers_pick_candidates),
        cmocka_unit_test(test_loop__time_jumps_only_when_nothing_is_ready),
        cmocka_unit_test(test_loop__tasks_may_run_the_loop),
        cmocka_unit_test(test_loop__cancel_takes_back),
        cmocka_unit_test(test_loop__busy_is_anything_but_steps),
        cmocka_unit_test(test_loop__stuck_is_asked_when_nothing_is_left),
        cmocka_unit_test(test_loop__record_replays_a_run),
        cmocka_unit_test(test_loop__bottom_halves_go_in_passes),
        cmocka_unit_test(test_loop__pass_ends_when_its_last_is_gone),
        cmocka_unit_test(test_loop__observers_see_tasks_and_offers),
        cmocka_unit_test(test_loop__posting_twice_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
