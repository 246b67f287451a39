/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive's snapshot: copy-before-write filter and snapshot-access node.
 */
#ifndef BACKUP_ACCESS_NODES_H
#define BACKUP_ACCESS_NODES_H

#include "harness/subject/reference/drives.h"

/*
 * Outside of coroutines, the drive drained.  @bitmap_name: only what this bitmap of the
 * drive's node marks can be read; NULL: everything.  On error nothing is inserted.
 */
bool backup_snapshot_insert(BackupDrive *drive, const char *bitmap_name, Error **errp);
/* A copy failed, and from then on nothing could be read. */
bool backup_snapshot_is_broken(const BackupDrive *drive);
/* What is not there is left alone. */
void backup_snapshot_drop(BackupDrive *drive);

#endif
