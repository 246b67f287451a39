/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of any kind, and guards that give them up at the end of a block.
 *
 * Stands in for QEMU's include/qemu/lockable.h.
 */
#ifndef QEMU_LOCKABLE_H
#define QEMU_LOCKABLE_H

#include <glib.h>

#include "qemu/coroutine-core.h"
#include "qemu/thread.h"

typedef struct QemuLockable {
    void *object;
    void (*lock)(void *object);
    void (*unlock)(void *object);
} QemuLockable;

static inline void qemu_lockable_lock_mutex(void *mutex)
{
    qemu_mutex_lock(mutex);
}

static inline void qemu_lockable_unlock_mutex(void *mutex)
{
    qemu_mutex_unlock(mutex);
}

static inline void qemu_lockable_lock_rec_mutex(void *mutex)
{
    qemu_rec_mutex_lock(mutex);
}

static inline void qemu_lockable_unlock_rec_mutex(void *mutex)
{
    qemu_rec_mutex_unlock(mutex);
}

static inline void qemu_lockable_lock_co_mutex(void *mutex)
{
    qemu_co_mutex_lock(mutex);
}

static inline void qemu_lockable_unlock_co_mutex(void *mutex)
{
    qemu_co_mutex_unlock(mutex);
}

static inline QemuLockable *qemu_make_lockable(void *object, QemuLockable *lockable)
{
    return object ? lockable : NULL;
}

#define QEMU_LOCKABLE_OF_(x, kind)                                                  \
    qemu_make_lockable((x), &(QemuLockable) { (x), qemu_lockable_lock_##kind,       \
                                              qemu_lockable_unlock_##kind })

/* A QemuLockable * that lives as long as the enclosing block; NULL for a NULL lock. */
#define QEMU_MAKE_LOCKABLE(x)                                                       \
    _Generic((x),                                                                   \
             QemuLockable *: (x),                                                   \
             void *: (QemuLockable *)NULL,                                          \
             QemuMutex *: QEMU_LOCKABLE_OF_(x, mutex),                              \
             QemuRecMutex *: QEMU_LOCKABLE_OF_(x, rec_mutex),                       \
             CoMutex *: QEMU_LOCKABLE_OF_(x, co_mutex))

static inline void qemu_lockable_lock(QemuLockable *lockable)
{
    lockable->lock(lockable->object);
}

static inline void qemu_lockable_unlock(QemuLockable *lockable)
{
    lockable->unlock(lockable->object);
}

static inline QemuLockable *qemu_lockable_auto_lock(QemuLockable *lockable)
{
    qemu_lockable_lock(lockable);
    return lockable;
}

static inline void qemu_lockable_auto_unlock(QemuLockable **lockable)
{
    if (*lockable) {
        qemu_lockable_unlock(*lockable);
    }
}

#define QEMU_LOCKABLE_AUTO_ \
    __attribute__((cleanup(qemu_lockable_auto_unlock), unused)) QemuLockable *

/* Holds the lock until the enclosing block is left. */
#define QEMU_LOCK_GUARD(x)                                                          \
    QEMU_LOCKABLE_AUTO_ G_PASTE(qemu_lockable_auto_, __COUNTER__) =                 \
        qemu_lockable_auto_lock(QEMU_MAKE_LOCKABLE(x))

/* WITH_QEMU_LOCK_GUARD(&lock) { ... } holds it until the block is left, in any way. */
#define WITH_QEMU_LOCK_GUARD(x)                                                     \
    WITH_QEMU_LOCK_GUARD_((x), G_PASTE(qemu_lockable_auto_, __COUNTER__))
#define WITH_QEMU_LOCK_GUARD_(x, guard)                                             \
    for (QEMU_LOCKABLE_AUTO_ guard = qemu_lockable_auto_lock(QEMU_MAKE_LOCKABLE(x)); \
         guard;                                                                     \
         qemu_lockable_auto_unlock(&guard), guard = NULL)

#endif
