/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands of the regular backup: the same in all generations.
 *
 * They are there for backup access to be excluded, and no more: of the formats there is VMA,
 * and configuration files are left out.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/backup-access.h"
#include "harness/subject/reference/regular-backup.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-block.h"

#define REGULAR_DEFAULT_WORKERS 16

/* By this the adapters know whose code it is (harness/subject/queries.c). */
extern const char backup_is_of_the_reference[];
const char backup_is_of_the_reference[] = "the reference implementation";

static bool regular_may_begin(const RegularBackupRequest *request, BackupFormat format,
                              Error **errp)
{
    const char *target_id = backup_access_active_target();

    if (target_id) {
        error_setg(errp, "Cannot begin a backup: the backup access for target '%s' is still "
                   "active", target_id);
    } else if (regular_backup_is_active()) {
        error_setg(errp, "Cannot begin a backup: another one is still active");
    } else if (format != BACKUP_FORMAT_VMA) {
        error_setg(errp, "Cannot begin a backup: VMA is the only format here");
    } else if (request->speed < 0) {
        error_setg(errp, "Cannot begin a backup: the speed must not be negative");
    } else {
        return true;
    }
    return false;
}

static UuidInfo *coroutine_fn regular_begin(const RegularBackupRequest *request,
                                            BackupFormat format, Error **errp)
{
    UuidInfo *info = NULL;
    uuid_t uuid;

    backup_access_co_lock();
    if (regular_may_begin(request, format, errp)) {
        uuid_generate(uuid);
        if (regular_backup_co_begin(request, uuid, errp)) {
            info = g_new0(UuidInfo, 1);
            info->UUID = g_malloc(37);
            uuid_unparse_lower(uuid, info->UUID);
        }
    }
    backup_access_co_unlock();
    return info;
}

UuidInfo *coroutine_fn qmp_backup(const char *backup_file, const char *password G_GNUC_UNUSED,
                                  const char *keyfile G_GNUC_UNUSED,
                                  const char *key_password G_GNUC_UNUSED,
                                  const char *master_keyfile G_GNUC_UNUSED,
                                  const char *fingerprint G_GNUC_UNUSED,
                                  const char *backup_ns G_GNUC_UNUSED,
                                  const char *backup_id G_GNUC_UNUSED,
                                  bool has_backup_time G_GNUC_UNUSED,
                                  int64_t backup_time G_GNUC_UNUSED,
                                  bool has_use_dirty_bitmap G_GNUC_UNUSED,
                                  bool use_dirty_bitmap G_GNUC_UNUSED,
                                  bool has_compress G_GNUC_UNUSED, bool compress G_GNUC_UNUSED,
                                  bool has_encrypt G_GNUC_UNUSED, bool encrypt G_GNUC_UNUSED,
                                  bool has_format, BackupFormat format,
                                  const char *config_file G_GNUC_UNUSED,
                                  const char *firewall_file G_GNUC_UNUSED,
                                  const char *devlist, bool has_speed, int64_t speed,
                                  bool has_max_workers, int64_t max_workers,
                                  bool has_fleecing, bool fleecing, Error **errp)
{
    RegularBackupRequest request = {
        .file = backup_file,
        .devlist = devlist,
        .has_fleecing = has_fleecing && fleecing,
        .speed = has_speed ? speed : 0,
        .max_workers = has_max_workers ? max_workers : REGULAR_DEFAULT_WORKERS,
    };

    return regular_begin(&request, has_format ? format : BACKUP_FORMAT_VMA, errp);
}

void coroutine_fn qmp_backup_cancel(Error **errp)
{
    (void)errp;
    backup_access_co_lock();
    if (regular_backup_is_active()) {
        regular_backup_co_cancel();
    }
    backup_access_co_unlock();
}
