/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library for Proxmox Backup Servers, for coroutines.
 *
 * Stands in for Proxmox VE's proxmox-backup-client.c: a coroutine waits until the
 * library has called back, and is then entered from a bottom half.
 */
#include "proxmox-backup-client.h"

#include "qapi/error.h"
#include "qemu/main-loop.h"

typedef struct Answer {
    Coroutine *co;
    int result;
    char *error;
} Answer;

static void answered(void *opaque)
{
    Answer *answer = opaque;

    aio_co_schedule(qemu_get_aio_context(), answer->co);
}

#define ANSWER_FOR_ME { .co = qemu_coroutine_self(), .result = -1 }
#define TELL(answer) answered, (answer), &(answer)->result, &(answer)->error

static int coroutine_fn wait_for(Answer *answer, const char *what, Error **errp)
{
    qemu_coroutine_yield();
    if (answer->result < 0) {
        error_setg(errp, "backup %s failed: %s", what,
                   answer->error ? answer->error : "unknown error");
    }
    proxmox_backup_free_error(answer->error);
    return answer->result;
}

int proxmox_backup_co_connect(ProxmoxBackupHandle *pbs, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_connect_async(pbs, TELL(&answer));
    return wait_for(&answer, "connect", errp);
}

int proxmox_backup_co_add_config(ProxmoxBackupHandle *pbs, const char *name,
                                 const uint8_t *data, uint64_t size, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_add_config_async(pbs, name, data, size, TELL(&answer));
    return wait_for(&answer, "add_config", errp);
}

int proxmox_backup_co_register_image(ProxmoxBackupHandle *pbs, const char *device_name,
                                     uint64_t size, bool incremental, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_register_image_async(pbs, device_name, size, incremental, TELL(&answer));
    return wait_for(&answer, "register image", errp);
}

int proxmox_backup_co_write_data(ProxmoxBackupHandle *pbs, uint8_t dev_id, const uint8_t *data,
                                 uint64_t offset, uint64_t size, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_write_data_async(pbs, dev_id, data, offset, size, TELL(&answer));
    return wait_for(&answer, "write data", errp);
}

int proxmox_backup_co_close_image(ProxmoxBackupHandle *pbs, uint8_t dev_id, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_close_image_async(pbs, dev_id, TELL(&answer));
    return wait_for(&answer, "close image", errp);
}

int proxmox_backup_co_finish(ProxmoxBackupHandle *pbs, Error **errp)
{
    Answer answer = ANSWER_FOR_ME;

    proxmox_backup_finish_async(pbs, TELL(&answer));
    return wait_for(&answer, "finish", errp);
}
