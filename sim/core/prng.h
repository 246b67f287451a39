/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pseudo-random numbers: splitmix64.
 *
 * The same seed gives the same numbers on every machine and compiler.  A stream
 * is a plain struct, so whoever needs one owns one; nothing is shared.
 */
#ifndef SIM_CORE_PRNG_H
#define SIM_CORE_PRNG_H

#include <stdint.h>

typedef struct SimPrng {
    uint64_t state;
} SimPrng;

/* Any seed will do, 0 included. */
void sim_prng_init(SimPrng *prng, uint64_t seed);
uint64_t sim_prng_next(SimPrng *prng);
/* Evenly distributed below @n.  Needs n >= 1. */
uint64_t sim_prng_below(SimPrng *prng, uint64_t n);

#endif
