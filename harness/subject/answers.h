/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the code under test change hands: they are the harness's from now on.
 *
 * Each returns its argument, which may be NULL.
 */
#ifndef HARNESS_SUBJECT_ANSWERS_H
#define HARNESS_SUBJECT_ANSWERS_H

#include "harness/subject/subject.h"
#include "qapi/error.h"
#include "qapi/qapi-types-block-core.h"
#include "qemu/coroutine.h"

BackupAccessInfoList *subject_take_accesses(BackupAccessInfoList *accesses);
BackupStatus *subject_take_status(BackupStatus *status);
PBSBitmapInfoList *subject_take_bitmap_infos(PBSBitmapInfoList *infos);
UuidInfo *subject_take_uuid(UuidInfo *info);

/* What the code under test calls to free an answer itself. */
void subject_account_qapi_free_BackupAccessInfoList(BackupAccessInfoList *accesses);
void subject_account_qapi_free_BackupStatus(BackupStatus *status);
void subject_account_qapi_free_PBSBitmapInfoList(PBSBitmapInfoList *infos);
void subject_account_qapi_free_UuidInfo(UuidInfo *info);

/* In queries.c: as in Subject. */
bool subject_is_reference(void);

/* The queries, which are the same in all generations. */
BackupStatus *subject_query_backup(Error **errp);
PBSBitmapInfoList *subject_query_bitmap_info(Error **errp);
/* Likewise the regular backup. */
bool coroutine_fn subject_backup(const SubjectBackup *backup, Error **errp);
void coroutine_fn subject_backup_cancel(Error **errp);

#endif
