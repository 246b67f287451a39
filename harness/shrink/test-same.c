/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of which findings are the same, and which one of several is chosen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/shrink/same.h"

static const char one[] =
    "drive scsi0 4M\nsetup pbs1 scsi0 bitmap=b0\nexpect bitmap scsi0 b0 all\n";
static const char two[] =
    "drive virtio7 4M\nsetup night virtio7 bitmap=b10\nquery\nexpect bitmap virtio7 b10 none\n";

static char *likeness(const char *text, const Finding *finding)
{
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, strlen(text), NULL);

    assert_non_null(scenario);
    return finding_likeness(scenario, finding);
}

static void test_same__names_and_numbers_do_not_count(void **state)
{
    static const struct {
        Finding one;
        Finding two;
        bool is_same;
    } rows[] = {
        { { "lost-write", "drive-scsi0", 1, "x", NULL },
          { "lost-write", "drive-virtio7", 2, "y", NULL }, true },
        { { "lost-write", "drive-scsi0", 1, "x", NULL },
          { "lost-write", "b10", 1, "x", NULL }, false },
        { { "lost-write", NULL, 1, "x", NULL }, { "stale-view", NULL, 1, "x", NULL }, false },
        { { "leaked-memory", "qmp_a", 1, "x", NULL }, { "leaked-memory", "qmp_b", 1, "x", NULL },
          false },
        { { "crash", NULL, 1, "a.c:12:f: assertion failed: (b)\nSIGABRT", NULL },
          { "crash", NULL, 2, "a.c:345:f: assertion failed: (b)\nSIGABRT", NULL }, true },
        { { "crash", NULL, 1, "a.c:12:f: assertion failed: (b)", NULL },
          { "crash", NULL, 1, "a.c:12:g: assertion failed: (b)", NULL }, false },
        { { "standstill", NULL, 1, "setup never ends: on scsi0", NULL },
          { "standstill", NULL, 1, "setup never ends: on another", NULL }, true },
        { { "standstill", NULL, 1, "setup never ends: x", NULL },
          { "standstill", NULL, 1, "teardown never ends: x", NULL }, false },
        { { "expectation", "a", 3, "bitmap b0 is dirty at 0+4M,12M+64K", NULL },
          { "expectation", "b", 4, "bitmap b10 is dirty at 8M+4M", NULL }, true },
        { { "expectation", "a", 3, "bitmap b0 is dirty at 0+4M", NULL },
          { "expectation", "b", 4, "there is no bitmap b10", NULL }, false },
        { { "expectation", "a", 2, "setup failed", NULL },
          { "expectation", "b", 3, "setup failed", NULL }, false },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *left = likeness(one, &rows[i].one);
        g_autofree char *right = likeness(two, &rows[i].two);

        assert_int_equal(strcmp(left, right) == 0, rows[i].is_same);
    }
}

static void test_same__names_are_whole_words(void **state)
{
    static const char text[] = "drive b 4M\nsetup a1 b bitmap=b1\n";
    Finding finding = { .name = "crash", .message = "b1, a1: b12 ab drive-b a12 7K 7Kx _b b" };
    g_autofree char *its_likeness = likeness(text, &finding);

    (void) state;
    assert_string_equal(its_likeness, "crash\n\n@, @: b# ab drive-@ a# # #Kx _b @");
}

static void test_same__the_most_severe_is_chosen(void **state)
{
    Finding findings[] = {
        { .name = "expectation" },
        { .name = "lost-write" },
        { .name = "stale-view" },
        { .name = "crash" },
    };
    RunResult result = { .findings = g_array_new(FALSE, FALSE, sizeof(Finding)) };

    (void) state;
    assert_null(finding_choose(&result, NULL));
    g_array_append_vals(result.findings, findings, 3);
    assert_string_equal(finding_choose(&result, NULL)->name, "lost-write");
    assert_string_equal(finding_choose(&result, "expectation")->name, "expectation");
    assert_null(finding_choose(&result, "crash"));
    g_array_append_val(result.findings, findings[3]);
    assert_string_equal(finding_choose(&result, NULL)->name, "crash");
    g_array_unref(result.findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same__names_and_numbers_do_not_count),
        cmocka_unit_test(test_same__names_are_whole_words),
        cmocka_unit_test(test_same__the_most_severe_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
