/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs: making, running, pausing.
 *
 * With job-finish.c this stands in for QEMU's job.c as Proxmox VE has it.  The
 * functions and what they do at which status are QEMU 10.0's.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/job.h"
#include "qemu/main-loop.h"

#include "sim/job-private.h"
#include "sim/util/sim-context.h"

QemuMutex job_mutex = { .initialized = true };

static Job *all_jobs;

void job_lock(void)
{
    qemu_mutex_lock(&job_mutex);
}

void job_unlock(void)
{
    qemu_mutex_unlock(&job_mutex);
}

/* ---- status -------------------------------------------------------------------- */

const char *JobStatus_str(JobStatus status)
{
    static const char *const names[JOB_STATUS__MAX] = {
        [JOB_STATUS_UNDEFINED] = "undefined",
        [JOB_STATUS_CREATED] = "created",
        [JOB_STATUS_RUNNING] = "running",
        [JOB_STATUS_PAUSED] = "paused",
        [JOB_STATUS_READY] = "ready",
        [JOB_STATUS_STANDBY] = "standby",
        [JOB_STATUS_WAITING] = "waiting",
        [JOB_STATUS_PENDING] = "pending",
        [JOB_STATUS_ABORTING] = "aborting",
        [JOB_STATUS_CONCLUDED] = "concluded",
        [JOB_STATUS_NULL] = "null",
    };

    g_assert((unsigned)status < JOB_STATUS__MAX);
    return names[status];
}

#define TO(status) (1u << JOB_STATUS_##status)

void job_state_transition_locked(Job *job, JobStatus status)
{
    static const unsigned allowed[JOB_STATUS__MAX] = {
        [JOB_STATUS_UNDEFINED] = TO(CREATED),
        [JOB_STATUS_CREATED] = TO(RUNNING) | TO(ABORTING) | TO(NULL),
        [JOB_STATUS_RUNNING] = TO(PAUSED) | TO(READY) | TO(WAITING) | TO(ABORTING),
        [JOB_STATUS_PAUSED] = TO(RUNNING),
        [JOB_STATUS_READY] = TO(STANDBY) | TO(WAITING) | TO(ABORTING),
        [JOB_STATUS_STANDBY] = TO(READY),
        [JOB_STATUS_WAITING] = TO(PENDING) | TO(ABORTING),
        [JOB_STATUS_PENDING] = TO(ABORTING) | TO(CONCLUDED),
        [JOB_STATUS_ABORTING] = TO(ABORTING) | TO(CONCLUDED),
        [JOB_STATUS_CONCLUDED] = TO(NULL),
    };

    g_assert(allowed[job->status] & (1u << status));
    if (status != job->status && job->id) {
        sim_events_emit(sim_events, &(SimEvent){
            .kind = SIM_EVENT_JOB_STATUS,
            .who = job->id,
            .ret = job->ret,
            .text = JobStatus_str(status),
        });
    }
    job->status = status;
}

bool job_is_cancelled_locked(Job *job)
{
    return job->cancelled;
}

bool job_is_cancelled(Job *job)
{
    JOB_LOCK_GUARD();
    return job_is_cancelled_locked(job);
}

bool job_is_completed_locked(Job *job)
{
    return job->status >= JOB_STATUS_WAITING;
}

bool job_is_started_locked(const Job *job)
{
    return job->co;
}

Job *job_next_locked(Job *job)
{
    return job ? job->next : all_jobs;
}

/* ---- life -------------------------------------------------------------------------- */

/* As QEMU's util/id.c, id_wellformed(). */
static bool id_is_wellformed(const char *id)
{
    if (!g_ascii_isalpha(id[0])) {
        return false;
    }
    for (size_t i = 1; id[i]; i++) {
        if (!g_ascii_isalnum(id[i]) && !strchr("-._", id[i])) {
            return false;
        }
    }
    return true;
}

static bool id_is_usable(const char *job_id, int flags, Error **errp)
{
    if (!job_id) {
        if (!(flags & JOB_INTERNAL)) {
            error_setg(errp, "An explicit job ID is required");
            return false;
        }
        return true;
    }
    if (!id_is_wellformed(job_id)) {
        error_setg(errp, "Invalid job ID '%s'", job_id);
        return false;
    }
    for (const Job *job = all_jobs; job; job = job->next) {
        if (job->id && !strcmp(job->id, job_id)) {
            error_setg(errp, "Job ID '%s' already in use", job_id);
            return false;
        }
    }
    return true;
}

void *job_create(const char *job_id, const JobDriver *driver, JobTxn *txn, int flags,
                 BlockCompletionFunc *cb, void *opaque, Error **errp)
{
    Job *job;
    JOB_LOCK_GUARD();

    if (!id_is_usable(job_id, flags, errp)) {
        return NULL;
    }
    job = g_malloc0(driver->instance_size);
    job->driver = driver;
    job->id = g_strdup(job_id);
    job->refcnt = 1;
    job->paused = true;
    job->pause_count = 1;
    job->cb = cb;
    job->opaque = opaque;
    job_state_transition_locked(job, JOB_STATUS_CREATED);
    job->next = all_jobs;
    all_jobs = job;

    if (txn) {
        job_txn_add_job_locked(txn, job);
    } else {
        txn = job_txn_new();
        job_txn_add_job_locked(txn, job);
        job_txn_unref_locked(txn);
    }
    return job;
}

