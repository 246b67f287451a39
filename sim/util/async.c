/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bottom halves, and coroutines that are entered from one.
 *
 * Stands in for QEMU's util/async.c with its one main AioContext.  A bottom half is a
 * task of the loop's bottom-half lane.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/coroutine_int.h"
#include "sim/util/sim-context.h"

struct AioContext {
    /* Coroutines put off by aio_co_schedule(); one bottom half enters all of them. */
    SimTask schedule_task;
    Coroutine *first_scheduled;
    Coroutine *last_scheduled;
};

struct QEMUBH {
    SimTask task;
    QEMUBHFunc *callback;
    void *opaque;
    bool oneshot;
    QEMUBH *previous;           /* in the list of those alive */
    QEMUBH *next;               /* ... or of those to use again */
};

static AioContext main_context;
static QEMUBH *alive;
static QEMUBH *unused;
static unsigned n_alive;

AioContext *qemu_get_aio_context(void)
{
    return &main_context;
}

AioContext *qemu_get_current_aio_context(void)
{
    return &main_context;
}

static void retire(QEMUBH *bh)
{
    *(bh->previous ? &bh->previous->next : &alive) = bh->next;
    if (bh->next) {
        bh->next->previous = bh->previous;
    }
    n_alive--;
    bh->next = unused;
    unused = bh;
}

static void run_bottom_half(void *opaque)
{
    QEMUBH *bh = opaque;
    QEMUBHFunc *callback = bh->callback;
    void *callback_opaque = bh->opaque;

    if (bh->oneshot) {
        retire(bh);
    }
    callback(callback_opaque);
}

QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *callback, void *opaque, const char *name)
{
    QEMUBH *bh = unused;

    (void)ctx;
    if (bh) {
        unused = bh->next;
    } else {
        bh = g_new(QEMUBH, 1);
    }
    *bh = (QEMUBH) {
        .task = {
            .run = run_bottom_half,
            .opaque = bh,
            .what = name,
            .lane = SIM_LANE_BOTTOM_HALF,
        },
        .callback = callback,
        .opaque = opaque,
        .next = alive,
    };
    if (alive) {
        alive->previous = bh;
    }
    alive = bh;
    n_alive++;
    return bh;
}

void qemu_bh_schedule(QEMUBH *bh)
{
    if (bh->task.state == SIM_TASK_IDLE) {
        sim_loop_post(sim_main_loop, &bh->task);
    }
}

void qemu_bh_cancel(QEMUBH *bh)
{
    sim_loop_cancel(sim_main_loop, &bh->task);
}

void qemu_bh_delete(QEMUBH *bh)
{
    qemu_bh_cancel(bh);
    retire(bh);
}

void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *callback, void *opaque,
                                  const char *name)
{
    QEMUBH *bh = aio_bh_new_full(ctx, callback, opaque, name);

    bh->oneshot = true;
    qemu_bh_schedule(bh);
}

unsigned sim_bottom_halves_alive(void)
{
    return n_alive;
}

void sim_bottom_halves_reset(void)
{
    while (alive) {
        qemu_bh_delete(alive);
    }
}

/* Those scheduled from here on belong to the next bottom half. */
static void enter_scheduled(void *opaque)
{
    AioContext *ctx = opaque;
    Coroutine *co = ctx->first_scheduled;

    ctx->first_scheduled = NULL;
    ctx->last_scheduled = NULL;
    while (co) {
        Coroutine *next = co->scheduled_next;

        co->scheduled = NULL;
        qemu_aio_coroutine_enter(ctx, co);
        co = next;
    }
}

void aio_co_schedule(AioContext *ctx, Coroutine *co)
{
    g_assert(!co->scheduled);
    co->scheduled = __func__;
    co->scheduled_next = NULL;
    *(ctx->first_scheduled ? &ctx->last_scheduled->scheduled_next : &ctx->first_scheduled) = co;
    ctx->last_scheduled = co;

    if (ctx->schedule_task.state == SIM_TASK_IDLE) {
        ctx->schedule_task = (SimTask) {
            .run = enter_scheduled,
            .opaque = ctx,
            .what = __func__,
            .lane = SIM_LANE_BOTTOM_HALF,
        };
        sim_loop_post(sim_main_loop, &ctx->schedule_task);
    }
}

void sim_scheduled_coroutines_reset(void)
{
    sim_loop_cancel(sim_main_loop, &main_context.schedule_task);
    main_context.first_scheduled = NULL;
    main_context.last_scheduled = NULL;
}

void aio_co_wake(Coroutine *co)
{
    aio_co_enter(qemu_get_current_aio_context(), co);
}

void aio_co_enter(AioContext *ctx, Coroutine *co)
{
    Coroutine *self = qemu_coroutine_self();

    if (qemu_in_coroutine()) {
        g_assert(co != self);
        qemu_coroutine_list_append(&self->first_woken, &self->last_woken, co);
    } else {
        qemu_aio_coroutine_enter(ctx, co);
    }
}
