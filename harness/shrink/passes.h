/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be made smaller about a scenario: lists of edits, the largest gain first.
 */
#ifndef HARNESS_SHRINK_PASSES_H
#define HARNESS_SHRINK_PASSES_H

#include "harness/shrink/edit.h"

/* Appends Edits to @edits.  @chunk is for passes that remove so many steps at once. */
typedef void PassFunc(const Scenario *scenario, unsigned chunk, GArray *edits);

/* Drives with all their steps, targets, accesses. */
void pass_groups(const Scenario *scenario, unsigned chunk, GArray *edits);
/* Every run of @chunk lines, one behind the other. */
void pass_chunks(const Scenario *scenario, unsigned chunk, GArray *edits);
/* Two steps that can only go together; nothing if there are too many. */
void pass_pairs(const Scenario *scenario, unsigned chunk, GArray *edits);
void pass_options(const Scenario *scenario, unsigned chunk, GArray *edits);
void pass_items(const Scenario *scenario, unsigned chunk, GArray *edits);
/* @chunk recorded answers of the schedule at once. */
void pass_answers(const Scenario *scenario, unsigned chunk, GArray *edits);
/* Started steps become plain ones, zeroes and discards writes; two requests become one. */
void pass_plain(const Scenario *scenario, unsigned chunk, GArray *edits);
void pass_numbers(const Scenario *scenario, unsigned chunk, GArray *edits);

/*
 * Scenarios with plainer names: drives scsi0, scsi1; targets pbs1; bitmaps b0; labels w1.  A
 * name that targets and bitmaps share stays shared.  NULL: they are plain already.
 */
Scenario *passes_rename(const Scenario *scenario);

#endif