void job_ref_locked(Job *job)
{
    job->refcnt++;
}

static void free_job(Job *job)
{
    Job **link = &all_jobs;

    while (*link != job) {
        link = &(*link)->next;
    }
    *link = job->next;
    error_free(job->err);
    g_free(job->id);
    g_free(job);
}

void job_unref_locked(Job *job)
{
    g_assert_cmpint(job->refcnt, >, 0);
    if (--job->refcnt > 0) {
        return;
    }
    g_assert(job->status == JOB_STATUS_NULL);
    g_assert(!job->txn);
    if (job->driver->free) {
        job_unlock();
        job->driver->free(job);
        job_lock();
    }
    free_job(job);
}

void job_do_dismiss_locked(Job *job)
{
    job->busy = false;
    job->paused = false;
    job->deferred_to_main_loop = true;
    job_txn_del_job_locked(job);
    job_state_transition_locked(job, JOB_STATUS_NULL);
    job_unref_locked(job);
}

void job_early_fail(Job *job)
{
    JOB_LOCK_GUARD();
    g_assert(job->status == JOB_STATUS_CREATED);
    job_do_dismiss_locked(job);
}

void sim_jobs_reset(void)
{
    job_mutex.locked = false;
    while (all_jobs) {
        free_job(all_jobs);
    }
    sim_job_txns_reset();
}

/* ---- running ------------------------------------------------------------------------ */

void job_enter_locked(Job *job)
{
    if (!job_is_started_locked(job) || job->deferred_to_main_loop || job->busy) {
        return;
    }
    job->busy = true;
    job_unlock();
    aio_co_wake(job->co);
    job_lock();
}

void job_enter(Job *job)
{
    JOB_LOCK_GUARD();
    job_enter_locked(job);
}

static void coroutine_fn do_yield_locked(Job *job)
{
    job->busy = false;
    job_unlock();
    qemu_coroutine_yield();
    job_lock();
    g_assert(job->busy);
}

static void coroutine_fn pause_point_locked(Job *job)
{
    if (job->pause_count == 0 || job_is_cancelled_locked(job)) {
        return;
    }
    if (job->driver->pause) {
        job_unlock();
        job->driver->pause(job);
        job_lock();
    }
    if (job->pause_count > 0 && !job_is_cancelled_locked(job)) {
        job_state_transition_locked(job, JOB_STATUS_PAUSED);
        job->paused = true;
        do_yield_locked(job);
        job->paused = false;
        job_state_transition_locked(job, JOB_STATUS_RUNNING);
    }
}

void job_pause_point(Job *job)
{
    JOB_LOCK_GUARD();
    pause_point_locked(job);
}

void job_yield(Job *job)
{
    JOB_LOCK_GUARD();
    g_assert(job->busy);
    if (job_is_cancelled_locked(job)) {
        return;
    }
    if (job->pause_count == 0) {
        do_yield_locked(job);
    }
    pause_point_locked(job);
}

void job_pause(Job *job)
{
    JOB_LOCK_GUARD();
    job->pause_count++;
    if (!job->paused) {
        job_enter_locked(job);
    }
}

void job_resume(Job *job)
{
    JOB_LOCK_GUARD();
    g_assert_cmpint(job->pause_count, >, 0);
    if (--job->pause_count == 0) {
        job_enter_locked(job);
    }
}

/* As job_exit(): the bottom half in which a job ends. */
static void exit_bh(void *opaque)
{
    Job *job = opaque;
    JOB_LOCK_GUARD();

    job_ref_locked(job);
    /* Else a drained section in what comes now would wait for us. */
    job->busy = false;
    job_completed_locked(job);
    job_unref_locked(job);
}

static void coroutine_fn run_job(void *opaque)
{
    Job *job = opaque;
    int ret;

    job_pause_point(job);
    ret = job->driver->run(job, &job->err);
    WITH_JOB_LOCK_GUARD() {
        job->ret = ret;
        job->deferred_to_main_loop = true;
        job->busy = true;
    }
    aio_bh_schedule_oneshot(qemu_get_aio_context(), exit_bh, job);
}

void job_start(Job *job)
{
    WITH_JOB_LOCK_GUARD() {
        g_assert(!job_is_started_locked(job));
        g_assert(job->paused);
        job->co = qemu_coroutine_create(run_job, job);
        job->pause_count--;
        job->busy = true;
        job->paused = false;
        job_state_transition_locked(job, JOB_STATUS_RUNNING);
    }
    aio_co_enter(qemu_get_aio_context(), job->co);
}
