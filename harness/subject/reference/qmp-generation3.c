/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands of generation 3 over the core.
 *
 * Every device says what it wants of its bitmap, which goes by the target ID.  A bitmap that is
 * to be used and is missing is made and answered as such.
 */
#include "qemu/osdep.h"
#include "harness/subject/qmp-generation2.h"
#include "harness/subject/reference/backup-access.h"
#include "harness/subject/reference/status.h"

static BackupBitmapMode mode_of(BackupAccessSetupBitmapMode mode)
{
    switch (mode) {
    case BACKUP_ACCESS_SETUP_BITMAP_MODE_NEW:
        return BACKUP_BITMAP_NEW;
    case BACKUP_ACCESS_SETUP_BITMAP_MODE_USE:
        return BACKUP_BITMAP_USE;
    default:
        return BACKUP_BITMAP_NONE;
    }
}

static size_t count(const BackupAccessSourceDeviceList *devices)
{
    size_t n = 0;

    for (; devices; devices = devices->next) {
        n++;
    }
    return n;
}

BackupAccessInfoList *coroutine_fn qmp_backup_access_setup(const char *target_id,
                                                           BackupAccessSourceDeviceList *devices,
                                                           Error **errp)
{
    BackupAccessRequest request = {
        .target_id = target_id,
        .bitmap_name = target_id,
        .missing_action = PBS_BITMAP_ACTION_MISSING_RECREATED,
        .n_devices = count(devices),
    };
    BackupAccessDevice *wanted = g_new0(BackupAccessDevice, request.n_devices);
    BackupAccessInfoList *answer;
    size_t i;

    request.devices = wanted;
    for (i = 0; i < request.n_devices; i++, devices = devices->next) {
        wanted[i].device = devices->value->device;
        wanted[i].mode = mode_of(devices->value->bitmap_mode);
    }
    answer = backup_access_co_setup(&request, errp);
    g_free(wanted);
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
