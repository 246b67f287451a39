/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QAPI types of the block layer.
 *
 * QEMU generates this file from qapi/block-core.json.  A has_ field beside a
 * pointer exists only up to QEMU 7.2; it is always here, so that files of both
 * ages compile, and nothing reads it.
 */
#ifndef QAPI_TYPES_BLOCK_CORE_H
#define QAPI_TYPES_BLOCK_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "qapi/util.h"

typedef struct BlockDirtyInfo {
    bool has_name;
    char *name;
    int64_t count;              /* bytes */
    uint32_t granularity;
    bool recording;
    bool busy;
    bool persistent;
    bool has_inconsistent;
    bool inconsistent;
} BlockDirtyInfo;

typedef struct BlockDirtyInfoList BlockDirtyInfoList;
struct BlockDirtyInfoList {
    BlockDirtyInfoList *next;
    BlockDirtyInfo *value;
};

/* ---- backup access and backup, as Proxmox VE's schema has them ------------- */

typedef enum PBSBitmapAction {
    PBS_BITMAP_ACTION_NOT_USED,
    PBS_BITMAP_ACTION_NOT_USED_REMOVED,
    PBS_BITMAP_ACTION_NEW,
    PBS_BITMAP_ACTION_USED,
    PBS_BITMAP_ACTION_INVALID,
    PBS_BITMAP_ACTION_MISSING_RECREATED,        /* not in generation 1 */
    PBS_BITMAP_ACTION__MAX,
} PBSBitmapAction;

/* "not-used", "not-used-removed", "new", ... */
const char *PBSBitmapAction_str(PBSBitmapAction action);

typedef struct PBSBitmapInfo {
    char *drive;
    PBSBitmapAction action;
    int64_t size;               /* bytes */
    int64_t dirty;              /* bytes */
} PBSBitmapInfo;

typedef struct PBSBitmapInfoList PBSBitmapInfoList;
struct PBSBitmapInfoList {
    PBSBitmapInfoList *next;
    PBSBitmapInfo *value;
};

/* Frees the whole list; NULL is fine. */
void qapi_free_PBSBitmapInfoList(PBSBitmapInfoList *list);

typedef struct BackupAccessInfo {
    char *node_name;            /* of the snapshot-access node */
    char *device;
    uint64_t size;              /* bytes */
    char *bitmap_node_name;     /* NULL: no bitmap */
    char *bitmap_name;
    bool has_bitmap_action;
    PBSBitmapAction bitmap_action;
} BackupAccessInfo;

typedef struct BackupAccessInfoList BackupAccessInfoList;
struct BackupAccessInfoList {
    BackupAccessInfoList *next;
    BackupAccessInfo *value;
};

void qapi_free_BackupAccessInfoList(BackupAccessInfoList *list);

/* Generations 2 and 3 name the drives in a list; each generation reads its own fields. */
typedef enum BackupAccessSetupBitmapMode {
    BACKUP_ACCESS_SETUP_BITMAP_MODE_NONE,
    BACKUP_ACCESS_SETUP_BITMAP_MODE_NEW,
    BACKUP_ACCESS_SETUP_BITMAP_MODE_USE,
    BACKUP_ACCESS_SETUP_BITMAP_MODE__MAX,
} BackupAccessSetupBitmapMode;

typedef struct BackupAccessSourceDevice {
    char *device;
#ifndef BAX_SOURCE_DEVICES_WITHOUT_BITMAP_NAME      /* cmake/BaxSubject.cmake: who reads it? */
    char *bitmap_name;          /* generation 2; NULL: none */
#endif
    bool has_bitmap_mode;
    BackupAccessSetupBitmapMode bitmap_mode;
} BackupAccessSourceDevice;

typedef struct BackupAccessSourceDeviceList BackupAccessSourceDeviceList;
struct BackupAccessSourceDeviceList {
    BackupAccessSourceDeviceList *next;
    BackupAccessSourceDevice *value;
};

/* What query-backup answers; all but @finishing is optional. */
typedef struct BackupStatus {
    char *status;               /* "active", "done", "error" */
    char *errmsg;
    bool has_total;
    int64_t total;              /* bytes */
    bool has_dirty;
    int64_t dirty;
    bool has_transferred;
    int64_t transferred;
    bool has_zero_bytes;
    int64_t zero_bytes;
    bool has_reused;
    int64_t reused;
    bool has_start_time;
    int64_t start_time;         /* seconds of virtual time */
    bool has_end_time;
    int64_t end_time;
    char *backup_file;
    char *uuid;
    bool finishing;
} BackupStatus;

void qapi_free_BackupStatus(BackupStatus *status);

/* ---- regular backup --------------------------------------------------------- */

typedef enum BackupFormat {
    BACKUP_FORMAT_VMA,
    BACKUP_FORMAT_PBS,
    BACKUP_FORMAT__MAX,
} BackupFormat;

typedef struct UuidInfo {
    char *UUID;
} UuidInfo;

void qapi_free_UuidInfo(UuidInfo *info);

typedef struct ProxmoxSupportStatus {
    bool pbs_dirty_bitmap;
    bool query_bitmap_info;
    bool pbs_dirty_bitmap_savevm;
    bool pbs_dirty_bitmap_migration;
    bool pbs_masterkey;
    char *pbs_library_version;
    bool backup_max_workers;
    bool backup_fleecing;
    bool backup_access_api;
} ProxmoxSupportStatus;

void qapi_free_ProxmoxSupportStatus(ProxmoxSupportStatus *status);

typedef enum MirrorSyncMode {
    MIRROR_SYNC_MODE_TOP,
    MIRROR_SYNC_MODE_FULL,
    MIRROR_SYNC_MODE_NONE,
    MIRROR_SYNC_MODE_INCREMENTAL,
    MIRROR_SYNC_MODE_BITMAP,
    MIRROR_SYNC_MODE__MAX,
} MirrorSyncMode;

/* When the bitmap of a job forgets what the job has copied. */
typedef enum BitmapSyncMode {
    BITMAP_SYNC_MODE_ON_SUCCESS,
    BITMAP_SYNC_MODE_NEVER,
    BITMAP_SYNC_MODE_ALWAYS,
    BITMAP_SYNC_MODE__MAX,
} BitmapSyncMode;

typedef enum BlockdevOnError {
    BLOCKDEV_ON_ERROR_REPORT,
    BLOCKDEV_ON_ERROR_IGNORE,
    BLOCKDEV_ON_ERROR_ENOSPC,
    BLOCKDEV_ON_ERROR_STOP,
    BLOCKDEV_ON_ERROR_AUTO,
    BLOCKDEV_ON_ERROR__MAX,
} BlockdevOnError;

typedef enum OnCbwError {
    ON_CBW_ERROR_BREAK_GUEST_WRITE,
    ON_CBW_ERROR_BREAK_SNAPSHOT,
    ON_CBW_ERROR__MAX,
} OnCbwError;

typedef struct BackupPerf {
    bool has_use_copy_range;
    bool use_copy_range;
    bool has_max_workers;
    int64_t max_workers;
    bool has_max_chunk;
    int64_t max_chunk;              /* bytes; 0: no limit */
    bool has_min_cluster_size;
    uint64_t min_cluster_size;      /* bytes */
} BackupPerf;

#endif
