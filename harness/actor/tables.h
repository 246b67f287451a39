/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of step kinds, one per file of this folder.  Each ends with a row
 * without words.
 */
#ifndef HARNESS_ACTOR_TABLES_H
#define HARNESS_ACTOR_TABLES_H

#include "harness/actor/step.h"

extern const StepKind schedule_step_kinds[];
extern const StepKind world_step_kinds[];
extern const StepKind guest_step_kinds[];
extern const StepKind setup_step_kinds[];
extern const StepKind management_step_kinds[];
extern const StepKind backup_step_kinds[];
extern const StepKind bitmap_step_kinds[];
extern const StepKind provider_step_kinds[];
extern const StepKind export_step_kinds[];
extern const StepKind expect_answer_step_kinds[];
extern const StepKind expect_bitmap_step_kinds[];
extern const StepKind expect_archive_step_kinds[];
extern const StepKind expect_progress_step_kinds[];

#endif
