/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drives of one access.
 *
 * A drive takes part once: a second filter over the same node would see the first
 * one's point in time.  References keep the nodes while other commands run in the
 * drained sections' loops.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/drives.h"
#include "qapi/error.h"
#include "system/block-backend.h"

#define FLEECING_SUFFIX "-fleecing"

static BlockDriverState *coroutine_fn find_medium(const char *device, Error **errp)
{
    BlockBackend *blk = blk_by_name(device);
    BlockDriverState *bs;

    if (!blk) {
        error_setg(errp, "Device '%s' not found", device);
        return NULL;
    }
    bs = blk_bs(blk);
    if (!bs || !bdrv_co_is_inserted(bs)) {
        error_setg(errp, "Device '%s' has no medium", device);
        return NULL;
    }
    return bs;
}

static bool is_listed_once(const BackupDrives *drives, const BackupDrive *drive, Error **errp)
{
    const BackupDrive *other;

    for (other = drives->drives; other < drive; other++) {
        if (strcmp(other->device, drive->device) == 0) {
            error_setg(errp, "Device '%s' is listed twice", drive->device);
            return false;
        }
    }
    return true;
}

static bool coroutine_fn find_one(BackupDrives *drives, BackupDrive *drive,
                                  const BackupAccessDevice *wanted, bool is_without_fleecing,
                                  Error **errp)
{
    g_autofree char *fleecing_device = g_strconcat(wanted->device, FLEECING_SUFFIX, NULL);

    drive->device = g_strdup(wanted->device);
    drive->mode = wanted->mode;
    drive->bs = find_medium(wanted->device, errp);
    if (!drive->bs || !is_listed_once(drives, drive, errp)) {
        return false;
    }
    if (is_without_fleecing) {
        return true;
    }
    drive->fleecing = find_medium(fleecing_device, errp);
    return drive->fleecing != NULL;
}

bool coroutine_fn backup_drives_find(BackupDrives *drives, const BackupAccessRequest *request,
                                     Error **errp)
{
    size_t i;

    drives->drives = g_new0(BackupDrive, request->n_devices);
    drives->n_drives = request->n_devices;
    for (i = 0; i < request->n_devices; i++) {
        if (!find_one(drives, &drives->drives[i], &request->devices[i],
                      request->is_without_fleecing, errp)) {
            backup_drives_forget(drives);
            return false;
        }
    }
    /* Only now: a reference cannot be given back in a coroutine. */
    for (i = 0; i < drives->n_drives; i++) {
        bdrv_ref(drives->drives[i].bs);
        if (drives->drives[i].fleecing) {
            bdrv_ref(drives->drives[i].fleecing);
        }
    }
    return true;
}

void backup_drives_release(BackupDrives *drives)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        bdrv_unref(drives->drives[i].fleecing);
        bdrv_unref(drives->drives[i].bs);
    }
    backup_drives_forget(drives);
}

void backup_drives_forget(BackupDrives *drives)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        g_free(drives->drives[i].device);
    }
    g_free(drives->drives);
    drives->drives = NULL;
    drives->n_drives = 0;
}

bool backup_drive_measure(BackupDrive *drive, Error **errp)
{
    int64_t fleecing_bytes;

    drive->size_bytes = bdrv_getlength(drive->bs);
    if (drive->size_bytes < 0) {
        error_setg_errno(errp, -drive->size_bytes, "%s - cannot get the size", drive->device);
        return false;
    }
    fleecing_bytes = bdrv_getlength(drive->fleecing);
    if (fleecing_bytes < 0) {
        error_setg_errno(errp, -fleecing_bytes, "%s - cannot get the size of the fleecing image",
                         drive->device);
        return false;
    }
    if (fleecing_bytes != drive->size_bytes) {
        error_setg(errp, "Size mismatch for '%s" FLEECING_SUFFIX "' - it has %" PRId64
                   " bytes, the drive has %" PRId64, drive->device, fleecing_bytes,
                   drive->size_bytes);
        return false;
    }
    return true;
}

void backup_drives_drain(BackupDrives *drives)
{
    size_t i;

    for (i = 0; i < drives->n_drives; i++) {
        bdrv_drained_begin(drives->drives[i].bs);
    }
}

void backup_drives_undrain(BackupDrives *drives)
{
    size_t i;

    for (i = drives->n_drives; i > 0; i--) {
        bdrv_drained_end(drives->drives[i - 1].bs);
    }
}
