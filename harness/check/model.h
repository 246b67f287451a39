/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: what must be, told from what happened.
 *
 * It keeps one number for every byte of a drive, the landing that last touched it, and one
 * for every target and drive, the point in time of its last good backup.  What a bitmap
 * must hold and what a backup must contain follow from these two; there is no second
 * implementation of bitmaps here.  It learns from events and deeds, and looks at the world
 * only for sizes and for bitmaps as ranges.  docs/invariants.md has the rules in words.
 */
#ifndef HARNESS_CHECK_MODEL_H
#define HARNESS_CHECK_MODEL_H

#include "harness/check/check.h"
#include "sim/world.h"

/* The chunk of backups: granularity of the bitmaps that the code under test makes. */
#define MODEL_CHUNK_BYTES (4 * 1024 * 1024ull)

/* A moment of a drive, by what the guest could know of it. */
typedef struct ModelMoment {
    uint64_t point;             /* landings up to this one came before it */
    uint64_t last_submit_at;    /* when the latest request that came before it was submitted */
    uint64_t last_submit_number;
    uint64_t missing_since;     /* when the first request that came later completed; 0: none */
    uint64_t missing_number;
} ModelMoment;

/* What a drive was when copy-before-write became active on it. */
typedef struct ModelPicture {
    bool is_taken;              /* copy-before-write is active now */
    bool is_broken;             /* a copy failed; stays set until the next point in time */
    bool look_everywhere;       /* the whole view may have changed since a check looked at it */
    ModelMoment moment;
    uint64_t size_bytes;
    SimRangeMap content;        /* byte -> request */
    SimRangeMap landings;       /* byte -> landing */
    SimRangeMap touched;        /* bytes whose view may have changed since a check looked */
    uint64_t taken_at_ns;       /* virtual time of the point in time */
} ModelPicture;

typedef struct ModelDrive {
    char *name;
    char *node_name;
    uint64_t size_bytes;
    bool is_unplugged;          /* the management layer took it away, and its bitmaps with it */
    SimRangeMap content;        /* byte -> request that last changed it */
    SimRangeMap landings;       /* byte -> landing that last touched it, failed ones too */
    ModelPicture picture;
    uint64_t no_medium_at;      /* number of the last fault that hid its medium; 0: none */
    unsigned n_backup_filters;  /* of jobs of the regular backup */
    uint64_t last_submit_at;    /* of all that landed here */
    uint64_t last_submit_number;
} ModelDrive;

typedef struct ModelRequest {
    uint64_t number;
    ModelDrive *drive;
    uint64_t offset;
    uint64_t bytes;
    uint64_t submitted_at;
    uint64_t landing;           /* 0: not yet */
    int land_ret;
    bool is_write;              /* or discard or zeroes: whatever changes the disk */
    bool is_marked;
    bool is_held;               /* by the scenario */
} ModelRequest;

/* How far a bitmap can be judged after hands other than the code's were on it. */
typedef enum ModelTrust {
    MODEL_EXACT,            /* holds what it must and nothing else */
    MODEL_AT_LEAST,         /* holds at least what it must, until a good backup */
    MODEL_SUSPENDED,        /* not judged until the next setup says what it takes it for */
    MODEL_UNKNOWN,          /* not judged until a good backup: the code could not see it */
} ModelTrust;

typedef enum ModelCopy {
    MODEL_COPY_NONE,
    MODEL_COPY_RUNNING,
    MODEL_COPY_GOOD,        /* all that the bitmap said was read, without an error */
    MODEL_COPY_BAD,
} ModelCopy;

/* One target on one drive. */
typedef struct ModelTrack {
    char *target_id;
    ModelDrive *drive;

    /* The bitmap, as setup answered last. */
    char *bitmap_name;          /* NULL: none */
    bool is_gone;               /* no bitmap any more that could be judged under this name */
    bool is_orphan;             /* the target has gone on to another name */
    bool is_removed_by_hand;    /* since the last setup and teardown; says why it is gone */
    bool is_busy_by_hand;
    bool is_blind;              /* a hand cleared what tracked for it during the access, or came
                                 * while its begin or end was under way */
    bool is_disabled_by_hand;
    bool is_background_touched; /* by hand during the access: what it holds is anybody's guess */
    bool is_background_stopped; /* ... a hand disabled or removed it: it may have missed writes */
    ModelTrust trust;
    uint64_t base;              /* point in time of the last good backup; 0: there is none */
    uint64_t full_bytes;        /* all below this counts as changed, whatever landed; 0: nothing */
    SimRangeMap may;            /* may be dirty as well: somebody's command did it */

    /* The access. */
    bool is_active;
    bool has_ended;             /* by the deed that is being seen */
    bool has_vanished;          /* ... and its bitmap is gone though nobody touched it */
    bool is_of_last_setup;
    char *node_name;            /* of the snapshot-access node */
    bool has_action;
    PBSBitmapAction action;
    uint64_t answered_bytes;    /* size as answered */
    bool was_quiet;             /* no guest request between the begin of setup and the answer */
    bool is_sure;               /* the next two are not mixed with what others did */
    bool existed_before;        /* a bitmap of that name was there when setup began */
    bool removed_some;          /* bitmaps of the drive are gone since setup began */
    SimRangeMap readable;       /* what the provider must be able to read */
    SimRangeMap discarded;      /* what the provider gave up: a read of it may see anything */
    uint64_t granularity;       /* of the bitmap when setup answered; 0: none */
    uint64_t readable_bytes;    /* the same as whole chunks: the bitmap's dirty count */
    uint64_t n_faults;          /* of the model when setup began */
    uint64_t n_node_closes;     /* of the model when setup answered */

    /* The chain of backups. */
    bool is_full_backup;        /* the running one builds on none before */
    ModelCopy copy;
    bool is_copy_torn;          /* the provider gave up what it was reading, or it broke */
    SimRangeMap copied;         /* bytes -> 1 that the running backup has read */
    SimRangeMap copied_content;
    bool image_is_known;
    SimRangeMap image;          /* what a restore of the last good backup gives */
    bool is_rebuilt;            /* this deed ended a good backup; @image is its restore */

    /* The look at the bitmap that lost-write and dirty-without-cause share. */
    bool is_pending;            /* something happened since the last look */
    bool is_due;                /* at this deed: @view and @dirty are fresh */
    uint64_t view_activity;     /* of the model when @view was taken */
    SimBitmapView view;         /* its name is not to be used */
    SimRangeMap dirty;
} ModelTrack;

