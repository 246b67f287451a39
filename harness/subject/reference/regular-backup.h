/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The regular backup: jobs of QEMU that copy drives to an archive.
 *
 * Backup access shares drives and status with it, so that only one of both can be.
 */
#ifndef REGULAR_BACKUP_H
#define REGULAR_BACKUP_H

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/coroutine.h"
#include <uuid/uuid.h>

/* All borrowed until the answer. */
typedef struct RegularBackupRequest {
    const char *file;
    const char *devlist;            /* NULL: every writable drive */
    bool has_fleecing;
    int64_t speed;                  /* bytes a second; 0: no limit */
    int64_t max_workers;
} RegularBackupRequest;

/* From before its first job is made until everything of it is given back. */
bool regular_backup_is_active(void);
/*
 * The caller holds the lock of backup access and has seen that nothing is active.  False with
 * *@errp set: it has not begun, and nothing of it is left.
 */
bool coroutine_fn regular_backup_co_begin(const RegularBackupRequest *request, uuid_t uuid,
                                          Error **errp);
/* Likewise with the lock held.  Returns when nothing is active any more. */
void coroutine_fn regular_backup_co_cancel(void);

#endif
