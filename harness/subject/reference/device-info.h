/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive of a backup access, in the words of pve-backup.c.
 *
 * Code that settles bitmaps is written over this structure, ours as well as that of a patch that
 * takes its place (cmake/BaxSubjectPatch.cmake).  So the names of the structure, its fields and of
 * what this header brings along are those that such a patch uses.
 */
#ifndef BACKUP_DEVICE_INFO_H
#define BACKUP_DEVICE_INFO_H

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/dirty-bitmap.h"
#include "qapi/error.h"
#include "qapi/qapi-types-block-core.h"
#include "qemu/error-report.h"

/* Valid during one call: everything is borrowed and as it was found just before. */
typedef struct PVEBackupDevInfo {
    BlockDriverState *bs;                   /* drained by the caller */
    size_t size;                            /* in bytes, at the point in time */
    uint64_t block_size;                    /* in bytes, of a chunk */
    char *device_name;
    BdrvDirtyBitmap *bitmap;                /* the target's; NULL: removed by others */
    BdrvDirtyBitmap *background_bitmap;     /* NULL: removed by others */
    PBSBitmapAction bitmap_action;          /* what setup answered */
} PVEBackupDevInfo;

#endif
