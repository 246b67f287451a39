/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps that say how a scenario runs: which scheduler answers the questions of the world, and
 * which answers are given beforehand.
 *
 * None of them is done by the player: harness/scenario/schedule.c reads them before the run.
 */
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

const StepKind schedule_step_kinds[] = {
    {
        .words = "schedule",
        .summary = "Says who answers when the world could go another way: at random from a seed, "
                   "or first-come; io-times=yes: how long an I/O takes is asked too.",
        .args = {
            { "seed", ARG_NUMBER, NULL, true },
            { "io-times", ARG_WORD, "yes|no", true },
        },
        .is_heading = true,
    }, {
        .words = "schedule pct",
        .summary = "The same by random priorities, which change at a few of the loop's first "
                   "'length' questions.",
        .args = {
            { "seed", ARG_NUMBER, NULL, true },
            { "changes", ARG_NUMBER, NULL, true },
            { "length", ARG_NUMBER, NULL, true },
            { "io-times", ARG_WORD, "yes|no", true },
        },
        .is_heading = true,
    }, {
        .words = "schedule answers",
        .summary = "Answers that are given whatever the scheduler says, such as a recorded run.",
        .args = {
            { "purpose", ARG_WORD, SIM_PURPOSE_NAMES, false },
            { "answers", ARG_ANSWERS, NULL, false },
        },
        .is_heading = true,
    },
    { .words = NULL },
};
