/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the report for people: the whole text, so that each change of it is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/report/test-fixture.h"

static const char whole[] =
    "a\n"
    "  ok      0123456789abcdef  good      All is well.\n"
    "  finding 0123456789abcdef  lost one  A # of \\ <hard> \"titles\".\n"
    "  invalid 0123456789abcdef  invalid   Asks too much.\n"
    "  crash                     crash     Crashes.\n"
    "b\n"
    "  hang                      hang     Hangs.\n"
    "  skipped 0123456789abcdef  skipped  Is for others.\n"
    "  fault                     fault    Is our fault.\n"
    "\n"
    "a/lost one.scn:9: lost-write on drive-scsi0\n"
    "  chunk 2 (8M+4M): write #5 landed.\n"
    "  Bitmap b0 is clean there.\n"
    "  replay: bax run 'a/lost one.scn'\n"
    "\n"
    "a/lost one.scn: expectation\n"
    "  <&\"'> # \\ \\x01 \\x1b[31m \357\277\275 ]]> \357\277\277\n"
    "  replay: bax run 'a/lost one.scn'\n"
    "\n"
    "a/invalid.scn:3: there is no drive 'scsi7'\n"
    "  replay: bax run a/invalid.scn\n"
    "\n"
    "a/crash.scn:7: crash\n"
    "  The process ended by SIGSEGV.\n"
    "  replay: bax run a/crash.scn\n"
    "\n"
    "b/hang.scn:3: hang\n"
    "  The run was not over.\n"
    "  replay: bax run b/hang.scn\n"
    "\n"
    "b/skipped.scn: skipped\n"
    "  needs generation 3 # or later\n"
    "\n"
    "b/fault.scn: fault\n"
    "  no process could be made\n"
    "  replay: bax run b/fault.scn\n"
    "\n"
    "7 scenarios: 1 ok, 1 with findings, 1 crashed, 1 hung, 1 invalid, 1 skipped, "
    "1 failed by bax itself; 4 findings.\n"
    "Digest of all traces: 8ff3c416064ae1c9\n"
    "Code under test: reference (generation 1).\n"
    "Real: the dirty bitmaps of QEMU 7.2.0. Simulated: the rest of QEMU.\n";

static void test_human__whole_report(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Report report;

    (void) state;
    fixture_report(&report);
    report_print_human(&report, text);
    assert_string_equal(text->str, whole);
    report_clear(&report);
}

/* Without its colours the text is the same. */
static void test_human__colours_change_nothing_else(void **state)
{
    g_autoptr(GRegex) colour = g_regex_new("\033\\[[0-9]+m", 0, 0, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *plain = NULL;
    Report report;

    (void) state;
    fixture_report(&report);
    report.has_colours = true;
    report_print_human(&report, text);
    assert_non_null(strstr(text->str, "\033[32mok\033[0m      0123"));
    plain = g_regex_replace_literal(colour, text->str, -1, 0, "", 0, NULL);
    assert_string_equal(plain, whole);
    report_clear(&report);
}

static void test_human__one_of_a_kind_is_singular(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Report report;

    (void) state;
    fixture_report(&report);
    g_array_remove_range(report.entries, 0, 3);
    g_array_remove_range(report.entries, 1, 3);
    report.n_repeats = 3;
    report.program = "build dir/bax";
    report_print_human(&report, text);
    assert_non_null(strstr(text->str, "\n1 scenario: 1 crashed; 1 finding.\nEach ran 3 times.\n"));
    assert_non_null(strstr(text->str, "  replay: 'build dir/bax' run --repeat 3 a/crash.scn\n"));
    report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_human__whole_report),
        cmocka_unit_test(test_human__colours_change_nothing_else),
        cmocka_unit_test(test_human__one_of_a_kind_is_singular),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
