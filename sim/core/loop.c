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

/* A ring: the head is no task, its next is the first and its previous the last. */
typedef struct TaskList {
    SimTask head;
} TaskList;

struct SimLoop {
    SimChoices *choices;
    SimStuckFunc *stuck;
    void *stuck_opaque;
    SimVisitFunc *notify;       /* of tasks that are about to run; NULL: nobody wants to know */
    void *notify_opaque;
    SimOfferFunc *offer;        /* of the step lane's among others; NULL: nobody wants to know */
    void *offer_opaque;
    uint64_t now_ns;
    uint64_t n_steps;
    TaskList ready;             /* free lane and bottom halves, oldest first */
    TaskList ready_steps;       /* step lane, oldest first */
    TaskList timed;             /* by due_ns, then by order of posting */
    unsigned n_ready[SIM_N_LANES];
    unsigned n_ready_iothreads;
    unsigned n_busy;            /* ready or timed, step lane not counted */
    unsigned n_in_pass;         /* bottom halves that the pass under way has not run yet */
};

static SimPool loops;

static void list_init(TaskList *list)
{
    list->head.next = &list->head;
    list->head.previous = &list->head;
}

static bool list_is_empty(const TaskList *list)
{
    return list->head.next == &list->head;
}

static void list_insert_after(SimTask *previous, SimTask *task)
{
    task->previous = previous;
    task->next = previous->next;
    previous->next->previous = task;
    previous->next = task;
}

static void list_remove(SimTask *task)
{
    task->previous->next = task->next;
    task->next->previous = task->previous;
}

SimLoop *sim_loop_new(SimChoices *choices)
{
    SimLoop *loop = sim_pool_new(&loops, SimLoop);

    loop->choices = choices;
    list_init(&loop->ready);
    list_init(&loop->ready_steps);
    list_init(&loop->timed);
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
    list_insert_after(list_of_ready(loop, task)->head.previous, task);
    loop->n_ready[task->lane]++;
    loop->n_ready_iothreads += task->is_iothreads;
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
    SimTask *previous = loop->timed.head.previous;

    if (delay_ns == 0) {
        sim_loop_post(loop, task);
        return;
    }

    g_assert(task->run);
    g_assert(task->lane < SIM_N_LANES);
    g_assert(task->state == SIM_TASK_IDLE);

    task->due_ns = delay_ns < UINT64_MAX - loop->now_ns ? loop->now_ns + delay_ns : UINT64_MAX;
    /* From the end: most timers are posted in the order in which they are due. */
    while (previous != &loop->timed.head && previous->due_ns > task->due_ns) {
        previous = previous->previous;
    }
    list_insert_after(previous, task);
    loop->n_busy += task->lane != SIM_LANE_STEP;
    task->state = SIM_TASK_TIMED;
}

