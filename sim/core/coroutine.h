/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stackful coroutines: the bare switch.
 *
 * QEMU's coroutine API (sim/util/qemu-coroutine.c) stands on these.  A stack is
 * kept for the next coroutine when one ends.  The switch is a few instructions on
 * x86-64 and aarch64 and swapcontext() elsewhere; AddressSanitizer is told of
 * every switch.
 */
#ifndef SIM_CORE_COROUTINE_H
#define SIM_CORE_COROUTINE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct SimCoroutine SimCoroutine;
typedef void SimCoroutineFunc(void *opaque);

SimCoroutine *sim_coroutine_new(SimCoroutineFunc *entry, void *opaque);
/*
 * Runs @co until it yields or ends; control then comes back here.  Returns true
 * if it ended, and then @co is gone.  A coroutine may enter another one, but none
 * that is already entered.
 */
bool sim_coroutine_enter(SimCoroutine *co);
void sim_coroutine_yield(void);
/* NULL outside of all coroutines. */
SimCoroutine *sim_coroutine_self(void);
/* As given to sim_coroutine_new(). */
void *sim_coroutine_opaque(const SimCoroutine *co);

/*
 * Leaves every entered coroutine for good, calls @resume(@opaque) on the stack of
 * the thread (it must not return: it jumps), and so ends a run from anywhere in it.
 */
void sim_coroutine_escape(void (*resume)(void *opaque), void *opaque) __attribute__((noreturn));
/*
 * Takes the stacks of all coroutines back that have not ended: after an escape or a
 * run, from outside of all coroutines.  What lived on these stacks is not cleaned up.
 */
void sim_coroutine_reset(void);
/* Coroutines begun and not ended. */
unsigned sim_coroutine_n_alive(void);
/* How often any was entered, ever. */
uint64_t sim_coroutine_n_entered(void);

#endif
