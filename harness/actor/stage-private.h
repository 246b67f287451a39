/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage from inside: for the actors, the player and the run.
 *
 * Checks, reports and everything else know harness/actor/stage.h alone.
 */
#ifndef HARNESS_ACTOR_STAGE_PRIVATE_H
#define HARNESS_ACTOR_STAGE_PRIVATE_H

#include "harness/actor/stage.h"
#include "sim/world.h"

typedef struct StageEntry StageEntry;
typedef struct StageAccess StageAccess;
typedef struct StageExport StageExport;

typedef void StageCommandFunc(Stage *stage, StageEntry *entry);

/* An outcome and what the stage must know besides. */
struct StageEntry {
    StageOutcome outcome;       /* first: an outcome is its entry */
    Stage *stage;
    bool is_command;            /* answered by QEMU's monitor */
    bool is_error_accounted;    /* expected, or complained of */
    bool is_release_wanted;     /* guest requests: not to be held when it comes to that */
    const Step *waiter;         /* a "wait" step that is over with this one; NULL: none */
    void *data;                 /* what the actor needs until the end; owned */
    GDestroyNotify free_data;   /* NULL: g_free() */
    SimTask task;               /* for the actor's own use; cancelled with the stage */
    StageCommandFunc *command;  /* waits in the monitor's queue */
    StageEntry *next_command;
};

/* Drives that a target can read, from the answer to its setup until its teardown. */
struct StageAccess {
    StageAccess *next;
    const char *target_id;                      /* borrowed from the step */
    const BackupAccessInfoList *accesses;       /* borrowed from the outcome */
    bool is_copied[];                           /* one for each of @accesses */
};

#define STAGE_CHUNK_ENTRIES 32

typedef struct StageChunk StageChunk;
struct StageChunk {
    StageChunk *previous;
    unsigned n_entries;
    StageEntry entries[STAGE_CHUNK_ENTRIES];
};

#define STAGE_MAX_OBSERVERS 4

typedef void StageFinishFunc(const Step *step, void *opaque);

/* What the provider's last look saw. */
typedef struct StageLook {
    bool is_there;
    uint64_t offset;
    uint64_t bytes;
    int ret;
    SimRangeMap content;
} StageLook;

struct Stage {
    const Subject *subject;
    struct {
        DeedObserverFunc *notify;
        void *opaque;
    } observers[STAGE_MAX_OBSERVERS];
    unsigned n_observers;
    StageComplaintFunc *complain;
    void *complain_opaque;
    StageFinishFunc *finish;
    void *finish_opaque;

    StageChunk *newest;                 /* entries in the order of beginning */
    StageEntry *first_command;          /* the monitor's queue */
    StageEntry *last_command_queued;
    StageEntry *last_concluded;         /* last command whose answer the scenario has awaited */
    StageEntry *last_setup;             /* last setup that was answered */
    StageEntry *jobs_waiter;            /* waits for the end of all jobs; NULL: none does */
    StageAccess *accesses;              /* newest first */
    StageExport *exports;               /* open ones, newest first */
    char *refusal;
    char *skip_reason;
    GPtrArray *read_only_by_hand;       /* of char *: bitmaps that were enabled; NULL: none */
    bool has_quit;
    bool are_errors_allowed;            /* a failed command needs no expectation */
    bool is_answer_new;                 /* a command was answered since the player last asked */

    BackupStatus *status;               /* of the last query; owned */
    PBSBitmapInfoList *bitmap_infos;
    StageLook look;
    GPtrArray *reports;                 /* since the last command began; NULL: none */
    GPtrArray *fired;                   /* fault calls that fired, static texts; NULL: none */
};

/* ---- for the run and the player ------------------------------------------ */

/* Tells the stage of STAGE_EVENTS: a SimObserverFunc, @opaque is the Stage. */
#define STAGE_EVENTS (SIM_EVENTS_OF(SIM_EVENT_HOLD) | SIM_EVENTS_OF(SIM_EVENT_REPORT) | \
                      SIM_EVENTS_OF(SIM_EVENT_FAULT) | SIM_EVENTS_OF(SIM_EVENT_JOB_STATUS))
void stage_see_event(const SimEvent *event, void *opaque);
/* Called by stage_finish_step(). */
void stage_observe_finish(Stage *stage, StageFinishFunc *finish, void *opaque);
/* A command waits for the monitor. */
bool stage_has_command(const Stage *stage);
/* Runs the oldest of them; false: none waits. */
bool stage_serve_monitor(Stage *stage);
/* The scenario has awaited the end of @entry: an error is to be expected right now. */
void stage_conclude(Stage *stage, StageEntry *entry);
/* A step other than an expectation begins: complains of the error that nothing expected. */
void stage_account_error(Stage *stage);
/* The play is over: complains of every error that nothing expected. */
void stage_account_all_errors(Stage *stage);
/* Closes all exports, whoever's: QEMU or the scenario ends. */
void stage_close_exports(Stage *stage);
/* The newest outcome of an unlabelled @step, or NULL. */
StageEntry *stage_entry_of(Stage *stage, const Step *step);
/* What the last setup for @target_id that took @device was answered about it; NULL: none was. */
const BackupAccessInfo *stage_find_last_answer(Stage *stage, const char *target_id,
                                               const char *device);
