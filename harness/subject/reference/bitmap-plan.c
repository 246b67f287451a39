/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of each drive's bitmap, and the removal of old ones.
 *
 * A bitmap is "used" only if all that can be seen of it says that it has recorded every
 * write since this target's last good backup.  Otherwise the backup starts full.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/bitmaps.h"
#include "harness/subject/reference/records.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

/* Belong to backup code and to no target. */
static const char *const reserved_names[] = {
    BACKUP_BACKGROUND_BITMAP,
    "pbs-incremental-dirty-bitmap",
};

static bool name_is_allowed(const char *bitmap_name, Error **errp)
{
    size_t i;

    if (bitmap_name[0] == '\0') {
        error_setg(errp, "The bitmap name must not be empty");
        return false;
    }
    if (strlen(bitmap_name) > BDRV_BITMAP_MAX_NAME_SIZE) {
        error_setg(errp, "Bitmap name too long: at most %d bytes", BDRV_BITMAP_MAX_NAME_SIZE);
        return false;
    }
    for (i = 0; i < G_N_ELEMENTS(reserved_names); i++) {
        if (strcmp(bitmap_name, reserved_names[i]) == 0) {
            error_setg(errp, "The bitmap name '%s' is reserved", bitmap_name);
            return false;
        }
    }
    return true;
}

static const BackupDrive *drive_of_node(const BackupDrives *drives, const char *node_name)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        if (strcmp(bdrv_get_node_name(drives->drives[i].bs), node_name) == 0) {
            return &drives->drives[i];
        }
    }
    return NULL;
}

/* True: the request leaves the target without this bitmap. */
static bool is_to_go(const BackupRecord *record, const BackupDrives *drives,
                     const BackupAccessRequest *request)
{
    const BackupDrive *drive;

    if (strcmp(record->target_id, request->target_id) != 0) {
        return false;
    }
    if (!request->bitmap_name || strcmp(record->bitmap_name, request->bitmap_name) != 0) {
        return true;
    }
    drive = drive_of_node(drives, record->node_name);
    return drive && drive->mode == BACKUP_BITMAP_NONE;
}

static bool old_ones_can_go(const BackupDrives *drives, const BackupAccessRequest *request,
                            Error **errp)
{
    unsigned i;

    for (i = 0; i < backup_records_count(); i++) {
        const BackupRecord *record = backup_record_at(i);
        BdrvDirtyBitmap *bitmap = backup_record_bitmap(record);
        Error *error = NULL;

        if (bitmap && is_to_go(record, drives, request) &&
            bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, &error)) {
            error_setg(errp, "Cannot remove the old bitmap '%s' of target '%s' from node '%s': %s",
                       record->bitmap_name, request->target_id, record->node_name,
                       error_get_pretty(error));
            error_free(error);
            return false;
        }
    }
    return true;
}

static bool loses_a_bitmap(const BackupDrive *drive, const BackupDrives *drives,
                           const BackupAccessRequest *request)
{
    unsigned i;

    for (i = 0; i < backup_records_count(); i++) {
        const BackupRecord *record = backup_record_at(i);

        if (strcmp(record->node_name, bdrv_get_node_name(drive->bs)) == 0 &&
            is_to_go(record, drives, request) && backup_record_bitmap(record)) {
            return true;
        }
    }
    return false;
}

/* A bitmap has its node's size at all times, and is never enabled if it is inconsistent. */
static bool is_trusted(BdrvDirtyBitmap *bitmap, const BackupRecord *record,
                       const BackupDrive *drive)
{
    return record && !record->is_distrusted &&
           record->size_bytes == drive->size_bytes &&
           record->granularity == bdrv_dirty_bitmap_granularity(bitmap) &&
           bdrv_dirty_bitmap_enabled(bitmap);
}

