/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of a scenario matter for its finding, and which do not.
 *
 * Nothing is guessed: for each step the scenario is run without it, without each of its options,
 * and with small changes (the other word, one step earlier or later, one chunk further, another
 * drive, not held); what comes of each is told.
 */
#ifndef HARNESS_SHRINK_EXPLAIN_H
#define HARNESS_SHRINK_EXPLAIN_H

#include "harness/shrink/edit.h"
#include "harness/shrink/trials.h"

typedef enum Outcome {
    OUTCOME_SAME,           /* the finding is still there */
    OUTCOME_GONE,
    OUTCOME_OTHER,          /* it is gone, and there is another one */
    OUTCOME_NONE,           /* such a scenario cannot be */
} Outcome;

/* The smaller the change, the more it says: in this order. */
typedef enum ChangeKind {
    CHANGE_WORD,            /* success <-> failure */
    CHANGE_OPTION,          /* one is left out */
    CHANGE_TIME,            /* one step earlier or later */
    CHANGE_PLACE,           /* one chunk further, another drive, not held, without one drive */
    CHANGE_REMOVAL,
} ChangeKind;

typedef struct Change {
    ChangeKind kind;
    Edit edit;
    char *what;             /* "without it", "with failure", "one step later" */
    Outcome outcome;
    bool is_good;           /* nothing at all is found */
    char *other;            /* "stale-view on snapshot"; NULL: there is none */
} Change;

typedef struct Explanation {
    const Scenario *scenario;   /* borrowed */
    char *name;                 /* of the finding */
    char *who;                  /* may be NULL */
    char *message;
    unsigned line;              /* as in Finding */
    GArray *changes;            /* of Change, by line; the removal of a step comes first */
    const Change *pair;         /* the smallest change with which the finding is gone; or NULL */
    unsigned n_runs;
} Explanation;

typedef struct ExplainOptions {
    TrialOptions trials;
    const char *finding;        /* as in ShrinkOptions */
} ExplainOptions;

/* False and a sentence if there is no such finding. */
bool explain_scenario(const Scenario *scenario, const ExplainOptions *options,
                      Explanation *ret_explanation, GError **error);
void explanation_clear(Explanation *explanation);

/* The scenario, each step with a comment, and a paragraph in comments below it. */
void explanation_print(const Explanation *explanation, GString *text);
void explanation_print_json(const Explanation *explanation, GString *text);

/* ---- within this folder ------------------------------------------------------------- */

/* What could be otherwise, by line. */
GArray *explain_list_changes(const Scenario *scenario);
/* The paragraph, without newlines.  The caller's. */
char *explanation_summary(const Explanation *explanation);
const char *outcome_name(Outcome outcome);

#endif
