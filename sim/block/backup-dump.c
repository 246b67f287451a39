/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target of a backup job: a node that hands what is written to a function.
 *
 * Stands in for Proxmox VE's block/backup-dump.c.
 */
#include "sim/block/backup-dump.h"

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "qapi/error.h"
#include "qemu/cutils.h"

#include "sim/block/block-private.h"
#include "sim/util/sim-context.h"

typedef struct DumpState {
    int cluster_bytes;
    BackupDumpFunc *callback;
    void *callback_opaque;
} DumpState;

/* Nobody writes to buffers, so they cost addresses and no memory; kept for the next write. */
typedef struct DumpWrite {
    char *buffer;
    uint64_t buffer_bytes;
    BlockDriverState *bs;
    uint64_t offset;
    uint64_t bytes;
    const SimRangeMap *content;
    SimDumpDone *done;
    void *opaque;
    struct DumpWrite *next;
} DumpWrite;

static DumpWrite *under_way;
static DumpWrite *unused;

/* ---- the node -------------------------------------------------------------------- */

static void dump_close(BlockDriverState *bs)
{
    g_free(bs->opaque);
    bs->opaque = NULL;
}

static int dump_get_info(BlockDriverState *bs, BlockDriverInfo *bdi)
{
    const DumpState *s = bs->opaque;

    bdi->cluster_size = s->cluster_bytes;
    return 0;
}

BlockDriver bdrv_backup_dump = {
    .format_name = "backup-dump-drive",
    .bdrv_close = dump_close,
    .bdrv_co_get_info = dump_get_info,
};

BlockDriverState *bdrv_co_backup_dump_create(int dump_cb_block_size, uint64_t byte_size,
                                             BackupDumpFunc *dump_cb, void *dump_cb_data,
                                             Error **errp)
{
    int ret = sim_fault("bdrv_co_backup_dump_create", "", NULL);
    BlockDriverState *bs;
    DumpState *s;

    if (ret < 0) {
        error_setg_errno(errp, -ret, "Could not open the dump target");
        return NULL;
    }
    bs = bdrv_new(&bdrv_backup_dump, NULL);
    s = g_new0(DumpState, 1);
    s->cluster_bytes = dump_cb_block_size;
    s->callback = dump_cb;
    s->callback_opaque = dump_cb_data;
    bs->opaque = s;
    bs->total_sectors = byte_size / BDRV_SECTOR_SIZE;
    sim_events_emit(sim_events, &(SimEvent){
        .kind = SIM_EVENT_NODE_OPEN, .who = bs->node_name, .text = bs->drv->format_name,
    });
    return bs;
}

/* ---- writing ----------------------------------------------------------------------- */

static DumpWrite *new_write(uint64_t bytes)
{
    DumpWrite **link = &unused;
    DumpWrite *write;

    while (*link && (*link)->buffer_bytes < bytes) {
        link = &(*link)->next;
    }
    write = *link;
    if (write) {
        *link = write->next;
    } else {
        write = g_new0(DumpWrite, 1);
        write->buffer_bytes = bytes;
        write->buffer = g_malloc0(bytes);
    }
    write->next = under_way;
    under_way = write;
    return write;
}

static void retire(DumpWrite *write)
{
    DumpWrite **link = &under_way;

    while (*link != write) {
        link = &(*link)->next;
    }
    *link = write->next;
    write->next = unused;
    unused = write;
}

static void coroutine_fn run_write(void *opaque)
{
    DumpWrite *write = opaque;
    const DumpState *s = write->bs->opaque;
    SimDumpDone *done = write->done;
    void *done_opaque = write->opaque;
    BlockDriverState *bs = write->bs;
    int ret = s->callback(s->callback_opaque, write->offset, write->bytes, write->buffer);

    if (ret >= 0) {
        ret = (uint64_t)ret == write->bytes ? 0 : -EIO;
    }
    retire(write);
    bdrv_dec_in_flight(bs);
    done(ret, done_opaque);
}

void sim_backup_dump_write(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                           const SimRangeMap *content, SimDumpDone *done, void *opaque)
{
    DumpWrite *write = new_write(bytes);

    write->bs = bs;
    write->offset = offset;
    write->bytes = bytes;
    write->content = content;
    write->done = done;
    write->opaque = opaque;
    bdrv_inc_in_flight(bs);
    aio_co_enter(bdrv_get_aio_context(bs), qemu_coroutine_create(run_write, write));
}

/* ---- what a buffer stands for -------------------------------------------------------- */

bool sim_backup_dump_find(const void *data, SimDumpSource *ret_source)
{
    const char *at = data;

    for (const DumpWrite *write = under_way; write; write = write->next) {
        if (at >= write->buffer && at < write->buffer + write->bytes) {
            *ret_source = (SimDumpSource){
                .content = write->content,
                .offset = write->offset + (at - write->buffer),
                .end = write->offset + write->bytes,
            };
            return true;
        }
    }
    return false;
}

bool buffer_is_zero(const void *buffer, size_t n_bytes)
{
    const char *bytes = buffer;
    SimDumpSource source;
    SimRange range;

    if (sim_backup_dump_find(buffer, &source)) {
        return !sim_rangemap_next(source.content, source.offset,
                                  MIN(source.offset + n_bytes, source.end), &range);
    }
    for (size_t i = 0; i < n_bytes; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

void sim_backup_dump_reset(void)
{
    while (under_way) {
        retire(under_way);
    }
}
