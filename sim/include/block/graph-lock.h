/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The block graph lock, as annotations and as a reader count.
 *
 * Stands in for QEMU's include/block/graph-lock.h (since QEMU 8.0).  The
 * annotations say who must hold the lock; here they mean nothing.
 */
#ifndef GRAPH_LOCK_H
#define GRAPH_LOCK_H

#include "qemu/typedefs.h"

#ifndef GRAPH_RDLOCK
#define GRAPH_RDLOCK
#define GRAPH_RDLOCK_PTR
#define GRAPH_UNLOCKED
#define GRAPH_UNLOCKED_PTR
#define GRAPH_WRLOCK
#define GRAPH_WRLOCK_PTR
#endif

/* In a coroutine; requests under way count as readers too. */
void bdrv_graph_co_rdlock(void);
void bdrv_graph_co_rdunlock(void);
/*
 * Outside of coroutines.  Quiesces every backend, then runs the loop until no reader is left
 * and lets the backends go on (QEMU 10.0 block/graph-lock.c, bdrv_graph_wrlock()).
 */
void bdrv_graph_wrlock(void);
void bdrv_graph_wrunlock(void);

/* True by construction: one thread, and nothing else runs between two of its steps. */
#define assert_bdrv_graph_readable() ((void)0)

#endif
