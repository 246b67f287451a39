/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs that work on nodes.
 *
 * Stands in for QEMU's blockjob.c: the edges to the nodes, and what a drained section of
 * a node means for the job.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/blockjob.h"

static void pause_job(BdrvChild *child)
{
    job_pause(child->parent_job);
}

static void resume_job(BdrvChild *child)
{
    job_resume(child->parent_job);
}

/* A job that yields meets a pause point before it does anything else. */
static bool is_job_busy(const BdrvChild *child)
{
    Job *job = child->parent_job;
    JOB_LOCK_GUARD();

    return job->busy && !job_is_completed_locked(job);
}

static const BdrvChildClass child_job = {
    .drained_begin = pause_job,
    .drained_end = resume_job,
    .drained_poll = is_job_busy,
};

void *block_job_create(const char *job_id, const JobDriver *driver, JobTxn *txn,
                       BlockDriverState *bs, int flags, BlockCompletionFunc *cb, void *opaque,
                       Error **errp)
{
    BlockJob *job = job_create(job_id, driver, txn, flags, cb, opaque, errp);

    if (job) {
        job->main_node = bdrv_job_attach_child(job, &child_job, bs, "main node");
    }
    return job;
}

void block_job_add_target(BlockJob *job, BlockDriverState *bs)
{
    job->target = bdrv_job_attach_child(job, &child_job, bs, "target");
}

void block_job_remove_all_bdrv(BlockJob *job)
{
    BdrvChild *target = job->target;
    BdrvChild *main_node = job->main_node;

    job->target = NULL;
    job->main_node = NULL;
    if (target) {
        bdrv_root_unref_child(target);
    }
    if (main_node) {
        bdrv_root_unref_child(main_node);
    }
}
