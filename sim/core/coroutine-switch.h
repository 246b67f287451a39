/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch from one stack to another.
 *
 * Only coroutine.c uses this.  A switch point is what a stack needs to go on
 * where it left.
 */
#ifndef SIM_CORE_COROUTINE_SWITCH_H
#define SIM_CORE_COROUTINE_SWITCH_H

#include <stddef.h>

#if defined(__x86_64__) || defined(__aarch64__)
typedef struct SimSwitchPoint {
    void *stack_pointer;
} SimSwitchPoint;
#else
#include <ucontext.h>

typedef struct SimSwitchPoint {
    ucontext_t context;
} SimSwitchPoint;
#endif

/*
 * The next switch to @point calls @entry, which must never return, on the stack of
 * @n_bytes at @stack (16-byte aligned, both).
 */
void sim_switch_prepare(SimSwitchPoint *point, void *stack, size_t n_bytes, void (*entry)(void));
/* Leaves the present stack at @from and goes on at @to.  Returns when somebody switches back. */
void sim_switch(SimSwitchPoint *from, SimSwitchPoint *to);

#endif
