/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as text, event by event.
 *
 * Steps are headings; below them stands what the step brought about, at its virtual
 * time, in the column of its drive.  The text fits 100 columns as long as names do.
 */
#ifndef HARNESS_REPORT_TIMELINE_H
#define HARNESS_REPORT_TIMELINE_H

#include <glib.h>

#include "sim/core/event.h"

#define TIMELINE_MAX_COLUMNS 4

typedef struct Timeline Timeline;

/*
 * @drives: device names, one a column, copied; NULL-terminated.  With more than
 * TIMELINE_MAX_COLUMNS all share one, and each event says whose it is.
 */
Timeline *timeline_new(const char *const *drives);
void timeline_free(Timeline *timeline);

void timeline_add_header(Timeline *timeline, GString *text);
/* @words: the step as it stands in the scenario. */
void timeline_add_step(Timeline *timeline, unsigned line, const char *words, GString *text);
/* @drive: device name of the drive that the event belongs to; NULL: to none. */
void timeline_add_event(Timeline *timeline, const SimEvent *event, const char *drive,
                        GString *text);

/* "12M+64K": each the shortest exact form. */
void timeline_append_range(GString *text, uint64_t offset, uint64_t bytes);

#endif
