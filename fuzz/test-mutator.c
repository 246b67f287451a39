/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mutator: what it makes parses, fits, and depends on nothing but data and seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "fuzz/mutator.h"
#include "harness/scenario/scenario.h"

#define MAX_BYTES 4096

static const char seed_text[] =
    "bax 1\n"
    "drive scsi0 64M\n"
    "write scsi0 0 4M\n"
    "setup pbs1 scsi0 bitmap=b0\n"
    "write scsi0 12M 64K\n"
    "teardown pbs1 success\n";

static size_t mutate(const char *text, size_t max_bytes, uint64_t seed, uint8_t output[MAX_BYTES])
{
    memset(output, 0xaa, MAX_BYTES);
    memcpy(output, text, strlen(text));
    return mutator_mutate(output, strlen(text), max_bytes, seed);
}

static void assert_parses(const uint8_t *data, size_t n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("x", (const char *)data, n_bytes, &error);

    if (!scenario) {
        fail_msg("%s in:\n%.*s", error->message, (int)n_bytes, (const char *)data);
    }
}

static void test_mutator_mutate__gives_scenarios(void **state)
{
    uint8_t output[MAX_BYTES];
    unsigned n_changed = 0;
    (void)state;

    for (uint64_t seed = 0; seed < 500; seed++) {
        size_t n_bytes = mutate(seed_text, MAX_BYTES, seed, output);

        assert_parses(output, n_bytes);
        n_changed += n_bytes != strlen(seed_text) || memcmp(output, seed_text, n_bytes) != 0;
    }
    assert_true(n_changed > 400);
}

static void test_mutator_mutate__is_decided_by_data_and_seed(void **state)
{
    uint8_t output[MAX_BYTES], again[MAX_BYTES];
    (void)state;

    for (uint64_t seed = 0; seed < 50; seed++) {
        size_t n_bytes = mutate(seed_text, MAX_BYTES, seed, output);

        assert_int_equal(mutate(seed_text, MAX_BYTES, seed, again), n_bytes);
        assert_memory_equal(output, again, n_bytes);
    }
}

static void test_mutator_mutate__makes_a_new_one_from_no_scenario(void **state)
{
    uint8_t output[MAX_BYTES];
    size_t n_bytes = mutate("no such step\n", MAX_BYTES, 7, output);
    (void)state;

    assert_true(n_bytes > 0);
    assert_parses(output, n_bytes);
    n_bytes = mutate("", MAX_BYTES, 7, output);
    assert_true(n_bytes > 0);
    assert_parses(output, n_bytes);
}

static void test_mutator_mutate__cuts_behind_a_line(void **state)
{
    uint8_t output[MAX_BYTES];
    (void)state;

    for (uint64_t seed = 0; seed < 50; seed++) {
        size_t n_bytes = mutate("", 100, seed, output);

        assert_true(n_bytes > 0 && n_bytes <= 100);
        assert_int_equal(output[n_bytes - 1], '\n');
        assert_int_equal(output[100], 0xaa);
        assert_parses(output, n_bytes);
    }
}

static void test_mutator_cross__gives_scenarios(void **state)
{
    static const char other[] = "drive ide0 1M\nwrite ide0 0 512\nflush ide0\n";
    uint8_t output[MAX_BYTES];
    (void)state;

    for (uint64_t seed = 0; seed < 200; seed++) {
        size_t n_bytes = mutator_cross((const uint8_t *)seed_text, strlen(seed_text),
                                       (const uint8_t *)other, strlen(other), output, MAX_BYTES,
                                       seed);

        assert_parses(output, n_bytes);
    }
    assert_true(mutator_cross((const uint8_t *)"?", 1, (const uint8_t *)other, strlen(other),
                              output, MAX_BYTES, 1) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutator_mutate__gives_scenarios),
        cmocka_unit_test(test_mutator_mutate__is_decided_by_data_and_seed),
        cmocka_unit_test(test_mutator_mutate__makes_a_new_one_from_no_scenario),
        cmocka_unit_test(test_mutator_mutate__cuts_behind_a_line),
        cmocka_unit_test(test_mutator_cross__gives_scenarios),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
