/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands of generation 1 over the core.
 *
 * One bitmap name for all drives; without one the target is to have no bitmap.  What is
 * missing is made and answered as new: this generation has no word for "recreated".
 */
#include "qemu/osdep.h"
#include "harness/subject/qmp-generation1.h"
#include "harness/subject/reference/backup-access.h"
#include "harness/subject/reference/status.h"

BackupAccessInfoList *coroutine_fn qmp_backup_access_setup(const char *target_id,
                                                           const char *devlist,
                                                           const char *bitmap_name,
                                                           Error **errp)
{
    BackupAccessRequest request = {
        .target_id = target_id,
        .bitmap_name = bitmap_name,
        .missing_action = PBS_BITMAP_ACTION_NEW,
        .has_list = true,
        .list = devlist,
        .mode_of_list = bitmap_name ? BACKUP_BITMAP_USE : BACKUP_BITMAP_NONE,
    };

    return backup_access_co_setup(&request, errp);
}

void coroutine_fn qmp_backup_access_teardown(const char *target_id, bool success, Error **errp)
{
    backup_access_co_teardown(target_id, success, errp);
}

void backup_access_teardown(bool success)
{
    backup_access_quit(success);
}

BackupStatus *qmp_query_backup(Error **errp)
{
    (void)errp;
    return backup_status_query();
}

PBSBitmapInfoList *qmp_query_pbs_bitmap_info(Error **errp)
{
    (void)errp;
    return backup_status_query_bitmaps();
}
