/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mutator as a library for AFL++ (AFL_CUSTOM_MUTATOR_LIBRARY).
 *
 * Every fourth time two inputs of the queue are crossed, if AFL++ offers a second one.
 */
#include <glib.h>
#include <string.h>

#include "fuzz/mutator.h"
#include "sim/core/prng.h"

typedef struct Mutator {
    SimPrng prng;
    uint8_t *output;
    size_t n_allocated;
} Mutator;

/* By these names AFL++ finds them; each declared since nobody else does. */
void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(Mutator *mutator, uint8_t *data, size_t n_bytes, uint8_t **ret_output,
                       uint8_t *other, size_t n_other, size_t max_bytes);
void afl_custom_deinit(Mutator *mutator);

void *afl_custom_init(void *afl, unsigned seed)
{
    Mutator *mutator = g_new0(Mutator, 1);
    (void)afl;

    sim_prng_init(&mutator->prng, seed);
    return mutator;
}

size_t afl_custom_fuzz(Mutator *mutator, uint8_t *data, size_t n_bytes, uint8_t **ret_output,
                       uint8_t *other, size_t n_other, size_t max_bytes)
{
    uint64_t seed = sim_prng_next(&mutator->prng);

    if (mutator->n_allocated < max_bytes) {
        mutator->output = g_realloc(mutator->output, max_bytes);
        mutator->n_allocated = max_bytes;
    }
    *ret_output = mutator->output;
    if (other && seed % 4 == 0) {
        return mutator_cross(data, n_bytes, other, n_other, mutator->output, max_bytes, seed);
    }
    n_bytes = MIN(n_bytes, max_bytes);
    memcpy(mutator->output, data, n_bytes);
    return mutator_mutate(mutator->output, n_bytes, max_bytes, seed);
}

void afl_custom_deinit(Mutator *mutator)
{
    g_free(mutator->output);
    g_free(mutator);
}
