/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What query-backup and query-pbs-bitmap-info answer.
 *
 * It is read at any time and so has a lock of its own.  A setup that fails leaves it as
 * it was.
 */
#ifndef BACKUP_STATUS_H
#define BACKUP_STATUS_H

#include "harness/subject/reference/drives.h"

/* The access is set up. */
void backup_status_begin(const BackupDrives *drives);
/* It is being torn down. */
void backup_status_finishing(void);
/* @failure: what to say of a backup that failed; NULL: it succeeded. */
void backup_status_end(const char *failure);

/* The caller's. */
BackupStatus *backup_status_query(void);
PBSBitmapInfoList *backup_status_query_bitmaps(void);

#endif
