/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of known.c: what a file may say, and what it does to the report of all verdicts and to
 * every format.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/report/known.h"
#include "harness/report/test-fixture.h"

static Known *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Known *known = known_parse("k.txt", text, strlen(text), &error);

    assert_null(error);
    assert_non_null(known);
    return known;
}

static void apply(const char *text, Report *report)
{
    g_autoptr(Known) known = parse(text);

    fixture_report(report);
    known_apply(known, report);
}

static const RunResult *result_at(const Report *report, guint index)
{
    return &g_array_index(report->entries, ReportEntry, index).result;
}

static void test_known__mistakes_name_their_place(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "lost-write a.scn", "k.txt:1:17: there is no reason; expected # and why it is accepted" },
        { "\n# x\nlost-write a.scn #  \n",
          "k.txt:3:18: the reason is empty; expected why it is accepted" },
        { "lost-write\n", "k.txt:1:11: the scenario, or * for all, is missing; expected NAME PLACE "
          "[WHO] # reason" },
        { "  lost-write a.scn b c # r", "k.txt:1:22: the line goes on; expected # and why it is "
          "accepted" },
        { "* a.scn # r", "k.txt:1:1: a finding is accepted by its name, not by *" },
        { "crash a;b # r", "k.txt:1:7: 'a;b' wants quotes around it" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(known_parse("k.txt", rows[i].text, strlen(rows[i].text), &error));
        assert_non_null(error);
        assert_string_equal(error->message, rows[i].message);
    }
}

static void test_known__excuses_only_what_it_names(void **state)
{
    Report report;

    (void) state;
    apply("lost-write \"a/lost one.scn\" drive-scsi0 # version 3\r\n"
          "crash crash.scn # a known assertion\n"
          "hang * # slow\n", &report);
    assert_string_equal(g_array_index(result_at(&report, 1)->findings, Finding, 0).known,
                        "version 3");
    assert_null(g_array_index(result_at(&report, 1)->findings, Finding, 1).known);
    assert_int_equal(report_new_verdict(result_at(&report, 1)), RUN_FINDING);
    assert_true(report_is_excused(result_at(&report, 3)));
    assert_true(report_is_excused(result_at(&report, 4)));
    assert_false(report_is_excused(result_at(&report, 0)));
    assert_int_equal(report_new_verdict(result_at(&report, 6)), RUN_OWN_FAULT);
    assert_int_equal(report.gone->len, 0);
    assert_int_equal(report_count(&report).n_known, 3);
    assert_int_equal(report_count(&report).n_excused, 2);
    report_clear(&report);
}

static void test_known__fits_whole_names_and_whom_it_names(void **state)
{
    Report report;

    (void) state;
    apply("crash rash.scn # not a whole name\n"
          "lost-write * drive-scsi1 # another drive\n"
          "crash b/skipped.scn # was not judged\n"
          "crash none.scn # was not run\n"
          "crash good.scn # does not crash\n", &report);
    assert_int_equal(report_count(&report).n_known, 0);
    assert_int_equal(report.gone->len, 2);
    assert_string_equal(g_ptr_array_index(report.gone, 0),
                        "k.txt:2: known finding no longer occurs: lost-write in any scenario on "
                        "drive-scsi1 (another drive)");
    assert_string_equal(g_ptr_array_index(report.gone, 1),
                        "k.txt:5: known finding no longer occurs: crash in good.scn "
                        "(does not crash)");
    report_clear(&report);
}

static void test_known__crash_counts_by_what_else_was_found(void **state)
{
    Report report;

    (void) state;
    report_init(&report);
    for (unsigned with_other = 0; with_other < 2; with_other++) {
        g_autoptr(Known) known = parse("crash * # known\n");
        RunResult result = { .verdict = RUN_CRASHED, .findings = findings_new() };
        Finding other = { .name = g_strdup("lost-write"), .message = g_strdup("") };
        Finding crash = { .name = g_strdup("crash"), .message = g_strdup("") };

        if (with_other) {
            g_array_append_val(result.findings, other);
        } else {
            finding_clear(&other);
        }
        g_array_append_val(result.findings, crash);
        report_add(&report, "a.scn", "A.", &result);
        assert_int_equal(cli_exit_code(&report), CLI_CRASHED);
        known_apply(known, &report);
        assert_int_equal(cli_exit_code(&report), with_other ? CLI_FINDING : CLI_GOOD);
    }
    report_clear(&report);
}

static void test_known__every_format_says_so(void **state)
{
    static const struct {
        const char *format, *words;
    } rows[] = {
        { "human", "\na/crash.scn:7: crash (known)\n  Known: an assertion # of old\n" },
        { "human", "; 4 findings, 1 of them known.\n" },
        { "human", "\nk.txt:2: known finding no longer occurs: hang in good.scn (slow)\n" },
        { "human", "\n  known                     crash " },
        { "json", "\"known\" : \"an assertion # of old\"" },
        { "json", "\"k.txt:2: known finding no longer occurs: hang in good.scn (slow)\"" },
        { "tap", "\nnot ok 4 - a/crash.scn: Crashes. # TODO an assertion \\# of old\n" },
        { "tap", "\n# k.txt:2: known finding no longer occurs: hang in good.scn (slow)\n" },
        { "junit", "      <skipped message=\"known: an assertion # of old\"/>\n"
                   "      <system-out>" },
        { "junit", " failures=\"1\" errors=\"3\" skipped=\"2\"" },
        { "junit", "<property name=\"known-gone\" value=\"k.txt:2: known finding " },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        Report report;

        apply("crash a/crash.scn # an assertion # of old\nhang good.scn # slow\n", &report);
        report_find_format(rows[i].format)->print(&report, text);
        if (!strstr(text->str, rows[i].words)) {
            print_error("%s", text->str);
        }
        assert_non_null(strstr(text->str, rows[i].words));
        report_clear(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known__mistakes_name_their_place),
        cmocka_unit_test(test_known__excuses_only_what_it_names),
        cmocka_unit_test(test_known__fits_whole_names_and_whom_it_names),
        cmocka_unit_test(test_known__crash_counts_by_what_else_was_found),
        cmocka_unit_test(test_known__every_format_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
