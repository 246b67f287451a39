/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive's snapshot.
 *
 * The filter copies old data to the fleecing image before the guest overwrites it; the
 * snapshot-access node above it is what the provider reads.  If a copy fails or takes too
 * long, the snapshot breaks and the guest goes on: guest drivers give up after 60 s.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/access.h"
#include "qapi/error.h"
#include "block/copy-before-write.h"
#include "qobject/qdict.h"

#define COPY_TIMEOUT_S 45

static BlockDriverState *insert_filter(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    QDict *options = qdict_new();

    qdict_put_str(options, "driver", "copy-before-write");
    qdict_put_str(options, "file", bdrv_get_node_name(drive->bs));
    qdict_put_str(options, "target", bdrv_get_node_name(drive->fleecing));
    if (bitmap_name) {
        qdict_put_str(options, "bitmap.node", bdrv_get_node_name(drive->bs));
        qdict_put_str(options, "bitmap.name", bitmap_name);
    }
    qdict_put_str(options, "on-cbw-error", "break-snapshot");
    qdict_put_int(options, "cbw-timeout", COPY_TIMEOUT_S);
    return bdrv_insert_node(drive->bs, options, BDRV_O_RDWR, errp);
}

static BlockDriverState *open_snapshot(BackupDrive *drive, Error **errp)
{
    QDict *options = qdict_new();

    qdict_put_str(options, "driver", "snapshot-access");
    qdict_put_str(options, "file", bdrv_get_node_name(drive->cbw));
    return bdrv_open(NULL, NULL, options, BDRV_O_RDWR | BDRV_O_UNMAP, errp);
}

bool backup_snapshot_insert(BackupDrive *drive, const char *bitmap_name, Error **errp)
{
    Error *error = NULL;

    drive->cbw = insert_filter(drive, bitmap_name, &error);
    if (!drive->cbw) {
        error_setg(errp, "%s - cannot insert the copy-before-write filter: %s", drive->device,
                   error_get_pretty(error));
        error_free(error);
        return false;
    }
    drive->snapshot_access = open_snapshot(drive, &error);
    if (!drive->snapshot_access) {
        error_setg(errp, "%s - cannot open the snapshot access: %s", drive->device,
                   error_get_pretty(error));
        error_free(error);
        backup_snapshot_drop(drive);
        return false;
    }
    return true;
}

bool backup_snapshot_is_broken(const BackupDrive *drive)
{
    return drive->cbw && bdrv_cbw_snapshot_error(drive->cbw) < 0;
}

void backup_snapshot_drop(BackupDrive *drive)
{
    if (drive->snapshot_access) {
        bdrv_unref(drive->snapshot_access);
        drive->snapshot_access = NULL;
    }
    if (drive->cbw) {
        bdrv_cbw_drop(drive->cbw);
        drive->cbw = NULL;
    }
}
