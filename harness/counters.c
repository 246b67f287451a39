/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Execution counters of a process that dies.
 *
 * A process that ends by exit() writes what was counted in it (gcc --coverage); one that is
 * ended by a signal loses it, and with it all that led to the crash.  So here the counters
 * are written first, and then the signal has its way: the process ends as it would have.
 */
#include "harness/isolate.h"

#ifdef BAX_COVERAGE

#include <signal.h>
#include <string.h>

void __gcov_dump(void);     /* libgcov's */

/* Whoever crashes because the stack is at its end needs another one to say so on. */
static char stack[256 * 1024];

/* May hang if the crash was in the C library; then the parent puts an end to it. */
static void dump(int number)
{
    __gcov_dump();
    raise(number);
}

void isolate_keep_counters(void)
{
    static const int numbers[] = {
        SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF, SIGSEGV, SIGTRAP, SIGXCPU,
    };
    stack_t other_stack = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction action = {
        .sa_handler = dump,
        .sa_flags = (int) SA_RESETHAND | SA_ONSTACK,
    };

    sigaltstack(&other_stack, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        sigaction(numbers[i], &action, NULL);
    }
}

#else

void isolate_keep_counters(void)
{
}

#endif
