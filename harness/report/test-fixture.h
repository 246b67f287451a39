/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One report for the tests of all formats: every verdict once, with the texts that are
 * hardest on a format.
 */
#ifndef HARNESS_REPORT_TEST_FIXTURE_H
#define HARNESS_REPORT_TEST_FIXTURE_H

#include "harness/report/report.h"

/*
 * Entries: good, finding (two, one of them with hostile texts), invalid, crash, hang, skipped,
 * fault; the last three in another folder.  The caller calls report_clear().
 */
void fixture_report(Report *report);

#endif
