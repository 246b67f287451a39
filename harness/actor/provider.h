/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the management layer asks of the provider.
 */
#ifndef HARNESS_ACTOR_PROVIDER_H
#define HARNESS_ACTOR_PROVIDER_H

#include "harness/actor/stage-private.h"

/*
 * The provider copies what @target_id's access offers and it has not copied yet (of
 * @device, or of all if NULL), then calls @then(@entry), which may be at once.
 * @entry->data is the provider's until then.
 */
void provider_copy(StageEntry *entry, const char *target_id, const char *device,
                   void (*then)(StageEntry *entry));

/* What setup answered about @device; NULL: the target has no access to it.  Borrowed. */
const BackupAccessInfo *provider_find_info(Stage *stage, const char *target_id,
                                           const char *device);

#endif
