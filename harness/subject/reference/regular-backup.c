/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The regular backup: its jobs.
 *
 * One job per drive, all in a sequential transaction: they run one after the other, and all
 * are over before the first is settled.  Each job copies its drive as it was when all drives
 * were drained together, or with fleecing what a snapshot shows of that moment.  It writes to
 * a dump target, and from there to the archive.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/access.h"
#include "harness/subject/reference/backup-access.h"
#include "harness/subject/reference/device-list.h"
#include "harness/subject/reference/regular-archive.h"
#include "harness/subject/reference/regular-backup.h"
#include "harness/subject/reference/status.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"
#include "qapi/error.h"
#include "qemu/coroutine.h"
#include "qemu/job.h"
#include "qemu/main-loop.h"

typedef struct RegularBackup RegularBackup;

typedef struct RegularPart {
    RegularBackup *backup;
    BackupDrive *drive;
    BlockDriverState *target;       /* a reference */
    BlockJob *job;                  /* NULL: not made, or settled */
} RegularPart;

struct RegularBackup {
    BackupDrives drives;
    RegularPart *parts;             /* one for each drive */
    RegularArchive *archive;
    bool has_fleecing;
    int64_t speed;
    int64_t max_workers;
    bool is_prepared;               /* its jobs may end now, and the backup with the last */
    bool is_cancelled;
    bool is_cancel_due;             /* a bottom half has it, and so it may not go */
    bool has_ended;
    size_t n_jobs;                  /* that are not settled */
    int ret;                        /* first error of a job */
    Error *error;                   /* why it could not begin */
    char *failure;                  /* what to say of a backup that failed; NULL: of none */
    Coroutine *waiter;              /* command that waits for a bottom half or for the end */
};

static RegularBackup *regular_active;

bool regular_backup_is_active(void)
{
    return regular_active != NULL;
}

/* ---- the end ----------------------------------------------------------------- */

static void regular_free(RegularBackup *backup)
{
    size_t i;

    for (i = 0; i < backup->drives.n_drives; i++) {
        bdrv_unref(backup->parts[i].target);
    }
    backup_drives_release(&backup->drives);
    g_free(backup->parts);
    g_free(backup->failure);
    g_free(backup);
}

static void regular_end(RegularBackup *backup)
{
    Coroutine *waiter = backup->waiter;

    backup_status_end(backup->failure);
    regular_active = NULL;
    regular_free(backup);
    if (waiter) {
        aio_co_enter(qemu_get_aio_context(), waiter);
    }
}

/* A reference cannot be given back in a coroutine. */
static void regular_end_bh(void *opaque)
{
    RegularBackup *backup = opaque;

    backup->has_ended = true;
    if (!backup->is_cancel_due) {
        regular_end(backup);
    }
}

static void coroutine_fn regular_finish_co(void *opaque)
{
    RegularBackup *backup = opaque;

    if (backup->is_cancelled) {
        regular_archive_fail(backup->archive, "the backup was cancelled");
    } else if (backup->ret < 0) {
        regular_archive_fail(backup->archive, g_strerror(-backup->ret));
    }
    backup->failure = regular_archive_co_close(backup->archive);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), regular_end_bh, backup);
}

/*
 * Two things a job is not told.  What it was just reading when its snapshot broke may be newer
 * (QEMU's filter).  And a block_resize that waited for requests when the job was made cuts the
 * drive under it: what was cut off and not copied yet reads as zeroes.
 */
static bool regular_picture_was_whole(const RegularPart *part)
{
    return !backup_snapshot_is_broken(part->drive) &&
           bdrv_getlength(part->drive->bs) >= part->drive->size_bytes;
}

static void regular_job_settled(void *opaque, int ret)
{
    RegularPart *part = opaque;
    RegularBackup *backup = part->backup;

    part->job = NULL;
    if (ret >= 0 && !regular_picture_was_whole(part)) {
        ret = -EIO;
    }
    if (ret < 0 && !backup->ret) {
        backup->ret = ret;
    }
    backup_snapshot_drop(part->drive);
    if (--backup->n_jobs == 0 && backup->is_prepared) {
        backup_status_finishing();
        aio_co_enter(qemu_get_aio_context(), qemu_coroutine_create(regular_finish_co, backup));
    }
}

/*
 * Outside of coroutines.  Cancelling one job of the transaction cancels all.  A job that is
 * completed already may be just being settled, in a drained section that brought us here:
 * cancelled now, it would be settled a second time.
 */
static void regular_cancel_jobs(RegularBackup *backup)
{
    size_t i;

    JOB_LOCK_GUARD();
    for (i = 0; i < backup->drives.n_drives; i++) {
        BlockJob *job = backup->parts[i].job;

        if (job && !job_is_completed_locked(&job->job)) {
            job_cancel_sync_locked(&job->job, true);
            return;
        }
    }
}

/* ---- the beginning ------------------------------------------------------------- */

static bool regular_create_job(RegularPart *part, JobTxn *txn, Error **errp)
{
    RegularBackup *backup = part->backup;
    BackupPerf perf = { .max_workers = backup->max_workers };
    BlockDriverState *source = part->drive->bs;

    if (backup->has_fleecing) {
        if (!backup_snapshot_insert(part->drive, NULL, errp)) {
            return false;
        }
        source = part->drive->snapshot_access;
    }
    part->job = backup_job_create(part->drive->device, source, part->target, backup->speed,
                                  MIRROR_SYNC_MODE_FULL, NULL, BITMAP_SYNC_MODE_NEVER, false,
                                  backup->has_fleecing, NULL, &perf, BLOCKDEV_ON_ERROR_REPORT,
                                  BLOCKDEV_ON_ERROR_REPORT, JOB_DEFAULT, regular_job_settled,
                                  part, txn, errp);
    if (!part->job) {
        backup_snapshot_drop(part->drive);
        return false;
    }
    backup->n_jobs++;
    return true;
}

