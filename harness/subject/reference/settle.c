/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settling a frozen bitmap, after success and in the error case.
 *
 * The two functions of pve-backup.c by these names, which the functions of a patch may replace:
 * they stand in a file of their own, over nothing but the device info.
 */
#include "harness/subject/reference/settle.h"
#include "harness/subject/reference/bitmaps.h"

bool backup_release_bitmap(const char *device_name, BdrvDirtyBitmap *bitmap)
{
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL)) {
        warn_report("backup access: %s - bitmap '%s' is in use and stays", device_name,
                    bdrv_dirty_bitmap_name(bitmap));
        return false;
    }
    bdrv_release_dirty_bitmap(bitmap);
    return true;
}

/* One that is inconsistent is never enabled. */
bool backup_background_is_complete(BdrvDirtyBitmap *background)
{
    return background && bdrv_dirty_bitmap_enabled(background) &&
           bdrv_dirty_bitmap_granularity(background) == BACKUP_CHUNK_BYTES;
}

/* Never refuses: what must not be merged is set area by area, as guest writes do. */
static void unite(PVEBackupDevInfo *di)
{
    Error *error = NULL;
    int64_t end = bdrv_dirty_bitmap_size(di->background_bitmap);
    int64_t at = 0, start, bytes;

    if (bdrv_merge_dirty_bitmap(di->bitmap, di->background_bitmap, NULL, &error)) {
        return;
    }
    warn_report("backup access: %s - could not merge bitmaps, carrying over piece by piece: %s",
                di->device_name, error_get_pretty(error));
    error_free(error);
    while (bdrv_dirty_bitmap_next_dirty_area(di->background_bitmap, at, end, INT64_MAX, &start,
                                             &bytes)) {
        bdrv_set_dirty_bitmap(di->bitmap, start, bytes);
        at = start + bytes;
    }
}

static void record_again(PVEBackupDevInfo *di)
{
    bdrv_enable_dirty_bitmap(di->bitmap);
    if (backup_background_is_complete(di->background_bitmap)) {
        unite(di);
    } else {
        bdrv_set_dirty_bitmap(di->bitmap, 0, bdrv_dirty_bitmap_size(di->bitmap));
    }
}

/* A bitmap in which nothing may be changed goes: none is better than one that misses writes. */
static bool can_settle(PVEBackupDevInfo *di)
{
    if (!di->bitmap) {
        return false;
    }
    if (bdrv_dirty_bitmap_check(di->bitmap, BDRV_BITMAP_RO | BDRV_BITMAP_INCONSISTENT, NULL)) {
        backup_release_bitmap(di->device_name, di->bitmap);
        return false;
    }
    return true;
}

static void drop_background(PVEBackupDevInfo *di)
{
    if (di->background_bitmap) {
        backup_release_bitmap(di->device_name, di->background_bitmap);
    }
}

static void handle_backup_access_bitmaps_in_error_case(PVEBackupDevInfo *di)
{
    if (can_settle(di)) {
        record_again(di);
    }
    drop_background(di);
}

static void handle_backup_access_bitmaps_after_success(PVEBackupDevInfo *di)
{
    if (can_settle(di)) {
        bdrv_clear_dirty_bitmap(di->bitmap, NULL);
        record_again(di);
    }
    drop_background(di);
}

void backup_settle(PVEBackupDevInfo *di, bool success)
{
    if (success) {
        handle_backup_access_bitmaps_after_success(di);
    } else {
        handle_backup_access_bitmaps_in_error_case(di);
    }
}
