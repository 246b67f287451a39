/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a coroutine consists of: for sim/util's coroutine files alone.
 *
 * Stands in for QEMU's include/qemu/coroutine_int.h.
 */
#ifndef QEMU_COROUTINE_INT_H
#define QEMU_COROUTINE_INT_H

#include "qemu/coroutine.h"
#include "sim/core/coroutine.h"
#include "sim/core/loop.h"

struct Coroutine {
    SimCoroutine *sim;
    CoroutineEntry *entry;
    void *opaque;
    bool entered;
    /* Who will enter it ("aio_co_schedule", ...); nobody else may.  NULL: anybody may. */
    const char *scheduled;
    unsigned locks_held;                /* CoMutexes */
    /* Those that it woke: they run when it yields or ends. */
    Coroutine *first_woken;
    Coroutine *last_woken;
    /* In the list of whom it waits for, or of who woke it: one at a time. */
    bool queued;
    Coroutine *queue_next;
    Coroutine *scheduled_next;
    SimTask sleep_task;
    QemuCoSleep own_sleep;              /* for qemu_co_sleep_ns() */
    Coroutine *previous;                /* in the list of those alive */
    Coroutine *next;
};

/* Appends to the list that begins at *@first and ends at *@last. */
void qemu_coroutine_list_append(Coroutine **first, Coroutine **last, Coroutine *co);
/* Takes the head off the list; NULL: it is empty. */
Coroutine *qemu_coroutine_list_take_first(Coroutine **first, Coroutine **last);

/* Forgets what aio_co_schedule() has put off. */
void sim_scheduled_coroutines_reset(void);

#endif
