/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world's state, for whoever must know whether two runs have come to the same one.
 */
#ifndef SIM_WORLD_STATE_H
#define SIM_WORLD_STATE_H

#include "sim/core/state.h"

/*
 * Requests in flight, faults that are left, and what is to run next.  Suspended while anything
 * is under way but requests; incomplete if there are jobs, archives or reads of snapshots.
 */
void sim_world_describe(SimState *state);
/* A drive: its backend, nodes, content, bitmaps. */
void sim_world_describe_drive(SimState *state, unsigned index);
/* What code that uses the block layer can see of a drive without reading it: no contents. */
void sim_world_describe_sight(SimState *state, unsigned index);

/* Nothing is in the middle of its work but requests. */
bool sim_world_is_at_rest(void);

typedef enum SimWork {
    SIM_WORK_OF_OTHERS,         /* a request goes on, or the next step comes */
    SIM_WORK_TASK,              /* @number of the tasks that are neither, oldest first, is run */
    SIM_WORK_WAIT_IS_OVER,      /* whoever polls in the innermost nested loop goes on */
} SimWork;

/* Called right before it does.  Until the world is closed. */
typedef void SimWorkFunc(SimWork work, unsigned number, void *opaque);
void sim_world_observe_work(SimWorkFunc *notify, void *opaque);

#endif
