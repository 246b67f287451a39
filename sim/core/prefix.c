/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every schedule within a bound, one after the other.
 *
 * The next schedule differs from the last one as late as it can: the last question that has
 * another alternative left and may deviate gets it, and all behind it is first-come again.
 */
#include "sim/core/prefix.h"

#include <glib.h>
#include <string.h>

/* The index of the question to change; @n_trace: there is none. */
static uint32_t find_question(const SimPrefix *prefix, const SimTraced *trace, uint32_t n_trace)
{
    uint32_t found = n_trace, n_deviations = 0;

    for (uint32_t i = 0; i < n_trace && n_deviations < prefix->n_deviations_max; i++) {
        if (trace[i].answer + 1 < trace[i].n_alternatives) {
            found = i;
        }
        n_deviations += trace[i].answer > 0;
    }
    return found;
}

bool sim_prefix_next(SimPrefix *prefix, const SimTraced *trace, uint32_t n_trace)
{
    uint32_t index = find_question(prefix, trace, n_trace);

    /* The run did as it was told. */
    g_assert(n_trace >= prefix->n_answers);
    if (index == n_trace) {
        return false;
    }
    if (index + 1 > prefix->n_allocated) {
        prefix->n_allocated = MAX(64, 2 * (index + 1));
        prefix->answers = g_renew(uint16_t, prefix->answers, prefix->n_allocated);
    }
    for (uint32_t i = 0; i <= index; i++) {
        prefix->answers[i] = trace[i].answer + (i == index);
    }
    prefix->n_answers = index + 1;
    return true;
}

void sim_prefix_clear(SimPrefix *prefix)
{
    g_free(prefix->answers);
    memset(prefix, 0, sizeof(*prefix));
}