/* Walks entries from the newest to the oldest: begin with *@chunk NULL, ends with NULL. */
StageEntry *stage_previous_entry(const Stage *stage, StageChunk **chunk, unsigned *index);
/* Something that was begun and is not done; NULL: all is.  Commands not counted after a quit. */
const StageOutcome *stage_find_pending(Stage *stage);
const char *stage_skip_reason(const Stage *stage);
/* True once after each command that was answered. */
bool stage_take_new_answer(Stage *stage);

/* ---- for actors ---------------------------------------------------------- */

StageEntry *stage_begin_entry(Stage *stage, const Step *step);
StageEntry *stage_find_entry(Stage *stage, const char *label);
/* The outcome is settled: the step is over. */
void stage_end_entry(StageEntry *entry, int ret);
/*
 * Queues a QMP command: it begins between two turns of the main loop and never in a
 * nested one, as in QEMU (monitor/qmp.c, the dispatcher lives in a context that nested
 * loops do not poll).  Returns STEP_WAITING.
 */
StepState stage_send_command(StageEntry *entry, StageCommandFunc *command);
/* QEMU's answer to a command: @error is taken, NULL: it succeeded.  Ends the entry. */
void stage_answer(StageEntry *entry, Error *error);
/* The scenario needs another subject.  Returns STEP_INVALID. */
StepState stage_skip(Stage *stage, const char *format, ...) G_GNUC_PRINTF(2, 3);

void stage_add_access(Stage *stage, const char *target_id, const BackupAccessInfoList *accesses);
void stage_remove_accesses(Stage *stage, const char *target_id);     /* NULL: of all targets */
StageAccess *stage_find_access(Stage *stage, const char *target_id);

/* The device name of a scenario's drive, in @buffer. */
#define STAGE_DEVICE_NAME_BYTES 256
const char *stage_device_name(const char *drive_name, char buffer[STAGE_DEVICE_NAME_BYTES]);
/* NULL, and the step is refused, if there is no such drive. */
SimDrive *stage_find_drive(Stage *stage, const Step *step, const char *drive_name);

#define STAGE_DEVLIST_SEPARATORS ",;:"
/*
 * A word of a device list that names a drive of the scenario becomes its device name; all else
 * stays as it is.  Returns the length in @target, which is at most 6 bytes more.
 */
size_t stage_translate_drive(char *target, const char *word, size_t length);

/* An argument that may have been left out. */
static inline uint64_t step_number_or(const Step *step, unsigned index, uint64_t otherwise)
{
    return step->args[index].present ? step->args[index].number : otherwise;
}

static inline const char *step_text_or_null(const Step *step, unsigned index)
{
    return step->args[index].present ? step->args[index].text : NULL;
}

/* A "yes|no" argument. */
static inline bool step_is_yes(const Step *step, unsigned index, bool otherwise)
{
    return step->args[index].present ? step->args[index].number == 0 : otherwise;
}

/* For arguments that name an error of the disk. */
#define ERRNO_CHOICES "EIO|ENOSPC|EPERM|EACCES|EBUSY|ENOMEM|EINVAL|ETIMEDOUT"
/* The positive errno of an ERRNO_CHOICES argument. */
int step_errno_or(const Step *step, unsigned index, int otherwise);

/*
 * The number of the guest request that was started as @name, 0 for "nothing".  False, and
 * the step is refused: there is none.
 */
bool expect_find_write(Stage *stage, const Step *step, const char *name, uint64_t *ret_number);

/* The stage ends: what is left of them is the world's to take down. */
void stage_forget_exports(Stage *stage);

/* A job has got another status: whoever waits for the end of all jobs looks again, but later. */
void stage_look_at_jobs(Stage *stage);

/*
 * False, and the step is refused, if QEMU would die of a write for what a scenario did: it made a
 * bitmap read-only that was enabled and still is (block/dirty-bitmap.c, bdrv_set_dirty()).
 */
bool stage_may_write(Stage *stage, const Step *step, const SimDrive *drive);

/* ---- the digest ---------------------------------------------------------- */

/* Each mixes what it is given, in full, into the digest of the world's events. */
void digest_mix_accesses(const BackupAccessInfoList *accesses);
void digest_mix_query(const BackupStatus *status, const PBSBitmapInfoList *bitmap_infos);
/* Every bitmap of every drive: name, flags, ranges. */
void digest_mix_bitmaps(void);

#endif