static bool is_available(BdrvDirtyBitmap *bitmap, const BackupRecord *record,
                         const BackupDrive *drive, const BackupAccessRequest *request,
                         Error **errp)
{
    Error *error = NULL;

    if (record && strcmp(record->target_id, request->target_id) != 0) {
        error_setg(errp, "%s - bitmap '%s' cannot be used for target '%s': it belongs to target '%s'",
                   drive->device, request->bitmap_name, request->target_id, record->target_id);
        return false;
    }
    if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY | BDRV_BITMAP_RO, &error)) {
        error_setg(errp, "%s - cannot use the bitmap: %s", drive->device,
                   error_get_pretty(error));
        error_free(error);
        return false;
    }
    return true;
}

static bool plan_one(BackupDrive *drive, const BackupAccessRequest *request, Error **errp)
{
    BdrvDirtyBitmap *bitmap = bdrv_find_dirty_bitmap(drive->bs, request->bitmap_name);
    const BackupRecord *record = backup_record_find(bdrv_get_node_name(drive->bs),
                                                    request->bitmap_name);
    bool is_new = drive->mode == BACKUP_BITMAP_NEW;

    if (!bitmap) {
        drive->plan = BITMAP_PLAN_CREATE;
        drive->action = is_new ? PBS_BITMAP_ACTION_NEW : request->missing_action;
        return true;
    }
    if (!is_available(bitmap, record, drive, request, errp)) {
        return false;
    }
    if (!is_new && is_trusted(bitmap, record, drive)) {
        drive->plan = BITMAP_PLAN_FREEZE;
        drive->action = PBS_BITMAP_ACTION_USED;
        drive->dirty_bytes = MIN(bdrv_get_dirty_count(bitmap), drive->size_bytes);
        return true;
    }
    drive->plan = bdrv_dirty_bitmap_inconsistent(bitmap) ? BITMAP_PLAN_REPLACE
                                                         : BITMAP_PLAN_RESTART;
    drive->action = is_new ? PBS_BITMAP_ACTION_NEW : PBS_BITMAP_ACTION_INVALID;
    return true;
}

static bool wants_a_bitmap(const BackupDrives *drives)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        if (drives->drives[i].mode != BACKUP_BITMAP_NONE) {
            return true;
        }
    }
    return false;
}

bool backup_bitmaps_plan(BackupDrives *drives, const BackupAccessRequest *request, Error **errp)
{
    size_t i;

    if ((wants_a_bitmap(drives) && !name_is_allowed(request->bitmap_name, errp)) ||
        !old_ones_can_go(drives, request, errp)) {
        return false;
    }
    for (i = 0; i < drives->n_drives; i++) {
        BackupDrive *drive = &drives->drives[i];

        drive->plan = BITMAP_PLAN_NONE;
        drive->dirty_bytes = drive->size_bytes;
        drive->action = loses_a_bitmap(drive, drives, request)
                            ? PBS_BITMAP_ACTION_NOT_USED_REMOVED
                            : PBS_BITMAP_ACTION_NOT_USED;
        if (request->bitmap_name && drive->mode != BACKUP_BITMAP_NONE &&
            !plan_one(drive, request, errp)) {
            return false;
        }
    }
    return true;
}

/* ---- commit -------------------------------------------------------------- */

static void remove_old(const BackupRecord *record, const BackupDrives *drives)
{
    BdrvDirtyBitmap *bitmap = backup_record_bitmap(record);
    const BackupDrive *drive = drive_of_node(drives, record->node_name);

    if (bitmap) {
        bdrv_release_dirty_bitmap(bitmap);
    } else {
        warn_report("backup access: expected old bitmap '%s' not found for drive '%s'",
                    record->bitmap_name, drive ? drive->device : record->node_name);
    }
}

