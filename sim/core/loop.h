/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event loop with virtual time.
 *
 * Everything that happens in the simulation is a task that the loop runs, one
 * at a time.  Time stands still while anything is ready, and then jumps to the
 * next timer.  Nested loops are allowed and normal: a drained section runs the
 * loop from inside a task, as QEMU's aio_poll() does.
 */
#ifndef SIM_CORE_LOOP_H
#define SIM_CORE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/choices.h"

typedef struct SimLoop SimLoop;
typedef void SimTaskFunc(void *opaque);

/*
 * Which tasks keep their order among themselves.  A lane with an order is only one
 * candidate.
 */
typedef enum SimLane {
    SIM_LANE_FREE,          /* no order: request phases, coroutine wake-ups */
    SIM_LANE_BOTTOM_HALF,   /* taken in passes, see sim_loop_step() */
    SIM_LANE_STEP,          /* the actors' next step: comes after all else when first-come */
    SIM_N_LANES
} SimLane;

/*
 * A task is embedded in what it works on; the loop allocates nothing.  Zeroed
 * and with @run set it is ready to use.  The other fields are the loop's.
 */
typedef struct SimTask {
    SimTaskFunc *run;
    void *opaque;
    const char *what;           /* static text for traces, e.g. "request-land" */
    SimLane lane;
    bool is_iothreads;          /* a thread of its own runs it: see sim_loop_run_iothreads() */
    struct SimTask *next;
    struct SimTask *previous;
    uint64_t due_ns;
    uint64_t priority;          /* 0: none drawn yet; kept while the task's owner lives */
    bool is_in_pass;            /* of bottom halves */
    enum { SIM_TASK_IDLE, SIM_TASK_READY, SIM_TASK_TIMED } state;
} SimTask;

SimLoop *sim_loop_new(SimChoices *choices);     /* @choices borrowed */
/*
 * Forgets pending tasks and runs none.  It does not touch them either, they may be
 * gone: who uses such a task with another loop zeroes it first.
 */
void sim_loop_free(SimLoop *loop);

uint64_t sim_loop_now_ns(const SimLoop *loop);
/* Number of tasks run since the loop was made. */
uint64_t sim_loop_n_steps(const SimLoop *loop);

/* @task must be idle.  It becomes idle again right before its function runs. */
void sim_loop_post(SimLoop *loop, SimTask *task);
/*
 * Makes @task ready once @delay_ns have passed; ties go by the order of these calls.
 * Without a delay it is sim_loop_post().
 */
void sim_loop_post_after(SimLoop *loop, SimTask *task, uint64_t delay_ns);
/* Takes a ready or timed task back; an idle one is left alone. */
void sim_loop_cancel(SimLoop *loop, SimTask *task);

/*
 * Called when nothing is ready and no timer runs; returns true if it made
 * something ready or timed.
 */
typedef bool SimStuckFunc(void *opaque);
void sim_loop_set_stuck(SimLoop *loop, SimStuckFunc *stuck, void *opaque);

/*
 * Runs exactly one task.  The contract, in this order:
 *  1. The candidates are the ready tasks: those of the free lane and the bottom
 *     halves, as one in the place of the oldest, in the order in which they became
 *     ready, then the oldest of the step lane, but no more than the first
 *     SIM_MAX_ALTERNATIVES.  With more than one, the choices decide (SIM_CHOICE_LOOP);
 *     first-come takes the first.
 *     Bottom halves go in passes, as in QEMU's aio_bh_poll(): one pass takes the oldest
 *     and as many after it as the choices say (SIM_CHOICE_BOTTOM_HALVES; first-come:
 *     none), and runs them newest first; the next pass begins when all of it has run.
 *  2. Nothing ready: time jumps to the earliest timer and all tasks due then
 *     become ready, in the order in which they were posted; then 1.
 *  3. No timer: the stuck function is asked once; if it helped, from 1 again.
 * Returns false if nothing was run: a standstill.
 */
bool sim_loop_step(SimLoop *loop);
/* True if a task is ready, so that time would stand still. */
bool sim_loop_is_anything_ready(const SimLoop *loop);
/*
 * What happens at the same time as a task that is being run: any number of ready tasks of
 * iothreads, in any order, as the choices say; first-come runs none.  Asks SIM_CHOICE_IOTHREAD
 * until none is left or the answer is 0, which means no more for now; 1 is the oldest of them.
 */
void sim_loop_run_iothreads(SimLoop *loop);
/* The tasks that are ready, oldest first, but for the step lane's; then those that are timed. */
typedef void SimVisitFunc(const SimTask *task, void *opaque);
void sim_loop_visit(const SimLoop *loop, SimVisitFunc *visit, void *opaque);
/* Calls @notify for each task right before it is taken out and run; NULL: nobody wants to know. */
void sim_loop_observe(SimLoop *loop, SimVisitFunc *notify, void *opaque);
/*
 * Calls @notify when the step lane's task is the last of @n_candidates, before the question which
 * of them it is to be; NULL: nobody wants to know.
 */
typedef void SimOfferFunc(unsigned n_candidates, void *opaque);
void sim_loop_observe_offers(SimLoop *loop, SimOfferFunc *notify, void *opaque);
/* True if anything but the step lane is ready or timed. */
bool sim_loop_is_busy(const SimLoop *loop);

#endif
