/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutator, by the names that libFuzzer and those like it look for. */
#include "fuzz/finding.h"
#include "fuzz/mutator.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n_bytes, size_t max_bytes, unsigned seed)
{
    return mutator_mutate(data, n_bytes, max_bytes, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b,
                                 uint8_t *output, size_t max_bytes, unsigned seed)
{
    return mutator_cross(a, n_a, b, n_b, output, max_bytes, seed);
}
