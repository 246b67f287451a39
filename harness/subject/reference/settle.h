/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settling a frozen bitmap.
 *
 * Afterwards the background bitmap is gone, unless others use it, and the target's bitmap records
 * again: what was written since the point in time after a success, that and all from before
 * otherwise.  If it cannot, it is released.
 */
#ifndef BACKUP_SETTLE_H
#define BACKUP_SETTLE_H

#include "harness/subject/reference/device-info.h"

void backup_settle(PVEBackupDevInfo *di, bool success);

/* False: it is busy, and stays. */
bool backup_release_bitmap(const char *device_name, BdrvDirtyBitmap *bitmap);

/* False: there is none, or writes may be missing in it. */
bool backup_background_is_complete(BdrvDirtyBitmap *background);

#endif