/* A bitmap of a drive at the time when a command began. */
typedef struct ModelBitmap {
    ModelDrive *drive;
    char *name;                 /* NULL: anonymous */
    const ModelTrack *owner;    /* NULL: nobody's that we know */
    bool has_target_name;       /* the command's target has or had one of that name */
    SimBitmapView view;         /* its name is not to be used */
} ModelBitmap;

/* The block graph at some time. */
typedef struct ModelGraph {
    GString *text;              /* NULL: never taken */
    bool has_sections;          /* somebody waited in a nested loop: he may have drained drives */
} ModelGraph;

/*
 * A setup, a teardown, a command of the regular backup or the end of QEMU under way, and the
 * world when it began.
 */
typedef struct ModelCommand {
    DeedKind kind;              /* of its beginning */
    char *target_id;
    unsigned line;
    bool was_alone;             /* no other was under way then */
    bool was_idle;              /* ... no access active, no node left: the graph is the plain one */
    bool had_snapshot_nodes;    /* readers may come to and go from them, which the graph shows */
    uint64_t activity;
    bool had_access;            /* one was active */
    bool had_backup_filter;     /* a job of a regular backup was at work */
    uint64_t n_access_ends;     /* of the model then, as the next two */
    uint64_t n_backup_ends;
    unsigned n_archives;
    unsigned n_drives;
    uint64_t n_landings;
    unsigned n_requests;        /* in flight */
    uint64_t n_faults;
    ModelGraph graph;           /* setup only */
    GArray *bitmaps;            /* of ModelBitmap */
} ModelCommand;

/* What an archive must hold of a drive. */
typedef struct ModelArchived {
    unsigned archive;           /* index in the world */
    ModelDrive *drive;
    ModelMoment moment;
    uint64_t size_bytes;
    SimRangeMap content;        /* byte -> request */
    bool is_over;               /* the archive is closed, and was looked at by true-archive */
} ModelArchived;

/* A bitmap that hands were on. */
typedef struct ModelBitmapName {
    ModelDrive *drive;
    char *name;
} ModelBitmapName;

/* A command of somebody else's on a bitmap, while one that is judged was under way. */
typedef struct ModelHand {
    uint64_t activity;          /* of the model then */
    const ModelDrive *drive;
    char *bitmap_name;
    char *command;
} ModelHand;

typedef struct Model Model;
struct Model {
    unsigned generation;
    GPtrArray *drives;          /* of ModelDrive, in the world's order */
    GPtrArray *tracks;          /* of ModelTrack, in the order of their first setup */
    GArray *requests;           /* of ModelRequest: submitted and not completed */
    ModelRequest completed;     /* the one that this COMPLETE ends; number 0: unknown */
    GArray *landings;           /* of uint64_t: request of landing 1, 2, ... */
    uint64_t clock;             /* of request events */
    uint64_t n_faults;
    bool has_backup_failed;     /* a fault hit what a backup reads or writes */
    bool may_backup_fail;       /* something happened, since one was asked for, that can end it */
    bool has_timeout_fault;     /* a call was made to fail as if it took too long */
    uint64_t n_access_ends;     /* teardowns that were not refused, and the end of QEMU */
    uint64_t n_backup_ends;     /* filters of jobs that went */
    bool has_read_fault;        /* a read of a provider was made to fail */
    uint64_t n_node_closes;
    GPtrArray *snapshot_nodes;  /* names of the snapshot-access nodes that are open */

