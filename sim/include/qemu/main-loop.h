/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop: bottom halves, waking coroutines, and which thread is which.
 *
 * Stands in for QEMU's include/qemu/main-loop.h and include/block/aio.h.  There is
 * one thread and one AioContext; it runs on the simulation's loop and virtual time.
 */
#ifndef QEMU_MAIN_LOOP_H
#define QEMU_MAIN_LOOP_H

#include <stdbool.h>

#include "qemu/typedefs.h"

typedef void QEMUBHFunc(void *opaque);

AioContext *qemu_get_aio_context(void);
AioContext *qemu_get_current_aio_context(void);

/* Runs one thing that is ready; true if there was one. */
bool aio_poll(AioContext *ctx, bool blocking);
/* Tells a waiting BDRV_POLL_WHILE() to look again; ours looks after every step anyway. */
#define aio_wait_kick() ((void)0)

/*
 * Bottom halves run from the loop and never from here, first in, first out.
 * Scheduling one that is scheduled already changes nothing.
 */
QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *callback, void *opaque, const char *name);
void qemu_bh_schedule(QEMUBH *bh);
void qemu_bh_cancel(QEMUBH *bh);
/* Cancels and frees it; also from inside of its own callback. */
void qemu_bh_delete(QEMUBH *bh);
#define aio_bh_new(ctx, callback, opaque) \
    aio_bh_new_full((ctx), (callback), (opaque), (#callback))
#define qemu_bh_new(callback, opaque) \
    aio_bh_new_full(qemu_get_aio_context(), (callback), (opaque), (#callback))

/* Runs @callback once. */
void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *callback, void *opaque,
                                  const char *name);
#define aio_bh_schedule_oneshot(ctx, callback, opaque) \
    aio_bh_schedule_oneshot_full((ctx), (callback), (opaque), (#callback))

/* Enters @co from a bottom half; it must be neither entered nor scheduled by then. */
void aio_co_schedule(AioContext *ctx, Coroutine *co);
/*
 * Enters @co: at once if the caller is no coroutine, else when the calling coroutine
 * yields or ends, as in QEMU's util/async.c.
 */
void aio_co_enter(AioContext *ctx, Coroutine *co);
void aio_co_wake(Coroutine *co);

static inline bool qemu_in_main_thread(void)
{
    return true;
}

/* The Big QEMU Lock: its name since QEMU 9.0, and the one before. */
static inline bool bql_locked(void)
{
    return true;
}

static inline bool qemu_mutex_iothread_locked(void)
{
    return true;
}

/* Which thread a function belongs to: with one thread always right. */
#define GLOBAL_STATE_CODE() ((void)0)
#define IO_CODE() ((void)0)
#define IO_OR_GS_CODE() ((void)0)

#endif
