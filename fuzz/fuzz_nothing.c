/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The yardstick of fuzz/speed: what the engine alone costs. */
#include "fuzz/finding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    (void)data;
    (void)n_bytes;
    return 0;
}
