/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long-running jobs and their transactions.
 *
 * Stands in for QEMU's include/qemu/job.h, as QEMU 10.0 has it, with the sequential
 * transactions of Proxmox VE.  What is not here (user pause, manual finalizing,
 * progress) no backup of Proxmox VE uses.
 *
 * A function that ends in _locked is called with the job lock held and may give it up
 * for a while.  All but job_pause_point() and job_yield() run outside of coroutines.
 */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "qemu/coroutine.h"
#include "qemu/lockable.h"
#include "qemu/typedefs.h"

typedef struct Job Job;
typedef struct JobTxn JobTxn;

/* @ret: 0 or -errno. */
typedef void BlockCompletionFunc(void *opaque, int ret);

typedef enum JobStatus {
    JOB_STATUS_UNDEFINED,
    JOB_STATUS_CREATED,
    JOB_STATUS_RUNNING,
    JOB_STATUS_PAUSED,
    JOB_STATUS_READY,
    JOB_STATUS_STANDBY,
    JOB_STATUS_WAITING,
    JOB_STATUS_PENDING,
    JOB_STATUS_ABORTING,
    JOB_STATUS_CONCLUDED,
    JOB_STATUS_NULL,
    JOB_STATUS__MAX,
} JobStatus;

const char *JobStatus_str(JobStatus status);

typedef enum JobCreateFlags {
    JOB_DEFAULT = 0,
    JOB_INTERNAL = 1,               /* has no ID */
} JobCreateFlags;

typedef struct JobDriver {
    size_t instance_size;           /* of the struct that begins with a Job */
    const char *type;
    int coroutine_fn (*run)(Job *job, Error **errp);
    void coroutine_fn (*pause)(Job *job);
    void (*cancel)(Job *job);
    /* At the end, without the lock: commit or abort, then clean.  All but @run are optional. */
    void (*commit)(Job *job);
    void (*abort)(Job *job);
    void (*clean)(Job *job);
    void (*free)(Job *job);
} JobDriver;

struct Job {
    const JobDriver *driver;
    char *id;                       /* NULL: internal */
    Coroutine *co;                  /* NULL: not started */
    BlockCompletionFunc *cb;        /* may be NULL; called once, without the lock */
    void *opaque;
    JobTxn *txn;
    JobStatus status;
    int refcnt;
    int pause_count;
    bool busy;                      /* its coroutine runs, or will without being entered */
    bool paused;
    bool cancelled;
    bool deferred_to_main_loop;     /* its coroutine is over */
    int ret;
    Error *err;
    Job *next_in_txn;               /* newest first, as in QEMU */
    Job *next;                      /* all jobs, newest first */
};

void job_lock(void);
void job_unlock(void);

extern QemuMutex job_mutex;
#define JOB_LOCK_GUARD() QEMU_LOCK_GUARD(&job_mutex)
#define WITH_JOB_LOCK_GUARD() WITH_QEMU_LOCK_GUARD(&job_mutex)

/* ---- transactions: all succeed, or all are cancelled ---- */

/* One reference, the caller's. */
JobTxn *job_txn_new(void);
/* Its jobs run one after the other, the newest first. */
JobTxn *job_txn_new_seq(void);
/* Starts the first job; the others follow by themselves. */
void job_txn_start_seq(JobTxn *txn);
void job_txn_unref(JobTxn *txn);                /* NULL is fine */
void job_txn_unref_locked(JobTxn *txn);

/* ---- life ---- */

/*
 * A job that is not started; of a transaction of its own if @txn is NULL.  It goes by itself
 * when it is concluded, if nobody has taken a reference.  NULL with *@errp set: refused.
 */
void *job_create(const char *job_id, const JobDriver *driver, JobTxn *txn, int flags,
                 BlockCompletionFunc *cb, void *opaque, Error **errp);
/* For a job that was never shown to anybody. */
void job_early_fail(Job *job);
void job_ref_locked(Job *job);
void job_unref_locked(Job *job);

void job_start(Job *job);
/* Runs its coroutine if that waits in job_yield(). */
void job_enter(Job *job);
/* Waits for job_enter(), unless the job is cancelled. */
void coroutine_fn job_yield(Job *job);
void coroutine_fn job_pause_point(Job *job);
/* Counted. */
void job_pause(Job *job);
void job_resume(Job *job);

bool job_is_cancelled(Job *job);
bool job_is_cancelled_locked(Job *job);
/* Its work is over, whatever is still to be settled. */
bool job_is_completed_locked(Job *job);

/* With @force or without, as no job here can be cancelled softly. */
void job_cancel_locked(Job *job, bool force);
/* Waits until it is completed; returns its -errno, or -ECANCELED. */
int job_cancel_sync_locked(Job *job, bool force);
void job_cancel_sync_all(void);

/* All jobs, newest first; NULL begins and ends. */
Job *job_next_locked(Job *job);

/* Forgets all jobs and transactions; for the end of a world. */
void sim_jobs_reset(void);

#endif
