/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the actors did and what they were answered.
 *
 * Together with the world's events (sim/core/event.h) this is all that model and
 * checks ever learn of a run.
 */
#ifndef HARNESS_ACTOR_DEED_H
#define HARNESS_ACTOR_DEED_H

#include "harness/subject/subject.h"
#include "sim/core/rangemap.h"

typedef enum DeedKind {
    DEED_SETUP_BEGINS,          /* @setup */
    DEED_SETUP_ANSWERED,        /* @setup, @accesses or @error */
    DEED_TEARDOWN_BEGINS,       /* @target_id, @success */
    DEED_TEARDOWN_ANSWERED,     /* the same, @error or NULL */
    DEED_BACKUP_BEGINS,         /* a regular backup is asked for */
    DEED_BACKUP_ANSWERED,       /* @error, or NULL: it works now */
    DEED_BACKUP_CANCEL_BEGINS,
    DEED_BACKUP_CANCEL_ANSWERED,    /* @error or NULL */
    DEED_QUIT_BEGINS,           /* QEMU ends: teardown at quit is about to be called */
    DEED_QUIT_DONE,
    DEED_QUERY_ANSWERED,        /* @status and @bitmap_infos, or @error */
    DEED_BITMAP_COMMAND,        /* @command on @device's bitmap @bitmap_name, @error or NULL */
    DEED_COPY_BEGINS,           /* provider of @target_id starts to copy @device for its backup */
    DEED_PROVIDER_READ,         /* ... read [offset, +bytes) of @device: @ret, @content; part of the
                                   backup if @is_copy, else just a look */
    DEED_PROVIDER_DISCARD,      /* ... gives [offset, +bytes) of @device back: @ret */
    DEED_COPY_ENDS,             /* everything that the bitmap said was asked for; @ret first error */
    DEED_STEP_DONE,             /* a step of the scenario is over: look at everything */
    DEED_RUN_DRY,               /* all faults stopped, nothing left to happen */
    N_DEED_KINDS
} DeedKind;

/* A set of kinds: DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY). */
#define DEEDS_OF(kind) (1u << (kind))

/* All pointers borrowed for the call; what a kind does not name is zero. */
typedef struct Deed {
    DeedKind kind;
    unsigned line;              /* of the step that did it */
    const char *target_id;
    bool success;
    const SubjectSetup *setup;
    const BackupAccessInfoList *accesses;
    const char *error;
    const BackupStatus *status;
    const PBSBitmapInfoList *bitmap_infos;
    const char *command;        /* "add", "remove", "clear", "enable", "disable", "merge", "busy",
                                   "unbusy", "read-only", "read-write", "inconsistent" */
    const char *device;
    const char *bitmap_name;
    const char *source_bitmap_name;     /* "merge" */
    uint64_t granularity;               /* "add" */
    uint64_t offset;
    uint64_t bytes;
    int ret;
    bool is_copy;
    const SimRangeMap *content;
} Deed;

typedef void DeedObserverFunc(const Deed *deed, void *opaque);

#endif
