/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs: their transactions, and how they end.
 *
 * The part of QEMU's job.c that settles jobs; see job.c beside it.  In a sequential
 * transaction (Proxmox VE's) the next job starts when one has succeeded; when one fails,
 * all others are cancelled.  Nothing is settled before the last job is over.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/job.h"

#include "sim/block/block-private.h"
#include "sim/job-private.h"

static JobTxn *all_txns;

/* ---- transactions ----------------------------------------------------------------- */

JobTxn *job_txn_new(void)
{
    JobTxn *txn = g_new0(JobTxn, 1);

    txn->refcnt = 1;
    txn->next = all_txns;
    all_txns = txn;
    return txn;
}

JobTxn *job_txn_new_seq(void)
{
    JobTxn *txn = job_txn_new();

    txn->sequential = true;
    return txn;
}

void job_txn_start_seq(JobTxn *txn)
{
    g_assert(txn->sequential);
    g_assert(!txn->aborting);
    g_assert(txn->jobs);
    g_assert(txn->jobs->status == JOB_STATUS_CREATED);
    job_start(txn->jobs);
}

void job_txn_unref_locked(JobTxn *txn)
{
    JobTxn **link = &all_txns;

    if (!txn || --txn->refcnt > 0) {
        return;
    }
    while (*link != txn) {
        link = &(*link)->next;
    }
    *link = txn->next;
    g_free(txn);
}

void job_txn_unref(JobTxn *txn)
{
    JOB_LOCK_GUARD();
    job_txn_unref_locked(txn);
}

void job_txn_add_job_locked(JobTxn *txn, Job *job)
{
    g_assert(!job->txn);
    job->txn = txn;
    job->next_in_txn = txn->jobs;
    txn->jobs = job;
    txn->refcnt++;
}

void job_txn_del_job_locked(Job *job)
{
    JobTxn *txn = job->txn;
    Job **link;

    if (!txn) {
        return;
    }
    link = &txn->jobs;
    while (*link != job) {
        link = &(*link)->next_in_txn;
    }
    *link = job->next_in_txn;
    job->txn = NULL;
    job_txn_unref_locked(txn);
}

void sim_job_txns_reset(void)
{
    while (all_txns) {
        JobTxn *txn = all_txns;

        all_txns = txn->next;
        g_free(txn);
    }
}

/* ---- settling -------------------------------------------------------------------------- */

static void update_rc_locked(Job *job)
{
    if (!job->ret && job_is_cancelled_locked(job)) {
        job->ret = -ECANCELED;
    }
    if (job->ret) {
        if (!job->err) {
            error_setg(&job->err, "%s", g_strerror(-job->ret));
        }
        job_state_transition_locked(job, JOB_STATUS_ABORTING);
    }
}

static void settle(Job *job)
{
    const JobDriver *driver = job->driver;
    void (*settle_bitmaps)(Job *) = job->ret ? driver->abort : driver->commit;

    if (settle_bitmaps) {
        settle_bitmaps(job);
    }
    if (driver->clean) {
        driver->clean(job);
    }
    if (job->cb) {
        job->cb(job->opaque, job->ret);
    }
}

static void finalize_single_locked(Job *job)
{
    g_assert(job_is_completed_locked(job));
    update_rc_locked(job);
    job_unlock();
    settle(job);
    job_lock();
    job_txn_del_job_locked(job);
    job_state_transition_locked(job, JOB_STATUS_CONCLUDED);
    job_do_dismiss_locked(job);
}

/* ---- cancelling --------------------------------------------------------------------- */

static void cancel_async_locked(Job *job)
{
    if (job->driver->cancel) {
        job_unlock();
        job->driver->cancel(job);
        job_lock();
    }
    job->cancelled = true;
}

/* As job_finish_sync_locked(), the job being cancelled already. */
static void wait_until_completed_locked(Job *job)
{
    /* Never begun: entering it does nothing, so that it would never be over. */
    if (job->status == JOB_STATUS_CREATED && job->txn->sequential) {
        update_rc_locked(job);
    }
    job_unlock();
    for (bool has_polled = false;
         job_enter(job), job->status < JOB_STATUS_WAITING || sim_poll_goes_on(has_polled);
         has_polled = true) {
        sim_poll("a cancelled job is waited for", job->id ? job->id : "internal job");
    }
    job_lock();
}

static void abort_txn_locked(Job *job)
{
    JobTxn *txn = job->txn;

    /* Then another job's failure brought us here and takes care of all. */
    if (txn->aborting) {
        return;
    }
    txn->aborting = true;
    txn->refcnt++;
    job_ref_locked(job);
    for (Job *other = txn->jobs; other; other = other->next_in_txn) {
        if (other != job) {
            cancel_async_locked(other);
        }
    }
    while (txn->jobs) {
        Job *other = txn->jobs;

        if (!job_is_completed_locked(other)) {
            job_ref_locked(other);
            wait_until_completed_locked(other);
            job_unref_locked(other);
        }
        finalize_single_locked(other);
    }
    job_unref_locked(job);
    job_txn_unref_locked(txn);
}

void job_cancel_locked(Job *job, bool force G_GNUC_UNUSED)
{
    if (job->status == JOB_STATUS_CONCLUDED) {
        job_do_dismiss_locked(job);
        return;
    }
    cancel_async_locked(job);
    if (!job_is_started_locked(job)) {
        job_completed_locked(job);
    } else if (job->deferred_to_main_loop) {
        abort_txn_locked(job);
    } else {
        job_enter_locked(job);
    }
}

int job_cancel_sync_locked(Job *job, bool force)
{
    int ret;

    job_ref_locked(job);
    job_cancel_locked(job, force);
    wait_until_completed_locked(job);
    ret = job->ret ? job->ret : -ECANCELED;
    job_unref_locked(job);
    return ret;
}

void job_cancel_sync_all(void)
{
    Job *job;
    JOB_LOCK_GUARD();

    while ((job = job_next_locked(NULL))) {
        job_cancel_sync_locked(job, true);
    }
}

/* ---- success ------------------------------------------------------------------------- */

/* The jobs may go while they are settled, and the transaction with the last of them. */
static void finalize_txn_locked(JobTxn *txn)
{
    Job *next;

    txn->refcnt++;
    for (Job *job = txn->jobs; job; job = next) {
        next = job->next_in_txn;
        finalize_single_locked(job);
    }
    job_txn_unref_locked(txn);
}

static void complete_txn_locked(Job *job)
{
    JobTxn *txn = job->txn;

    job_state_transition_locked(job, JOB_STATUS_WAITING);
    for (Job *other = txn->jobs; other; other = other->next_in_txn) {
        if (!job_is_completed_locked(other)) {
            if (txn->sequential) {
                job_unlock();
                job_start(other);
                job_lock();
            }
            return;
        }
        g_assert_cmpint(other->ret, ==, 0);
    }
    for (Job *other = txn->jobs; other; other = other->next_in_txn) {
        job_state_transition_locked(other, JOB_STATUS_PENDING);
    }
    finalize_txn_locked(txn);
}

void job_completed_locked(Job *job)
{
    g_assert(!job_is_completed_locked(job));
    update_rc_locked(job);
    if (job->ret) {
        abort_txn_locked(job);
    } else {
        complete_txn_locked(job);
    }
}