static void commit_one(BackupDrive *drive, const BackupAccessRequest *request)
{
    BdrvDirtyBitmap *bitmap = bdrv_find_dirty_bitmap(drive->bs, request->bitmap_name);
    BackupRecord *record;

    if (drive->plan == BITMAP_PLAN_REPLACE) {
        bitmap = bdrv_dirty_bitmap_abdicate(bitmap, &error_abort);
        bdrv_disable_dirty_bitmap(bitmap);
    }
    if (drive->plan != BITMAP_PLAN_FREEZE) {
        bdrv_set_dirty_bitmap(bitmap, 0, bdrv_dirty_bitmap_size(bitmap));
    }
    drive->frozen_count = bdrv_get_dirty_count(bitmap);
    drive->granularity = bdrv_dirty_bitmap_granularity(bitmap);

    record = backup_record_put(request->target_id, bdrv_get_node_name(drive->bs),
                               request->bitmap_name);
    record->size_bytes = drive->size_bytes;
    record->granularity = drive->granularity;
    record->is_distrusted = false;
}

static BdrvDirtyBitmap *bitmap_to_replace(const BackupDrive *drive, const char *bitmap_name)
{
    return drive->plan == BITMAP_PLAN_REPLACE ? bdrv_find_dirty_bitmap(drive->bs, bitmap_name)
                                              : NULL;
}

/*
 * A successor is the only way to make a bitmap that can take over the name of another one
 * without the other going first.  It makes its parent busy, and a resize asserts that none
 * is: so the loop must not run before it has taken over.
 */
static bool make_successors(BackupDrives *drives, const char *bitmap_name, Error **errp)
{
    Error *error = NULL;
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        BdrvDirtyBitmap *bitmap = bitmap_to_replace(&drives->drives[i], bitmap_name);

        if (bitmap && bdrv_dirty_bitmap_create_successor(bitmap, &error) < 0) {
            error_setg(errp, "%s - cannot replace bitmap '%s': %s", drives->drives[i].device,
                       bitmap_name, error_get_pretty(error));
            error_free(error);
            break;
        }
    }
    if (i == drives->n_drives) {
        return true;
    }
    while (i-- > 0) {
        BdrvDirtyBitmap *bitmap = bitmap_to_replace(&drives->drives[i], bitmap_name);

        if (bitmap) {
            bdrv_reclaim_dirty_bitmap(bitmap, &error_abort);
        }
    }
    return false;
}

/* An image that is reopened meanwhile may make its bitmaps read-only. */
static bool can_still_be_set(const BackupDrives *drives, const char *bitmap_name, Error **errp)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        const BackupDrive *drive = &drives->drives[i];
        Error *error = NULL;

        if ((drive->plan == BITMAP_PLAN_CREATE || drive->plan == BITMAP_PLAN_RESTART) &&
            bdrv_dirty_bitmap_check(bdrv_find_dirty_bitmap(drive->bs, bitmap_name),
                                    BDRV_BITMAP_RO, &error)) {
            error_setg(errp, "%s - cannot use the bitmap any more: %s", drive->device,
                       error_get_pretty(error));
            error_free(error);
            return false;
        }
    }
    return true;
}

bool backup_bitmaps_commit(BackupDrives *drives, const BackupAccessRequest *request, Error **errp)
{
    unsigned index = 0;
    size_t i;

    /* The loop ran since that was planned, and an export may have come meanwhile. */
    if (!old_ones_can_go(drives, request, errp) ||
        !can_still_be_set(drives, request->bitmap_name, errp) ||
        !make_successors(drives, request->bitmap_name, errp)) {
        return false;
    }
    while (index < backup_records_count()) {
        const BackupRecord *record = backup_record_at(index);

        if (is_to_go(record, drives, request)) {
            remove_old(record, drives);
            backup_record_drop_at(index);
        } else if (!backup_record_bitmap(record)) {
            backup_record_drop_at(index);
        } else {
            index++;
        }
    }
    for (i = 0; i < drives->n_drives; i++) {
        if (drives->drives[i].plan != BITMAP_PLAN_NONE) {
            commit_one(&drives->drives[i], request);
        }
    }
    return true;
}
