/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What job.c and job-finish.c share and nobody else needs.
 */
#ifndef SIM_JOB_PRIVATE_H
#define SIM_JOB_PRIVATE_H

#include "qemu/job.h"

struct JobTxn {
    bool sequential;
    bool aborting;
    int refcnt;
    Job *jobs;                      /* newest first */
    JobTxn *next;                   /* all transactions */
};

void job_txn_add_job_locked(JobTxn *txn, Job *job);
/* May free the transaction. */
void job_txn_del_job_locked(Job *job);
/* Asserts that the change is one that QEMU's job.c, JobSTT, has. */
void job_state_transition_locked(Job *job, JobStatus status);
void job_enter_locked(Job *job);
/* Gives the job's own reference back: it is over. */
void job_do_dismiss_locked(Job *job);
/* A job's coroutine is over, or never was: on with its transaction. */
void job_completed_locked(Job *job);
bool job_is_started_locked(const Job *job);

/* For sim_jobs_reset(). */
void sim_job_txns_reset(void);

#endif
