/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of compare.c and what reads and prints for it, on reports written by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/cli/compare.h"

#define HEAD "{\"program\":\"bax\",\"subject\":\"s\",\"generation\":1,\"scenarios\":["
#define SCENARIO(file, verdict, findings, answers, bitmaps) \
    "{\"file\":\"" file "\",\"title\":\"T.\",\"verdict\":\"" verdict "\",\"reason\":null," \
    "\"findings\":[" findings "],\"answers\":" answers ",\"final_bitmaps\":" bitmaps "}"
#define LOST "{\"name\":\"lost-write\",\"who\":\"drive-scsi0\",\"line\":9,\"message\":\"a\"}"

static const char json_a[] = HEAD
    SCENARIO("same.scn", "ok", "", "[\"1: quit: ok\"]", "[]") ","
    SCENARIO("answer.scn", "ok", "", "[\"1: a\",\"2: b\",\"3: c\"]", "[\"d b: none\"]") ","
    SCENARIO("lost.scn", "finding", LOST, "[]", "[]") ","
    SCENARIO("crash.scn", "ok", "", "[\"1: a\"]", "[\"d b: none\"]") ","
    SCENARIO("skipped.scn", "skipped", "", "[]", "null") "]}";
static const char json_b[] = HEAD
    SCENARIO("same.scn", "ok", "", "[\"1: quit: ok\"]", "[]") ","
    SCENARIO("answer.scn", "ok", "", "[\"1: a\",\"2: x\",\"3: c\"]", "[\"d b: 0+4M\"]") ","
    SCENARIO("lost.scn", "finding", LOST "," LOST, "[]", "[]") ","
    SCENARIO("crash.scn", "crash", "", "null", "null") ","
    SCENARIO("skipped.scn", "ok", "", "[\"1: a\"]", "[]") "]}";

static ComparedReport *parse(const char *program, const char *json)
{
    g_autoptr(GError) error = NULL;
    ComparedReport *report = compared_report_parse(program, json, strlen(json), &error);

    assert_null(error);
    assert_non_null(report);
    return report;
}

static void test_compare__lists_what_differs(void **state)
{
    g_autoptr(ComparedReport) a = parse("./a", json_a);
    g_autoptr(ComparedReport) b = parse("./b", json_b);
    g_autoptr(GString) text = g_string_new(NULL);

    (void) state;
    assert_true(compare_print_human(a, b, text));
    assert_string_equal(text->str,
        "answer.scn: T.\n"
        "  answers\n    A  2: b\n    B  2: x\n"
        "  bitmaps\n    A  d b: none\n    B  d b: 0+4M\n\n"
        "lost.scn: T.\n"
        "  findings\n    B  9: lost-write on drive-scsi0\n\n"
        "crash.scn: T.\n"
        "  verdict\n    A  ok\n    B  crash\n\n"
        "A: ./a (s, generation 1)\n"
        "B: ./b (s, generation 1)\n"
        "5 scenarios: 1 the same, 3 differ, 1 not compared since one of them skips it.\n"
        "Findings: 1 in both, 0 only in A, 1 only in B.\n");
}

static void test_compare__a_report_equals_itself(void **state)
{
    g_autoptr(ComparedReport) a = parse("./a", json_a);
    g_autoptr(GString) text = g_string_new(NULL);

    (void) state;
    assert_false(compare_print_human(a, a, text));
    assert_string_equal(text->str,
        "A: ./a (s, generation 1)\n"
        "B: ./a (s, generation 1)\n"
        "5 scenarios: 5 the same, 0 differ.\n"
        "Findings: 1 in both, 0 only in A, 0 only in B.\n");
}

static void test_compare__what_is_no_report_is_refused(void **state)
{
    static const char *const rows[] = {
        "", "no json", "{}", "{\"program\":\"other\",\"scenarios\":[]}", "{\"program\":\"bax\"}",
        "{\"program\":\"bax\",\"subject\":\"s\",\"scenarios\":[7]}", "{\"program\":[]}",
        "{\"program\":\"bax\",\"subject\":\"s\",\"scenarios\":[{\"file\":\"a\"}]}",
        "{\"program\":\"bax\",\"subject\":{},\"scenarios\":[]}", "[\"program\"]",
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(compared_report_parse("./x", rows[i], strlen(rows[i]), &error));
        assert_string_equal(error->message, "'./x run --format json' gave no report of bax");
    }
}

/* Against the definition: what is left of a and b without the common lines, in order. */
static void test_compare__line_differences_are_exact(void **state)
{
    static const char *const rows[][5] = {
        { "", "", "", "", "" },
        { "abc", "abc", "", "", "abc" },
        { "abc", "", "abc", "", "" },
        { "abcd", "acxd", "b", "x", "acd" },
        { "aab", "ab", "a", "", "ab" },
        { "ab", "ba", "a", "a", "b" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GPtrArray *sides[2];
        LineDifference difference;
        const GPtrArray *results[3];

        for (unsigned side = 0; side < 2; side++) {
            sides[side] = g_ptr_array_new_with_free_func(g_free);
            for (const char *c = rows[i][side]; *c; c++) {
                g_ptr_array_add(sides[side], g_strndup(c, 1));
            }
        }
        line_difference_init(&difference, sides[0], sides[1]);
        results[0] = difference.only_a;
        results[1] = difference.only_b;
        results[2] = difference.same;
        for (unsigned k = 0; k < 3; k++) {
            g_autoptr(GString) joined = g_string_new(NULL);

            for (guint n = 0; n < results[k]->len; n++) {
                g_string_append(joined, g_ptr_array_index(results[k], n));
            }
            assert_string_equal(joined->str, rows[i][2 + k]);
        }
        line_difference_clear(&difference);
        g_ptr_array_unref(sides[0]);
        g_ptr_array_unref(sides[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare__lists_what_differs),
        cmocka_unit_test(test_compare__a_report_equals_itself),
        cmocka_unit_test(test_compare__what_is_no_report_is_refused),
        cmocka_unit_test(test_compare__line_differences_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
