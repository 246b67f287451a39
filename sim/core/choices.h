/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one source of choices.
 *
 * Everything that QEMU could do in another order is a question to this source:
 * "which of these n goes next?"  The same answers give the same run, byte for
 * byte.  Every answer is recorded, so that any run can be replayed from its
 * record alone.
 */
#ifndef SIM_CORE_CHOICES_H
#define SIM_CORE_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

typedef enum SimScheduler {
    SIM_SCHEDULER_FIRST_COME,   /* always 0: what became runnable first goes first */
    SIM_SCHEDULER_SEEDED,       /* pseudo-random from a seed */
    SIM_SCHEDULER_RECORDED,     /* the given answers, then first-come */
} SimScheduler;

typedef struct SimChoices {
    SimScheduler scheduler;
    uint64_t random_state;
    const uint16_t *recorded;   /* borrowed */
    uint32_t n_recorded;
    uint32_t n_asked;           /* questions with more than one possible answer so far */
    uint16_t *record;           /* the answers given; owned */
    uint32_t n_record_allocated;
} SimChoices;

void sim_choices_init_first_come(SimChoices *choices);
void sim_choices_init_seeded(SimChoices *choices, uint64_t seed);
/* @answers is borrowed and must outlive @choices. */
void sim_choices_init_recorded(SimChoices *choices, const uint16_t *answers, uint32_t n_answers);
void sim_choices_clear(SimChoices *choices);

/*
 * A number below @n.  Needs 1 <= n <= 65535.  With n == 1 nothing is asked and
 * nothing recorded.  A recorded answer that is too large is taken modulo @n.
 */
unsigned sim_choices_choose(SimChoices *choices, unsigned n);

#endif
