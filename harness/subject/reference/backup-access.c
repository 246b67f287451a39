/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backup access: setup and teardown.
 *
 * The commands run in coroutines and hold a mutex from beginning to end, so that only one
 * is under way; the work on the graph is done by a bottom half while the coroutine yields.
 * In there the loop runs (drained sections, graph changes), and what the guest has asked for
 * goes on meanwhile; commands and QEMU's end come between two turns of the main loop, so
 * before a bottom half or after it.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/access.h"
#include "harness/subject/reference/bitmaps.h"
#include "harness/subject/reference/device-list.h"
#include "harness/subject/reference/records.h"
#include "harness/subject/reference/regular-backup.h"
#include "harness/subject/reference/status.h"
#include "qapi/error.h"
#include "qemu/coroutine.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"

typedef struct BackupAccess {
    char *target_id;
    char *bitmap_name;              /* NULL: none */
    BackupDrives drives;
    bool is_active;                 /* set up, and its teardown has not begun */
} BackupAccess;

static struct {
    CoMutex mutex;                  /* held by the command that is under way */
    BackupAccess *access;           /* NULL: no access, and none is being made or ended */
    bool is_quitting;
} state;

static void backup_access_init(void)
{
    qemu_co_mutex_init(&state.mutex);
}

opts_init(backup_access_init);

static void free_access(BackupAccess *access)
{
    backup_drives_forget(&access->drives);
    g_free(access->target_id);
    g_free(access->bitmap_name);
    g_free(access);
}

/* What a coroutine waits for while a bottom half works. */
typedef struct BottomHalf {
    Coroutine *co;
    AioContext *ctx;
    const BackupAccessRequest *request;     /* setup */
    BackupAccessInfoList *answer;
    Error *error;
    bool success;                           /* teardown */
} BottomHalf;

static void coroutine_fn run_in_bottom_half(QEMUBHFunc *run, BottomHalf *work)
{
    work->co = qemu_coroutine_self();
    work->ctx = qemu_get_current_aio_context();
    aio_bh_schedule_oneshot(work->ctx, run, work);
    qemu_coroutine_yield();
}

/* ---- the end --------------------------------------------------------------- */

static void end_access(bool success)
{
    BackupAccess *access = state.access;
    size_t i;

    if (!access || !access->is_active) {
        return;
    }
    /* A loop below may come here once more. */
    access->is_active = false;
    backup_status_finishing();

    backup_drives_drain(&access->drives);
    for (i = 0; i < access->drives.n_drives; i++) {
        BackupDrive *drive = &access->drives.drives[i];
        bool is_whole = !backup_snapshot_is_broken(drive);

        if (success && !is_whole) {
            warn_report("%s - the snapshot broke during the backup, its bitmap keeps everything",
                        drive->device);
        }
        backup_snapshot_drop(drive);
        backup_bitmap_settle(drive, access->bitmap_name, success && is_whole);
    }
    backup_drives_undrain(&access->drives);

    backup_status_end(success ? NULL : "the backup was not successful");
    state.access = NULL;
    backup_drives_release(&access->drives);
    free_access(access);
}

/* ---- setup --------------------------------------------------------------- */

static bool prepare_one(BackupAccess *access, BackupDrive *drive, Error **errp)
{
    return backup_bitmap_prepare(drive, access->bitmap_name, errp) &&
           backup_snapshot_insert(drive,
                                  drive->plan == BITMAP_PLAN_FREEZE ? access->bitmap_name : NULL,
                                  errp);
}

/* The drives are drained: what this sees and does has one point in time. */
static bool make_access(BackupAccess *access, const BackupAccessRequest *request, Error **errp)
{
    BackupDrives *drives = &access->drives;
    size_t i;

    if (state.is_quitting) {
        error_setg(errp, "Cannot set up backup access: QEMU is quitting");
        return false;
    }
    for (i = 0; i < drives->n_drives; i++) {
        if (!backup_drive_measure(&drives->drives[i], errp)) {
            return false;
        }
    }
    if (!backup_bitmaps_plan(drives, request, errp)) {
        return false;
    }
    for (i = 0; i < drives->n_drives; i++) {
        if (!prepare_one(access, &drives->drives[i], errp)) {
            return false;
        }
    }
    return backup_bitmaps_commit(drives, request, errp);
}

static void roll_back(BackupAccess *access)
{
    BackupDrives *drives = &access->drives;
    size_t i;

    for (i = drives->n_drives; i > 0; i--) {
        backup_snapshot_drop(&drives->drives[i - 1]);
        backup_bitmap_undo(&drives->drives[i - 1], access->bitmap_name);
    }
}

static BackupAccessInfo *describe(const BackupAccess *access, const BackupDrive *drive)
{
    BackupAccessInfo *info = g_new0(BackupAccessInfo, 1);

    info->node_name = g_strdup(bdrv_get_node_name(drive->snapshot_access));
    info->device = g_strdup(drive->device);
    info->size = drive->size_bytes;
    if (drive->plan != BITMAP_PLAN_NONE) {
        info->bitmap_node_name = g_strdup(bdrv_get_node_name(drive->bs));
        info->bitmap_name = g_strdup(access->bitmap_name);
        info->has_bitmap_action = true;
        info->bitmap_action = drive->action;
    }
    return info;
}

