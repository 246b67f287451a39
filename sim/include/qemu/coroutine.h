/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Coroutines: queues and sleep.
 *
 * Stands in for QEMU's include/qemu/coroutine.h.
 */
#ifndef QEMU_COROUTINE_H
#define QEMU_COROUTINE_H

#include <stdint.h>

#include "qemu/coroutine-core.h"
#include "qemu/lockable.h"
#include "qemu/timer.h"

/* Coroutines that wait for something, first in, first out.  Zeroed is empty. */
typedef struct CoQueue {
    Coroutine *first;
    Coroutine *last;
} CoQueue;

typedef enum CoQueueWaitFlags {
    CO_QUEUE_WAIT_FRONT = 1 << 0,       /* wait at the head of the queue */
} CoQueueWaitFlags;

void qemu_co_queue_init(CoQueue *queue);
bool qemu_co_queue_empty(CoQueue *queue);

/* Waits to be woken.  @lock (NULL: none) is given up meanwhile and taken again. */
#define qemu_co_queue_wait(queue, lock) \
    qemu_co_queue_wait_impl(queue, QEMU_MAKE_LOCKABLE(lock), 0)
#define qemu_co_queue_wait_flags(queue, lock, flags) \
    qemu_co_queue_wait_impl(queue, QEMU_MAKE_LOCKABLE(lock), flags)
void coroutine_fn qemu_co_queue_wait_impl(CoQueue *queue, QemuLockable *lock,
                                          CoQueueWaitFlags flags);

/* Wakes the first one as aio_co_wake() does; false: nobody waits. */
bool coroutine_fn qemu_co_queue_next(CoQueue *queue);
void coroutine_fn qemu_co_queue_restart_all(CoQueue *queue);

/* The same for callers outside of coroutines; @lock is given up around each wake-up. */
#define qemu_co_enter_next(queue, lock) \
    qemu_co_enter_next_impl(queue, QEMU_MAKE_LOCKABLE(lock))
#define qemu_co_enter_all(queue, lock) \
    qemu_co_enter_all_impl(queue, QEMU_MAKE_LOCKABLE(lock))
bool qemu_co_enter_next_impl(CoQueue *queue, QemuLockable *lock);
void qemu_co_enter_all_impl(CoQueue *queue, QemuLockable *lock);

typedef struct QemuCoSleep {
    Coroutine *to_wake;
} QemuCoSleep;

/* Yields until @ns of virtual time have passed, whatever the clock. */
void coroutine_fn qemu_co_sleep_ns(QEMUClockType type, int64_t ns);
/* The same, but qemu_co_sleep_wake() ends it early. */
void coroutine_fn qemu_co_sleep_ns_wakeable(QemuCoSleep *sleep, QEMUClockType type, int64_t ns);
/* Yields until qemu_co_sleep_wake(). */
void coroutine_fn qemu_co_sleep(QemuCoSleep *sleep);
/* Does nothing if nobody sleeps there. */
void qemu_co_sleep_wake(QemuCoSleep *sleep);

#endif
