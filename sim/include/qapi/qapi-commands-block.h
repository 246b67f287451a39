/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands of the block layer, with those of Proxmox VE's backup.
 *
 * QEMU generates this file from qapi/block.json.  The implementation is the code
 * under test.  Setup and teardown of backup access are not declared here, because
 * their form differs between generations: who calls them declares them.
 */
#ifndef QAPI_COMMANDS_BLOCK_H
#define QAPI_COMMANDS_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "qapi/error.h"
#include "qapi/qapi-commands-block-core.h"
#include "qapi/qapi-types-block-core.h"
#include "qemu/coroutine.h"

/*
 * Begins a regular backup and returns while its jobs run; NULL with *@errp set: nothing
 * has begun.  In a coroutine.  Optional strings may be NULL.  @speed: bytes a second.
 */
UuidInfo *coroutine_fn qmp_backup(const char *backup_file, const char *password,
                                  const char *keyfile, const char *key_password,
                                  const char *master_keyfile, const char *fingerprint,
                                  const char *backup_ns, const char *backup_id,
                                  bool has_backup_time, int64_t backup_time,
                                  bool has_use_dirty_bitmap, bool use_dirty_bitmap,
                                  bool has_compress, bool compress,
                                  bool has_encrypt, bool encrypt,
                                  bool has_format, BackupFormat format,
                                  const char *config_file, const char *firewall_file,
                                  const char *devlist, bool has_speed, int64_t speed,
                                  bool has_max_workers, int64_t max_workers,
                                  bool has_fleecing, bool fleecing, Error **errp);
/* In a coroutine. */
void coroutine_fn qmp_backup_cancel(Error **errp);

/* Outside of coroutines; the answers are the caller's. */
BackupStatus *qmp_query_backup(Error **errp);
PBSBitmapInfoList *qmp_query_pbs_bitmap_info(Error **errp);
ProxmoxSupportStatus *qmp_query_proxmox_support(Error **errp);

#endif
