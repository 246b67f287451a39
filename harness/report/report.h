/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of a number of runs, in the forms that people and machines read.
 *
 * A report is gathered first and printed last, so every format sees the same thing.  Each
 * format is one file and one row in report.c.  Nothing here depends on the clock, the
 * machine or the order in which runs ended: equal results give equal text.
 */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include "harness/cli/build-info.h"
#include "harness/run.h"

typedef struct ReportEntry {
    const char *file;           /* as given; borrowed */
    const char *title;          /* borrowed */
    RunResult result;           /* owned */
} ReportEntry;

typedef struct Report {
    GArray *entries;            /* of ReportEntry */
    const char *program;        /* as it was called, for the commands that replay; borrowed */
    const BuildInfo *build;     /* borrowed */
    const char *subject_name;
    unsigned subject_generation;
    unsigned n_repeats;         /* runs of each scenario */
    const char *schedule;       /* that counted instead of those of the scenarios, as words; NULL:
                                   none did; borrowed */
    bool has_colours;           /* human format only */
    GPtrArray *gone;            /* of char *: known findings that no longer occur, in sentences;
                                   NULL: none were named; owned */
} Report;

typedef struct ReportFormat {
    const char *name;
    const char *summary;        /* for --help */
    void (*print)(const Report *report, GString *text);     /* appends */
} ReportFormat;

/* Ends with a NULL name. */
extern const ReportFormat report_formats[];
/* NULL: there is no such format. */
const ReportFormat *report_find_format(const char *name);

void report_init(Report *report);
void report_clear(Report *report);
/* Takes what *@result owns. */
void report_add(Report *report, const char *file, const char *title, RunResult *result);

/* ---- for the formats ------------------------------------------------------- */

typedef struct ReportCounts {
    unsigned n_scenarios;
    unsigned by_verdict[RUN_OWN_FAULT + 1];
    unsigned n_findings;
    unsigned n_known;           /* of these, accepted for now */
    unsigned n_excused;         /* scenarios with no other findings than known ones */
} ReportCounts;

ReportCounts report_count(const Report *report);
/*
 * The verdict without what is known: a crash that is known leaves what else was found, and
 * RUN_GOOD if that is nothing.
 */
RunVerdict report_new_verdict(const RunResult *result);
/* All that went wrong in this run is known. */
bool report_is_excused(const RunResult *result);
/* The reasons why its findings are known, "; " between them; the caller's. */
char *report_known_reasons(const RunResult *result);
/* "ok", "finding", "invalid", "crash", "hang", "skipped", "fault" */
const char *report_verdict_name(RunVerdict verdict);
/* One digest for all runs in order: 16 hexadecimal digits.  Owned by the caller. */
char *report_combined_digest(const Report *report);
/* A run that was cut off has no digest: NULL.  Else 16 hexadecimal digits, the caller's. */
char *report_digest(const RunResult *result);
/* "build/release/bax run scenarios/a.scn", quoted for a shell if need be; the caller's. */
char *report_replay_command(const Report *report, const char *file);
/* "scenarios/a.scn:9: lost-write on drive-scsi0"; the caller's. */
char *report_finding_headline(const char *file, const Finding *finding);
/* Valid UTF-8 that no terminal obeys: "\x1b" for ESC; newlines stay.  The caller's. */
char *report_printable(const char *text);
/* Each line of @text, printable, with @indent before it and a newline behind it. */
void report_append_indented(GString *out, const char *indent, const char *text);

/* The part of the human report that tells of one scenario's findings; nothing if it is good. */
void report_print_outcome(const Report *report, const ReportEntry *entry, GString *text);

void report_print_human(const Report *report, GString *text);
void report_print_json(const Report *report, GString *text);
void report_print_tap(const Report *report, GString *text);
void report_print_junit(const Report *report, GString *text);

#endif
