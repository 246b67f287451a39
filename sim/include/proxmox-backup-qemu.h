/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library that speaks to a Proxmox Backup Server.
 *
 * Stands in for the header of libproxmox-backup-qemu; sim/proxmox-backup-qemu.c keeps
 * the archives in memory.
 *
 * A function that ends in _async answers from the event loop: it sets *@result (negative:
 * failed, and then *@error, to be freed with proxmox_backup_free_error()), and then calls
 * @callback.  Both must live until then.
 */
#ifndef PROXMOX_BACKUP_QEMU_H
#define PROXMOX_BACKUP_QEMU_H

#include <stdbool.h>
#include <stdint.h>

#define PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE (4 * 1024 * 1024)

typedef struct ProxmoxBackupHandle ProxmoxBackupHandle;

const char *proxmox_backup_qemu_version(void);
void proxmox_backup_free_error(char *ptr);

/* Strings are copied.  NULL with *@error set: refused. */
ProxmoxBackupHandle *proxmox_backup_new_ns(const char *repo, const char *backup_ns,
                                           const char *backup_id, uint64_t backup_time,
                                           uint64_t chunk_size, const char *password,
                                           const char *keyfile, const char *key_password,
                                           const char *master_keyfile, bool compress,
                                           bool encrypt, const char *fingerprint, char **error);
/* From here on, and for what is under way, everything fails with @reason. */
void proxmox_backup_abort(ProxmoxBackupHandle *handle, const char *reason);
/* Frees the handle.  What is under way is never answered. */
void proxmox_backup_disconnect(ProxmoxBackupHandle *handle);

void proxmox_backup_connect_async(ProxmoxBackupHandle *handle, void (*callback)(void *),
                                  void *callback_data, int *result, char **error);
void proxmox_backup_add_config_async(ProxmoxBackupHandle *handle, const char *name,
                                     const uint8_t *data, uint64_t size,
                                     void (*callback)(void *), void *callback_data,
                                     int *result, char **error);
/* 1 if the last backup can be the base of an incremental one of this device, else 0. */
int proxmox_backup_check_incremental(ProxmoxBackupHandle *handle, const char *device_name,
                                     uint64_t size);
/* Result: the number of the device, from 0 on. */
void proxmox_backup_register_image_async(ProxmoxBackupHandle *handle, const char *device_name,
                                         uint64_t size, bool incremental,
                                         void (*callback)(void *), void *callback_data,
                                         int *result, char **error);
/*
 * One chunk; @data NULL: zeroes.  Result: its bytes, or 0 if the server has that chunk already
 * (here: if the device's last backup has the same in that place).
 */
void proxmox_backup_write_data_async(ProxmoxBackupHandle *handle, uint8_t dev_id,
                                     const uint8_t *data, uint64_t offset, uint64_t size,
                                     void (*callback)(void *), void *callback_data,
                                     int *result, char **error);
/* Fails unless all chunks are there; with an incremental image those of the base count. */
void proxmox_backup_close_image_async(ProxmoxBackupHandle *handle, uint8_t dev_id,
                                      void (*callback)(void *), void *callback_data,
                                      int *result, char **error);
/* Makes the backup a complete one; fails unless all its images are closed. */
void proxmox_backup_finish_async(ProxmoxBackupHandle *handle, void (*callback)(void *),
                                 void *callback_data, int *result, char **error);

#endif
