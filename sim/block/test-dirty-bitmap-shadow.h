/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dirty bitmap as slow and plain as can be: a byte for every chunk.
 *
 * Random runs keep one beside each bitmap and ask both the same questions.  It knows nothing of
 * how either implementation stores its bits, so what both get wrong in the same way shows, too.
 */
#ifndef SIM_BLOCK_TEST_DIRTY_BITMAP_SHADOW_H
#define SIM_BLOCK_TEST_DIRTY_BITMAP_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Shadow {
    int64_t size;               /* bytes */
    int64_t granularity;        /* bytes of a chunk */
    bool enabled;
    bool *chunks;               /* dirty? owned */
    bool *backup;               /* what was dirty before a clear or merge; owned; NULL: none */
} Shadow;

Shadow *shadow_new(int64_t size, int64_t granularity, bool enabled);
void shadow_free(Shadow *shadow);

void shadow_set(Shadow *shadow, int64_t offset, int64_t bytes);
/* Chunks that begin in the range. */
void shadow_reset(Shadow *shadow, int64_t offset, int64_t bytes);
void shadow_clear(Shadow *shadow);
void shadow_merge(Shadow *shadow, const Shadow *source);
/* New chunks are clean. */
void shadow_truncate(Shadow *shadow, int64_t size);

void shadow_keep_backup(Shadow *shadow);
void shadow_restore_backup(Shadow *shadow);
void shadow_drop_backup(Shadow *shadow);

bool shadow_get(const Shadow *shadow, int64_t offset);
/* In bytes, of whole chunks. */
int64_t shadow_count(const Shadow *shadow);
/* The first byte from @offset on, within @bytes, that is dirty as asked; -1: none. */
int64_t shadow_next(const Shadow *shadow, int64_t offset, int64_t bytes, bool dirty);

#endif
