/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reference's settling, or that of a patch in its place, called as teardown calls it. */
#include "qemu/osdep.h"
#include "fuzz/merge-run.h"
#include "harness/subject/reference/settle.h"

void merge_settle(BlockDriverState *bs, BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *background,
                  bool success)
{
    static char device_name[] = "drive-scsi0";
    PVEBackupDevInfo di = {
        .bs = bs,
        .size = bdrv_getlength(bs),
        .block_size = MERGE_CHUNK_BYTES,
        .device_name = device_name,
        .bitmap = bitmap,
        .background_bitmap = background,
        .bitmap_action = PBS_BITMAP_ACTION_USED,
    };

    backup_settle(&di, success);
}
