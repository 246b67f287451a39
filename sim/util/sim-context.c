/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that QEMU's global functions work in.
 */
#include "sim/util/sim-context.h"

#define MS UINT64_C(1000000)

/*
 * Slower than the others at the same time; than a sleep of a scenario; than what guests take
 * amiss; than the 45 s after which copy-before-write gives a snapshot up.
 */
static const uint64_t io_times_ns[] = { 0, 1 * MS, 20 * MS, 1000 * MS, 46000 * MS };

SimLoop *sim_main_loop;
SimChoices *sim_choices;
SimEvents *sim_events;
SimFaults *sim_faults;

uint64_t sim_io_time_ns(void)
{
    if (!sim_choices || !sim_choices->asks_io_times) {
        return 0;
    }
    return io_times_ns[sim_choices_choose(sim_choices, SIM_CHOICE_IO_TIME,
                                          sizeof(io_times_ns) / sizeof(io_times_ns[0]))];
}

void sim_context_reset(void)
{
    sim_bottom_halves_reset();
    sim_qemu_coroutines_reset();
}
