/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gates: what stands between the code under test and the block layer.
 *
 * Their functions have no declaration here, since nobody calls them by name: the build leads the
 * calls of the code under test to them.
 */
#ifndef SIM_GATES_H
#define SIM_GATES_H

#include <stdbool.h>

/* Whether calls of @call by the code under test pass a gate: it has a row in sim/gate-rows.h. */
bool sim_gates_have(const char *call);

#endif