static void take_out(SimLoop *loop, SimTask *task)
{
    list_remove(task);
    loop->n_ready[task->lane] -= task->state == SIM_TASK_READY;
    loop->n_ready_iothreads -= task->is_iothreads && task->state == SIM_TASK_READY;
    loop->n_busy -= task->lane != SIM_LANE_STEP;
    loop->n_in_pass -= task->is_in_pass;
    task->is_in_pass = false;
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

    for (SimTask *task = loop->ready.head.next; task != &loop->ready.head; task = task->next) {
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
    return loop->ready_steps.head.next;
}

/* Of more alternatives than the choices know, only the oldest. */
static unsigned choose(SimLoop *loop, SimPurpose purpose, unsigned n)
{
    return sim_choices_choose(loop->choices, purpose, MIN(n, SIM_MAX_ALTERNATIVES));
}

/* ---- bottom halves -------------------------------------------------------------- */

static SimTask *next_bottom_half(SimTask *task)
{
    do {
        task = task->next;
    } while (task->lane != SIM_LANE_BOTTOM_HALF);
    return task;
}

/* With the oldest @n ready ones. */
static void begin_pass(SimLoop *loop, unsigned n)
{
    SimTask *task = &loop->ready.head;

    for (unsigned i = 0; i < n; i++) {
        task = next_bottom_half(task);
        task->is_in_pass = true;
    }
    loop->n_in_pass = n;
}

/* @oldest is ready. */
static SimTask *choose_bottom_half(SimLoop *loop, SimTask *oldest)
{
    SimTask *task = oldest;

    if (loop->n_in_pass == 0) {
        unsigned n_more = choose(loop, SIM_CHOICE_BOTTOM_HALVES,
                                 loop->n_ready[SIM_LANE_BOTTOM_HALF]);

        if (n_more == 0) {
            return oldest;
        }
        begin_pass(loop, 1 + n_more);
    }
    /* The pass has the oldest ones, and its newest is next. */
    for (unsigned i = 1; i < loop->n_in_pass; i++) {
        task = next_bottom_half(task);
    }
    return task;
}

/* ---- the step ------------------------------------------------------------------- */

/* The candidate of the highest priority; those that have none yet draw one. */
static unsigned find_most_urgent(SimLoop *loop, unsigned n_candidates)
{
    uint64_t highest = 0;
    unsigned best = 0;

    for (unsigned i = 0; i < n_candidates; i++) {
        SimTask *task = candidate_at(loop, i);

        if (!task->priority) {
            task->priority = sim_choices_draw_priority(loop->choices);
        }
        if (task->priority > highest) {
            highest = task->priority;
            best = i;
        }
    }
    return best;
}

static unsigned choose_by_priority(SimLoop *loop, unsigned n_candidates)
{
    uint64_t lowered = sim_choices_take_change(loop->choices);
    unsigned best = find_most_urgent(loop, n_candidates);

    if (lowered) {
        candidate_at(loop, best)->priority = lowered;
        best = find_most_urgent(loop, n_candidates);
    }
    return sim_choices_ask(loop->choices, SIM_CHOICE_LOOP, n_candidates, best);
}

static SimTask *choose_task(SimLoop *loop)
{
    unsigned n_candidates = loop->n_ready[SIM_LANE_FREE] +
                            (loop->n_ready[SIM_LANE_BOTTOM_HALF] > 0) +
                            (loop->n_ready[SIM_LANE_STEP] > 0);
    SimTask *task;
    unsigned index;

    if (loop->offer && n_candidates > 1 && loop->n_ready[SIM_LANE_STEP] > 0) {
        loop->offer(n_candidates, loop->offer_opaque);
    }
    index = n_candidates > 1 && loop->choices->scheduler == SIM_SCHEDULER_PCT
            ? choose_by_priority(loop, MIN(n_candidates, SIM_MAX_ALTERNATIVES))
            : choose(loop, SIM_CHOICE_LOOP, n_candidates);
    task = candidate_at(loop, index);
    return task->lane == SIM_LANE_BOTTOM_HALF ? choose_bottom_half(loop, task) : task;
}

bool sim_loop_is_anything_ready(const SimLoop *loop)
{
    return !list_is_empty(&loop->ready) || !list_is_empty(&loop->ready_steps);
}

static void run(SimLoop *loop, SimTask *task)
{
    if (loop->notify) {
        loop->notify(task, loop->notify_opaque);
    }
    take_out(loop, task);
    loop->n_steps++;
    task->run(task->opaque);
}

static void run_one_ready(SimLoop *loop)
{
    run(loop, choose_task(loop));
}

static SimTask *iothread_task_at(const SimLoop *loop, unsigned index)
{
    SimTask *task = loop->ready.head.next;

    while (!task->is_iothreads || index-- > 0) {
        task = task->next;
    }
    return task;
}

void sim_loop_run_iothreads(SimLoop *loop)
{
    while (loop->n_ready_iothreads > 0) {
        unsigned answer = choose(loop, SIM_CHOICE_IOTHREAD, loop->n_ready_iothreads + 1);

        if (answer == 0) {
            return;
        }
        run(loop, iothread_task_at(loop, answer - 1));
    }
}

static void jump_to_next_timer(SimLoop *loop)
{
    SimTask *task = loop->timed.head.next;

    loop->now_ns = task->due_ns;
    for (SimTask *next; task != &loop->timed.head && task->due_ns == loop->now_ns; task = next) {
        next = task->next;
        list_remove(task);
        make_ready(loop, task);
    }
}

bool sim_loop_step(SimLoop *loop)
{
    if (!sim_loop_is_anything_ready(loop) && list_is_empty(&loop->timed)) {
        if (!loop->stuck || !loop->stuck(loop->stuck_opaque)) {
            return false;
        }
        g_assert(sim_loop_is_anything_ready(loop) || !list_is_empty(&loop->timed));
    }
    if (!sim_loop_is_anything_ready(loop)) {
        jump_to_next_timer(loop);
    }
    run_one_ready(loop);
    return true;
}

bool sim_loop_is_busy(const SimLoop *loop)
{
    return loop->n_busy > 0;
}

static void visit_list(const TaskList *list, SimVisitFunc *visit, void *opaque)
{
    for (const SimTask *task = list->head.next; task != &list->head; task = task->next) {
        visit(task, opaque);
    }
}

void sim_loop_visit(const SimLoop *loop, SimVisitFunc *visit, void *opaque)
{
    visit_list(&loop->ready, visit, opaque);
    visit_list(&loop->timed, visit, opaque);
}

void sim_loop_observe(SimLoop *loop, SimVisitFunc *notify, void *opaque)
{
    loop->notify = notify;
    loop->notify_opaque = opaque;
}

void sim_loop_observe_offers(SimLoop *loop, SimOfferFunc *notify, void *opaque)
{
    loop->offer = notify;
    loop->offer_opaque = opaque;
}
