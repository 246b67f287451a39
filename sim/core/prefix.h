/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every schedule within a bound, one after the other.
 *
 * A schedule is the list of answers to all questions of a run.  It is given by its prefix up
 * to the last answer other than 0; behind that, first-come decides.  An answer other than 0 is
 * a deviation: with at most so many of them, the schedules of a scenario are a finite tree,
 * which is walked depth first without keeping it in memory: the trace of a run (the answers,
 * and how many alternatives each question had) leads to the prefix of the next one.
 *
 *     SimPrefix prefix = { .n_deviations_max = 2 };
 *
 *     do {
 *         sim_choices_init_prefix(&choices, prefix.answers, prefix.n_answers);
 *         choices.is_traced = true;
 *         ... a run ...
 *     } while (sim_prefix_next(&prefix, choices.trace, choices.n_trace));
 *     sim_prefix_clear(&prefix);
 *
 * It comes by each schedule within the bound exactly once, if the run does nothing but what
 * its answers say; the first one is first-come itself.
 */
#ifndef SIM_CORE_PREFIX_H
#define SIM_CORE_PREFIX_H

#include "sim/core/choices.h"

typedef struct SimPrefix {
    uint32_t n_deviations_max;  /* set by the caller; all else begins as 0 */
    uint16_t *answers;          /* owned */
    uint32_t n_answers;
    uint32_t n_allocated;
} SimPrefix;

/* @trace: of the run that this prefix gave.  False: there is no further one. */
bool sim_prefix_next(SimPrefix *prefix, const SimTraced *trace, uint32_t n_trace);
void sim_prefix_clear(SimPrefix *prefix);

#endif
