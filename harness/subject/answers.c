/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the code under test change hands.
 *
 * In QEMU they are freed by QAPI's generated code after they were sent.  Here they are freed by
 * the stage, some time later, so they are no leaks meanwhile.
 */
#include "qemu/osdep.h"
#include "harness/subject/answers.h"
#include "harness/subject/accounting.h"

BackupAccessInfoList *subject_take_accesses(BackupAccessInfoList *accesses)
{
    for (BackupAccessInfoList *at = accesses; at; at = at->next) {
        accounting_forget(at->value->node_name);
        accounting_forget(at->value->device);
        accounting_forget(at->value->bitmap_node_name);
        accounting_forget(at->value->bitmap_name);
        accounting_forget(at->value);
        accounting_forget(at);
    }
    return accesses;
}

BackupStatus *subject_take_status(BackupStatus *status)
{
    if (status) {
        accounting_forget(status->status);
        accounting_forget(status->errmsg);
        accounting_forget(status->backup_file);
        accounting_forget(status->uuid);
        accounting_forget(status);
    }
    return status;
}

PBSBitmapInfoList *subject_take_bitmap_infos(PBSBitmapInfoList *infos)
{
    for (PBSBitmapInfoList *at = infos; at; at = at->next) {
        accounting_forget(at->value->drive);
        accounting_forget(at->value);
        accounting_forget(at);
    }
    return infos;
}

UuidInfo *subject_take_uuid(UuidInfo *info)
{
    if (info) {
        accounting_forget(info->UUID);
        accounting_forget(info);
    }
    return info;
}

/* ---- what the code frees itself -------------------------------------------- */

void subject_account_qapi_free_BackupAccessInfoList(BackupAccessInfoList *accesses)
{
    qapi_free_BackupAccessInfoList(subject_take_accesses(accesses));
}

void subject_account_qapi_free_BackupStatus(BackupStatus *status)
{
    qapi_free_BackupStatus(subject_take_status(status));
}

void subject_account_qapi_free_PBSBitmapInfoList(PBSBitmapInfoList *infos)
{
    qapi_free_PBSBitmapInfoList(subject_take_bitmap_infos(infos));
}

void subject_account_qapi_free_UuidInfo(UuidInfo *info)
{
    qapi_free_UuidInfo(subject_take_uuid(info));
}
