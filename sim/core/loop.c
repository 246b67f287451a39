/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event loop with virtual time.
 *
 * The free lane and the bottom halves share one list in the order in which they
 * became ready: its head is always a candidate, so that first-come costs the same
 * however much is ready.  Only other schedulers walk the list, to the candidate
 * that was chosen.  A step touches the loop before the task runs and never after,
 * so a task may run the loop from inside.
 */
#include "sim/core/loop.h"

#include <glib.h>

#include "sim/core/pool.h"

typedef struct TaskList {
    SimTask *first;
    SimTask *last;
} TaskList;

struct SimLoop {
    SimChoices *choices;
    SimStuckFunc *stuck;
    void *stuck_opaque;
    uint64_t now_ns;
    uint64_t n_steps;
    TaskList ready;             /* free lane and bottom halves, oldest first */
    TaskList ready_steps;       /* step lane, oldest first */
    TaskList timed;             /* by due_ns, then by order of posting */
    unsigned n_ready[SIM_N_LANES];
    unsigned n_busy;            /* ready or timed, step lane not counted */
};

static SimPool loops;

/* @previous NULL: @task becomes the first. */
static void list_insert_after(TaskList *list, SimTask *previous, SimTask *task)
{
    SimTask *next = previous ? previous->next : list->first;

    task->previous = previous;
    task->next = next;
    *(previous ? &previous->next : &list->first) = task;
    *(next ? &next->previous : &list->last) = task;
}

static void list_remove(TaskList *list, SimTask *task)
{
    *(task->previous ? &task->previous->next : &list->first) = task->next;
    *(task->next ? &task->next->previous : &list->last) = task->previous;
    task->next = NULL;
    task->previous = NULL;
}

SimLoop *sim_loop_new(SimChoices *choices)
{
    SimLoop *loop = sim_pool_new(&loops, SimLoop);

    loop->choices = choices;
    return loop;
}

void sim_loop_free(SimLoop *loop)
{
    sim_pool_free(&loops, loop);
}

uint64_t sim_loop_now_ns(const SimLoop *loop)
{
    return loop->now_ns;
}

uint64_t sim_loop_n_steps(const SimLoop *loop)
{
    return loop->n_steps;
}

static TaskList *list_of_ready(SimLoop *loop, const SimTask *task)
{
    return task->lane == SIM_LANE_STEP ? &loop->ready_steps : &loop->ready;
}

static void make_ready(SimLoop *loop, SimTask *task)
{
    TaskList *list = list_of_ready(loop, task);

    list_insert_after(list, list->last, task);
    loop->n_ready[task->lane]++;
    task->state = SIM_TASK_READY;
}

void sim_loop_post(SimLoop *loop, SimTask *task)
{
    g_assert(task->run);
    g_assert(task->lane < SIM_N_LANES);
    g_assert(task->state == SIM_TASK_IDLE);

    loop->n_busy += task->lane != SIM_LANE_STEP;
    make_ready(loop, task);
}

void sim_loop_post_after(SimLoop *loop, SimTask *task, uint64_t delay_ns)
{
    SimTask *previous = loop->timed.last;

    if (delay_ns == 0) {
        sim_loop_post(loop, task);
        return;
    }

    g_assert(task->run);
    g_assert(task->lane < SIM_N_LANES);
    g_assert(task->state == SIM_TASK_IDLE);

    task->due_ns = delay_ns < UINT64_MAX - loop->now_ns ? loop->now_ns + delay_ns : UINT64_MAX;
    /* From the end: most timers are posted in the order in which they are due. */
    while (previous && previous->due_ns > task->due_ns) {
        previous = previous->previous;
    }
    list_insert_after(&loop->timed, previous, task);
    loop->n_busy += task->lane != SIM_LANE_STEP;
    task->state = SIM_TASK_TIMED;
}

static void take_out(SimLoop *loop, SimTask *task)
{
    if (task->state == SIM_TASK_READY) {
        list_remove(list_of_ready(loop, task), task);
        loop->n_ready[task->lane]--;
    } else {
        list_remove(&loop->timed, task);
    }
    loop->n_busy -= task->lane != SIM_LANE_STEP;
    task->state = SIM_TASK_IDLE;
}

void sim_loop_cancel(SimLoop *loop, SimTask *task)
{
    if (task->state != SIM_TASK_IDLE) {
        take_out(loop, task);
    }
}

void sim_loop_set_stuck(SimLoop *loop, SimStuckFunc *stuck, void *opaque)
{
    loop->stuck = stuck;
    loop->stuck_opaque = opaque;
}

/* The candidates as the contract of sim_loop_step() orders them. */
static SimTask *candidate_at(const SimLoop *loop, unsigned index)
{
    bool bottom_half_seen = false;

    for (SimTask *task = loop->ready.first; task; task = task->next) {
        if (task->lane == SIM_LANE_BOTTOM_HALF) {
            if (bottom_half_seen) {
                continue;
            }
            bottom_half_seen = true;
        }
        if (index-- == 0) {
            return task;
        }
    }
    return loop->ready_steps.first;
}

static bool is_anything_ready(const SimLoop *loop)
{
    return loop->ready.first || loop->ready_steps.first;
}

static void run_one_ready(SimLoop *loop)
{
    unsigned n_candidates = loop->n_ready[SIM_LANE_FREE] +
                            (loop->n_ready[SIM_LANE_BOTTOM_HALF] > 0) +
                            (loop->n_ready[SIM_LANE_STEP] > 0);
    SimTask *task = candidate_at(loop, sim_choices_choose(loop->choices, n_candidates));

    take_out(loop, task);
    loop->n_steps++;
    task->run(task->opaque);
}

static void jump_to_next_timer(SimLoop *loop)
{
    loop->now_ns = loop->timed.first->due_ns;
    while (loop->timed.first && loop->timed.first->due_ns == loop->now_ns) {
        SimTask *task = loop->timed.first;

        list_remove(&loop->timed, task);
        make_ready(loop, task);
    }
}

bool sim_loop_step(SimLoop *loop)
{
    if (!is_anything_ready(loop) && !loop->timed.first) {
        if (!loop->stuck || !loop->stuck(loop->stuck_opaque)) {
            return false;
        }
        g_assert(is_anything_ready(loop) || loop->timed.first);
    }
    if (!is_anything_ready(loop)) {
        jump_to_next_timer(loop);
    }
    run_one_ready(loop);
    return true;
}

bool sim_loop_is_busy(const SimLoop *loop)
{
    return loop->n_busy > 0;
}
