/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutexes of a simulation that has one thread.
 *
 * Stands in for QEMU's include/qemu/thread.h.  Nobody can ever wait for such a
 * mutex: taking it twice would hang QEMU for good, and so it is an assertion here.
 */
#ifndef QEMU_THREAD_H
#define QEMU_THREAD_H

#include <glib.h>
#include <stdbool.h>

#include "qemu/typedefs.h"

struct QemuMutex {
    bool initialized;
    bool locked;
};

static inline void qemu_mutex_init(QemuMutex *mutex)
{
    mutex->initialized = true;
    mutex->locked = false;
}

static inline void qemu_mutex_destroy(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    g_assert(!mutex->locked);
    mutex->initialized = false;
}

static inline void qemu_mutex_lock(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    g_assert(!mutex->locked);
    mutex->locked = true;
}

/* 0, or -1 if it is locked already. */
static inline int qemu_mutex_trylock(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    if (mutex->locked) {
        return -1;
    }
    mutex->locked = true;
    return 0;
}

static inline void qemu_mutex_unlock(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    g_assert(mutex->locked);
    mutex->locked = false;
}

/* The owner may take it again; with one thread that is everybody. */
typedef struct QemuRecMutex {
    bool initialized;
    unsigned depth;
} QemuRecMutex;

static inline void qemu_rec_mutex_init(QemuRecMutex *mutex)
{
    mutex->initialized = true;
    mutex->depth = 0;
}

static inline void qemu_rec_mutex_destroy(QemuRecMutex *mutex)
{
    g_assert(mutex->initialized);
    g_assert(mutex->depth == 0);
    mutex->initialized = false;
}

static inline void qemu_rec_mutex_lock(QemuRecMutex *mutex)
{
    g_assert(mutex->initialized);
    mutex->depth++;
}

static inline void qemu_rec_mutex_unlock(QemuRecMutex *mutex)
{
    g_assert(mutex->initialized);
    g_assert(mutex->depth > 0);
    mutex->depth--;
}

#endif
