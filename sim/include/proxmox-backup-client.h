/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library for Proxmox Backup Servers, for coroutines.
 *
 * Stands in for Proxmox VE's proxmox-backup-client.h.  Every function yields until the
 * library has answered and returns its result; negative: *@errp is set.
 */
#ifndef PROXMOX_BACKUP_CLIENT_H
#define PROXMOX_BACKUP_CLIENT_H

#include "qemu/osdep.h"
#include "qemu/coroutine.h"
#include "proxmox-backup-qemu.h"

/* For who waits in a coroutine until a bottom half has done something for it. */
typedef struct CoCtxData {
    Coroutine *co;
    AioContext *ctx;
    void *data;
} CoCtxData;

int coroutine_fn proxmox_backup_co_connect(ProxmoxBackupHandle *pbs, Error **errp);
int coroutine_fn proxmox_backup_co_add_config(ProxmoxBackupHandle *pbs, const char *name,
                                              const uint8_t *data, uint64_t size, Error **errp);
int coroutine_fn proxmox_backup_co_register_image(ProxmoxBackupHandle *pbs,
                                                  const char *device_name, uint64_t size,
                                                  bool incremental, Error **errp);
int coroutine_fn proxmox_backup_co_write_data(ProxmoxBackupHandle *pbs, uint8_t dev_id,
                                              const uint8_t *data, uint64_t offset,
                                              uint64_t size, Error **errp);
int coroutine_fn proxmox_backup_co_close_image(ProxmoxBackupHandle *pbs, uint8_t dev_id,
                                               Error **errp);
int coroutine_fn proxmox_backup_co_finish(ProxmoxBackupHandle *pbs, Error **errp);

#endif
