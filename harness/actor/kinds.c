/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of step there is: one table per actor, in the order of the docs.
 */
#include "harness/actor/step.h"
#include "harness/actor/tables.h"

const StepKind *const step_kind_tables[] = {
    schedule_step_kinds,
    world_step_kinds,
    guest_step_kinds,
    setup_step_kinds,
    management_step_kinds,
    backup_step_kinds,
    bitmap_step_kinds,
    provider_step_kinds,
    export_step_kinds,
    expect_answer_step_kinds,
    expect_bitmap_step_kinds,
    expect_archive_step_kinds,
    expect_progress_step_kinds,
    NULL
};
