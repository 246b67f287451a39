/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Freezing a bitmap, and what comes before and after its settling (settle.c).
 *
 * While access is active the target's bitmap stands still, so that the provider reads
 * from it what to copy, and the background bitmap records what the guest writes.  Neither
 * is made busy: that would forbid exporting the one, and an image may be resized under
 * the other.  So both may have been touched by others when the access ends, and what
 * then looks wrong makes the next backup a full one.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/bitmaps.h"
#include "harness/subject/reference/records.h"
#include "harness/subject/reference/settle.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

/* The bitmaps as they are now: others may have removed or replaced them. */
static PVEBackupDevInfo find_bitmaps(BackupDrive *drive, const char *bitmap_name)
{
    return (PVEBackupDevInfo) {
        .bs = drive->bs,
        .size = drive->size_bytes,
        .block_size = BACKUP_CHUNK_BYTES,
        .device_name = drive->device,
        .bitmap = bdrv_find_dirty_bitmap(drive->bs, bitmap_name),
        .background_bitmap = bdrv_find_dirty_bitmap(drive->bs, BACKUP_BACKGROUND_BITMAP),
        .bitmap_action = drive->action,
    };
}

/* ---- before the access --------------------------------------------------- */

static bool start_background(BackupDrive *drive, Error **errp)
{
    Error *error = NULL;

    if (!bdrv_create_dirty_bitmap(drive->bs, BACKUP_CHUNK_BYTES, BACKUP_BACKGROUND_BITMAP,
                                  &error)) {
        error_setg(errp, "%s - cannot create the background bitmap: %s", drive->device,
                   error_get_pretty(error));
        error_free(error);
        return false;
    }
    drive->has_background = true;
    return true;
}

static bool create(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    Error *error = NULL;
    BdrvDirtyBitmap *bitmap = bdrv_create_dirty_bitmap(drive->bs, BACKUP_CHUNK_BYTES, bitmap_name,
                                                       &error);

    if (!bitmap) {
        error_setg(errp, "%s - cannot create bitmap '%s': %s", drive->device, bitmap_name,
                   error_get_pretty(error));
        error_free(error);
        return false;
    }
    bdrv_disable_dirty_bitmap(bitmap);
    return true;
}

/* The plan has found it free to be used, and no command has come since. */
static void freeze(BackupDrive *drive, const char *bitmap_name)
{
    BdrvDirtyBitmap *bitmap = bdrv_find_dirty_bitmap(drive->bs, bitmap_name);

    drive->was_enabled = bdrv_dirty_bitmap_enabled(bitmap);
    bdrv_disable_dirty_bitmap(bitmap);
}

bool backup_bitmap_prepare(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    if (drive->plan == BITMAP_PLAN_NONE) {
        return true;
    }
    if (drive->plan != BITMAP_PLAN_CREATE) {
        freeze(drive, bitmap_name);
    } else if (!create(drive, bitmap_name, errp)) {
        return false;
    }
    drive->is_prepared = true;
    return start_background(drive, errp);
}

void backup_bitmap_undo(BackupDrive *drive, const char *bitmap_name)
{
    PVEBackupDevInfo di;

    if (!drive->is_prepared) {
        return;
    }
    di = find_bitmaps(drive, bitmap_name);
    if (!drive->has_background) {
        di.background_bitmap = NULL;
    }
    if (drive->plan != BITMAP_PLAN_CREATE && drive->was_enabled) {
        if (di.background_bitmap) {
            backup_settle(&di, false);
        } else {
            bdrv_enable_dirty_bitmap(di.bitmap);
        }
    } else {
        if (drive->plan == BITMAP_PLAN_CREATE) {
            backup_release_bitmap(di.device_name, di.bitmap);
        }
        if (di.background_bitmap) {
            backup_release_bitmap(di.device_name, di.background_bitmap);
        }
    }
    drive->is_prepared = false;
    drive->has_background = false;
}

/* ---- after the access ---------------------------------------------------- */

/* False: somebody replaced or thawed the frozen bitmap, as far as can be seen. */
static bool is_frozen_one(BackupDrive *drive, BdrvDirtyBitmap *bitmap)
{
    return !bdrv_dirty_bitmap_enabled(bitmap) &&
           bdrv_dirty_bitmap_granularity(bitmap) == drive->granularity;
}

/* False: somebody cleared it. */
static bool is_as_full(BackupDrive *drive, BdrvDirtyBitmap *bitmap)
{
    return bdrv_dirty_bitmap_size(bitmap) == drive->size_bytes &&
           bdrv_get_dirty_count(bitmap) >= drive->frozen_count;
}

static void distrust(BackupDrive *drive, const char *bitmap_name)
{
    backup_record_find(bdrv_get_node_name(drive->bs), bitmap_name)->is_distrusted = true;
    warn_report("backup access: %s - bitmap '%s' was interfered with, the next backup starts anew",
                drive->device, bitmap_name);
}

/* False: what the bitmap will say must not be believed by the next backup. */
static bool can_be_trusted(BackupDrive *drive, const PVEBackupDevInfo *di, bool success)
{
    return !bdrv_dirty_bitmap_check(di->bitmap, BDRV_BITMAP_RO | BDRV_BITMAP_INCONSISTENT, NULL) &&
           backup_background_is_complete(di->background_bitmap) &&
           is_frozen_one(drive, di->bitmap) &&
           (success || is_as_full(drive, di->bitmap));
}

void backup_bitmap_settle(BackupDrive *drive, const char *bitmap_name, bool success)
{
    PVEBackupDevInfo di;

    if (!drive->is_prepared) {
        return;
    }
    di = find_bitmaps(drive, bitmap_name);
    if (!di.bitmap) {
        warn_report("backup access: %s - bitmap '%s' not found any more", drive->device,
                    bitmap_name);
    } else if (!can_be_trusted(drive, &di, success)) {
        distrust(drive, bitmap_name);
    }
    backup_settle(&di, success);
    if (!bdrv_find_dirty_bitmap(drive->bs, bitmap_name)) {
        backup_record_drop(bdrv_get_node_name(drive->bs), bitmap_name);
    }
    drive->is_prepared = false;
    drive->has_background = false;
}
