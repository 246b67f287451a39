/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the block layer knows of a node, of an edge and of a driver.
 *
 * Stands in for QEMU's include/block/block_int.h and block_int-common.h.  A
 * drive is one node here, format and protocol in one: it holds the disk's content.
 */
#ifndef BLOCK_INT_H
#define BLOCK_INT_H

#include "block/block-io.h"
#include "block/dirty-bitmap.h"
#include "block/dirty-bitmap-int.h"
#include "qemu/coroutine.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
/* QEMU's files count on these from here; ours use nothing of them. */
#if __has_include("qemu/queue.h")
#include "qemu/queue.h"
#endif
#include "sim/core/rangemap.h"

struct BlockDriver {
    const char *format_name;

    /* Attaches children and sets up @bs->opaque; 0 or -errno with @errp set. */
    int (*bdrv_open)(BlockDriverState *bs, QDict *options, int flags, Error **errp);
    /* Frees @bs->opaque, also after a failed open; the children are the block layer's. */
    void (*bdrv_close)(BlockDriverState *bs);

    /* 0 or -errno; *@bdi is zeroed before.  Without it the cluster size is not known. */
    int (*bdrv_co_get_info)(BlockDriverState *bs, BlockDriverInfo *bdi);

    /* Persistent bitmaps: no driver here has them, QEMU's block/dirty-bitmap.c asks. */
    bool (*bdrv_supports_persistent_dirty_bitmap)(BlockDriverState *bs);
    bool (*bdrv_co_can_store_new_dirty_bitmap)(BlockDriverState *bs, const char *name,
                                               uint32_t granularity, Error **errp);
    int (*bdrv_co_remove_persistent_dirty_bitmap)(BlockDriverState *bs, const char *name,
                                                  Error **errp);
};

/* What a parent that is neither node nor backend (a job) does in drained sections. */
typedef struct BdrvChildClass {
    void (*drained_begin)(BdrvChild *child);
    void (*drained_end)(BdrvChild *child);
    bool (*drained_poll)(const BdrvChild *child);       /* true: not quiet yet */
} BdrvChildClass;

/* An edge: a parent (one of a node, a backend and a job) uses a node. */
struct BdrvChild {
    BlockDriverState *bs;
    const char *name;                   /* "root", "file", "target"; static */
    BlockDriverState *parent_bs;
    BlockBackend *parent_blk;
    const BdrvChildClass *klass;        /* of a job */
    void *parent_job;
    bool quiesced_parent;               /* this edge has quiesced its parent */
    BdrvChild *next_parent;             /* the other parents of @bs */
    BdrvChild *next_child;              /* the other children of @parent_bs */
};

struct BlockDriverState {
    BlockDriver *drv;                   /* NULL: nothing is inserted */
    void *opaque;                       /* the driver's */
    char node_name[32];
    uint64_t node_name_hash;            /* sim_event_hash(node_name) */
    int64_t total_sectors;
    bool read_only;
    int open_flags;                     /* BDRV_O_*: without BDRV_O_UNMAP discards end here */
    int refcnt;
    unsigned in_flight;
    int quiesce_counter;
    BdrvChild *file;                    /* one of @children */
    BdrvChild *children;
    BdrvChild *parents;
    BlockDriverState *next_node;        /* all nodes, in the order of making */

    /* As QLIST_HEAD of qemu/queue.h would lay it out. */
    struct {
        BdrvDirtyBitmap *lh_first;
    } dirty_bitmaps;
    QemuMutex dirty_bitmap_mutex;

    SimRangeMap content;                /* drives: byte -> number of the write that landed last */
};

/* Nodes without a driver are not inserted.  Takes ownership of nothing. */
BlockDriverState *bdrv_new(BlockDriver *drv, const char *node_name);

/* Takes a reference to @child_bs. */
BdrvChild *bdrv_attach_child(BlockDriverState *parent_bs, BlockDriverState *child_bs,
                             const char *child_name);
BdrvChild *bdrv_root_attach_child(BlockBackend *parent_blk, BlockDriverState *child_bs);
/* The edge of a job stays at its node, whatever is inserted above. */
BdrvChild *bdrv_job_attach_child(void *parent_job, const BdrvChildClass *klass,
                                 BlockDriverState *child_bs, const char *child_name);
/* Gives the reference back and frees the edge. */
void bdrv_root_unref_child(BdrvChild *child);

/* As QEMU's block.c, bdrv_replace_node(): all parents of @from but @to itself use @to. */
void bdrv_replace_node(BlockDriverState *from, BlockDriverState *to);

/*
 * An edge got another node, or goes away: its parent is quiesced just as long as its node is
 * (as QEMU's block.c, bdrv_replace_child_noperm()).
 */
void bdrv_parent_drained_follow(BdrvChild *child);
void bdrv_parent_drained_release(BdrvChild *child);

void bdrv_inc_in_flight(BlockDriverState *bs);
void bdrv_dec_in_flight(BlockDriverState *bs);

/* All nodes, oldest first. */
BlockDriverState *sim_bdrv_first_node(void);

/* Forgets every node without closing any; for the end of a world. */
void sim_bdrv_reset(void);

extern BlockDriver bdrv_sim_disk;
extern BlockDriver bdrv_cbw_filter;
extern BlockDriver bdrv_snapshot_access;
extern BlockDriver bdrv_backup_dump;

/* Gets data that is written to a dump target; returns @bytes, or -errno. */
typedef int BackupDumpFunc(void *opaque, uint64_t offset, uint64_t bytes, const void *buf);

/*
 * A node that hands all that is written to it to @dump_cb, in a coroutine.  NULL with *@errp
 * set: refused.  As in Proxmox VE's block/backup-dump.c, where this is declared in
 * block_int-common.h.
 */
BlockDriverState *coroutine_fn bdrv_co_backup_dump_create(int dump_cb_block_size,
                                                          uint64_t byte_size,
                                                          BackupDumpFunc *dump_cb,
                                                          void *dump_cb_data, Error **errp);

#endif
