/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the tests of the checks: just enough of sim/world.h, and a backup code that
 * does right but for one bug that is planted.
 *
 * Nothing is simulated here.  Each function does at once what a whole step of a scenario
 * would come to, tells the checks the events and deeds of it, and ends the step.
 */
#ifndef HARNESS_CHECK_FAKE_WORLD_H
#define HARNESS_CHECK_FAKE_WORLD_H

#include "harness/check/check.h"
#include "sim/world.h"

typedef enum FakeBug {
    FAKE_NO_BUG,
    FAKE_DROPS_BACKGROUND,          /* a failed backup's teardown forgets to merge */
    FAKE_FORGETS_TO_CLEAR,          /* a good backup's teardown keeps what was dirty */
    FAKE_SHOWS_NEW_DATA,            /* the snapshot shows what the guest writes */
    FAKE_DENIES,                    /* the snapshot cannot be read at all */
    FAKE_READABLE_AFTER_BREAK,
    FAKE_TRUSTS_BROKEN,             /* a success is believed though the snapshot broke */
    FAKE_SHOWS_BITMAP_TOO_LATE,     /* the provider is told of the first chunk only */
    FAKE_ONE_DRIVE_AFTER_THE_OTHER, /* the guest goes on between the points in time */
    FAKE_KEEPS_NEW_BITMAP,          /* a setup that fails leaves the bitmap it made */
    FAKE_KEEPS_NODE,
    FAKE_KEEPS_REFERENCE,           /* the graph shows it, though no node is left */
    FAKE_KEEPS_DUMP_NODE,           /* of a regular backup that cannot begin */
    FAKE_KEEPS_BACKGROUND,
    FAKE_KEEPS_BACKGROUND_BUSY,     /* ... and makes it look as if somebody used it */
    FAKE_KEEPS_OLD_NAME,            /* on a drive that is not part of the next setup */
    FAKE_LEAVES_DISABLED,
    FAKE_DROPS_BITMAP,              /* teardown removes the bitmap itself */
    FAKE_WRONG_SIZE,
    FAKE_WRONG_ACTION,
    FAKE_BITMAP_ELSEWHERE,          /* on another node, so the drive's own is not cleared */
    FAKE_WRONG_DIRTY_COUNT,
    FAKE_STAYS_ACTIVE,              /* query-backup says so for ever */
    FAKE_FAILS_GUEST,               /* a write during an access is answered with an error */
    FAKE_FORGETS_GUEST,             /* ... or not at all */
    FAKE_DISABLES_OTHERS,           /* setup disables every bitmap of the drive */
    FAKE_TRUSTS_DISABLED,           /* a bitmap that was disabled by hand is used */
    FAKE_TRUSTS_FOREIGN,            /* a bitmap that somebody else made is used */
    FAKE_ARCHIVES_NEW_DATA,         /* a regular backup takes what was written after it began */
    FAKE_ARCHIVES_WRONG_SIZE,
    FAKE_ARCHIVES_NOT_ALL,          /* ... and forgets a drive */
    FAKE_GIVES_ARCHIVE_UP,          /* ... or does not bring the archive to an end */
    FAKE_ARCHIVES_ONE_DRIVE_AFTER_THE_OTHER,    /* ... or lets the guest go on between */
    FAKE_KEEPS_ARCHIVE,             /* of a regular backup that cannot begin */
    FAKE_TAKES_ALL_DRIVES,          /* whichever were asked for */
    FAKE_ACCEPTS_BACKUP,            /* a regular one, while an access is active */
    FAKE_ACCEPTS_SETUP,             /* while a regular backup works */
    FAKE_GOES_ON_AFTER_QUIT,        /* a setup that was asked for before succeeds */
    FAKE_GIVES_UP_TOO_SOON,         /* a snapshot, because of a copy that takes long */
} FakeBug;

/* Two drives of 64 MiB, drive-a and drive-b, and checks that watch. */
void fake_open(FakeBug bug);
void fake_close(void);
Checks *fake_checks(void);

/* A whole write, and its parts; the parts are no step of their own.  Returns the number. */
uint64_t fake_write(const char *device, uint64_t offset, uint64_t bytes);
uint64_t fake_submit(const char *device, uint64_t offset, uint64_t bytes);
void fake_land(uint64_t number, int ret);
void fake_mark(uint64_t number);
void fake_complete(uint64_t number);
void fake_read(const char *device, uint64_t offset, uint64_t bytes);
void fake_resize(const char *device, uint64_t size_bytes);
void fake_unplug(const char *device);
void fake_break_snapshot(const char *device);
/* The same because a copy took too long, 45 s after the world began. */
void fake_time_out(const char *device);

/* @devices: "drive-a", "drive-b" or "drive-a,drive-b"; @bitmap_name may be NULL. */
void fake_setup(const char *target_id, const char *devices, const char *bitmap_name);
/* The same, but it fails after everything was prepared. */
void fake_setup_fails(const char *target_id, const char *devices, const char *bitmap_name);
/* As of generation 3, for drive-a: it wants @mode, and @action is answered. */
void fake_setup_by_mode(const char *target_id, SubjectBitmapMode mode, PBSBitmapAction action);
void fake_copy(const char *target_id);
void fake_teardown(const char *target_id, bool success);
/* A regular backup, up to its answer, and its good end. */
void fake_regular_backup(const char *devices);
void fake_regular_backup_ends(void);
/* In one step: the one that is under way ends, and the next one begins. */
void fake_regular_backup_follows(const char *devices);
void fake_query(void);
void fake_quit(void);
void fake_backup_fails(void);
/* Whoever kept a drive's snapshot node after teardown lets it go. */
void fake_close_node(const char *device);
/* "add" takes chunks of @granularity, the others ignore it; @source_name for "merge". */
void fake_command(const char *command, const char *device, const char *bitmap_name,
                  const char *source_name, uint64_t granularity);
void fake_end_step(void);
void fake_run_dry(void);

/* The findings so far as "name@who name@who", "" if there are none; freed by fake_close(). */
const char *fake_findings(void);

#endif
