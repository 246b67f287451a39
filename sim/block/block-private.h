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
 * For loops that poll while something is so: when it is no longer so, may one event more come
 * before they see that?  Not if they have not polled at all.
 */
bool sim_poll_goes_on(bool has_polled);

/* What the innermost nested loop waits for, NULL: none runs; and whose that is. */
const char *sim_world_poll_reason(const char **ret_who);

/* ---- world-work.c ---- */

/* Whoever polled goes on. */
void sim_work_wait_is_over(void);
void sim_work_reset(void);

/*
 * Asked before each call that can be made to fail: 0, or -errno if this one is to; tells
 * the observers if so.  @ret_delay_ns (may be NULL) grows by the time the call is to take.
 */
int sim_fault(const char *call, const char *who, uint64_t *ret_delay_ns);

/* The node that holds the content that @bs shows, filters passed by. */
static inline BlockDriverState *sim_bdrv_leaf(BlockDriverState *bs)
{
    while (bs->file) {
        bs = bs->file->bs;
    }
    return bs;
}

/* Whose disk @bs shows: the name of the device, or of the lowest node if that is unplugged. */
const char *sim_bdrv_drive_name(const BlockDriverState *bs);

/* ---- block.c ---- */

/* bdrv_get_device_or_node_name() and its sim_event_hash(), which nodes and backends know. */
const char *sim_bdrv_device_or_node_name(const BlockDriverState *bs, uint64_t *ret_hash);

/* ---- block-backend.c ---- */

/* @bs may be NULL (no medium); one reference is taken. */
BlockBackend *blk_new(const char *name, BlockDriverState *bs);
/* The backend's requests, and copies that they make, are an iothread's from now on. */
void blk_set_iothread(BlockBackend *blk);
bool blk_has_iothread(const BlockBackend *blk);
/* sim_event_hash(blk_name(blk)) */
uint64_t blk_name_hash(const BlockBackend *blk);
unsigned blk_in_flight(const BlockBackend *blk);
int blk_quiesce_counter(const BlockBackend *blk);
void blk_root_drained_begin(BlockBackend *blk);
/* Queued requests go on when the last drained section ends. */
void blk_root_drained_end(BlockBackend *blk);
/* As sim_drive_submit(). */
uint64_t blk_sim_submit(BlockBackend *blk, const SimRequestOptions *options);
/*
 * Waits for the backend's requests, tells of the end of @who, and deletes the backend, as
 * blk_remove_bs(), monitor_remove_blk() and blk_unref() do together.
 */
void blk_sim_delete(BlockBackend *blk, const char *who);
void sim_block_backends_reset(void);

/* ---- world-drive.c ---- */

/* A drive is being resized or unplugged: drained sections of that are open. */
bool sim_drives_are_changing(void);
void sim_drives_reset(void);

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

/* ---- copy-before-write.c: what a backup job asks of its filter ---- */

/* True for a filter whose target is a dump target: only backup jobs have such. */
bool sim_cbw_is_backup(const BlockDriverState *bs);
/* Only what is dirty in @bitmap (same size) is still to be copied. */
void sim_cbw_set_copy_bitmap(BlockDriverState *bs, BdrvDirtyBitmap *bitmap);

/* A copy is over, @is_background or before a guest's write; may be in a coroutine. */
typedef void SimCbwCopied(bool is_background, int ret, void *opaque);
void sim_cbw_set_copied(BlockDriverState *bs, SimCbwCopied *copied, void *opaque);

/* The first range from @start on that is to be copied, at most a chunk; false: there is none. */
bool sim_cbw_next_to_copy(BlockDriverState *bs, uint64_t start, SimRange *ret_range);
/* Begins to copy such a range in the background; @ret < 0: its read is to fail so. */
void sim_cbw_begin_copy(BlockDriverState *bs, const SimRange *range, int ret, uint64_t delay_ns);
bool sim_cbw_is_copying(const BlockDriverState *bs);

/* The filter's node has another size, and its bitmaps with it. */
void sim_cbw_truncate(BlockDriverState *bs, uint64_t size_bytes);

/* ---- snapshot-access.c ---- */

typedef void SimReadNodeDone(int ret, const SimRangeMap *content, void *opaque);

/*
 * @is_from_outside: through a backend (of an export), where it waits while @bs is quiesced;
 * else through an edge of the graph, by a node that others wait for.
 */
void sim_node_read(BlockDriverState *bs, bool is_from_outside, uint64_t offset, uint64_t bytes,
                   uint64_t delay_ns, SimReadNodeDone *done, void *opaque);
/* The reads that came to @bs while it was quiesced begin. */
void sim_node_reads_restart(BlockDriverState *bs);
unsigned sim_node_reads_in_flight(void);
void sim_node_reads_reset(void);

/* ---- for the end of a world: export/export.c, vma-writer.c, proxmox-backup-qemu.c ---- */

bool sim_export_has_bitmap(const BdrvDirtyBitmap *bitmap);
void sim_exports_reset(void);
void sim_vma_writers_reset(void);
void sim_proxmox_backup_reset(void);

#endif
