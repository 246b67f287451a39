/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that QEMU's global functions work in.
 *
 * QEMU's event loop, error reports and coroutine pools are global, so the stand-ins
 * for them find their world here.  Whoever opens a world sets these.
 */
#ifndef SIM_UTIL_SIM_CONTEXT_H
#define SIM_UTIL_SIM_CONTEXT_H

#include "sim/core/choices.h"
#include "sim/core/event.h"
#include "sim/core/fault.h"
#include "sim/core/loop.h"

extern SimLoop *sim_main_loop;
extern SimChoices *sim_choices;     /* NULL: first-come */
extern SimEvents *sim_events;       /* NULL: reports go to stderr */
extern SimFaults *sim_faults;

/*
 * Takes all coroutines and bottom halves back that a run left, wherever it ended.
 * Call it outside of coroutines and before the loop is freed.
 */
void sim_context_reset(void);

/* The parts of sim_context_reset(). */
void sim_qemu_coroutines_reset(void);
void sim_bottom_halves_reset(void);

/* Virtual time that an I/O takes: 0 unless the choices are asked for it. */
uint64_t sim_io_time_ns(void);

/* Bottom halves that are scheduled, or made and not deleted. */
unsigned sim_bottom_halves_alive(void);

#endif
