/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CoMutex and CoQueue.
 *
 * Stands in for QEMU's util/qemu-coroutine-lock.c.  Unlocking a CoMutex for which
 * others wait hands it over: it stays locked, so that nobody can come in between.
 */
#include "qemu/osdep.h"
#include "qemu/coroutine_int.h"
#include "qemu/main-loop.h"

void qemu_co_mutex_init(CoMutex *mutex)
{
    *mutex = (CoMutex) { 0 };
}

void qemu_co_mutex_lock(CoMutex *mutex)
{
    Coroutine *self = qemu_coroutine_self();

    if (mutex->locked) {
        g_assert(qemu_in_coroutine());
        qemu_coroutine_list_append(&mutex->first_waiter, &mutex->last_waiter, self);
        qemu_coroutine_yield();
    }
    mutex->locked = true;
    mutex->holder = self;
    self->locks_held++;
}

void qemu_co_mutex_unlock(CoMutex *mutex)
{
    Coroutine *self = qemu_coroutine_self();
    Coroutine *next;

    g_assert(mutex->locked);
    g_assert(mutex->holder == self);
    g_assert(qemu_in_coroutine());

    mutex->holder = NULL;
    self->locks_held--;
    next = qemu_coroutine_list_take_first(&mutex->first_waiter, &mutex->last_waiter);
    if (next) {
        aio_co_wake(next);
    } else {
        mutex->locked = false;
    }
}

void qemu_co_mutex_assert_locked(CoMutex *mutex)
{
    g_assert(mutex->locked);
    g_assert(mutex->holder == qemu_coroutine_self());
}

void qemu_co_queue_init(CoQueue *queue)
{
    *queue = (CoQueue) { 0 };
}

bool qemu_co_queue_empty(CoQueue *queue)
{
    return queue->first == NULL;
}

static void prepend(CoQueue *queue, Coroutine *co)
{
    CoQueue others = *queue;

    *queue = (CoQueue) { 0 };
    qemu_coroutine_list_append(&queue->first, &queue->last, co);
    co->queue_next = others.first;
    if (others.first) {
        queue->last = others.last;
    }
}

void qemu_co_queue_wait_impl(CoQueue *queue, QemuLockable *lock, CoQueueWaitFlags flags)
{
    Coroutine *self = qemu_coroutine_self();

    g_assert(qemu_in_coroutine());
    if (flags & CO_QUEUE_WAIT_FRONT) {
        prepend(queue, self);
    } else {
        qemu_coroutine_list_append(&queue->first, &queue->last, self);
    }

    /* Before yielding: who gets the lock now may wake this one, and nothing is lost. */
    if (lock) {
        qemu_lockable_unlock(lock);
    }
    qemu_coroutine_yield();
    if (lock) {
        qemu_lockable_lock(lock);
    }
}

bool qemu_co_enter_next_impl(CoQueue *queue, QemuLockable *lock)
{
    Coroutine *next = qemu_coroutine_list_take_first(&queue->first, &queue->last);

    if (!next) {
        return false;
    }
    if (lock) {
        qemu_lockable_unlock(lock);
    }
    aio_co_wake(next);
    if (lock) {
        qemu_lockable_lock(lock);
    }
    return true;
}

void qemu_co_enter_all_impl(CoQueue *queue, QemuLockable *lock)
{
    while (qemu_co_enter_next_impl(queue, lock)) {
    }
}

bool qemu_co_queue_next(CoQueue *queue)
{
    return qemu_co_enter_next_impl(queue, NULL);
}

void qemu_co_queue_restart_all(CoQueue *queue)
{
    qemu_co_enter_all_impl(queue, NULL);
}
