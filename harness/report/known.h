/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are accepted for now.
 *
 * A file of lines "NAME PLACE [WHO] # reason".  NAME is a finding's stable name, PLACE the
 * scenario (its path or the end of it, from a whole name on) or *, WHO what the finding names;
 * left out, it is whatever is named.  What holds other characters than letters, digits and
 * "._-/:@+" stands in quotes, as in scenarios.  The reason is mandatory.  Empty lines and lines
 * that begin with # say nothing.
 */
#ifndef HARNESS_REPORT_KNOWN_H
#define HARNESS_REPORT_KNOWN_H

#include "harness/report/report.h"

typedef struct Known Known;

/* NULL and "FILE:LINE:COLUMN: what is wrong" for the first mistake. */
Known *known_load(const char *path, GError **error);
/* The same of @text, which may hold anything; @path is copied, for messages. */
Known *known_parse(const char *path, const char *text, gsize n_bytes, GError **error);
void known_free(Known *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

/*
 * Marks the findings that are known, and sets the report's @gone: a sentence for each entry
 * that fits none, though a scenario that it names was run to its verdict.
 */
void known_apply(const Known *known, Report *report);

/* Marks the findings of one run of the scenario @file that are known. */
void known_mark(const Known *known, const char *file, RunResult *result);

#endif
