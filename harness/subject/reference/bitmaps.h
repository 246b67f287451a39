/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bitmaps of an access, from the plan to the settling.
 *
 * All of it outside of coroutines.  Bitmaps are looked up by name at each step: between
 * two steps the loop may have run, and the management layer may have removed them.
 */
#ifndef BACKUP_BITMAPS_H
#define BACKUP_BITMAPS_H

#include "harness/subject/reference/drives.h"

#define BACKUP_CHUNK_BYTES (4 * 1024 * 1024)
#define BACKUP_BACKGROUND_BITMAP "backup-access-background-bitmap"

/*
 * Decides for every drive what is to be done and answered, and changes nothing.  False:
 * a bitmap that is needed, or is to be removed, cannot be had.  The drives are drained
 * and measured.
 */
bool backup_bitmaps_plan(BackupDrives *drives, const BackupAccessRequest *request, Error **errp);

/* Freezes the target's bitmap, made first if need be, and starts the background bitmap. */
bool backup_bitmap_prepare(BackupDrive *drive, const char *bitmap_name, Error **errp);
/* Undoes what was prepared: content, flags and existence are as before. */
void backup_bitmap_undo(BackupDrive *drive, const char *bitmap_name);
/*
 * The last thing that can fail, and then has changed nothing.  Does what cannot be undone:
 * bitmaps that start full, old bitmaps, records.  Never runs the loop.
 */
bool backup_bitmaps_commit(BackupDrives *drives, const BackupAccessRequest *request, Error **errp);

/*
 * The access is over, the drive drained: tracking goes on in the target's bitmap.
 * Success: it holds what was written since the point in time; else that and all from before.
 */
void backup_bitmap_settle(BackupDrive *drive, const char *bitmap_name, bool success);

#endif
