/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The builtin dirty bitmaps against a byte for every chunk, operation by operation; with a
 * QEMU tree QEMU's own take part.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-run.h"

#define N_RUNS 100
#define N_STEPS_PER_RUN 1000

void run_disagree(const char *message)
{
    fail_msg("%s", message);
    abort();
}

static void test_dirty_bitmap__random_operations_match_a_shadow(void **state)
{
    bool fixed = run_status_is_fixed();
    const char *rarest;
    Run run;
    (void)state;

    for (uint64_t seed = 1; seed <= N_RUNS; seed++) {
        run_init(&run, seed, true, fixed);
        for (unsigned i = 0; i < N_STEPS_PER_RUN; i++) {
            run_step(&run);
        }
        run_finish(&run);
    }
    if (run_n_rarest(&rarest) < 20) {
        fail_msg("%s was done only %u times", rarest, run_n_rarest(&rarest));
    }
}

/* Bytes choose as numbers do, and nothing is chosen beyond their end. */
static void test_run_pick__takes_bytes_as_needed(void **state)
{
    static const uint8_t bytes[] = {
        4, 8, 0, 3, 7,                              /* chunks, sizes of the nodes */
        9, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0x81,
    };
    Run run;
    (void)state;

    run_init_bytes(&run, bytes, sizeof(bytes), true);
    assert_int_equal(run.max_chunks, 16);
    run.bytes = bytes + 5;
    assert_int_equal(run_pick(&run, 1), 0);
    assert_int_equal(run_pick(&run, 5), 4);
    assert_int_equal(run_pick(&run, 1000), 258);
    assert_int_equal(run_pick(&run, UINT64_C(1) << 40), 1);
    assert_true(run_has_bytes(&run));
    assert_int_equal(run_pick(&run, 256), 0x81);
    assert_false(run_has_bytes(&run));
    assert_int_equal(run_pick(&run, 256), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_pick__takes_bytes_as_needed),
        cmocka_unit_test(test_dirty_bitmap__random_operations_match_a_shadow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
