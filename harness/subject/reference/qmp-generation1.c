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
#include "harness/subject/reference/device-list.h"
#include "harness/subject/reference/status.h"
#include "block/graph-lock.h"

BackupAccessInfoList *coroutine_fn qmp_backup_access_setup(const char *target_id,
                                                           const char *devlist,
                                                           const char *bitmap_name,
                                                           Error **errp)
{
    BackupAccessRequest request = {
        .target_id = target_id,
        .bitmap_name = bitmap_name,
        .missing_action = PBS_BITMAP_ACTION_NEW,
    };
    g_autofree BackupAccessDevice *devices = NULL;
    BackupAccessInfoList *answer;
    char **names;
    size_t i;

    bdrv_graph_co_rdlock();
    names = backup_device_list(devlist);
    bdrv_graph_co_rdunlock();

    request.n_devices = g_strv_length(names);
    request.devices = devices = g_new0(BackupAccessDevice, request.n_devices);
    for (i = 0; i < request.n_devices; i++) {
        devices[i].device = names[i];
        devices[i].mode = bitmap_name ? BACKUP_BITMAP_USE : BACKUP_BITMAP_NONE;
    }
    answer = backup_access_co_setup(&request, errp);
    g_strfreev(names);
    return answer;
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
