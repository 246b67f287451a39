/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that QEMU's global functions work in.
 */
#include "sim/util/sim-context.h"

SimLoop *sim_main_loop;
SimEvents *sim_events;
SimFaults *sim_faults;

void sim_context_reset(void)
{
    sim_bottom_halves_reset();
    sim_qemu_coroutines_reset();
}
