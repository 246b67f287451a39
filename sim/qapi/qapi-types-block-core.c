/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and release of the QAPI types of the block layer.
 *
 * QEMU generates these; written by hand here for the few types that backup
 * access has.
 */
#include "qapi/qapi-types-block-core.h"

#include <glib.h>

const char *PBSBitmapAction_str(PBSBitmapAction action)
{
    static const char *const names[PBS_BITMAP_ACTION__MAX] = {
        [PBS_BITMAP_ACTION_NOT_USED] = "not-used",
        [PBS_BITMAP_ACTION_NOT_USED_REMOVED] = "not-used-removed",
        [PBS_BITMAP_ACTION_NEW] = "new",
        [PBS_BITMAP_ACTION_USED] = "used",
        [PBS_BITMAP_ACTION_INVALID] = "invalid",
        [PBS_BITMAP_ACTION_MISSING_RECREATED] = "missing-recreated",
    };

    g_assert((unsigned)action < PBS_BITMAP_ACTION__MAX);
    return names[action];
}

void qapi_free_PBSBitmapInfoList(PBSBitmapInfoList *list)
{
    while (list) {
        PBSBitmapInfoList *next = list->next;

        g_free(list->value->drive);
        g_free(list->value);
        g_free(list);
        list = next;
    }
}

void qapi_free_BackupAccessInfoList(BackupAccessInfoList *list)
{
    while (list) {
        BackupAccessInfoList *next = list->next;

        g_free(list->value->node_name);
        g_free(list->value->device);
        g_free(list->value->bitmap_node_name);
        g_free(list->value->bitmap_name);
        g_free(list->value);
        g_free(list);
        list = next;
    }
}

void qapi_free_BackupStatus(BackupStatus *status)
{
    if (!status) {
        return;
    }
    g_free(status->status);
    g_free(status->errmsg);
    g_free(status->backup_file);
    g_free(status->uuid);
    g_free(status);
}

void qapi_free_UuidInfo(UuidInfo *info)
{
    if (info) {
        g_free(info->UUID);
        g_free(info);
    }
}

void qapi_free_ProxmoxSupportStatus(ProxmoxSupportStatus *status)
{
    if (status) {
        g_free(status->pbs_library_version);
        g_free(status);
    }
}
