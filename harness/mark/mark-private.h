/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of a run to tell its marks, for those who look at events and at deeds.
 */
#ifndef HARNESS_MARK_MARK_PRIVATE_H
#define HARNESS_MARK_MARK_PRIVATE_H

#include "harness/mark/mark.h"

typedef enum Mark {
#define MARK(identifier, name, sentence, first, last) MARK_##identifier,
#include "harness/mark/mark-rows.h"
#undef MARK
    N_MARKS
} Mark;

#define N_SLOTS 512
#define MAX_SIZES 8

/* A request under way; slots are found by number, and old ones are over. */
typedef struct Slot {
    bool is_write;
    bool is_held;
    bool is_under_way;
    char type;                      /* first letter: 'w', 'z' of write-zeroes, 'd' */
} Slot;

struct Marks {
    uint64_t reached;
    Slot slots[N_SLOTS];
    unsigned n_writes;              /* under way */
    unsigned n_held;                /* writes */
    unsigned n_held_at_begin;       /* of the last setup or teardown */

    unsigned n_setups;              /* under way */
    unsigned n_teardowns;
    unsigned n_snapshots;           /* drives with backup access */
    unsigned n_jobs;                /* drives of a regular backup */
    unsigned n_copies;              /* of providers, under way */
    bool has_snapshot_in_setup;
    bool is_broken;                 /* a snapshot since the last setup */
    bool has_copied;                /* since the last setup */
    bool had_access;
    uint64_t written_drive;         /* hash of the drive of the last write in access; 0: none */

    char *target;                   /* of the last access; owned */
    char *bitmap;                   /* its bitmap's name; NULL: none; owned */
    bool is_target_active;
    unsigned n_troubled;            /* bitmaps set busy, read-only or inconsistent */
    struct {
        uint64_t drive;
        uint64_t bytes;
    } sizes[MAX_SIZES];             /* as setup answered them */
    unsigned n_sizes;
};

static inline void mark_reach(Marks *marks, Mark mark, bool is_so)
{
    marks->reached |= (uint64_t) is_so << mark;
}

static inline bool mark_has_access(const Marks *marks)
{
    return marks->n_snapshots > 0;
}

#endif
