/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever the text holds: it is parsed and printed to a fixed point, or refused with
 * a place that lies in it.  Random bytes, random words and mutated scenarios, from
 * fixed seeds; the sanitizers watch.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness/scenario/test-kinds.h"

#define N_INPUTS 20000

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* "x.scn:LINE:COLUMN: " with a line that there is. */
static void assert_has_place(const char *message, const GString *text)
{
    unsigned line = 0, column = 0, n_lines = 1;
    int n_bytes = 0;

    for (gsize i = 0; i < text->len; i++) {
        n_lines += text->str[i] == '\n';
    }
    assert_int_equal(sscanf(message, "x.scn:%u:%u: %n", &line, &column, &n_bytes), 2);
    assert_true(n_bytes > 0 && message[n_bytes] != '\0');
    assert_true(line >= 1 && line <= n_lines);
    assert_true(column >= 1 && column <= text->len + 1);
    assert_null(strchr(message, '\n'));
    assert_true(g_utf8_validate(message, -1, NULL));
}

/* True if the text was accepted. */
static bool check_text(const GString *text)
{
    /* A copy without a NUL behind it, so that reading too far is seen. */
    g_autofree char *copy = g_memdup2(text->str, text->len);
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("x.scn", copy, text->len, &error);
    g_autoptr(GString) printed = g_string_new(NULL);
    g_autofree char *again = NULL;

    if (!scenario) {
        assert_has_place(error->message, text);
        return false;
    }
    assert_null(error);
    scenario_print(scenario, printed);
    again = test_reprint(printed->str, printed->len);
    assert_string_equal(again, printed->str);
    return true;
}

static void test_garbage__random_bytes(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (unsigned i = 0; i < N_INPUTS; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        unsigned n_bytes = next_random(&seed) % 64;

        for (unsigned j = 0; j < n_bytes; j++) {
            g_string_append_c(text, (char)next_random(&seed));
        }
        check_text(text);
    }
}

/* Pieces of the language in any order get much further than bytes do. */
static void test_garbage__random_words(void **state)
{
    static const char *const words[] = {
        "drive", "write", "setup", "teardown", "expect", "bitmap", "error", "start", "wait",
        "sleep", "look", "left", "fault", "bax", "1", "a", "b", "64K", "0", "512", "3000", "20ms",
        "success", "yes", "*", "a,b", "\"", "\"x\"", "\"x\"*40", "\\x41", "=", "hold=", "landed",
        "delay=", "read-only=", "fleecing=", "bitmap=", "on=", "nth=", "#", "\t", "+", ",", "0+4M",
        ",8M+4M", "none", "all", "9223372036854775807", "\xff", "\r",
    };
    uint64_t seed = 2;
    unsigned n_accepted = 0;

    (void)state;
    for (unsigned i = 0; i < N_INPUTS; i++) {
        g_autoptr(GString) text = g_string_new("drive a 1M\n");
        unsigned n_words = 1 + next_random(&seed) % 8;

        for (unsigned j = 0; j < n_words; j++) {
            g_string_append(text, words[next_random(&seed) % G_N_ELEMENTS(words)]);
            g_string_append(text, next_random(&seed) % 4 ? " " : "");
        }
        n_accepted += check_text(text);
    }
    /* Both ends of the parser were reached. */
    assert_true(n_accepted > 0 && n_accepted < N_INPUTS);
}

static void mutate(GString *text, uint64_t *seed)
{
    static const char bytes[] = "\n\t #\"\\*=+,;:09aKMGTsx-\x80";
    gsize at = next_random(seed) % (text->len + 1);
    gsize n_bytes = MIN(next_random(seed) % 8, text->len - at);

    switch (next_random(seed) % 4) {
    case 0:
        g_string_erase(text, at, n_bytes);
        break;
    case 1:
        g_string_insert_c(text, at, bytes[next_random(seed) % (sizeof(bytes) - 1)]);
        break;
    case 2:
        if (at < text->len) {
            text->str[at] ^= 1 << next_random(seed) % 8;
        }
        break;
    default: {
        g_autofree char *piece = g_strndup(text->str + at, n_bytes);

        g_string_insert(text, next_random(seed) % (text->len + 1), piece);
        break;
    }
    }
}

static void test_garbage__mutated_scenarios(void **state)
{
    uint64_t seed = 3;
    unsigned n_accepted = 0;

    (void)state;
    for (unsigned i = 0; i < N_INPUTS; i++) {
        g_autoptr(GString) text = g_string_new(test_canonical_text);
        unsigned n_mutations = 1 + next_random(&seed) % 3;

        for (unsigned j = 0; j < n_mutations; j++) {
            mutate(text, &seed);
        }
        n_accepted += check_text(text);
    }
    assert_true(n_accepted > 0 && n_accepted < N_INPUTS);
}

/* Every beginning of a good text ends well, too. */
static void test_garbage__cut_scenarios(void **state)
{
    (void)state;
    for (gsize n_bytes = 0; n_bytes < strlen(test_canonical_text); n_bytes++) {
        g_autoptr(GString) text = g_string_new_len(test_canonical_text, n_bytes);

        check_text(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_garbage__random_bytes),
        cmocka_unit_test(test_garbage__random_words),
        cmocka_unit_test(test_garbage__mutated_scenarios),
        cmocka_unit_test(test_garbage__cut_scenarios),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
