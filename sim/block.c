/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The block graph: nodes, edges, references, opening and closing.
 *
 * Stands in for QEMU's block.c, as QEMU 10.0 does it: every change of the graph
 * happens under the write lock, which quiesces all backends and waits for the
 * requests under way; so whoever changes the graph lets other things happen.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/graph-lock.h"
#include "qapi/error.h"
#include "qobject/qdict.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"
#include "sim/core/event.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

static SimPool edges;
static SimPool nodes;
static BlockDriverState *all_nodes;
static BlockDriverState **all_nodes_tail = &all_nodes;
static BlockDriverState *last_found;        /* by bdrv_find_node(); NULL: none that is open */
static unsigned next_node_number = 101;

static void emit_node(SimEventKind kind, const BlockDriverState *bs)
{
    sim_events_emit(sim_events, &(SimEvent){
        .kind = kind,
        .who = bs->node_name,
        .who_hash = bs->node_name_hash,
        .text = bs->drv ? bs->drv->format_name : NULL,
    });
}

/* ---- nodes ----------------------------------------------------------------- */

/* Automatic names look as QEMU's, from a counter instead of a random number. */
static void assign_node_name(BlockDriverState *bs, const char *node_name)
{
    char digits[16];
    unsigned number = next_node_number;
    size_t n = 0;

    if (node_name) {
        g_assert_cmpuint(strlen(node_name), <, sizeof(bs->node_name));
        strcpy(bs->node_name, node_name);
        return;
    }
    next_node_number++;
    do {
        digits[n++] = '0' + number % 10;
        number /= 10;
    } while (number);
    memcpy(bs->node_name, "#block", 6);
    for (size_t i = 0; i < n; i++) {
        bs->node_name[6 + i] = digits[n - 1 - i];
    }
}

BlockDriverState *bdrv_new(BlockDriver *drv, const char *node_name)
{
    BlockDriverState *bs = sim_pool_new(&nodes, BlockDriverState);

    bs->drv = drv;
    bs->refcnt = 1;
    qemu_mutex_init(&bs->dirty_bitmap_mutex);
    assign_node_name(bs, node_name);
    bs->node_name_hash = sim_event_hash(bs->node_name);
    sim_drain_all_join(bs);
    *all_nodes_tail = bs;
    all_nodes_tail = &bs->next_node;
    return bs;
}

static void forget_node(BlockDriverState *bs)
{
    BlockDriverState **link = &all_nodes;

    while (*link != bs) {
        link = &(*link)->next_node;
    }
    *link = bs->next_node;
    if (!bs->next_node) {
        all_nodes_tail = link;
    }
    if (last_found == bs) {
        last_found = NULL;
    }
}

static void free_node(BlockDriverState *bs)
{
    sim_rangemap_clear(&bs->content);
    qemu_mutex_destroy(&bs->dirty_bitmap_mutex);
    sim_pool_free(&nodes, bs);
}

BlockDriverState *sim_bdrv_first_node(void)
{
    return all_nodes;
}

void sim_bdrv_reset(void)
{
    while (all_nodes) {
        BlockDriverState *bs = all_nodes;
        BdrvDirtyBitmap *bitmap;

        /* Whoever still uses a bitmap of a world that ends no longer counts. */
        while ((bitmap = bdrv_dirty_bitmap_first(bs))) {
            bs->dirty_bitmap_mutex.locked = false;
            bdrv_dirty_bitmap_set_busy(bitmap, false);
            if (bdrv_dirty_bitmap_has_successor(bitmap)) {
                bdrv_reclaim_dirty_bitmap(bitmap, NULL);
            }
            bdrv_release_dirty_bitmap(bitmap);
        }
        bs->dirty_bitmap_mutex.locked = false;
        if (bs->drv && bs->drv->bdrv_close) {
            bs->drv->bdrv_close(bs);
        }
        while (bs->parents) {
            BdrvChild *child = bs->parents;

            bs->parents = child->next_parent;
            sim_pool_free(&edges, child);
        }
        forget_node(bs);
        free_node(bs);
    }
    next_node_number = 101;
}

