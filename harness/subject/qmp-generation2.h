/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry points of generations 2 and 3, as QEMU's QAPI generator and pve-backup.h declare
 * them: the same prototypes, and devices whose fields differ.
 */
#ifndef QMP_GENERATION2_H
#define QMP_GENERATION2_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-block-core.h"

BackupAccessInfoList *coroutine_fn qmp_backup_access_setup(const char *target_id,
                                                           BackupAccessSourceDeviceList *devices,
                                                           Error **errp);
void coroutine_fn qmp_backup_access_teardown(const char *target_id, bool success, Error **errp);
/* At quit, outside of coroutines. */
void backup_access_teardown(bool success);
BackupStatus *qmp_query_backup(Error **errp);
PBSBitmapInfoList *qmp_query_pbs_bitmap_info(Error **errp);

#endif
