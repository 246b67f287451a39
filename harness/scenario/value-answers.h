/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers to questions of the world, as they stand in a scenario: 17:2/3@131,20:1.
 */
#ifndef HARNESS_SCENARIO_VALUE_ANSWERS_H
#define HARNESS_SCENARIO_VALUE_ANSWERS_H

#include "harness/actor/step.h"
#include "harness/scenario/cursor.h"

/* As value_parse(), for ARG_ANSWERS. */
bool answers_parse(Cursor *cursor, StepArg *arg);
void answers_print(const StepArg *arg, GString *text);
/* One of them, without its purpose. */
void answer_print(const SimAnswer *answer, GString *text);

#endif
