/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What copy-before-write.c and block-copy.c share: the state of a filter.
 */
#ifndef SIM_BLOCK_COPY_BEFORE_WRITE_PRIVATE_H
#define SIM_BLOCK_COPY_BEFORE_WRITE_PRIVATE_H

#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/core/state.h"

typedef struct CopyTask CopyTask;

typedef struct CbwState {
    BdrvChild *target;
    bool break_snapshot;            /* on-cbw-error; else the guest's write fails */
    uint64_t timeout_ns;            /* 0: none */
    uint64_t cluster_bytes;
    uint64_t len;                   /* of the source when it was opened; no copy goes beyond */
    bool discard_source;
    SimCbwCopied *copied;           /* of a backup job; NULL: none */
    void *copied_opaque;
    SimRangeMap copy;               /* bytes that are still to be copied before they change */
    SimRangeMap access;             /* bytes that may be read through the snapshot */
    SimRangeMap done;               /* bytes that are to be read from the target */
    CopyTask *tasks;
    SimFrozenRead *frozen_reads;
    int snapshot_error;
} CbwState;

static inline uint64_t align_down(const CbwState *s, uint64_t bytes)
{
    return bytes / s->cluster_bytes * s->cluster_bytes;
}

static inline uint64_t align_up(const CbwState *s, uint64_t bytes)
{
    return align_down(s, bytes + s->cluster_bytes - 1);
}

static inline const char *drive_name(const BlockDriverState *bs)
{
    return sim_bdrv_drive_name(bs);
}

/* Lets every request look again that waits in the copy phase for something of this filter. */
void sim_cbw_wake_waiting(BlockDriverState *bs);

/* ---- block-copy.c ---- */

/*
 * Begins to copy what is left to copy in the range.  True if the request must wait for a copy
 * that overlaps: any one, or after a failure its own, as block_copy_common() does.
 */
bool sim_block_copy_before_write(BlockDriverState *bs, SimRequest *request, uint64_t start,
                                 uint64_t end);
/* Forgets what is under way; for the end of a world. */
void sim_block_copy_reset(CbwState *s);
/* The copies that are under way in the filter of the drive @drive. */
void sim_block_copy_describe(SimState *state, unsigned drive, const CbwState *s);
/* The write that began the copy whose task this is; 0: it is none's. */
uint64_t sim_block_copy_of_task(const SimTask *task);

#endif
