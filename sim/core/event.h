/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened: the events that observers of the world see.
 *
 * The trace, its digest, the model and the checks all live from these and from
 * nothing else that the simulation does inside.  Events carry names, offsets
 * and numbers, never addresses.
 */
#ifndef SIM_CORE_EVENT_H
#define SIM_CORE_EVENT_H

#include <stdint.h>

#include "sim/core/loop.h"

typedef enum SimEventKind {
    SIM_EVENT_SUBMIT,           /* request entered the drive's backend; @text its type, "read" */
    SIM_EVENT_QUEUE,            /* ... and waits there for a drained section to end */
    SIM_EVENT_COPY,             /* old data of [offset, +bytes) copied to the fleecing image */
    SIM_EVENT_LAND,             /* request reached the disk; ret < 0: it failed there */
    SIM_EVENT_MARK,             /* dirty bitmaps of node @who were told */
    SIM_EVENT_COMPLETE,         /* request answered to who sent it */
    SIM_EVENT_HOLD,             /* request stopped before @text, by a scenario */
    SIM_EVENT_RELEASE,
    SIM_EVENT_READ,             /* read through a snapshot-access node answered */
    SIM_EVENT_DRAIN_BEGIN,      /* drained section of node @who begins to wait */
    SIM_EVENT_DRAINED,          /* ... is quiet */
    SIM_EVENT_DRAIN_END,
    SIM_EVENT_NODE_OPEN,        /* @who: node name, @text: driver */
    SIM_EVENT_NODE_CLOSE,
    SIM_EVENT_SNAPSHOT,         /* copy-before-write active on drive @who: the point in time */
    SIM_EVENT_SNAPSHOT_BREAK,   /* a copy failed, snapshot of drive @who is broken; ret */
    SIM_EVENT_SNAPSHOT_END,     /* copy-before-write dropped from drive @who */
    SIM_EVENT_FAULT,            /* an injected fault fired: @who drive or node, @text call */
    SIM_EVENT_REPORT,           /* warn_report() or error_report(); @text */
    SIM_EVENT_COMMAND,          /* a step of an actor begins; @text its words, @number its line */
    SIM_EVENT_ANSWER,           /* a command was answered; @text error or NULL, @number its line */
    SIM_EVENT_RESIZE,           /* drive @who has @bytes now */
    SIM_EVENT_UNPLUG,           /* drive @who is taken from QEMU */
    SIM_EVENT_JOB_STATUS,       /* job @who is "created", "running", ... (@text); ret: its own */
    SIM_EVENT_BACKUP_BEGIN,     /* a job's filter is active on drive or node @who: what the job
                                   copies from here on is the disk of this moment */
    SIM_EVENT_BACKUP_COPY,      /* [offset, +bytes) went to the archive, before write @number
                                   or (0) in the background */
    SIM_EVENT_BACKUP_END,       /* the filter is gone */
    SIM_N_EVENT_KINDS
} SimEventKind;

typedef struct SimEvent {
    SimEventKind kind;
    int ret;                    /* 0 or -errno */
    uint64_t time_ns;           /* virtual; filled in by sim_events_emit() */
    const char *who;            /* device name ("drive-scsi0") or node name; never NULL */
    uint64_t who_hash;          /* sim_event_hash(who), for who has it at hand; 0: not known */
    uint64_t offset;            /* bytes */
    uint64_t bytes;
    uint64_t number;            /* request number, 1 based; 0: none */
    const char *text;           /* NULL or more words; all strings borrowed for the call */
} SimEvent;

/* "submit", "land", ... */
const char *sim_event_kind_name(SimEventKind kind);

/* What a string counts as in the digest. */
uint64_t sim_event_hash(const char *string);

/* A set of kinds: SIM_EVENTS_OF(SIM_EVENT_HOLD) | SIM_EVENTS_OF(SIM_EVENT_FAULT). */
#define SIM_EVENTS_OF(kind) (UINT64_C(1) << (kind))
#define SIM_EVENTS_ALL UINT64_MAX

typedef void SimObserverFunc(const SimEvent *event, void *opaque);

#define SIM_MAX_OBSERVERS 4

/*
 * Who listens, and the digest of all that was emitted, but for the wording of answers
 * and reports.
 */
typedef struct SimEvents {
    struct {
        uint64_t kinds;
        SimObserverFunc *notify;
        void *opaque;
    } observers[SIM_MAX_OBSERVERS];
    unsigned n_observers;
    uint64_t kinds;             /* that any of them wants */
    const SimLoop *loop;
    bool is_digested;
    uint64_t digest;
    uint64_t n_emitted;
    uint64_t n_lines_skipped;
} SimEvents;

/* @loop gives every event its time and is borrowed; NULL: time stays 0. */
void sim_events_init(SimEvents *events, const SimLoop *loop);
/* Tells of events of @kinds; observers are told in the order in which they were added. */
void sim_events_observe(SimEvents *events, uint64_t kinds, SimObserverFunc *notify,
                        void *opaque);
void sim_events_emit(SimEvents *events, const SimEvent *event);
/* The digest, which costs as much as all else here, stays what it is from now on. */
void sim_events_end_digest(SimEvents *events);
/*
 * A line of the scenario that tells how it runs and not what: the digest takes the lines of
 * commands and answers as if it were not there.
 */
void sim_events_skip_line(SimEvents *events);
/* Mixes something that is no event (an answer, the content of a bitmap) into the digest. */
void sim_events_mix(SimEvents *events, const void *data, uint32_t n_bytes);
/* The same of its 8 bytes, little endian. */
void sim_events_mix_number(SimEvents *events, uint64_t number);

#endif
