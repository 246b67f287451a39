/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For unit tests of sim/util: a world of a loop and events, and a line to write on.
 *
 * Coroutines write letters down; tests compare the whole line afterwards, outside of
 * them, because a failing assertion of cmocka must not jump across stacks.
 */
#ifndef SIM_UTIL_TEST_WORLD_H
#define SIM_UTIL_TEST_WORLD_H

#include <glib.h>
#include <string.h>

#include "sim/util/sim-context.h"

static SimChoices test_choices;
static SimEvents test_events;
static char test_written[64];

static inline int test_world_open(void **state)
{
    (void)state;
    sim_choices_init_first_come(&test_choices);
    sim_main_loop = sim_loop_new(&test_choices);
    sim_events_init(&test_events, sim_main_loop);
    sim_events = &test_events;
    test_written[0] = '\0';
    return 0;
}

static inline int test_world_close(void **state)
{
    (void)state;
    sim_context_reset();
    sim_loop_free(sim_main_loop);
    sim_choices_clear(&test_choices);
    sim_main_loop = NULL;
    sim_events = NULL;
    return 0;
}

static inline void test_write(char letter)
{
    size_t length = strlen(test_written);

    g_assert(length + 1 < sizeof(test_written));
    test_written[length] = letter;
    test_written[length + 1] = '\0';
}

static inline void test_run_loop(void)
{
    while (sim_loop_step(sim_main_loop)) {
    }
}

#endif
