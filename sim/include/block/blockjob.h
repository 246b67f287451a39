/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs that work on nodes.
 *
 * Stands in for QEMU's include/block/blockjob.h and blockjob_int.h.  While it has a
 * node, a job is a parent of it: it pauses in drained sections and blocks other
 * operations on the node.
 */
#ifndef BLOCKJOB_H
#define BLOCKJOB_H

#include "qemu/job.h"
#include "qemu/typedefs.h"

typedef struct BlockJob {
    Job job;                        /* first */
    BdrvChild *main_node;
    BdrvChild *target;
} BlockJob;

/* As job_create(), on @bs.  @driver->instance_size is of a struct that begins with a BlockJob. */
void *block_job_create(const char *job_id, const JobDriver *driver, JobTxn *txn,
                       BlockDriverState *bs, int flags, BlockCompletionFunc *cb, void *opaque,
                       Error **errp);
void block_job_add_target(BlockJob *job, BlockDriverState *bs);
void block_job_remove_all_bdrv(BlockJob *job);

#endif