    GPtrArray *commands;        /* of ModelCommand, under way */
    ModelCommand *answered;     /* the one that this deed answers, or NULL */
    bool is_undisturbed;        /* nothing but it happened meanwhile */
    uint64_t activity;          /* of the management layer */
    bool has_setup;             /* one succeeded */
    bool setup_failed_since;    /* ... and one failed after it */
    bool has_regular_backup;    /* one began */
    bool has_quit;              /* QEMU has torn down what there was */
    bool was_backup_asked_for;  /* a regular one, whether or not it began */
    bool is_regular_backup_last;    /* ... and no setup succeeded after it */
    GPtrArray *archived;        /* of ModelArchived, in the order of the jobs' beginnings */
    bool last_end_was_good;     /* teardown said success and no picture was broken */
    ModelGraph graph;           /* before the setup of the access that is active or was last */
    ModelGraph graph_now;       /* room for whoever compares with it; never shrinks */
    bool graph_is_known;
    bool graph_is_open;         /* an access has ended, but a reader keeps its node for now */
    unsigned graph_n_drives;
    GArray *handmade;           /* of ModelBitmapName */
    GArray *in_use;             /* of ModelBitmapName: somebody else keeps them busy */
    GArray *hands;              /* of ModelHand; of commands that are over, too */
};

/* @generation of the interface: decides who names bitmaps. */
Model *model_new(unsigned generation);
void model_free(Model *model);
/* It need not be told of these kinds of events, which are half of all; any new kind is told. */
#define MODEL_EVENTS \
    (~(SIM_EVENTS_OF(SIM_EVENT_QUEUE) | SIM_EVENTS_OF(SIM_EVENT_READ) | \
       SIM_EVENTS_OF(SIM_EVENT_DRAIN_BEGIN) | SIM_EVENTS_OF(SIM_EVENT_DRAINED) | \
       SIM_EVENTS_OF(SIM_EVENT_DRAIN_END) | SIM_EVENTS_OF(SIM_EVENT_ANSWER) | \
       SIM_EVENTS_OF(SIM_EVENT_REPORT) | SIM_EVENTS_OF(SIM_EVENT_JOB_STATUS) | \
       SIM_EVENTS_OF(SIM_EVENT_BACKUP_COPY)))
void model_see_event(Model *model, const SimEvent *event);
void model_see_deed(Model *model, const Deed *deed);

/*
 * Of the checks that call.  It is theirs to read; true-picture resets what of a picture it has
 * looked at, nothing-left-behind keeps graph_is_open and leaves bitmaps to their users, and
 * true-archive keeps is_over.
 */
Model *checks_model(const Checks *checks);

ModelDrive *model_find_drive(Model *model, const char *name);           /* or NULL */
ModelTrack *model_find_track(const Model *model, const char *target_id, const ModelDrive *drive);
ModelRequest *model_find_request(const Model *model, uint64_t number);
bool model_is_handmade(const Model *model, const ModelDrive *drive, const char *bitmap_name);
/* Nobody else is asked to release it from now on. */
void model_make_handmade(Model *model, ModelDrive *drive, const char *bitmap_name);
bool model_has_active_access(const Model *model);
/* False: its snapshot node, which setup answered, is gone. */
bool model_has_node(const Model *model, const ModelTrack *track);
const ModelBitmap *model_find_bitmap_before(const ModelCommand *command, const ModelDrive *drive,
                                            const char *name);

/* The graph as it is now. */
void model_graph_take(ModelGraph *graph);
void model_graph_clear(ModelGraph *graph);
/* @now is what @before was, but for the drives after the first @n_drives. */
bool model_graph_is_again(Model *model, const ModelGraph *before, unsigned n_drives,
                          const ModelGraph *now);

static inline ModelDrive *model_drive_at(const Model *model, unsigned index)
{
    return g_ptr_array_index(model->drives, index);
}

static inline ModelTrack *model_track_at(const Model *model, unsigned index)
{
    return g_ptr_array_index(model->tracks, index);
}

/* ---- what follows (model-expect.c) --------------------------------------- */

/* Bytes in a row that are not as they must be, and the landing that says so (0: none). */
typedef struct ModelGap {
    uint64_t start;
    uint64_t end;
    uint64_t landing;
} ModelGap;

/* First bytes from @from on that changed since the last good backup and are clean in @dirty. */
bool model_find_lost(const Model *model, const ModelTrack *track, const SimRangeMap *dirty,
                     uint64_t from, ModelGap *ret_gap);
/* First chunks that are dirty in @dirty and that nothing has touched since then. */
bool model_find_uncaused(const ModelTrack *track, const SimRangeMap *dirty,
                         uint64_t granularity, ModelGap *ret_gap);
/* First difference of two maps within [start, end). */
bool model_find_difference(const SimRangeMap *a, const SimRangeMap *b, uint64_t start,
                           uint64_t end, SimRange *ret_a, SimRange *ret_b);
/* Request of a landing or point in time; 0: before the first. */
uint64_t model_landing_request(const Model *model, uint64_t landing);

static inline uint64_t model_align_down(uint64_t value, uint64_t unit)
{
    return value - value % unit;
}

static inline uint64_t model_align_up(uint64_t value, uint64_t unit)
{
    return model_align_down(value + unit - 1, unit);
}

#endif
