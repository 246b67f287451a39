/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks.
 *
 * Stands in for QEMU's util/qemu-timer.c: every clock shows the loop's virtual time.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "sim/util/sim-context.h"

int64_t qemu_clock_get_ns(QEMUClockType type)
{
    g_assert(type < QEMU_CLOCK_MAX);
    return sim_loop_now_ns(sim_main_loop);
}
