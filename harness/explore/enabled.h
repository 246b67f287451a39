/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which steps can come next, and which of them can lead anywhere.
 */
#ifndef HARNESS_EXPLORE_ENABLED_H
#define HARNESS_EXPLORE_ENABLED_H

#include "harness/actor/stage.h"
#include "harness/explore/explore.h"

/*
 * While the run of @node pauses at its end: sets @ret_is_enabled for each action.  @is_last: no
 * step follows it.
 */
void enabled_find(const Alphabet *alphabet, const ExploreNode *node, Stage *stage, bool is_last,
                  bool *ret_is_enabled);

#endif
