/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Freezing a bitmap, and settling it when the access is over.
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
#include "qapi/error.h"
#include "qemu/error-report.h"

/* Never refuses: what must not be merged is set area by area, as guest writes do. */
static void unite(BackupDrive *drive, BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *source)
{
    Error *error = NULL;
    int64_t end = bdrv_dirty_bitmap_size(source);
    int64_t at = 0, start, bytes;

    if (bdrv_merge_dirty_bitmap(bitmap, source, NULL, &error)) {
        return;
    }
    warn_report("backup access: %s - could not merge bitmaps, carrying over piece by piece: %s",
                drive->device, error_get_pretty(error));
    error_free(error);
    while (bdrv_dirty_bitmap_next_dirty_area(source, at, end, INT64_MAX, &start, &bytes)) {
        bdrv_set_dirty_bitmap(bitmap, start, bytes);
        at = start + bytes;
    }
}

/* A busy bitmap cannot be released. */
static bool release(BackupDrive *drive, BdrvDirtyBitmap *bitmap)
{
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL)) {
        warn_report("backup access: %s - bitmap '%s' is in use and stays", drive->device,
                    bdrv_dirty_bitmap_name(bitmap));
        return false;
    }
    bdrv_release_dirty_bitmap(bitmap);
    return true;
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

/* The plan is a moment old: other commands may have run while other drives were prepared. */
static bool freeze(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    BdrvDirtyBitmap *bitmap = bdrv_find_dirty_bitmap(drive->bs, bitmap_name);
    Error *error = NULL;

    if (!bitmap) {
        error_setg(errp, "%s - bitmap '%s' not found any more", drive->device, bitmap_name);
        return false;
    }
    drive->was_enabled = bdrv_dirty_bitmap_enabled(bitmap);
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY | BDRV_BITMAP_RO, &error)) {
        error_setg(errp, "%s - cannot use the bitmap: %s", drive->device,
                   error_get_pretty(error));
        error_free(error);
        return false;
    }
    bdrv_disable_dirty_bitmap(bitmap);
    return true;
}

bool backup_bitmap_prepare(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    if (drive->plan == BITMAP_PLAN_NONE) {
        return true;
    }
    drive->is_prepared = drive->plan == BITMAP_PLAN_CREATE ? create(drive, bitmap_name, errp)
                                                           : freeze(drive, bitmap_name, errp);
    return drive->is_prepared && start_background(drive, errp);
}

static void thaw(BackupDrive *drive, BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *background)
{
    if (drive->plan == BITMAP_PLAN_CREATE) {
        release(drive, bitmap);
    } else if (drive->was_enabled) {
        bdrv_enable_dirty_bitmap(bitmap);
        if (background) {
            unite(drive, bitmap, background);
        }
    }
}

void backup_bitmap_undo(BackupDrive *drive, const char *bitmap_name)
{
    BdrvDirtyBitmap *bitmap, *background = NULL;

    if (!drive->is_prepared) {
        return;
    }
    bitmap = bdrv_find_dirty_bitmap(drive->bs, bitmap_name);
    if (drive->has_background) {
        background = bdrv_find_dirty_bitmap(drive->bs, BACKUP_BACKGROUND_BITMAP);
    }
    if (bitmap) {
        thaw(drive, bitmap, background);
    }
    if (background) {
        release(drive, background);
    }
    drive->is_prepared = false;
    drive->has_background = false;
}

/* ---- after the access ---------------------------------------------------- */

/* False: somebody cleared, replaced or thawed the frozen bitmap, as far as can be seen. */
static bool is_as_frozen(BackupDrive *drive, BdrvDirtyBitmap *bitmap)
{
    return !bdrv_dirty_bitmap_enabled(bitmap) &&
           bdrv_dirty_bitmap_size(bitmap) == drive->size_bytes &&
           bdrv_dirty_bitmap_granularity(bitmap) == drive->granularity &&
           bdrv_get_dirty_count(bitmap) >= drive->frozen_count;
}

/* False: writes may be missing in the background bitmap. */
static bool has_tracked(BdrvDirtyBitmap *background)
{
    return background && bdrv_dirty_bitmap_enabled(background) &&
           !bdrv_dirty_bitmap_inconsistent(background) &&
           bdrv_dirty_bitmap_granularity(background) == BACKUP_CHUNK_BYTES;
}

static void distrust(BackupDrive *drive, const char *bitmap_name)
{
    BackupRecord *record = backup_record_find(bdrv_get_node_name(drive->bs), bitmap_name);

    if (record) {
        record->is_distrusted = true;
    }
    warn_report("backup access: %s - bitmap '%s' was interfered with, the next backup starts anew",
                drive->device, bitmap_name);
}

/* Nothing may be changed in it: no bitmap is better than one that has missed writes. */
static void give_up(BackupDrive *drive, const char *bitmap_name, BdrvDirtyBitmap *bitmap)
{
    distrust(drive, bitmap_name);
    if (release(drive, bitmap)) {
        backup_record_drop(bdrv_get_node_name(drive->bs), bitmap_name);
    }
}

static void settle(BackupDrive *drive, const char *bitmap_name, BdrvDirtyBitmap *bitmap,
                   BdrvDirtyBitmap *background, bool success)
{
    bool is_complete = has_tracked(background);

    if (!is_complete || (!success && !is_as_frozen(drive, bitmap))) {
        distrust(drive, bitmap_name);
    }
    if (success) {
        bdrv_clear_dirty_bitmap(bitmap, NULL);
    }
    bdrv_enable_dirty_bitmap(bitmap);
    if (is_complete) {
        unite(drive, bitmap, background);
    } else {
        bdrv_set_dirty_bitmap(bitmap, 0, bdrv_dirty_bitmap_size(bitmap));
    }
}

void backup_bitmap_settle(BackupDrive *drive, const char *bitmap_name, bool success)
{
    BdrvDirtyBitmap *bitmap, *background;

    if (!drive->is_prepared) {
        return;
    }
    bitmap = bdrv_find_dirty_bitmap(drive->bs, bitmap_name);
    background = bdrv_find_dirty_bitmap(drive->bs, BACKUP_BACKGROUND_BITMAP);
    if (!bitmap) {
        warn_report("backup access: %s - bitmap '%s' not found any more", drive->device,
                    bitmap_name);
        backup_record_drop(bdrv_get_node_name(drive->bs), bitmap_name);
    } else if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_RO | BDRV_BITMAP_INCONSISTENT, NULL)) {
        give_up(drive, bitmap_name, bitmap);
    } else {
        settle(drive, bitmap_name, bitmap, background, success);
    }
    if (background) {
        release(drive, background);
    }
    drive->is_prepared = false;
    drive->has_background = false;
}
