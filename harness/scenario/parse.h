/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What parser and printer share within this folder.
 */
#ifndef HARNESS_SCENARIO_PARSE_H
#define HARNESS_SCENARIO_PARSE_H

#include "harness/scenario/cursor.h"
#include "harness/scenario/names.h"
#include "harness/scenario/scenario.h"

typedef struct Parser {
    Cursor cursor;
    Scenario *scenario;
    NameList drives;
    NameList labels;
    unsigned n_steps;
    bool has_body;                  /* a step that is no heading was taken */
    unsigned scheduler_line;        /* 0: none yet */
    uint32_t last_questions[SIM_N_PURPOSES];
    size_t n_printed_bytes;         /* at most, of the canonical text so far */
} Parser;

/* Fills the lines of @scenario, which has a path and no lines yet; false with an error. */
bool scenario_parse_text(Scenario *scenario, const char *text, gsize n_bytes, GError **error);

/*
 * Takes the step at the cursor up to the end of the line or a comment.  @step is zero and gets
 * what it holds, also when false is returned (then the caller clears it).
 */
bool parser_take_step(Parser *parser, Step *step);

/* What holds for lines of a schedule; @where is the argument, and the step. */
bool parser_check_schedule_arg(Parser *parser, const char *where, const Step *step,
                               unsigned index);
bool parser_check_schedule(Parser *parser, const char *where, const Step *step);

/* Appends one line without its newline. */
void scenario_print_line(const ScenarioLine *line, GString *text);

#endif
