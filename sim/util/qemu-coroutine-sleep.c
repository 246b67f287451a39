/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Coroutines that sleep on virtual time.
 *
 * Stands in for QEMU's util/qemu-coroutine-sleep.c.  A wake-up that comes when nobody
 * sleeps is lost, as in QEMU up to 10.0.
 */
#include "qemu/osdep.h"
#include "qemu/coroutine_int.h"
#include "qemu/main-loop.h"
#include "sim/util/sim-context.h"

void qemu_co_sleep_wake(QemuCoSleep *sleep)
{
    Coroutine *co = sleep->to_wake;

    if (!co) {
        return;
    }
    sleep->to_wake = NULL;
    co->scheduled = NULL;
    aio_co_wake(co);
}

void qemu_co_sleep(QemuCoSleep *sleep)
{
    Coroutine *self = qemu_coroutine_self();

    g_assert(qemu_in_coroutine());
    g_assert(!self->scheduled);
    g_assert(!sleep->to_wake);
    self->scheduled = __func__;
    sleep->to_wake = self;
    qemu_coroutine_yield();
    g_assert(!sleep->to_wake);
}

static void sleep_is_over(void *opaque)
{
    qemu_co_sleep_wake(opaque);
}

void qemu_co_sleep_ns_wakeable(QemuCoSleep *sleep, QEMUClockType type, int64_t ns)
{
    Coroutine *self = qemu_coroutine_self();

    (void)type;
    self->sleep_task = (SimTask) {
        .run = sleep_is_over,
        .opaque = sleep,
        .what = "coroutine-sleep",
        .lane = SIM_LANE_FREE,
    };
    sim_loop_post_after(sim_main_loop, &self->sleep_task, MAX(ns, 0));
    qemu_co_sleep(sleep);
    sim_loop_cancel(sim_main_loop, &self->sleep_task);
}

void qemu_co_sleep_ns(QEMUClockType type, int64_t ns)
{
    QemuCoSleep *sleep = &qemu_coroutine_self()->own_sleep;

    sleep->to_wake = NULL;
    qemu_co_sleep_ns_wakeable(sleep, type, ns);
}
