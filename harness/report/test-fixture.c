/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report that the tests of all formats print.
 */
#include "harness/report/test-fixture.h"

static const BuildInfo fixture_build = {
    .version = "0.0.1",
    .bitmaps = "real",
    .qemu_version = "7.2.0",
    .files = NULL,
};

static void add(Report *report, const char *file, const char *title, RunVerdict verdict,
                const char *reason, const Finding *findings, guint n_findings)
{
    RunResult result = {
        .verdict = verdict,
        .digest = UINT64_C(0x0123456789abcdef),
        .n_events = 42,
        .virtual_ns = 1500000000,
        .n_steps = 9,
        .reason = g_strdup(reason),
        .findings = findings_new(),
    };

    for (guint i = 0; i < n_findings; i++) {
        Finding finding = {
            .name = g_strdup(findings[i].name),
            .who = g_strdup(findings[i].who),
            .line = findings[i].line,
            .message = g_strdup(findings[i].message),
        };

        g_array_append_val(result.findings, finding);
    }
    report_add(report, file, title, &result);
}

void fixture_report(Report *report)
{
    Finding found[] = {
        { (char *) "lost-write", (char *) "drive-scsi0", 9,
          (char *) "chunk 2 (8M+4M): write #5 landed.\nBitmap b0 is clean there.", NULL },
        { (char *) "expectation", NULL, 0,
          (char *) "<&\"'> # \\ \x01 \x1b[31m \xff ]]> \xef\xbf\xbf", NULL },
    };
    Finding crash = { (char *) "crash", NULL, 7, (char *) "The process ended by SIGSEGV.",
                      NULL };
    Finding hang = { (char *) "hang", NULL, 3, (char *) "The run was not over.", NULL };

    report_init(report);
    report->build = &fixture_build;
    report->subject_name = "reference";
    report->subject_generation = 1;
    add(report, "a/good.scn", "All is well.", RUN_GOOD, NULL, NULL, 0);
    add(report, "a/lost one.scn", "A # of \\ <hard> \"titles\".", RUN_FINDING, NULL, found, 2);
    add(report, "a/invalid.scn", "Asks too much.", RUN_INVALID,
        "a/invalid.scn:3: there is no drive 'scsi7'", NULL, 0);
    add(report, "a/crash.scn", "Crashes.", RUN_CRASHED, NULL, &crash, 1);
    add(report, "b/hang.scn", "Hangs.", RUN_HUNG, NULL, &hang, 1);
    add(report, "b/skipped.scn", "Is for others.", RUN_SKIPPED, "needs generation 3 # or later",
        NULL, 0);
    add(report, "b/fault.scn", "Is our fault.", RUN_OWN_FAULT, "no process could be made", NULL, 0);
}
