/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one source of choices.
 *
 * Whatever the scheduler, every answer goes into the record, so that a run that
 * was found by chance can be replayed without its seed.
 */
#include "sim/core/choices.h"

#include <glib.h>
#include <string.h>

#include "sim/core/prng.h"

void sim_choices_init_first_come(SimChoices *choices)
{
    memset(choices, 0, sizeof(*choices));
    choices->scheduler = SIM_SCHEDULER_FIRST_COME;
}

void sim_choices_init_seeded(SimChoices *choices, uint64_t seed)
{
    memset(choices, 0, sizeof(*choices));
    choices->scheduler = SIM_SCHEDULER_SEEDED;
    choices->random_state = seed;
}

void sim_choices_init_recorded(SimChoices *choices, const uint16_t *answers, uint32_t n_answers)
{
    memset(choices, 0, sizeof(*choices));
    choices->scheduler = SIM_SCHEDULER_RECORDED;
    choices->recorded = answers;
    choices->n_recorded = n_answers;
}

void sim_choices_clear(SimChoices *choices)
{
    g_free(choices->record);
    memset(choices, 0, sizeof(*choices));
}

static void append_to_record(SimChoices *choices, uint16_t answer)
{
    if (choices->n_asked == choices->n_record_allocated) {
        choices->n_record_allocated = MAX(64, 2 * choices->n_record_allocated);
        choices->record = g_renew(uint16_t, choices->record, choices->n_record_allocated);
    }
    choices->record[choices->n_asked++] = answer;
}

static unsigned choose_at_random(SimChoices *choices, unsigned n)
{
    SimPrng prng = { choices->random_state };
    unsigned answer = sim_prng_below(&prng, n);

    choices->random_state = prng.state;
    return answer;
}

unsigned sim_choices_choose(SimChoices *choices, unsigned n)
{
    unsigned answer = 0;

    g_assert(n >= 1);
    g_assert(n <= UINT16_MAX);
    if (n == 1) {
        return 0;
    }

    switch (choices->scheduler) {
    case SIM_SCHEDULER_FIRST_COME:
        break;
    case SIM_SCHEDULER_SEEDED:
        answer = choose_at_random(choices, n);
        break;
    case SIM_SCHEDULER_RECORDED:
        if (choices->n_asked < choices->n_recorded) {
            answer = choices->recorded[choices->n_asked] % n;
        }
        break;
    }
    append_to_record(choices, answer);
    return answer;
}