static BackupAccessInfoList *describe_all(const BackupAccess *access)
{
    BackupAccessInfoList *list = NULL;
    size_t i;

    for (i = access->drives.n_drives; i > 0; i--) {
        BackupAccessInfoList *entry = g_new0(BackupAccessInfoList, 1);

        entry->value = describe(access, &access->drives.drives[i - 1]);
        entry->next = list;
        list = entry;
    }
    return list;
}

static void setup_bh(void *opaque)
{
    BottomHalf *work = opaque;
    BackupAccess *access = state.access;

    backup_drives_drain(&access->drives);
    if (make_access(access, work->request, &work->error)) {
        backup_status_begin(&access->drives);
        work->answer = describe_all(access);
    } else {
        roll_back(access);
    }
    backup_drives_undrain(&access->drives);

    if (work->error) {
        state.access = NULL;
        backup_drives_release(&access->drives);
        free_access(access);
    } else {
        access->is_active = true;
    }
    aio_co_enter(work->ctx, work->co);
}

static bool coroutine_fn find_drives(BackupDrives *drives, const BackupAccessRequest *request,
                                     Error **errp)
{
    if (request->n_devices == 0) {
        error_setg(errp, "Cannot set up backup access: empty device list");
        return false;
    }
    return backup_drives_find(drives, request, errp);
}

/* What can be written to is told by a drive's root, which must be no filter of another access. */
static bool coroutine_fn find_listed_drives(BackupDrives *drives,
                                            const BackupAccessRequest *request, Error **errp)
{
    BackupAccessRequest listed = *request;
    char **names = backup_device_list(request->list);
    BackupAccessDevice *devices;
    bool found;
    size_t i;

    listed.n_devices = g_strv_length(names);
    listed.devices = devices = g_new0(BackupAccessDevice, listed.n_devices);
    for (i = 0; i < listed.n_devices; i++) {
        devices[i].device = names[i];
        devices[i].mode = request->mode_of_list;
    }
    found = find_drives(drives, &listed, errp);
    g_free(devices);
    g_strfreev(names);
    return found;
}

static bool coroutine_fn begin_access(const BackupAccessRequest *request, Error **errp)
{
    BackupDrives drives = { 0 };
    BackupAccess *access;
    bool found;

    if (state.access) {
        error_setg(errp, "Cannot set up backup access for target '%s': the one for target '%s' "
                   "is still active", request->target_id, state.access->target_id);
        return false;
    }
    if (regular_backup_is_active()) {
        error_setg(errp, "Cannot set up backup access for target '%s': a backup is still active",
                   request->target_id);
        return false;
    }
    if (request->target_id[0] == '\0') {
        error_setg(errp, "The target ID must not be empty");
        return false;
    }
    bdrv_graph_co_rdlock();
    found = request->has_list ? find_listed_drives(&drives, request, errp)
                              : find_drives(&drives, request, errp);
    bdrv_graph_co_rdunlock();
    if (!found) {
        return false;
    }

    access = g_new0(BackupAccess, 1);
    access->target_id = g_strdup(request->target_id);
    access->bitmap_name = g_strdup(request->bitmap_name);
    access->drives = drives;
    state.access = access;
    return true;
}

BackupAccessInfoList *coroutine_fn backup_access_co_setup(const BackupAccessRequest *request,
                                                          Error **errp)
{
    BottomHalf work = { .request = request };

    qemu_co_mutex_lock(&state.mutex);
    if (begin_access(request, errp)) {
        run_in_bottom_half(setup_bh, &work);
        if (work.error) {
            error_propagate(errp, work.error);
        }
    }
    qemu_co_mutex_unlock(&state.mutex);
    return work.answer;
}

/* ---- teardown ------------------------------------------------------------ */

static void teardown_bh(void *opaque)
{
    BottomHalf *work = opaque;

    end_access(work->success);
    aio_co_enter(work->ctx, work->co);
}

void coroutine_fn backup_access_co_teardown(const char *target_id, bool success, Error **errp)
{
    BottomHalf work = { .success = success };

    qemu_co_mutex_lock(&state.mutex);
    if (state.access && strcmp(state.access->target_id, target_id) != 0) {
        error_setg(errp, "Cannot tear down backup access for target '%s': the active one is for "
                   "target '%s'", target_id, state.access->target_id);
    } else if (state.access) {
        run_in_bottom_half(teardown_bh, &work);
    }
    qemu_co_mutex_unlock(&state.mutex);
}

void backup_access_quit(bool success)
{
    state.is_quitting = true;
    end_access(success);
}

/* ---- for the regular backup -------------------------------------------------- */

void coroutine_fn backup_access_co_lock(void)
{
    qemu_co_mutex_lock(&state.mutex);
}

void coroutine_fn backup_access_co_unlock(void)
{
    qemu_co_mutex_unlock(&state.mutex);
}

const char *backup_access_active_target(void)
{
    return state.access ? state.access->target_id : NULL;
}

bool backup_access_is_quitting(void)
{
    return state.is_quitting;
}
