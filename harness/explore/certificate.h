/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an exploration comes to: the bound, how much was done, a digest, and the finding or
 * that there is none.
 */
#ifndef HARNESS_EXPLORE_CERTIFICATE_H
#define HARNESS_EXPLORE_CERTIFICATE_H

#include "harness/explore/explore.h"

/*
 * Appended to @text.  @result: of the run that was found, @file: where its scenario is; both
 * NULL if there is none.
 */
void certificate_print(const Explore *explore, const RunResult *result, const char *file,
                       GString *text);
/* The same as a JSON object. */
void certificate_print_json(const Explore *explore, const RunResult *result, const char *file,
                            GString *text);

#endif
