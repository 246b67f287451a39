/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop with tasks that write their names down when they run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sim/core/test-loop-fixture.h"

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

void fixture_init(Fixture *fixture)
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

void fixture_clear(Fixture *fixture)
{
    sim_loop_free(fixture->loop);
    sim_choices_clear(&fixture->choices);
}

void post(Fixture *fixture, char name, SimLane lane)
{
    SimTask *task = &fixture->tasks[name - 'a'].task;

    task->lane = lane;
    sim_loop_post(fixture->loop, task);
}

void post_after(Fixture *fixture, char name, SimLane lane, uint64_t delay_ns)
{
    SimTask *task = &fixture->tasks[name - 'a'].task;

    task->lane = lane;
    sim_loop_post_after(fixture->loop, task, delay_ns);
}

void assert_runs(Fixture *fixture, const char *expected)
{
    while (sim_loop_step(fixture->loop)) {
    }
    assert_string_equal(fixture->ran, expected);
}
