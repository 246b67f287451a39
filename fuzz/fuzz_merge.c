/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How two bitmaps are settled when a backup access ends, by itself and at full speed.
 *
 * The input is a case (fuzz/merge-case.h), and the laws are those of fuzz/merge-run.h.  With
 * BAX_FUZZ_TAME=1 in the environment nobody else touches the bitmaps, so that code with a known
 * weakness there can be fuzzed for the rest.
 */
#include <stdlib.h>

#include "fuzz/finding.h"
#include "qemu/osdep.h"
#include "fuzz/merge-run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    static bool is_known, is_tame;
    MergeViolation violation;
    MergeCase merge;

    if (!is_known) {
        is_known = true;
        is_tame = g_strcmp0(getenv("BAX_FUZZ_TAME"), "1") == 0;
    }
    merge_case_read(&merge, data, n_bytes, is_tame);
    violation = merge_check(&merge);
    if (violation.name) {
        fuzz_finding(violation.name, "%s", violation.message);
    }
    return 0;
}
