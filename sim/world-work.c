/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When code that was in the middle of its work goes on.
 *
 * Everything happens in tasks of the loop.  Those of requests, copies and the actors' steps
 * are not code that waits; all others are, and so is whoever polls in a nested loop.
 */
#include "sim/world-state.h"

#include "sim/block/copy-before-write-private.h"
#include "sim/core/coroutine.h"
#include "sim/util/sim-context.h"

static struct {
    SimWorkFunc *notify;
    void *opaque;
} observer;

static bool is_described(const SimTask *task)
{
    return sim_request_of_task(task) || sim_block_copy_of_task(task);
}

typedef struct Search {
    const SimTask *task;
    unsigned n_before;
    bool is_found;
} Search;

static void look_for_task(const SimTask *task, void *opaque)
{
    Search *search = opaque;

    search->is_found |= task == search->task;
    search->n_before += !search->is_found && !is_described(task);
}

static void see_task(const SimTask *task, void *opaque)
{
    Search search = { .task = task };

    (void)opaque;
    if (task->lane == SIM_LANE_STEP || is_described(task)) {
        observer.notify(SIM_WORK_OF_OTHERS, 0, observer.opaque);
    } else {
        sim_loop_visit(sim_main_loop, look_for_task, &search);
        observer.notify(SIM_WORK_TASK, search.n_before, observer.opaque);
    }
}

void sim_world_observe_work(SimWorkFunc *notify, void *opaque)
{
    observer.notify = notify;
    observer.opaque = opaque;
    sim_loop_observe(sim_main_loop, see_task, NULL);
}

void sim_work_wait_is_over(void)
{
    if (observer.notify) {
        observer.notify(SIM_WORK_WAIT_IS_OVER, 0, observer.opaque);
    }
}

void sim_work_reset(void)
{
    observer.notify = NULL;
}

static void look_for_work(const SimTask *task, void *opaque)
{
    *(bool *)opaque |= !is_described(task);
}

bool sim_world_is_at_rest(void)
{
    bool is_under_way = sim_coroutine_n_alive() > 0 || sim_world_is_polling();

    if (!is_under_way) {
        sim_loop_visit(sim_main_loop, look_for_work, &is_under_way);
    }
    return !is_under_way;
}
