/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The snapshot-access node, and reading through any node as a provider does.
 *
 * Stands in for QEMU's block/snapshot-access.c and for cbw_co_preadv_snapshot() of
 * block/copy-before-write.c: a read goes piece by piece, each piece from the fleecing
 * image if it was copied there and else from the drive, while guest writes to that
 * piece wait.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"
#include "qapi/error.h"
#include "qobject/qdict.h"

#include "sim/block/block-private.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

static int snapshot_open(BlockDriverState *bs, QDict *options, int flags G_GNUC_UNUSED,
                         Error **errp)
{
    const char *name = qdict_get_try_str(options, "file");
    BlockDriverState *file_bs = name ? bdrv_find_node(name) : NULL;

    if (!file_bs) {
        error_setg(errp, "Cannot find a node '%s' for option 'file'", name ? name : "");
        return -EINVAL;
    }
    bs->file = bdrv_attach_child(bs, file_bs, "file");
    bs->total_sectors = file_bs->total_sectors;
    return 0;
}

BlockDriver bdrv_snapshot_access = {
    .format_name = "snapshot-access",
    .bdrv_open = snapshot_open,
};

/* ---- reads --------------------------------------------------------------------- */

typedef struct NodeRead {
    SimTask task;
    BlockDriverState *bs;
    uint64_t begin;
    uint64_t at;
    uint64_t end;
    uint64_t piece_bytes;           /* locked and on its way; 0: none yet */
    BdrvChild *piece_child;
    SimFrozenRead *piece_frozen;
    uint64_t delay_ns;
    SimRangeMap content;
    int ret;
    SimReadNodeDone *done;
    void *opaque;
    struct NodeRead *next;
} NodeRead;

static SimPool reads;
static NodeRead *all_reads;             /* under way, newest first */
static NodeRead *queued_reads;          /* wait for a drained section to end, oldest first */

static void finish(NodeRead *read, int ret)
{
    NodeRead **link = &all_reads;

    while (*link != read) {
        link = &(*link)->next;
    }
    *link = read->next;
    sim_events_emit(sim_events, &(SimEvent){
        .kind = SIM_EVENT_READ,
        .who = read->bs->node_name,
        .who_hash = read->bs->node_name_hash,
        .offset = read->begin,
        .bytes = read->end - read->begin,
        .ret = ret,
    });
    bdrv_graph_co_rdunlock();
    bdrv_dec_in_flight(read->bs);
    bdrv_unref(read->bs);
    read->done(ret, &read->content, read->opaque);
    sim_rangemap_clear(&read->content);
    sim_pool_free(&reads, read);
}

/* Name of the drive below, whether or not a guest's request would come by here. */
static const char *drive_name(const BlockDriverState *bs)
{
    while (bs->file) {
        bs = bs->file->bs;
    }
    return bdrv_get_device_or_node_name(bs);
}

/* Locks the next piece; 0 or -errno. */
static int begin_piece(NodeRead *read)
{
    BlockDriverState *bs = read->bs;

    if (bs->drv != &bdrv_snapshot_access) {
        read->piece_bytes = read->end - read->at;
        return 0;
    }
    /* Below a filter that was dropped there is nothing that knows of snapshots. */
    if (bs->file->bs->drv != &bdrv_cbw_filter) {
        return -ENOTSUP;
    }
    return sim_cbw_snapshot_read_lock(bs->file->bs, read->at, read->end - read->at,
                                      &read->piece_bytes, &read->piece_child,
                                      &read->piece_frozen);
}

static void finish_piece(NodeRead *read)
{
    BlockDriverState *bs = read->bs;
    uint64_t end = read->at + read->piece_bytes;
    const SimRangeMap *source = &sim_bdrv_leaf(read->piece_child ? read->piece_child->bs
                                                                 : bs)->content;

    if (!read->ret) {
        sim_rangemap_copy_range(&read->content, source, read->at, end);
    }
    if (read->piece_child) {
        sim_cbw_snapshot_read_unlock(bs->file->bs, read->piece_frozen);
        read->piece_child = NULL;
        read->piece_frozen = NULL;
    }
    read->at = end;
    read->piece_bytes = 0;
}

static void run_read(void *opaque)
{
    NodeRead *read = opaque;
    uint64_t delay_ns = read->delay_ns;
    int ret;

    if (read->piece_bytes) {
        finish_piece(read);
    }
    if (read->ret || read->at == read->end) {
        finish(read, read->ret);
        return;
    }
    ret = begin_piece(read);
    if (ret < 0) {
        finish(read, ret);
        return;
    }
    read->ret = sim_fault("snapshot-read", drive_name(read->bs), &delay_ns);
    sim_loop_post_after(sim_main_loop, &read->task, delay_ns + sim_io_time_ns());
}

static void begin(NodeRead *read)
{
    read->next = all_reads;
    all_reads = read;
    bdrv_inc_in_flight(read->bs);
    bdrv_graph_co_rdlock();
    sim_loop_post(sim_main_loop, &read->task);
}

static void queue(NodeRead *read)
{
    NodeRead **link = &queued_reads;

    while (*link) {
        link = &(*link)->next;
    }
    *link = read;
}

void sim_node_reads_restart(BlockDriverState *bs)
{
    NodeRead **link = &queued_reads;

    while (*link) {
        NodeRead *read = *link;

        if (read->bs == bs) {
            *link = read->next;
            begin(read);
        } else {
            link = &read->next;
        }
    }
}

void sim_node_read(BlockDriverState *bs, bool is_from_outside, uint64_t offset, uint64_t bytes,
                   uint64_t delay_ns, SimReadNodeDone *done, void *opaque)
{
    NodeRead *read = sim_pool_new(&reads, NodeRead);

    read->bs = bs;
    read->begin = offset;
    read->at = offset;
    read->end = offset + bytes;
    read->delay_ns = delay_ns;
    read->done = done;
    read->opaque = opaque;
    read->task.run = run_read;
    read->task.opaque = read;
    read->task.what = "read";
    bdrv_ref(bs);
    if (is_from_outside && bs->quiesce_counter) {
        queue(read);
    } else {
        begin(read);
    }
}

unsigned sim_node_reads_in_flight(void)
{
    unsigned n = 0;

    for (const NodeRead *read = all_reads; read; read = read->next) {
        n++;
    }
    for (const NodeRead *read = queued_reads; read; read = read->next) {
        n++;
    }
    return n;
}

static void forget_reads(NodeRead **list)
{
    while (*list) {
        NodeRead *read = *list;

        *list = read->next;
        sim_loop_cancel(sim_main_loop, &read->task);
        sim_rangemap_clear(&read->content);
        sim_pool_free(&reads, read);
    }
}

void sim_node_reads_reset(void)
{
    forget_reads(&all_reads);
    forget_reads(&queued_reads);
}
