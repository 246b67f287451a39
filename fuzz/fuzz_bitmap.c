/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty bitmaps, operation by operation: ours, a byte for every chunk, and QEMU's own if the
 * build has a QEMU tree.
 *
 * The input's bytes are the choices of one of the random runs that the tests of the bitmaps make
 * from seeds (sim/block/test-dirty-bitmap-run.h).  All answers must be the same.
 */
#include "fuzz/finding.h"
#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-run.h"

/* Long runs find nothing that short ones do not. */
#define MAX_STEPS 500

void run_disagree(const char *message)
{
    fuzz_finding("bitmaps-differ", "%s", message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    static bool is_known, is_fixed;
    Run run;

    if (!is_known) {
        is_known = true;
        is_fixed = run_status_is_fixed();
    }
    if (n_bytes == 0) {
        return FUZZ_REJECTED;
    }
    run_init_bytes(&run, data, n_bytes, is_fixed);
    while (run_has_bytes(&run) && run.step < MAX_STEPS) {
        run_step(&run);
    }
    run_finish(&run);
    return 0;
}
