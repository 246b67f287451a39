/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds for the lines of a schedule, beyond what the tables say: where they stand, that
 * there is one scheduler, and that the questions of a purpose ascend over all its lines.
 */
#include <string.h>

#include "harness/scenario/parse.h"

static bool check_order(Parser *parser, const char *where, const Step *step)
{
    const StepArg *arg = &step->args[1];
    SimPurpose purpose = step->args[0].number;

    if (arg->answers[0].question <= parser->last_questions[purpose]) {
        return cursor_fail(&parser->cursor, where, "question %u is not behind question %u of "
                           "purpose %s above; expected questions in ascending order",
                           arg->answers[0].question, parser->last_questions[purpose],
                           sim_purpose_name(purpose));
    }
    parser->last_questions[purpose] = arg->answers[arg->n_answers - 1].question;
    return true;
}

static bool check_bounds(const Parser *parser, const char *where, const ArgSpec *spec,
                         uint64_t number)
{
    uint64_t min = 0, max = SIM_PCT_MAX_CHANGES;

    if (strcmp(spec->name, "length") == 0) {
        min = 1;
        max = UINT32_MAX;
    } else if (strcmp(spec->name, "changes") != 0) {
        return true;
    }
    return (number >= min && number <= max) ||
           cursor_fail(&parser->cursor, where, "%s %" G_GUINT64_FORMAT " is out of bounds; "
                       "expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, spec->name, number,
                       min, max);
}

bool parser_check_schedule_arg(Parser *parser, const char *where, const Step *step,
                               unsigned index)
{
    const ArgSpec *spec = &step->kind->args[index];

    return spec->type == ARG_ANSWERS ? check_order(parser, where, step)
                                     : check_bounds(parser, where, spec,
                                                    step->args[index].number);
}

bool parser_check_schedule(Parser *parser, const char *where, const Step *step)
{
    if (parser->has_body) {
        return cursor_fail(&parser->cursor, where, "'%s' stands behind other steps; expected it "
                           "at the head of the file", step->kind->words);
    }
    if (step->kind->args[0].type == ARG_WORD) {
        return true;
    }
    if (parser->scheduler_line) {
        return cursor_fail(&parser->cursor, where, "there is a scheduler since line %u; expected "
                           "one alone", parser->scheduler_line);
    }
    parser->scheduler_line = step->line;
    return true;
}
