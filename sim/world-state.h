/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world's state, for whoever must know whether two runs have come to the same one.
 */
#ifndef SIM_WORLD_STATE_H
#define SIM_WORLD_STATE_H

#include "sim/core/state.h"

/*
 * Requests in flight and faults that are left.  Incomplete while anything is under way but
 * requests, and if there are jobs or archives.
 */
void sim_world_describe(SimState *state);
/* A drive: its backend, nodes, content, bitmaps. */
void sim_world_describe_drive(SimState *state, unsigned index);

#endif