BlockDriverState *bdrv_find_node(const char *node_name)
{
    uint64_t hash;

    /* Whoever looks at the bitmaps of a node asks for it again for each. */
    if (last_found && !strcmp(last_found->node_name, node_name)) {
        return last_found;
    }
    hash = sim_event_hash(node_name);
    for (BlockDriverState *bs = all_nodes; bs; bs = bs->next_node) {
        if (bs->node_name_hash == hash && !strcmp(bs->node_name, node_name)) {
            last_found = bs;
            return bs;
        }
    }
    return NULL;
}

BlockDriverState *bdrv_lookup_bs(const char *device, const char *node_name, Error **errp)
{
    BlockDriverState *bs;

    if (device) {
        BlockBackend *blk = blk_by_name(device);

        if (blk) {
            bs = blk_bs(blk);
            if (!bs) {
                error_setg(errp, "Device '%s' has no medium", device);
            }
            return bs;
        }
    }
    bs = node_name ? bdrv_find_node(node_name) : NULL;
    if (!bs) {
        error_setg(errp, "Cannot find device='%s' nor node-name='%s'",
                   device ? device : "", node_name ? node_name : "");
    }
    return bs;
}

const char *bdrv_get_node_name(const BlockDriverState *bs)
{
    return bs->node_name;
}

/* The backend with a name that a guest's requests come to @bs from; NULL: there is none. */
static const BlockBackend *find_backend(const BlockDriverState *bs)
{
    for (const BdrvChild *edge = bs->parents; edge; edge = edge->next_parent) {
        const BlockBackend *blk = edge->parent_blk;

        if (!blk && edge->parent_bs && edge->parent_bs->file == edge) {
            blk = find_backend(edge->parent_bs);
        }
        if (blk && blk_name(blk)[0]) {
            return blk;
        }
    }
    return NULL;
}

const char *bdrv_get_device_name(const BlockDriverState *bs)
{
    const BlockBackend *blk = find_backend(bs);

    return blk ? blk_name(blk) : "";
}

const char *sim_bdrv_device_or_node_name(const BlockDriverState *bs, uint64_t *ret_hash)
{
    const BlockBackend *blk = find_backend(bs);

    *ret_hash = blk ? blk_name_hash(blk) : bs->node_name_hash;
    return blk ? blk_name(blk) : bs->node_name;
}

const char *bdrv_get_device_or_node_name(const BlockDriverState *bs)
{
    uint64_t hash;

    return sim_bdrv_device_or_node_name(bs, &hash);
}

int64_t bdrv_getlength(BlockDriverState *bs)
{
    if (!bs->drv) {
        return -ENOMEDIUM;
    }
    return bs->total_sectors << BDRV_SECTOR_BITS;
}

bool bdrv_co_is_inserted(BlockDriverState *bs)
{
    return bs->drv != NULL;
}

bool bdrv_is_read_only(BlockDriverState *bs)
{
    return bs->read_only;
}

AioContext *bdrv_get_aio_context(BlockDriverState *bs G_GNUC_UNUSED)
{
    return qemu_get_aio_context();
}

void bdrv_coroutine_enter(BlockDriverState *bs, Coroutine *co)
{
    aio_co_enter(bdrv_get_aio_context(bs), co);
}

/* ---- edges ----------------------------------------------------------------- */

/* The newest parent comes first, as in bdrv_replace_child_noperm(). */
static void link_parent(BdrvChild *child, BlockDriverState *bs)
{
    child->bs = bs;
    child->next_parent = bs->parents;
    bs->parents = child;
    bdrv_ref(bs);
}

static BdrvChild *attach(BdrvChild edge)
{
    BdrvChild *child = sim_pool_new(&edges, BdrvChild);

    *child = edge;
    link_parent(child, edge.bs);
    return child;
}

static void unlink_parent(BdrvChild *child)
{
    BdrvChild **link = &child->bs->parents;

    while (*link != child) {
        link = &(*link)->next_parent;
    }
    *link = child->next_parent;
    child->next_parent = NULL;
}

