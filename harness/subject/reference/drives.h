/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drives of one access: found by name, checked, and held by references.
 */
#ifndef BACKUP_DRIVES_H
#define BACKUP_DRIVES_H

#include "harness/subject/reference/backup-access.h"
#include "block/block_int-global-state.h"

/* What is to become of the target's bitmap on a drive. */
typedef enum BitmapPlan {
    BITMAP_PLAN_NONE,
    BITMAP_PLAN_CREATE,         /* there is none yet */
    BITMAP_PLAN_FREEZE,         /* it is trusted: the backup copies what it says */
    BITMAP_PLAN_RESTART,        /* it stays, but all dirty */
    BITMAP_PLAN_REPLACE,        /* it is inconsistent: a new one takes over its name */
} BitmapPlan;

typedef struct BackupDrive {
    char *device;
    BackupBitmapMode mode;
    BlockDriverState *bs;               /* root of the device; holds the bitmaps; a reference */
    BlockDriverState *fleecing;         /* a reference; NULL: the backup needs none */
    int64_t size_bytes;                 /* at the point in time */

    BlockDriverState *cbw;              /* NULL: not inserted */
    BlockDriverState *snapshot_access;  /* NULL: not opened */

    BitmapPlan plan;
    PBSBitmapAction action;
    int64_t dirty_bytes;                /* what the backup has to copy */
    bool is_prepared;                   /* the plan's changes are made and can be undone */
    bool has_background;                /* a background bitmap was made, and not by others */
    bool was_enabled;
    int64_t frozen_count;               /* dirty bytes in the frozen bitmap */
    uint32_t granularity;               /* of the target's bitmap */
} BackupDrive;

typedef struct BackupDrives {
    BackupDrive *drives;
    size_t n_drives;
} BackupDrives;

/*
 * In a coroutine, with the graph locked for reading.  Takes references to all nodes,
 * or none at all on error.
 */
bool coroutine_fn backup_drives_find(BackupDrives *drives, const BackupAccessRequest *request,
                                     Error **errp);
/* Outside of coroutines: gives the references back. */
void backup_drives_release(BackupDrives *drives);
/* Frees memory and nothing else. */
void backup_drives_forget(BackupDrives *drives);

/* The sizes as they are now, that is, while drained.  False: the drive cannot be backed up. */
bool backup_drive_measure(BackupDrive *drive, Error **errp);

void backup_drives_drain(BackupDrives *drives);
void backup_drives_undrain(BackupDrives *drives);

#endif
