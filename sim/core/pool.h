/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pool of objects of one type: what one run gave back, the next one takes.
 *
 * For the simulation's and the harness's own objects that come and go in every run.  With
 * AddressSanitizer each comes from the heap and goes back there, so that it sees who uses one
 * after its end.
 */
#ifndef SIM_CORE_POOL_H
#define SIM_CORE_POOL_H

#include <glib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_POOL_IS_HEAP 1
#elif defined(__has_feature)   /* clang */
#if __has_feature(address_sanitizer)
#define SIM_POOL_IS_HEAP 1
#endif
#endif

/* Zeroed it is ready to use.  Never shrinks. */
typedef struct SimPool {
    void *unused;               /* linked by their first word */
} SimPool;

/* A zeroed @Type; one that is at least as large as a pointer. */
#define sim_pool_new(pool, Type) \
    ((Type *)memset(sim_pool_take((pool), sizeof(Type)), 0, sizeof(Type)))

/* As above, but whatever it held is still there.  All of a pool are of the same size. */
static inline void *sim_pool_take(SimPool *pool, size_t n_bytes)
{
    void *object = pool->unused;

    if (!object) {
        return g_malloc(n_bytes);
    }
    memcpy(&pool->unused, object, sizeof(pool->unused));
    return object;
}

/* @object taken; it is from this pool. */
static inline void sim_pool_free(SimPool *pool, void *object)
{
#ifdef SIM_POOL_IS_HEAP
    (void)pool;
    g_free(object);
#else
    memcpy(object, &pool->unused, sizeof(pool->unused));
    pool->unused = object;
#endif
}

#endif
