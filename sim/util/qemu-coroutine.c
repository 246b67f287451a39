/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's coroutines on top of the bare switch.
 *
 * Stands in for QEMU's util/qemu-coroutine.c and keeps its order: a coroutine that is
 * woken from inside another one runs when that one yields or ends, before whatever
 * else was pending.
 */
#include "qemu/osdep.h"
#include "qemu/coroutine_int.h"
#include "qemu/main-loop.h"
#include "sim/util/sim-context.h"

static Coroutine no_coroutine;
static Coroutine *alive;
static Coroutine *unused;       /* linked by next */

void qemu_coroutine_list_append(Coroutine **first, Coroutine **last, Coroutine *co)
{
    g_assert(!co->queued);
    co->queued = true;
    co->queue_next = NULL;
    *(*first ? &(*last)->queue_next : first) = co;
    *last = co;
}

Coroutine *qemu_coroutine_list_take_first(Coroutine **first, Coroutine **last)
{
    Coroutine *co = *first;

    if (co) {
        *first = co->queue_next;
        if (!*first) {
            *last = NULL;
        }
        co->queue_next = NULL;
        co->queued = false;
    }
    return co;
}

static void run_entry(void *opaque)
{
    Coroutine *co = opaque;

    co->entry(co->opaque);
}

Coroutine *qemu_coroutine_create(CoroutineEntry *entry, void *opaque)
{
    Coroutine *co = unused;

    if (co) {
        unused = co->next;
    } else {
        co = g_new(Coroutine, 1);
    }
    *co = (Coroutine) {
        .sim = sim_coroutine_new(run_entry, co),
        .entry = entry,
        .opaque = opaque,
        .next = alive,
    };
    if (alive) {
        alive->previous = co;
    }
    alive = co;
    return co;
}

static void retire(Coroutine *co)
{
    g_assert(co->locks_held == 0);
    *(co->previous ? &co->previous->next : &alive) = co->next;
    if (co->next) {
        co->next->previous = co->previous;
    }
    co->next = unused;
    unused = co;
}

/* Those that @co woke go before those that are pending already. */
static void put_woken_first(Coroutine *co, Coroutine **first, Coroutine **last)
{
    if (!co->first_woken) {
        return;
    }
    co->last_woken->queue_next = *first;
    if (!*first) {
        *last = co->last_woken;
    }
    *first = co->first_woken;
    co->first_woken = NULL;
    co->last_woken = NULL;
}

void qemu_aio_coroutine_enter(AioContext *ctx, Coroutine *co)
{
    Coroutine *first = NULL;
    Coroutine *last = NULL;

    (void)ctx;
    qemu_coroutine_list_append(&first, &last, co);
    while ((co = qemu_coroutine_list_take_first(&first, &last))) {
        bool ended;

        /* Else it would be entered a second time when it is its turn, or after its end. */
        g_assert(!co->scheduled);
        g_assert(!co->entered);

        co->entered = true;
        ended = sim_coroutine_enter(co->sim);
        co->entered = false;
        put_woken_first(co, &first, &last);
        if (ended) {
            retire(co);
        }
    }
}

void qemu_coroutine_enter(Coroutine *co)
{
    qemu_aio_coroutine_enter(qemu_get_current_aio_context(), co);
}

void qemu_coroutine_enter_if_inactive(Coroutine *co)
{
    if (!qemu_coroutine_entered(co)) {
        qemu_coroutine_enter(co);
    }
}

void qemu_coroutine_yield(void)
{
    sim_coroutine_yield();
}

Coroutine *qemu_coroutine_self(void)
{
    SimCoroutine *self = sim_coroutine_self();

    return self ? sim_coroutine_opaque(self) : &no_coroutine;
}

bool qemu_in_coroutine(void)
{
    return sim_coroutine_self() != NULL;
}

bool qemu_coroutine_entered(Coroutine *co)
{
    return co->entered;
}

void sim_qemu_coroutines_reset(void)
{
    sim_scheduled_coroutines_reset();
    while (alive) {
        sim_loop_cancel(sim_main_loop, &alive->sleep_task);
        alive->locks_held = 0;
        retire(alive);
    }
    no_coroutine = (Coroutine) { 0 };
    sim_coroutine_reset();
}
