/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the simulated block layer share and nobody else needs.
 */
#ifndef SIM_BLOCK_BLOCK_PRIVATE_H
#define SIM_BLOCK_BLOCK_PRIVATE_H

#include "block/block_int.h"
#include "sim/world.h"
#include "system/block-backend.h"

/*
 * A nested step of the loop, for whoever waits inside a task.  If nothing can run
 * any more, the world's standstill function is told "@why (@who)" and does not return.
 */
void sim_poll(const char *why, const char *who);

/*
 * Asked before each call that can be made to fail: 0, or -errno if this one is to; tells
 * the observers if so.  @ret_delay_ns (may be NULL) grows by the time the call is to take.
 */
int sim_fault(const char *call, const char *who, uint64_t *ret_delay_ns);

/* ---- block-backend.c ---- */

/* @bs may be NULL (no medium); one reference is taken. */
BlockBackend *blk_new(const char *name, BlockDriverState *bs);
unsigned blk_in_flight(const BlockBackend *blk);
int blk_quiesce_counter(const BlockBackend *blk);
void blk_root_drained_begin(BlockBackend *blk);
/* Queued requests go on when the last drained section ends. */
void blk_root_drained_end(BlockBackend *blk);
/* As sim_drive_submit(). */
uint64_t blk_sim_submit(BlockBackend *blk, const SimRequestOptions *options);
void sim_block_backends_reset(void);

/* ---- io.c ---- */

/* A new node is quiesced as often as all nodes are. */
void sim_drain_all_join(BlockDriverState *bs);
void sim_io_reset(void);

/* ---- copy-before-write.c: what the snapshot-access node asks of the filter ---- */

typedef struct SimFrozenRead SimFrozenRead;

/*
 * As cbw_snapshot_read_lock(): 0, and then *@ret_child is where to read the first
 * *@ret_bytes of the range; or -EACCES.  With a frozen read (*@ret_frozen) guest writes
 * to the range wait until it is unlocked.
 */
int sim_cbw_snapshot_read_lock(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                               uint64_t *ret_bytes, BdrvChild **ret_child,
                               SimFrozenRead **ret_frozen);
void sim_cbw_snapshot_read_unlock(BlockDriverState *bs, SimFrozenRead *frozen);
/* As sim_world_peek_snapshot(). */
int sim_cbw_peek_snapshot(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                          SimRangeMap *ret_content, uint64_t *ret_run_bytes);
/* As cbw_co_pdiscard_snapshot(): the inner clusters can no longer be read. */
int sim_cbw_discard_snapshot(BlockDriverState *bs, uint64_t offset, uint64_t bytes);

/* ---- snapshot-access.c ---- */

typedef void SimReadNodeDone(int ret, const SimRangeMap *content, void *opaque);

void sim_node_read(BlockDriverState *bs, uint64_t offset, uint64_t bytes, uint64_t delay_ns,
                   SimReadNodeDone *done, void *opaque);
unsigned sim_node_reads_in_flight(void);
void sim_node_reads_reset(void);

#endif
