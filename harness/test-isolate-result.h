/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A result of a run with something in every member, for tests of what carries results.
 */
#ifndef HARNESS_TEST_ISOLATE_RESULT_H
#define HARNESS_TEST_ISOLATE_RESULT_H

#include "harness/run.h"

void isolated_result_init(RunResult *ret_result);
/* It is what isolated_result_init() makes. */
void assert_isolated_result_is_whole(const RunResult *result);

#endif
