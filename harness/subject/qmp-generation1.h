/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry points of generation 1, as QEMU's QAPI generator and pve-backup.h declare them.
 */
#ifndef QMP_GENERATION1_H
#define QMP_GENERATION1_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-block-core.h"

BackupAccessInfoList *coroutine_fn qmp_backup_access_setup(const char *target_id,
                                                           const char *devlist,
                                                           const char *bitmap_name,
                                                           Error **errp);
void coroutine_fn qmp_backup_access_teardown(const char *target_id, bool success, Error **errp);
/* At quit, outside of coroutines. */
void backup_access_teardown(bool success);
BackupStatus *qmp_query_backup(Error **errp);
PBSBitmapInfoList *qmp_query_pbs_bitmap_info(Error **errp);

#endif
