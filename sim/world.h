/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated QEMU, seen from outside: all that the harness may see and do.
 *
 * QEMU's block layer lives in global state, and so does this one: there is one
 * world at a time in a process.  Besides this header the harness uses QMP commands
 * (sim/include/qapi) and nothing else of the simulation.
 *
 * Offsets and sizes are bytes.  A name of a drive is its device name
 * ("drive-scsi0"), which is also the name of its BlockBackend.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/core/choices.h"
#include "sim/core/coroutine.h"
#include "sim/core/event.h"
#include "sim/core/fault.h"
#include "sim/core/loop.h"
#include "sim/core/rangemap.h"

/* ---- life ---------------------------------------------------------------- */

/* Opens a world that is empty but for its loop.  @choices borrowed until sim_world_close(). */
void sim_world_open(SimChoices *choices);
/* Takes everything down, whatever state it is in. */
void sim_world_close(void);

SimChoices *sim_world_choices(void);
SimLoop *sim_world_loop(void);
SimEvents *sim_world_events(void);
SimFaults *sim_world_faults(void);

/*
 * Called when the simulation cannot go on: a nested loop (a drained section, a
 * synchronous call) stands still.  Must not return: it leaves by
 * sim_coroutine_escape() or ends the process.  @what: one sentence that names who
 * waits for whom.
 */
typedef void SimStandstillFunc(const char *what, void *opaque);
void sim_world_set_standstill(SimStandstillFunc *standstill, void *opaque);
/* True while a nested loop runs or a drive is changed: drained sections of that are open. */
bool sim_world_is_polling(void);
/* One sentence that names who waits for whom right now; valid until the next call. */
const char *sim_world_explain_standstill(void);

/* ---- drives -------------------------------------------------------------- */

typedef struct SimDriveOptions {
    const char *name;               /* device name, copied */
    uint64_t size_bytes;            /* multiple of 512 */
    bool read_only;
    bool no_medium;                 /* an empty drive: its backend has no node */
    bool tray_open;                 /* a node whose driver says that nothing is inserted */
    bool iothread;                  /* its requests go on beside the main loop */
    bool no_fleecing;               /* no "<name>-fleecing" backend beside it */
    uint64_t fleecing_size_bytes;   /* 0: as the drive */
} SimDriveOptions;

typedef struct SimDrive SimDrive;

/* NULL if the name is taken (names a drive or a fleecing image already there). */
SimDrive *sim_world_add_drive(const SimDriveOptions *options);
SimDrive *sim_world_find_drive(const char *name);
unsigned sim_world_n_drives(void);
SimDrive *sim_world_drive_at(unsigned index);       /* in the order of adding */

const char *sim_drive_name(const SimDrive *drive);
/* Node that holds the drive's dirty bitmaps: below any filter. */
const char *sim_drive_node_name(const SimDrive *drive);
uint64_t sim_drive_size_bytes(const SimDrive *drive);
bool sim_drive_is_inserted(const SimDrive *drive);
bool sim_drive_is_read_only(const SimDrive *drive);
/* Byte -> number of the request that last landed there.  Borrowed. */
const SimRangeMap *sim_drive_content(const SimDrive *drive);
/* Content of the drive's fleecing image; NULL if there is none. */
const SimRangeMap *sim_drive_fleecing_content(const SimDrive *drive);

/* As QMP block_resize; 0 or -errno. */
int sim_drive_resize(SimDrive *drive, uint64_t size_bytes);
/* The same of its fleecing image. */
int sim_drive_resize_fleecing(SimDrive *drive, uint64_t size_bytes);
/*
 * As device_del, which the guest follows, and then drive_del (QEMU
 * block/monitor/block-hmp-cmds.c, hmp_drive_del()): the requests under way are waited for, and
 * the backend goes; the drive's nodes and bitmaps stay as long as something in the graph uses
 * them.  From then on it is a drive without a medium.  Not in a coroutine.  0; -ENODEV if it is
 * gone already, -EBUSY while a job uses it or one of its bitmaps.
 */
int sim_drive_unplug(SimDrive *drive);

/* ---- guest requests ------------------------------------------------------ */

typedef enum SimRequestType {
    SIM_REQUEST_WRITE,
    SIM_REQUEST_WRITE_ZEROES,
    SIM_REQUEST_DISCARD,
    SIM_REQUEST_FLUSH,
    SIM_REQUEST_READ,
} SimRequestType;

/* The life of a request; it can be held before each of the later ones. */
typedef enum SimPhase {
    SIM_PHASE_SUBMIT,       /* enters the backend; queues there while it is drained */
    SIM_PHASE_COPY,         /* old data is copied before the write, if a filter asks for it */
    SIM_PHASE_LAND,         /* the disk's content changes, or the request fails */
    SIM_PHASE_MARK,         /* dirty bitmaps are told */
    SIM_PHASE_COMPLETE,     /* the sender is answered */
    SIM_N_PHASES
} SimPhase;

/* "submit", "copy", "land", "mark", "complete" */
const char *sim_phase_name(SimPhase phase);

typedef void SimRequestDoneFunc(uint64_t number, int ret, void *opaque);

typedef struct SimRequestOptions {
    SimRequestType type;
    uint64_t offset;                /* multiple of 512 */
    uint64_t bytes;
    SimPhase hold_before;           /* SIM_PHASE_SUBMIT: not held */
    int error;                      /* positive errno: the disk refuses it; 0: it does not */
    uint64_t delay_ns;              /* time the disk takes */
    SimRequestDoneFunc *done;       /* may be NULL */
    void *opaque;
} SimRequestOptions;

