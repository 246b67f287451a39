/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop's contract: who is a candidate, in which order, and when time moves.
 *
 * Tasks write their names down when they run; tests compare the whole line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/loop.h"
#include "sim/core/prng.h"
#include "sim/core/test-aborts.h"

#define N_TASKS 64

typedef struct Fixture Fixture;

typedef struct NamedTask {
    SimTask task;
    Fixture *fixture;
    char name;
    unsigned n_nested_steps;    /* steps of the loop from inside of it */
} NamedTask;

struct Fixture {
    SimChoices choices;
    SimLoop *loop;
    NamedTask tasks[N_TASKS];
    char ran[256];              /* names, in upper case when a nesting task returns */
    unsigned n_ran;
    unsigned n_asked_when_stuck;
};

static void run_named(void *opaque)
{
    NamedTask *named = opaque;
    Fixture *fixture = named->fixture;

    g_assert(named->task.state == SIM_TASK_IDLE);
    fixture->ran[fixture->n_ran++] = named->name;
    if (named->n_nested_steps > 0) {
        for (unsigned i = 0; i < named->n_nested_steps; i++) {
            sim_loop_step(fixture->loop);
        }
        fixture->ran[fixture->n_ran++] = g_ascii_toupper(named->name);
    }
}

static void fixture_init(Fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    sim_choices_init_first_come(&fixture->choices);
    fixture->loop = sim_loop_new(&fixture->choices);
    for (unsigned i = 0; i < N_TASKS; i++) {
        fixture->tasks[i].fixture = fixture;
        fixture->tasks[i].name = 'a' + i % 26;
        fixture->tasks[i].task.run = run_named;
        fixture->tasks[i].task.opaque = &fixture->tasks[i];
        fixture->tasks[i].task.what = "named";
    }
}

static void fixture_clear(Fixture *fixture)
{
    sim_loop_free(fixture->loop);
    sim_choices_clear(&fixture->choices);
}

static void post(Fixture *fixture, char name, SimLane lane)
{
    SimTask *task = &fixture->tasks[name - 'a'].task;

    task->lane = lane;
    sim_loop_post(fixture->loop, task);
}

static void post_after(Fixture *fixture, char name, SimLane lane, uint64_t delay_ns)
{
    SimTask *task = &fixture->tasks[name - 'a'].task;

    task->lane = lane;
    sim_loop_post_after(fixture->loop, task, delay_ns);
}

static void assert_runs(Fixture *fixture, const char *expected)
{
    while (sim_loop_step(fixture->loop)) {
    }
    assert_string_equal(fixture->ran, expected);
}

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
    /* c of (a b c s), b of (a b s) in a pass of one, s of (a d s), a of (a d t), d of (d t), t alone. */
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
    sim_loop_visit(fixture.loop, see_task, seen);
    assert_string_equal(seen->str, "abc");
    while (sim_loop_step(fixture.loop)) {
    }
    assert_string_equal(seen->str, "abc(3)a(2)b(2)cs");
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
        cmocka_unit_test(test_loop__priorities_stay_with_their_tasks),
        cmocka_unit_test(test_loop__change_puts_the_most_urgent_last),
        cmocka_unit_test(test_loop__candidates_equal_a_shadow),
        cmocka_unit_test(test_loop__iothreads_go_on_as_answered),
        cmocka_unit_test(test_loop__too_many_candidates_are_no_harm),
        cmocka_unit_test(test_loop__observers_see_tasks_and_offers),
        cmocka_unit_test(test_loop__posting_twice_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
