/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutating scenarios as text, for engines: the parsed form is changed, so that what comes out
 * parses, too (harness/generate/generate.h).
 *
 * Data that holds no scenario becomes a new one.  What is too long is cut behind a whole line.
 * The same data and seed give the same result.
 */
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* Into @data, which holds @n_bytes and has room for @max_bytes.  Returns the new length. */
size_t mutator_mutate(uint8_t *data, size_t n_bytes, size_t max_bytes, uint64_t seed);
/* Into @output, which has room for @max_bytes. */
size_t mutator_cross(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b, uint8_t *output,
                     size_t max_bytes, uint64_t seed);

#endif
