/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop with tasks that write their names down when they run; tests compare the whole line.
 */
#ifndef SIM_CORE_TEST_LOOP_FIXTURE_H
#define SIM_CORE_TEST_LOOP_FIXTURE_H

#include <glib.h>

#include "sim/core/loop.h"

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

/* First-come; the tasks are called a, b, c, ... */
void fixture_init(Fixture *fixture);
void fixture_clear(Fixture *fixture);
void post(Fixture *fixture, char name, SimLane lane);
void post_after(Fixture *fixture, char name, SimLane lane, uint64_t delay_ns);
/* Runs whatever there is to run; all that ever ran is then @expected. */
void assert_runs(Fixture *fixture, const char *expected);

#endif
