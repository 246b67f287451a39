/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model's memory as tokens, for whoever must know whether two runs will be judged alike
 * from here on.
 */
#ifndef HARNESS_CHECK_MODEL_STATE_H
#define HARNESS_CHECK_MODEL_STATE_H

#include "harness/check/check.h"
#include "sim/core/state.h"

typedef struct Model Model;

#define MODEL_STATE_MAX_POINTS 32

/* Points in time that landings are compared with; how many there are. */
unsigned model_state_thresholds(const Model *model, uint64_t thresholds[MODEL_STATE_MAX_POINTS]);

/*
 * What is of no drive; before the others, since the model learns here of drives that nothing has
 * happened to yet.
 */
void model_describe(SimState *state, Model *model);
void model_describe_drive(SimState *state, const Model *model, unsigned index);
void model_describe_track(SimState *state, const Model *model, const char *target_id,
                          unsigned index);

#endif
