/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: the one text form of scripts, fuzz inputs, corpus files and findings.
 *
 * docs/scenario-language.md is the language.  What parses prints back to its
 * canonical text, comments and empty lines included; a canonical text prints back
 * to itself.
 */
#ifndef HARNESS_SCENARIO_SCENARIO_H
#define HARNESS_SCENARIO_SCENARIO_H

#include "harness/actor/step.h"

/* A line of the file: a comment or an empty line has no step. */
typedef struct ScenarioLine {
    char *comment;          /* with its "#", also behind a step; NULL: none; owned */
    bool has_step;
    Step step;
} ScenarioLine;

typedef struct Scenario {
    char *path;             /* as given; owned */
    GArray *lines;          /* of ScenarioLine */
    char *title;            /* text of the first line's comment; owned; never NULL */
} Scenario;

#define SCENARIO_MAX_BYTES (1024 * 1024)
#define SCENARIO_MAX_STEPS 10000
#define SCENARIO_MAX_LINES 20000
#define SCENARIO_MAX_LINE_BYTES 8192
#define SCENARIO_MAX_TEXT_BYTES 4096    /* of one name or text, after \xNN and "x"*N */

/*
 * @text need not end with a newline and may hold anything.  On a mistake: NULL and one
 * sentence "PATH:LINE:COLUMN: what is wrong, what was expected".
 */
Scenario *scenario_parse(const char *path, const char *text, gsize n_bytes, GError **error);
Scenario *scenario_load(const char *path, GError **error);
void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

/* Appends the canonical text. */
void scenario_print(const Scenario *scenario, GString *text);
/* Appends one step without newline. */
void step_print(const Step *step, GString *text);
/* Appends how the kind is written: "write DRIVE OFFSET BYTES [hold=submitted|landed]". */
void step_kind_print_usage(const StepKind *kind, GString *text);

/* What "bax VERSION" may say; the parser checks it, the step does nothing. */
#define SCENARIO_LANGUAGE_VERSION 1

/*
 * Files and folders (searched for *.scn, sorted bytewise, each file once, links to
 * folders not followed) to a list of paths.  NULL-terminated.
 */
char **scenario_find_files(const char *const *paths, GError **error);

#define SCENARIO_ERROR scenario_error_quark()
GQuark scenario_error_quark(void);

#endif
