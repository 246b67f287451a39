/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pseudo-random numbers: splitmix64 (G. Steele, D. Lea, C. Flood, 2014).
 *
 * Chosen for its size: one word of state, no bad seeds, a handful of instructions.
 */
#include "sim/core/prng.h"

#include <glib.h>

void sim_prng_init(SimPrng *prng, uint64_t seed)
{
    prng->state = seed;
}

uint64_t sim_prng_next(SimPrng *prng)
{
    uint64_t z = prng->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t sim_prng_below(SimPrng *prng, uint64_t n)
{
    uint64_t number;
    uint64_t n_surplus;

    g_assert(n >= 1);
    /* 2^64 modulo n: so many of the smallest numbers are one turn too many. */
    n_surplus = (0 - n) % n;
    do {
        number = sim_prng_next(prng);
    } while (number < n_surplus);
    return number % n;
}
