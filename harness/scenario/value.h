/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One argument of a step: text to value.
 */
#ifndef HARNESS_SCENARIO_VALUE_H
#define HARNESS_SCENARIO_VALUE_H

#include "harness/actor/step.h"
#include "harness/scenario/cursor.h"

/*
 * Takes the value at the cursor, up to the next blank, comment or end of line; there is at
 * least one byte of it.  @arg is zero and gets what it holds, also when false is returned
 * (then the caller clears it).
 */
bool value_parse(Cursor *cursor, const ArgSpec *spec, StepArg *arg);

#endif
