/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What query-backup and query-pbs-bitmap-info answer.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/status.h"
#include "qemu/module.h"
#include "qemu/thread.h"

static struct {
    QemuMutex lock;                 /* protects the rest */
    bool has_started;
    bool has_ended;
    bool is_finishing;
    time_t start_time;
    time_t end_time;
    int64_t total;
    int64_t reused;
    char *failure;                  /* NULL: none */
    PBSBitmapInfoList *bitmaps;
} status;

static void backup_status_init(void)
{
    qemu_mutex_init(&status.lock);
}

opts_init(backup_status_init);

static PBSBitmapInfoList **append(PBSBitmapInfoList **tail, const char *device,
                                  PBSBitmapAction action, int64_t size, int64_t dirty)
{
    PBSBitmapInfoList *entry = g_new0(PBSBitmapInfoList, 1);

    entry->value = g_new0(PBSBitmapInfo, 1);
    entry->value->drive = g_strdup(device);
    entry->value->action = action;
    entry->value->size = size;
    entry->value->dirty = dirty;
    *tail = entry;
    return &entry->next;
}

void backup_status_begin(const BackupDrives *drives)
{
    PBSBitmapInfoList **tail = &status.bitmaps;
    size_t i;

    qemu_mutex_lock(&status.lock);
    qapi_free_PBSBitmapInfoList(status.bitmaps);
    status.bitmaps = NULL;
    g_free(status.failure);
    status.failure = NULL;
    status.total = 0;
    status.reused = 0;
    for (i = 0; i < drives->n_drives; i++) {
        const BackupDrive *drive = &drives->drives[i];

        status.total += drive->size_bytes;
        status.reused += drive->size_bytes - drive->dirty_bytes;
        tail = append(tail, drive->device, drive->action, drive->size_bytes, drive->dirty_bytes);
    }
    status.start_time = time(NULL);
    status.has_started = true;
    status.has_ended = false;
    qemu_mutex_unlock(&status.lock);
}

void backup_status_finishing(void)
{
    qemu_mutex_lock(&status.lock);
    status.is_finishing = true;
    qemu_mutex_unlock(&status.lock);
}

void backup_status_end(const char *failure)
{
    qemu_mutex_lock(&status.lock);
    status.is_finishing = false;
    status.has_ended = true;
    status.end_time = time(NULL);
    status.failure = g_strdup(failure);
    qemu_mutex_unlock(&status.lock);
}

static void fill(BackupStatus *answer)
{
    answer->status = g_strdup(!status.has_ended ? "active" : status.failure ? "error" : "done");
    answer->errmsg = g_strdup(status.failure);
    answer->has_start_time = true;
    answer->start_time = status.start_time;
    answer->has_end_time = status.has_ended;
    answer->end_time = status.has_ended ? status.end_time : 0;
    answer->has_total = true;
    answer->total = status.total;
    answer->has_dirty = true;
    answer->dirty = status.total - status.reused;
    answer->has_reused = true;
    answer->reused = status.reused;
    /* The provider does the copying: QEMU has transferred nothing. */
    answer->has_transferred = true;
    answer->has_zero_bytes = true;
    answer->finishing = status.is_finishing;
}

BackupStatus *backup_status_query(void)
{
    BackupStatus *answer = g_new0(BackupStatus, 1);

    qemu_mutex_lock(&status.lock);
    if (status.has_started) {
        fill(answer);
    }
    qemu_mutex_unlock(&status.lock);
    return answer;
}

PBSBitmapInfoList *backup_status_query_bitmaps(void)
{
    PBSBitmapInfoList *list = NULL, **tail = &list;
    const PBSBitmapInfoList *entry;

    qemu_mutex_lock(&status.lock);
    for (entry = status.bitmaps; entry; entry = entry->next) {
        tail = append(tail, entry->value->drive, entry->value->action, entry->value->size,
                      entry->value->dirty);
    }
    qemu_mutex_unlock(&status.lock);
    return list;
}
