/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage: what the actors of one run share.
 *
 * Holds the commands and requests that are under way, the last answers (for
 * "expect"), the accesses that are set up, and whom to tell of every deed.  The
 * player (harness/scenario/play.c) hands steps to actors; an actor may finish its step
 * at once or later, when the world has run on.
 */
#ifndef HARNESS_ACTOR_STAGE_H
#define HARNESS_ACTOR_STAGE_H

#include "harness/actor/deed.h"
#include "harness/actor/step.h"

/* What came of something that was begun, by its label or as the last one of all. */
typedef struct StageOutcome {
    char *label;                        /* NULL: not labelled */
    const Step *step;
    bool is_done;
    uint64_t request_number;            /* guest requests; else 0 */
    int ret;
    char *error;                        /* QMP error text; NULL: succeeded */
    BackupAccessInfoList *accesses;     /* setup only; owned */
} StageOutcome;

/* An expectation that did not hold. */
typedef void StageComplaintFunc(const Step *step, const char *message, void *opaque);

Stage *stage_new(const Subject *subject);
void stage_free(Stage *stage);

const Subject *stage_subject(const Stage *stage);
/* The subject is our own code, whose decisions scenarios may state. */
bool stage_is_reference(const Stage *stage);
void stage_observe_deeds(Stage *stage, DeedObserverFunc *notify, void *opaque);
void stage_observe_complaints(Stage *stage, StageComplaintFunc *notify, void *opaque);

/* For actors. */
void stage_tell(Stage *stage, const Deed *deed);
void stage_complain(Stage *stage, const Step *step, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Returns STEP_INVALID: `return stage_refuse_step(stage, step, "there is no drive '%s'", name);` */
StepState stage_refuse_step(Stage *stage, const Step *step, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void stage_finish_step(Stage *stage, const Step *step);
/* A new outcome for a step that begins; valid as long as the stage. */
StageOutcome *stage_begin(Stage *stage, const Step *step);
StageOutcome *stage_find_outcome(Stage *stage, const char *label);      /* NULL: no such label */
StageOutcome *stage_last_outcome(Stage *stage);                         /* NULL: none yet */

/* For the player: why a step was refused (owned by the stage), NULL: none was. */
const char *stage_refusal(const Stage *stage);

#endif
