/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two reports of the same scenarios, held against each other.
 *
 * The reports come as JSON (bax run --format json), so the programs may be of other builds.
 * A scenario that one of them skips is not compared; answers and bitmaps are not compared
 * where one of them has none, as after a crash.
 */
#ifndef HARNESS_CLI_COMPARE_H
#define HARNESS_CLI_COMPARE_H

#include <glib.h>
#include <stdbool.h>

/* What a report says of one scenario. */
typedef struct ComparedScenario {
    char *file;
    char *title;
    char *verdict;
    char *reason;               /* NULL: none */
    GPtrArray *findings;        /* of char *: "9: lost-write on drive-scsi0" */
    GPtrArray *answers;         /* of char *; NULL: not known */
    GPtrArray *bitmaps;         /* the same */
} ComparedScenario;

typedef struct ComparedReport {
    char *program;              /* as it was called */
    char *subject;
    unsigned generation;
    GPtrArray *scenarios;       /* of ComparedScenario * */
} ComparedReport;

/* NULL: @json is not a report of bax; *@error is a sentence that names @program. */
ComparedReport *compared_report_parse(const char *program, const char *json, gsize n_bytes,
                                      GError **error);
void compared_report_free(ComparedReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ComparedReport, compared_report_free)

/* Lines that stand on one side only and those on both, in their order.  Lines are borrowed. */
typedef struct LineDifference {
    GPtrArray *only_a;
    GPtrArray *only_b;
    GPtrArray *same;
} LineDifference;

void line_difference_init(LineDifference *difference, const GPtrArray *a, const GPtrArray *b);
void line_difference_clear(LineDifference *difference);

typedef enum ComparedOutcome {
    COMPARED_SAME,
    COMPARED_DIFFERS,
    COMPARED_NOT,               /* one of them skips it, or has not run it */
} ComparedOutcome;

typedef struct Comparison {
    const ComparedScenario *a;  /* NULL: not in this report */
    const ComparedScenario *b;
    ComparedOutcome outcome;
    bool is_verdict_other;
    LineDifference findings;
    LineDifference answers;
    LineDifference bitmaps;
} Comparison;

/* Of Comparison, in the order of @a, then what only @b has; borrows from both. */
GArray *compare_reports(const ComparedReport *a, const ComparedReport *b);

/* Both append to @text; true if anything differs. */
bool compare_print_human(const ComparedReport *a, const ComparedReport *b, GString *text);
bool compare_print_json(const ComparedReport *a, const ComparedReport *b, GString *text);

#endif
