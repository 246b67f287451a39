/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a report goes.
 */
#ifndef HARNESS_REPORT_OUTPUT_H
#define HARNESS_REPORT_OUTPUT_H

#include <glib.h>
#include <stdbool.h>

/*
 * True if it looks as if @path could be written; asked before the runs, so that their
 * results are not lost for a mistyped name.
 */
bool output_check(const char *path, GError **error);

/*
 * Writes all of @text to the file @path, or to stdout if that is NULL.  A regular file has its
 * old content or all of the new at any time; what is none (a pipe, a terminal) is written to.
 */
bool output_write(const char *path, const GString *text, GError **error);

#endif
