/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code under test, as the harness sees it, whatever its generation.
 *
 * An adapter per generation turns these calls into the QMP commands of that
 * generation.  The answers are QAPI's own types, which all generations share.
 */
#ifndef HARNESS_SUBJECT_SUBJECT_H
#define HARNESS_SUBJECT_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qapi/error.h"
#include "qapi/qapi-types-block-core.h"

/* What the management layer wants of a drive's bitmap (generations 2 and 3 say it). */
typedef enum SubjectBitmapMode {
    SUBJECT_BITMAP_NONE,
    SUBJECT_BITMAP_NEW,
    SUBJECT_BITMAP_USE,
} SubjectBitmapMode;

typedef struct SubjectDevice {
    const char *device;             /* device name */
    SubjectBitmapMode mode;
} SubjectDevice;

/* All strings are borrowed for the time of the call. */
typedef struct SubjectSetup {
    const char *target_id;
    const char *devlist;            /* device names, separated as the caller wrote them; NULL: default */
    const char *bitmap_name;        /* NULL: no bitmap */
    const SubjectDevice *devices;   /* the same drives for generations that take a list */
    size_t n_devices;
} SubjectSetup;

typedef enum SubjectBackupFormat {
    SUBJECT_BACKUP_VMA,
    SUBJECT_BACKUP_PBS,
} SubjectBackupFormat;

/* A regular backup.  All strings are borrowed for the time of the call. */
typedef struct SubjectBackup {
    SubjectBackupFormat format;
    const char *file;               /* VMA: the archive; PBS: the repository */
    int64_t backup_time;            /* PBS: seconds; tells backups of one repository apart */
    const char *devlist;            /* as in SubjectSetup */
    bool has_fleecing;
    bool uses_dirty_bitmap;         /* PBS */
    uint64_t speed;                 /* bytes a second; 0: no limit */
} SubjectBackup;

/* @name of the finding, the function that made what was lost, and whole sentences about it. */
typedef void SubjectLeakFunc(const char *name, const char *function, const char *message,
                             void *opaque);

typedef struct Subject {
    const char *name;               /* "reference" */
    unsigned generation;            /* 1, 2 or 3 */
    /*
     * Our own code, however it came into the program: it decides what the interface leaves open
     * as docs/decisions/ says, and its regular backup knows VMA alone.
     */
    bool (*is_reference)(void);
    /* In a coroutine.  The list is the caller's (qapi_free_BackupAccessInfoList()). */
    BackupAccessInfoList *(*setup)(const SubjectSetup *setup, Error **errp);
    /* In a coroutine. */
    void (*teardown)(const char *target_id, bool success, Error **errp);
    /* Outside of coroutines, as qemu_cleanup() calls it. */
    void (*teardown_at_quit)(void);
    /*
     * In a coroutine: begins a regular backup and returns while it works, or false with *@errp
     * set.  May be NULL, like @backup_cancel: there is none.
     */
    bool (*backup)(const SubjectBackup *backup, Error **errp);
    /* In a coroutine. */
    void (*backup_cancel)(Error **errp);
    /* Outside of coroutines.  The caller's (qapi_free_BackupStatus()). */
    BackupStatus *(*query_backup)(Error **errp);
    /* The caller's (qapi_free_PBSBitmapInfoList()). */
    PBSBitmapInfoList *(*query_bitmap_info)(Error **errp);
    /* What the code has allocated and can never free.  May be NULL: nobody knows. */
    void (*find_leaks)(SubjectLeakFunc *found, void *opaque);
    /*
     * The function of the code that made a bitmap which is there; NULL: none of it.  The name
     * may be NULL, as of a bitmap without one.  May be NULL: nobody knows.
     */
    const char *(*maker_of_bitmap)(const char *node_name, const char *bitmap_name);
    /* What its static data holds, but for pointers.  May be NULL: nobody knows. */
    uint64_t (*hash_static_data)(void);
    /* Frees what the code has left; then it may not be called before reset().  May be NULL. */
    void (*free_all)(void);
    /* Puts the code's static state back to what it is when QEMU starts. */
    void (*reset)(void);
} Subject;

/* The one that this program was built with. */
extern const Subject subject;

/*
 * Names of the bitmaps that belong to the code under test and to no target: a
 * management layer that uses them itself looks for trouble.
 */
#define SUBJECT_BACKGROUND_BITMAP_NAME "backup-access-background-bitmap"
/* Of the regular backup; it stays from one to the next. */
#define SUBJECT_REGULAR_BITMAP_NAME "pbs-incremental-dirty-bitmap"
/* What the code under test calls the target of its regular backup; no provider's should be. */
#define SUBJECT_REGULAR_TARGET_NAME "Proxmox"

#endif
