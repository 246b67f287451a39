/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backup access: the core that the QMP commands of every generation stand on.
 *
 * One access at a time: it is set up for a target over some drives, all or nothing,
 * and torn down again.  Everything that changes the block graph happens in bottom
 * halves, while all drives of the access are drained together, so that they share one
 * point in time.
 */
#ifndef BACKUP_ACCESS_H
#define BACKUP_ACCESS_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-block-core.h"

typedef enum BackupBitmapMode {
    BACKUP_BITMAP_NONE,         /* a bitmap that the target has there goes */
    BACKUP_BITMAP_NEW,          /* starts full, whatever was there */
    BACKUP_BITMAP_USE,          /* goes on with what is there, if it can be trusted */
} BackupBitmapMode;

typedef struct BackupAccessDevice {
    const char *device;
    BackupBitmapMode mode;
} BackupAccessDevice;

/* Everything is borrowed until the answer. */
typedef struct BackupAccessRequest {
    const char *target_id;
    /* The target's bitmaps of any other name go, from every drive.  NULL: all of them go. */
    const char *bitmap_name;
    /* What is answered if BACKUP_BITMAP_USE finds nothing: the generations differ. */
    PBSBitmapAction missing_action;
    const BackupAccessDevice *devices;
    size_t n_devices;
    /* In place of @devices: which drives a list names (device-list.h) once nobody is at work. */
    bool has_list;
    const char *list;
    BackupBitmapMode mode_of_list;
    bool is_without_fleecing;       /* drives need no fleecing image */
} BackupAccessRequest;

/* The answer is the caller's; NULL with @errp set if nothing was set up and nothing changed. */
BackupAccessInfoList *coroutine_fn backup_access_co_setup(const BackupAccessRequest *request,
                                                          Error **errp);
/* Does nothing if no access is active; an error if it is another target's. */
void coroutine_fn backup_access_co_teardown(const char *target_id, bool success, Error **errp);
/*
 * Outside of coroutines, when QEMU quits: ends the active access at once, and no
 * setup that is under way or comes later will succeed.
 */
void backup_access_quit(bool success);

/* For the regular backup: the lock that commands hold, which begin or end a backup. */
void coroutine_fn backup_access_co_lock(void);
void coroutine_fn backup_access_co_unlock(void);
/* Target of the access that is there; NULL: none is. */
const char *backup_access_active_target(void);
bool backup_access_is_quitting(void);

#endif
