/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of an edit: what takes steps away, and what changes one.
 */
#ifndef HARNESS_SHRINK_EDIT_PRIVATE_H
#define HARNESS_SHRINK_EDIT_PRIVATE_H

#include "harness/shrink/edit.h"

/* Both in place; false: the edit makes no sense. */
bool edit_remove(Scenario *scenario, const Edit *edit);
bool edit_change_step(Scenario *scenario, const Edit *edit);

/* With what depends on them; lists of drives lose the drives that go. */
void edit_remove_marked(Scenario *scenario, bool *gone);

#endif
