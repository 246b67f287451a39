/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queries and the regular backup, which are the same in all generations; part of every
 * adapter.
 */
#include "qemu/osdep.h"
#include "harness/subject/answers.h"
#include "qapi/qapi-commands-block.h"

/* Of reference/qmp-regular-backup.c; other code has no such thing. */
extern const char backup_is_of_the_reference[] __attribute__((weak));

bool subject_is_reference(void)
{
    return backup_is_of_the_reference != NULL;
}

BackupStatus *subject_query_backup(Error **errp)
{
    return subject_take_status(qmp_query_backup(errp));
}

PBSBitmapInfoList *subject_query_bitmap_info(Error **errp)
{
    return subject_take_bitmap_infos(qmp_query_pbs_bitmap_info(errp));
}

bool coroutine_fn subject_backup(const SubjectBackup *backup, Error **errp)
{
    bool is_pbs = backup->format == SUBJECT_BACKUP_PBS;
    UuidInfo *info = qmp_backup(backup->file, is_pbs ? "password" : NULL, NULL, NULL, NULL, NULL,
                                NULL, is_pbs ? "vm" : NULL, is_pbs, backup->backup_time,
                                backup->uses_dirty_bitmap, true, false, false, false, false,
                                true, is_pbs ? BACKUP_FORMAT_PBS : BACKUP_FORMAT_VMA, NULL, NULL,
                                backup->devlist, backup->speed > 0, backup->speed, false, 0,
                                backup->has_fleecing, true, errp);

    qapi_free_UuidInfo(subject_take_uuid(info));
    return info != NULL;
}

void coroutine_fn subject_backup_cancel(Error **errp)
{
    qmp_backup_cancel(errp);
}