static bool regular_create_jobs(RegularBackup *backup, JobTxn *txn, Error **errp)
{
    size_t i;

    for (i = 0; i < backup->drives.n_drives; i++) {
        if (backup->has_fleecing && !backup_drive_measure(&backup->drives.drives[i], errp)) {
            return false;
        }
    }
    /* The transaction runs its newest job first. */
    for (i = backup->drives.n_drives; i > 0; i--) {
        if (!regular_create_job(&backup->parts[i - 1], txn, errp)) {
            return false;
        }
    }
    if (backup_access_is_quitting()) {
        error_setg(errp, "Cannot begin a backup: QEMU is quitting");
        return false;
    }
    return true;
}

static void regular_begin_bh(void *opaque)
{
    RegularBackup *backup = opaque;
    Coroutine *waiter = backup->waiter;
    JobTxn *txn = job_txn_new_seq();
    bool is_good;

    backup_drives_drain(&backup->drives);
    is_good = regular_create_jobs(backup, txn, &backup->error);
    if (!is_good) {
        regular_cancel_jobs(backup);
    }
    backup_drives_undrain(&backup->drives);
    if (is_good) {
        backup_status_begin(&backup->drives);
        backup->is_prepared = true;
        job_txn_start_seq(txn);
    }
    job_txn_unref(txn);
    backup->waiter = NULL;
    aio_co_enter(qemu_get_aio_context(), waiter);
}

/* Sizes and targets; a target is made in a coroutine, so it is made before the jobs. */
static bool coroutine_fn regular_prepare_part(RegularPart *part, Error **errp)
{
    BackupDrive *drive = part->drive;

    drive->size_bytes = bdrv_getlength(drive->bs);
    if (drive->size_bytes < 0) {
        error_setg_errno(errp, -drive->size_bytes, "%s - cannot get the size", drive->device);
        return false;
    }
    drive->dirty_bytes = drive->size_bytes;
    drive->action = PBS_BITMAP_ACTION_NOT_USED;
    part->target = regular_archive_co_add(part->backup->archive, drive->device,
                                          drive->size_bytes, errp);
    return part->target != NULL;
}

static bool coroutine_fn regular_prepare(RegularBackup *backup, const char *file, uuid_t uuid,
                                         Error **errp)
{
    size_t i;

    backup->archive = regular_archive_new(file, uuid, backup->drives.n_drives, errp);
    for (i = 0; backup->archive && i < backup->drives.n_drives; i++) {
        backup->parts[i].backup = backup;
        backup->parts[i].drive = &backup->drives.drives[i];
        if (!regular_prepare_part(&backup->parts[i], errp)) {
            return false;
        }
    }
    return backup->archive != NULL;
}

static bool coroutine_fn regular_find_drives(RegularBackup *backup, const char *devlist,
                                             Error **errp)
{
    BackupAccessRequest request = { .is_without_fleecing = !backup->has_fleecing };
    g_autofree BackupAccessDevice *devices = NULL;
    char **names;
    bool found;
    size_t i;

    bdrv_graph_co_rdlock();
    names = backup_device_list(devlist);
    request.n_devices = g_strv_length(names);
    request.devices = devices = g_new0(BackupAccessDevice, request.n_devices);
    for (i = 0; i < request.n_devices; i++) {
        devices[i].device = names[i];
    }
    found = request.n_devices && backup_drives_find(&backup->drives, &request, errp);
    bdrv_graph_co_rdunlock();
    if (!request.n_devices) {
        error_setg(errp, "Cannot begin a backup: empty device list");
    }
    g_strfreev(names);
    return found;
}

static void coroutine_fn regular_wait(RegularBackup *backup, QEMUBHFunc *run)
{
    backup->waiter = qemu_coroutine_self();
    aio_bh_schedule_oneshot(qemu_get_aio_context(), run, backup);
    qemu_coroutine_yield();
}

static void regular_abandon_bh(void *opaque)
{
    RegularBackup *backup = opaque;
    Coroutine *waiter = backup->waiter;

    regular_free(backup);
    regular_active = NULL;
    aio_co_enter(qemu_get_aio_context(), waiter);
}

bool coroutine_fn regular_backup_co_begin(const RegularBackupRequest *request, uuid_t uuid,
                                          Error **errp)
{
    RegularBackup *backup = g_new0(RegularBackup, 1);

    backup->has_fleecing = request->has_fleecing;
    backup->speed = request->speed;
    backup->max_workers = request->max_workers;
    if (!regular_find_drives(backup, request->devlist, errp)) {
        g_free(backup);
        return false;
    }
    backup->parts = g_new0(RegularPart, backup->drives.n_drives);
    regular_active = backup;
    if (regular_prepare(backup, request->file, uuid, &backup->error)) {
        regular_wait(backup, regular_begin_bh);
    }
    if (!backup->error) {
        return true;
    }
    error_propagate(errp, backup->error);
    regular_archive_remove(backup->archive, request->file);
    regular_wait(backup, regular_abandon_bh);
    return false;
}

/* ---- cancelling ----------------------------------------------------------------- */

static void regular_cancel_bh(void *opaque)
{
    RegularBackup *backup = opaque;

    backup->is_cancel_due = false;
    if (backup->has_ended) {
        regular_end(backup);
    } else {
        regular_cancel_jobs(backup);
    }
}

void coroutine_fn regular_backup_co_cancel(void)
{
    regular_active->is_cancel_due = true;
    regular_active->is_cancelled = regular_active->n_jobs > 0;
    regular_wait(regular_active, regular_cancel_bh);
}
