/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges in complaints: the same text as in a scenario.
 */
#ifndef HARNESS_ACTOR_RANGES_H
#define HARNESS_ACTOR_RANGES_H

#include "harness/actor/step.h"

/* "0+4M,12M+64K" or "none"; values are left out.  The caller frees it. */
char *ranges_show(const SimRangeMap *ranges);
/* Where @content has exactly @value within [start, end), each byte -> 1, over what was there. */
void ranges_of_value(const SimRangeMap *content, uint64_t value, uint64_t start, uint64_t end,
                     SimRangeMap *ret_ranges);
/* @argument as a map of bytes -> 1; "all" is [0, size_bytes).  @ret_ranges must be empty. */
void ranges_of_argument(const StepArg *argument, uint64_t size_bytes, SimRangeMap *ret_ranges);
/* The same bytes are covered, whatever the values. */
bool ranges_cover_same(const SimRangeMap *a, const SimRangeMap *b);

#endif