/*
 * Submits a request at the drive's backend; it lives on in the loop.  Returns its
 * number: 1, 2, 3, ... over all drives in order of submission.
 */
uint64_t sim_drive_submit(SimDrive *drive, const SimRequestOptions *options);
/* Lets a held request go on.  False if @number is not held (yet or any more). */
bool sim_world_release_request(uint64_t number);
bool sim_world_is_held(uint64_t number);
unsigned sim_world_n_in_flight(void);

/* ---- reading through a node, as a provider does -------------------------- */

/* @content: byte -> number of the write that is seen there, only within the range; borrowed. */
typedef void SimReadDoneFunc(int ret, const SimRangeMap *content, void *opaque);

/* By name; @delay_ns as above.  False if there is no such node or @offset is beyond its end. */
bool sim_world_read_node(const char *node_name, uint64_t offset, uint64_t bytes,
                         uint64_t delay_ns, SimReadDoneFunc *done, void *opaque);
/*
 * What a snapshot-access node would answer right now, without a request: the run
 * of equal answer from @offset on.  @ret_content is set to what is seen there;
 * returns 0 or -errno; @ret_run_bytes says how far the answer holds.
 */
int sim_world_peek_snapshot(const char *node_name, uint64_t offset, uint64_t bytes,
                            SimRangeMap *ret_content, uint64_t *ret_run_bytes);
/* Discards in a snapshot-access node: the provider gives room in the fleecing image back. */
int sim_world_discard_snapshot(const char *node_name, uint64_t offset, uint64_t bytes);

/* ---- dirty bitmaps ------------------------------------------------------- */

typedef struct SimBitmapView {
    const char *name;               /* NULL: anonymous */
    uint64_t granularity;
    uint64_t size_bytes;
    bool enabled;
    bool busy;
    bool read_only;
    bool inconsistent;
    bool persistent;
} SimBitmapView;

/* Bitmaps of a node, newest first as in QEMU; @index 0, 1, ...  False: no more. */
bool sim_world_bitmap_at(const char *node_name, unsigned index, SimBitmapView *ret_view);
bool sim_world_find_bitmap(const char *node_name, const char *name, SimBitmapView *ret_view);
/* @ret_ranges: dirty bytes -> 1, whole chunks cut at the end of the node. */
bool sim_world_bitmap_ranges(const char *node_name, const char *name, SimRangeMap *ret_ranges);
/* @ranges as above, borrowed for the call. */
typedef void SimBitmapFunc(const SimBitmapView *view, const SimRangeMap *ranges, void *opaque);
/* All bitmaps of a drive, newest first: for whoever looks at each of them, with its ranges. */
void sim_drive_visit_bitmaps(const SimDrive *drive, SimBitmapFunc *visit, void *opaque);
/*
 * Puts a bitmap into a state that the outside world can bring about (a job, the image on disk).
 * False: there is none, or (busy) an export has it.
 */
bool sim_world_set_bitmap_busy(const char *node_name, const char *name, bool busy);
bool sim_world_set_bitmap_read_only(const char *node_name, const char *name, bool read_only);
bool sim_world_set_bitmap_inconsistent(const char *node_name, const char *name);

/* ---- regular backups ------------------------------------------------------ */

/* Jobs that are not over.  What is over may still be held by a reference. */
unsigned sim_world_n_jobs(void);

typedef enum SimArchiveState {
    SIM_ARCHIVE_OPEN,
    SIM_ARCHIVE_COMPLETE,           /* closed (VMA) or finished (PBS) without an error */
    SIM_ARCHIVE_INCOMPLETE,         /* given up */
    SIM_ARCHIVE_REMOVED,            /* its file was unlinked */
} SimArchiveState;

typedef struct SimArchiveView {
    const char *name;               /* file, or "repository:namespace/id/time" */
    SimArchiveState state;
    bool handle_alive;              /* its VmaWriter or ProxmoxBackupHandle was not destroyed */
    unsigned n_devices;
    unsigned n_configs;
} SimArchiveView;

typedef struct SimArchiveDeviceView {
    const char *name;
    uint64_t size_bytes;
    bool incremental;
    bool closed;
    const SimRangeMap *content;     /* what a restore would give: byte -> number of the write */
    const SimRangeMap *written;     /* byte -> 1; of an incremental one with those of its base */
} SimArchiveDeviceView;

/* In the order of making; false: no more.  Pointers are borrowed until the loop runs. */
bool sim_world_archive_at(unsigned index, SimArchiveView *ret_view);
bool sim_world_archive_device_at(unsigned index, unsigned device_index,
                                 SimArchiveDeviceView *ret_view);

/*
 * Quitting as QEMU's system/runstate.c, qemu_cleanup() does it, in four parts: all exports are
 * closed (blk_exp_close_all()), after which there is no guest any more; all drives are drained; the
 * code under test ends its backup accesses; all jobs are cancelled.  Outside of coroutines.  The
 * last part ends the drained section, which in QEMU nothing outlives: so the graph shows what was
 * left behind.
 */
void sim_world_close_exports(void);
void sim_world_quit_drain(void);
void sim_world_quit_cancel_jobs(void);

/* ---- block graph --------------------------------------------------------- */

bool sim_world_node_exists(const char *node_name);
uint64_t sim_world_node_size_bytes(const char *node_name);
/*
 * Every backend and node with driver, children, parents, references and quiesce
 * counters, one a line, in the order of making: equal texts mean equal graphs.
 * Appended to @text.
 */
void sim_world_print_graph(GString *text);

#endif
