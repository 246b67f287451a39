/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Coroutines and CoMutex.
 *
 * Stands in for QEMU's include/qemu/coroutine-core.h, which is apart from
 * qemu/coroutine.h so that qemu/lockable.h can stand between the two.
 */
#ifndef QEMU_COROUTINE_CORE_H
#define QEMU_COROUTINE_CORE_H

#include <stdbool.h>

#include "qemu/typedefs.h"

#ifndef coroutine_fn
#define coroutine_fn
#endif

typedef void coroutine_fn CoroutineEntry(void *opaque);

/* It does not run before it is entered, and is gone when @entry returns. */
Coroutine *qemu_coroutine_create(CoroutineEntry *entry, void *opaque);
/*
 * Runs @co until it yields or ends, then those that it woke meanwhile (see
 * aio_co_enter()), depth first.  @co must be neither entered nor scheduled.
 */
void qemu_coroutine_enter(Coroutine *co);
void qemu_coroutine_enter_if_inactive(Coroutine *co);
/* The same in a given context; there is only one. */
void qemu_aio_coroutine_enter(AioContext *ctx, Coroutine *co);
void coroutine_fn qemu_coroutine_yield(void);

/* Outside of coroutines a placeholder, never NULL, as in QEMU. */
Coroutine *qemu_coroutine_self(void);
bool qemu_in_coroutine(void);
/* True from being entered to yielding, also while it enters another one. */
bool qemu_coroutine_entered(Coroutine *co);

/*
 * Fair mutex for coroutines: who waits yields, and unlocking hands the mutex to the
 * one that has waited longest.  May be held over a yield.  Zeroed is unlocked.
 */
typedef struct CoMutex {
    bool locked;
    Coroutine *holder;          /* NULL: unlocked, or handed over and not yet running */
    Coroutine *first_waiter;
    Coroutine *last_waiter;
} CoMutex;

void qemu_co_mutex_init(CoMutex *mutex);
void coroutine_fn qemu_co_mutex_lock(CoMutex *mutex);
/* Asserts that the calling coroutine holds it. */
void coroutine_fn qemu_co_mutex_unlock(CoMutex *mutex);
/* Asserts that the calling coroutine holds it. */
void coroutine_fn qemu_co_mutex_assert_locked(CoMutex *mutex);

#endif
