/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When are two findings of two scenarios the same?
 *
 * A finding is reduced to a text, its likeness: name, place, and of crashes and expectations the
 * message, with all names that the scenario gave, all numbers and all sizes taken out.  Findings
 * are the same if their likenesses are.  So a lost write on one drive is the same as one on
 * another, and a failed assertion is the same at another line; another assertion is not.
 */
#ifndef HARNESS_SHRINK_SAME_H
#define HARNESS_SHRINK_SAME_H

#include "harness/run.h"

/* The caller's. */
char *finding_likeness(const Scenario *scenario, const Finding *finding);

/* The finding of this result with the likeness; NULL: there is none. */
const Finding *finding_find_like(const Scenario *scenario, const RunResult *result,
                                 const char *likeness);

/*
 * The finding that matters most: a crash or a hang, else the first that is no expectation, else
 * the first.  @name: among those of that name only, NULL: among all.  NULL: there is none.
 */
const Finding *finding_choose(const RunResult *result, const char *name);

/*
 * The same, or NULL and a sentence that says why there is nothing to "shrink", or whatever is
 * the @purpose.
 */
const Finding *finding_choose_or_fail(const Scenario *scenario, const RunResult *result,
                                      const char *name, const char *purpose, GError **error);

#endif