BdrvChild *bdrv_attach_child(BlockDriverState *parent_bs, BlockDriverState *child_bs,
                             const char *child_name)
{
    BdrvChild *child;

    bdrv_graph_wrlock();
    child = attach((BdrvChild){ .bs = child_bs, .name = child_name, .parent_bs = parent_bs });
    child->next_child = parent_bs->children;
    parent_bs->children = child;
    bdrv_parent_drained_follow(child);
    bdrv_graph_wrunlock();
    return child;
}

BdrvChild *bdrv_root_attach_child(BlockBackend *parent_blk, BlockDriverState *child_bs)
{
    return attach((BdrvChild){ .bs = child_bs, .name = "root", .parent_blk = parent_blk });
}

BdrvChild *bdrv_job_attach_child(void *parent_job, const BdrvChildClass *klass,
                                 BlockDriverState *child_bs, const char *child_name)
{
    BdrvChild *child;

    bdrv_graph_wrlock();
    child = attach((BdrvChild){
        .bs = child_bs, .name = child_name, .klass = klass, .parent_job = parent_job,
    });
    bdrv_parent_drained_follow(child);
    bdrv_graph_wrunlock();
    return child;
}

static void detach(BdrvChild *child)
{
    if (child->parent_bs) {
        BdrvChild **link = &child->parent_bs->children;

        while (*link != child) {
            link = &(*link)->next_child;
        }
        *link = child->next_child;
    }
    unlink_parent(child);
    bdrv_parent_drained_release(child);
    sim_pool_free(&edges, child);
}

void bdrv_root_unref_child(BdrvChild *child)
{
    BlockDriverState *child_bs;

    bdrv_graph_wrlock();
    /* Only now: while the lock was waited for, a filter may have come in between. */
    child_bs = child->bs;
    detach(child);
    bdrv_graph_wrunlock();
    bdrv_unref(child_bs);
}

void bdrv_replace_node(BlockDriverState *from, BlockDriverState *to)
{
    BdrvChild *child = from->parents;

    while (child) {
        BdrvChild *next = child->next_parent;

        if (child->parent_bs != to && !child->parent_job) {
            unlink_parent(child);
            link_parent(child, to);
            bdrv_parent_drained_follow(child);
            bdrv_unref(from);
        }
        child = next;
    }
}

/* ---- opening and closing ----------------------------------------------------- */

static BlockDriver *find_format(const char *name)
{
    static BlockDriver *const drivers[] = { &bdrv_cbw_filter, &bdrv_snapshot_access };

    for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
        if (!strcmp(drivers[i]->format_name, name)) {
            return drivers[i];
        }
    }
    return NULL;
}

/* As bdrv_delete(): nobody finds it any more while it waits for what is under way. */
static void close_node(BlockDriverState *bs)
{
    forget_node(bs);
    bdrv_drained_begin(bs);
    emit_node(SIM_EVENT_NODE_CLOSE, bs);
    if (bs->drv && bs->drv->bdrv_close) {
        bs->drv->bdrv_close(bs);
    }
    bs->file = NULL;
    while (bs->children) {
        bdrv_root_unref_child(bs->children);
    }
    bdrv_release_named_dirty_bitmaps(bs);
    g_assert(!bdrv_dirty_bitmap_first(bs));
    bdrv_drained_end(bs);
    g_assert(!bs->parents);
    free_node(bs);
}

/* Takes @options. */
static BlockDriverState *open_node(QDict *options, int flags, Error **errp)
{
    const char *driver = qdict_get_try_str(options, "driver");
    const char *node_name = qdict_get_try_str(options, "node-name");
    BlockDriver *drv = driver ? find_format(driver) : NULL;
    BlockDriverState *bs = NULL;

    if (!drv) {
        error_setg(errp, "Unknown driver '%s'", driver ? driver : "");
        goto out;
    }
    if (node_name && bdrv_find_node(node_name)) {
        error_setg(errp, "Duplicate node name '%s'", node_name);
        goto out;
    }
    bs = bdrv_new(drv, node_name);
    bs->open_flags = flags;
    emit_node(SIM_EVENT_NODE_OPEN, bs);
    if (drv->bdrv_open(bs, options, flags, errp) < 0) {
        bdrv_unref(bs);
        bs = NULL;
    }
out:
    qobject_unref(options);
    return bs;
}

