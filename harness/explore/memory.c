/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of a process that forks thousands of others.
 *
 * A fork copies the page tables of private memory, those of shared memory are filled in when it
 * is touched: what there can be a gigabyte of is shared, though nobody else writes to it.
 */
#include <sys/mman.h>

#include "harness/explore/explore.h"

#define MIN_SHARED_BYTES (1024 * 1024)      /* to map less takes longer than to fork it */

void *explore_shared_new(size_t n_bytes)
{
    void *memory = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) {
        g_error("no memory to share with processes");
    }
    return memory;
}

void explore_shared_free(void *memory, size_t n_bytes)
{
    munmap(memory, n_bytes);
}

void *explore_memory_new(size_t n_bytes)
{
    return n_bytes < MIN_SHARED_BYTES ? g_malloc0(n_bytes) : explore_shared_new(n_bytes);
}

void explore_memory_free(void *memory, size_t n_bytes)
{
    if (n_bytes < MIN_SHARED_BYTES) {
        g_free(memory);
    } else {
        explore_shared_free(memory, n_bytes);
    }
}
