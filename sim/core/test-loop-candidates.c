/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop's contract: who is a candidate, and what schedulers make of that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sim/core/prng.h"
#include "sim/core/test-loop-fixture.h"

/* The highest priority runs for as long as it is ready, and keeps it when it comes again. */
static void test_loop__priorities_stay_with_their_tasks(void **state)
{
    Fixture fixture;
    char first;

    (void)state;
    fixture_init(&fixture);
    sim_choices_init_pct(&fixture.choices, 11, 0, 1);
    for (char name = 'a'; name <= 'e'; name++) {
        post(&fixture, name, SIM_LANE_FREE);
    }
    assert_true(sim_loop_step(fixture.loop));
    first = fixture.ran[0];
    for (unsigned i = 0; i < 3; i++) {
        post(&fixture, first, SIM_LANE_FREE);
        assert_true(sim_loop_step(fixture.loop));
        assert_int_equal(fixture.ran[i + 1], first);
    }
    fixture_clear(&fixture);
}

/* At a change the one that would run falls behind all others. */
static void test_loop__change_puts_the_most_urgent_last(void **state)
{
    Fixture plain, changed;

    (void)state;
    fixture_init(&plain);
    fixture_init(&changed);
    sim_choices_init_pct(&plain.choices, 11, 0, 1);
    sim_choices_init_pct(&changed.choices, 11, 0, 1);
    changed.choices.n_changes = 1;
    changed.choices.change_points[0] = 1;
    for (char name = 'a'; name <= 'e'; name++) {
        post(&plain, name, SIM_LANE_FREE);
        post(&changed, name, SIM_LANE_FREE);
    }
    while (sim_loop_step(plain.loop) && sim_loop_step(changed.loop)) {
    }
    assert_int_equal(plain.n_ran, 5);
    assert_memory_equal(changed.ran, plain.ran + 1, 4);
    assert_int_equal(changed.ran[4], plain.ran[0]);
    fixture_clear(&changed);
    fixture_clear(&plain);
}

/*
 * The candidates of the contract, found the slow way: from a plain list of what is ready
 * in the order of becoming so.  Without bottom halves: their passes have tests of their own.
 */
static unsigned shadow_candidates(const SimTask *const *ready, unsigned n_ready,
                                  unsigned *ret_indices)
{
    unsigned n = 0;

    for (unsigned i = 0; i < n_ready; i++) {
        if (ready[i]->lane == SIM_LANE_FREE) {
            ret_indices[n++] = i;
        }
    }
    for (unsigned i = 0; i < n_ready; i++) {
        if (ready[i]->lane == SIM_LANE_STEP) {
            ret_indices[n++] = i;
            break;
        }
    }
    return n;
}

static void test_loop__candidates_equal_a_shadow(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const SimTask *ready[N_TASKS];
        unsigned n_ready = 0;
        Fixture fixture;
        SimChoices answers;
        SimPrng prng;

        fixture_init(&fixture);
        sim_choices_init_seeded(&fixture.choices, seed);
        sim_choices_init_seeded(&answers, seed);
        sim_prng_init(&prng, seed);
        for (unsigned i = 0; i < N_TASKS; i++) {
            fixture.tasks[i].task.lane = sim_prng_below(&prng, 2) ? SIM_LANE_FREE : SIM_LANE_STEP;
            sim_loop_post(fixture.loop, &fixture.tasks[i].task);
            ready[n_ready++] = &fixture.tasks[i].task;
        }
        while (n_ready > 0) {
            unsigned indices[N_TASKS];
            unsigned n = shadow_candidates(ready, n_ready, indices);
            unsigned index = indices[sim_choices_choose(&answers, SIM_CHOICE_LOOP, n)];

            assert_true(sim_loop_step(fixture.loop));
            assert_int_equal(ready[index]->state, SIM_TASK_IDLE);
            n_ready--;
            memmove(&ready[index], &ready[index + 1], (n_ready - index) * sizeof(ready[0]));
            for (unsigned i = 0; i < n_ready; i++) {
                assert_int_equal(ready[i]->state, SIM_TASK_READY);
            }
        }
        assert_false(sim_loop_step(fixture.loop));
        sim_choices_clear(&answers);
        fixture_clear(&fixture);
    }
}

/* Only what is an iothread's, the oldest first; what comes of an answer may be taken at once. */
static void test_loop__iothreads_go_on_as_answered(void **state)
{
    const uint16_t answers[] = { 0, 2, 1, 0 };
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    sim_choices_clear(&fixture.choices);
    sim_choices_init_prefix(&fixture.choices, answers, G_N_ELEMENTS(answers));
    for (const char *name = "bdeg"; *name; name++) {
        fixture.tasks[*name - 'a'].task.is_iothreads = true;
    }
    sim_loop_run_iothreads(fixture.loop);
    assert_int_equal(fixture.choices.n_asked, 0);
    post(&fixture, 'a', SIM_LANE_FREE);
    post(&fixture, 'b', SIM_LANE_FREE);
    post(&fixture, 'c', SIM_LANE_FREE);
    post(&fixture, 'd', SIM_LANE_FREE);
    post(&fixture, 'e', SIM_LANE_FREE);
    post_after(&fixture, 'g', SIM_LANE_FREE, 10);
    sim_loop_run_iothreads(fixture.loop);
    assert_string_equal(fixture.ran, "");
    /* d of (b d e), b of (b e), none of (e). */
    sim_loop_run_iothreads(fixture.loop);
    assert_string_equal(fixture.ran, "db");
    assert_int_equal(fixture.choices.n_asked, 4);
    sim_loop_cancel(fixture.loop, &fixture.tasks['e' - 'a'].task);
    sim_loop_run_iothreads(fixture.loop);
    assert_int_equal(fixture.choices.n_asked, 4);
    assert_runs(&fixture, "dbacg");
    fixture_clear(&fixture);
}

static void run_nothing(void *opaque)
{
    unsigned *n_ran = opaque;

    (*n_ran)++;
}

/* More tasks than the choices can tell apart: the newest are no candidates yet. */
static void test_loop__too_many_candidates_are_no_harm(void **state)
{
    const unsigned n = SIM_MAX_ALTERNATIVES + 10;
    g_autofree SimTask *tasks = g_new0(SimTask, n);
    unsigned n_ran = 0;
    Fixture fixture;

    (void)state;
    fixture_init(&fixture);
    sim_choices_clear(&fixture.choices);
    sim_choices_init_seeded(&fixture.choices, 1);
    for (unsigned i = 0; i < n; i++) {
        tasks[i] = (SimTask){ .run = run_nothing, .opaque = &n_ran, .is_iothreads = true };
        sim_loop_post(fixture.loop, &tasks[i]);
    }
    for (unsigned i = 0; i < 5; i++) {
        assert_true(sim_loop_step(fixture.loop));
    }
    for (unsigned i = 0; i < 100; i++) {
        sim_loop_run_iothreads(fixture.loop);
    }
    assert_true(n_ran > 5);
    for (unsigned i = n - 10; i < n; i++) {
        assert_int_equal(tasks[i].state, SIM_TASK_READY);
    }
    fixture_clear(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop__priorities_stay_with_their_tasks),
        cmocka_unit_test(test_loop__change_puts_the_most_urgent_last),
        cmocka_unit_test(test_loop__candidates_equal_a_shadow),
        cmocka_unit_test(test_loop__iothreads_go_on_as_answered),
        cmocka_unit_test(test_loop__too_many_candidates_are_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