const char *sim_bdrv_drive_name(const BlockDriverState *bs)
{
    const char *name = bdrv_get_device_name(bs);

    while (!*name && bs->file) {
        bs = bs->file->bs;
    }
    return *name ? name : bs->node_name;
}

BlockDriverState *bdrv_open(const char *filename, const char *reference, QDict *options,
                            int flags, Error **errp)
{
    g_assert(!filename && !reference);
    return open_node(options, flags, errp);
}

BlockDriverState *bdrv_insert_node(BlockDriverState *bs, QDict *options, int flags,
                                   Error **errp)
{
    ERRP_GUARD();
    BlockDriverState *filter = open_node(options, flags, errp);

    if (!filter) {
        error_prepend(errp, "Could not create node: ");
        return NULL;
    }

    bdrv_ref(bs);
    bdrv_drained_begin(bs);
    bdrv_drained_begin(filter);
    bdrv_graph_wrlock();
    bdrv_replace_node(bs, filter);
    sim_events_emit(sim_events, &(SimEvent){
        .kind = sim_cbw_is_backup(filter) ? SIM_EVENT_BACKUP_BEGIN : SIM_EVENT_SNAPSHOT,
        .who = sim_bdrv_drive_name(filter),
        .text = filter->node_name,
    });
    bdrv_graph_wrunlock();
    bdrv_drained_end(filter);
    bdrv_drained_end(bs);
    bdrv_unref(bs);
    return filter;
}

void bdrv_drop_filter(BlockDriverState *bs)
{
    BdrvChild *edge = bs->file;
    BlockDriverState *child_bs = edge->bs;

    bdrv_drained_begin(child_bs);
    bdrv_graph_wrlock();
    sim_events_emit(sim_events, &(SimEvent){
        .kind = sim_cbw_is_backup(bs) ? SIM_EVENT_BACKUP_END : SIM_EVENT_SNAPSHOT_END,
        .who = sim_bdrv_drive_name(bs),
        .text = bs->node_name,
    });
    bdrv_replace_node(bs, child_bs);
    bs->file = NULL;
    detach(edge);
    bdrv_graph_wrunlock();
    bdrv_drained_end(child_bs);
    bdrv_unref(child_bs);
}

bool bdrv_op_is_blocked(BlockDriverState *bs, BlockOpType op, Error **errp)
{
    g_assert(op < BLOCK_OP_TYPE_MAX);
    for (const BdrvChild *child = bs->parents; child; child = child->next_parent) {
        if (child->parent_job) {
            error_setg(errp, "Node '%s' is busy: block device is in use by block job: backup",
                       bdrv_get_device_or_node_name(bs));
            return true;
        }
    }
    return false;
}

void bdrv_ref(BlockDriverState *bs)
{
    bs->refcnt++;
}

void bdrv_unref(BlockDriverState *bs)
{
    if (!bs) {
        return;
    }
    g_assert_cmpint(bs->refcnt, >, 0);
    if (bs->refcnt > 1) {
        bs->refcnt--;
        return;
    }
    /* Still counted while it closes, for whoever holds it for a moment meanwhile. */
    close_node(bs);
}

typedef struct CoUnref {
    Coroutine *co;
    BlockDriverState *bs;
} CoUnref;

static void co_unref_bh(void *opaque)
{
    CoUnref *data = opaque;

    bdrv_unref(data->bs);
    aio_co_wake(data->co);
}

/* As a no_co_wrapper: back only when the bottom half is done. */
void bdrv_co_unref(BlockDriverState *bs)
{
    CoUnref data = { .co = qemu_coroutine_self(), .bs = bs };

    aio_bh_schedule_oneshot(qemu_get_aio_context(), co_unref_bh, &data);
    qemu_coroutine_yield();
}

int bdrv_get_info(BlockDriverState *bs, BlockDriverInfo *bdi)
{
    if (!bs->drv) {
        return -ENOMEDIUM;
    }
    *bdi = (BlockDriverInfo){ .cluster_size = 0 };
    return bs->drv->bdrv_co_get_info ? bs->drv->bdrv_co_get_info(bs, bdi) : 0;
}
