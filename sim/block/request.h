/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request of a guest on its way through the block graph.
 *
 * QEMU runs each request in a coroutine; here it is a small state machine whose
 * phases are tasks of the loop, so that anything else may come between two of
 * them and so that a request costs no stack.
 */
#ifndef SIM_BLOCK_REQUEST_H
#define SIM_BLOCK_REQUEST_H

#include "block/block_int.h"
#include "sim/world.h"

typedef struct SimRequest SimRequest;

struct SimRequest {
    SimTask task;                   /* the next phase */
    SimTask timeout;                /* cbw-timeout */
    uint64_t number;
    SimRequestOptions options;
    BlockBackend *blk;
    BlockDriverState *root;         /* where it entered the graph; NULL: not yet */
    BlockDriverState *filter;       /* in the copy phase: the one that it is passing */
    SimPhase phase;                 /* next to be done */
    int ret;
    bool held;
    bool queued;                    /* waits in the backend for a drained section to end */
    bool copying;                   /* in the copy phase, its first look is done */
    const char *waits_for;          /* static: for explaining a standstill; NULL: nothing */
    SimRequest *previous;           /* all that are in flight, oldest first */
    SimRequest *next;
};

/* All in flight, oldest first, over all backends. */
SimRequest *sim_requests_first(void);

/* Enters the graph, or queues in the backend while that is quiesced. */
void sim_request_submit(SimRequest *request);
/* Goes to @phase: posts it, or holds the request there. */
void sim_request_enter(SimRequest *request, SimPhase phase);
/* Answers the sender and frees the request. */
void sim_request_complete(SimRequest *request);
/* Does what the request's phase is to do; the function of its task. */
void sim_request_run_phase(SimRequest *request);
/* Whose next phase @task is, or the end of whose patience; NULL: nobody's. */
const SimRequest *sim_request_of_task(const SimTask *task);

/* "write", "write-zeroes", "discard", "flush", "read" */
const char *sim_request_type_name(SimRequestType type);
bool sim_request_is_write(const SimRequest *request);
void sim_request_emit(const SimRequest *request, SimEventKind kind, const char *text);

/*
 * Copy-before-write on the request's way down from request->filter, as QEMU's
 * block/copy-before-write.c, cbw_do_copy_before_write(), in each filter that it passes.  Called
 * again whenever something that it waits for is over; enters SIM_PHASE_LAND when all is done.
 */
void sim_cbw_before_write(SimRequest *request);

/* Forgets all requests; for the end of a world. */
void sim_requests_reset(void);

#endif
