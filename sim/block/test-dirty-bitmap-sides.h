/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two implementations of dirty bitmaps in one program: the builtin one, whose
 * symbols the build prefixes with "builtin_", and QEMU's own.
 *
 * Without a QEMU tree (BAX_TEST_ONE_SIDE) the builtin one stands on its own: both names
 * are names of the same side.
 */
#ifndef SIM_BLOCK_TEST_DIRTY_BITMAP_SIDES_H
#define SIM_BLOCK_TEST_DIRTY_BITMAP_SIDES_H

#include "block/block_int.h"
#include "block/dirty-bitmap.h"

/* Every function that a caller may use. */
#define DIRTY_BITMAP_API(FUNCTION)                   \
    FUNCTION(bdrv_create_dirty_bitmap)               \
    FUNCTION(bdrv_find_dirty_bitmap)                 \
    FUNCTION(bdrv_release_dirty_bitmap)              \
    FUNCTION(bdrv_release_named_dirty_bitmaps)       \
    FUNCTION(bdrv_dirty_bitmap_truncate)             \
    FUNCTION(bdrv_dirty_bitmap_first)                \
    FUNCTION(bdrv_dirty_bitmap_next)                 \
    FUNCTION(bdrv_dirty_bitmap_create_successor)     \
    FUNCTION(bdrv_dirty_bitmap_has_successor)        \
    FUNCTION(bdrv_dirty_bitmap_enable_successor)     \
    FUNCTION(bdrv_dirty_bitmap_abdicate)             \
    FUNCTION(bdrv_reclaim_dirty_bitmap)              \
    FUNCTION(bdrv_reclaim_dirty_bitmap_locked)       \
    FUNCTION(bdrv_dirty_bitmap_name)                 \
    FUNCTION(bdrv_dirty_bitmap_size)                 \
    FUNCTION(bdrv_dirty_bitmap_granularity)          \
    FUNCTION(bdrv_get_default_bitmap_granularity)    \
    FUNCTION(bdrv_dirty_bitmap_check)                \
    FUNCTION(bdrv_dirty_bitmap_enabled)              \
    FUNCTION(bdrv_disable_dirty_bitmap)              \
    FUNCTION(bdrv_enable_dirty_bitmap)               \
    FUNCTION(bdrv_enable_dirty_bitmap_locked)        \
    FUNCTION(bdrv_dirty_bitmap_set_busy)             \
    FUNCTION(bdrv_dirty_bitmap_readonly)             \
    FUNCTION(bdrv_dirty_bitmap_set_readonly)         \
    FUNCTION(bdrv_dirty_bitmap_inconsistent)         \
    FUNCTION(bdrv_dirty_bitmap_set_inconsistent)     \
    FUNCTION(bdrv_dirty_bitmap_get_persistence)      \
    FUNCTION(bdrv_dirty_bitmap_set_persistence)      \
    FUNCTION(bdrv_dirty_bitmap_skip_store)           \
    FUNCTION(bdrv_has_readonly_bitmaps)              \
    FUNCTION(bdrv_has_named_bitmaps)                 \
    FUNCTION(bdrv_supports_persistent_dirty_bitmap)  \
    FUNCTION(bdrv_query_dirty_bitmaps)               \
    FUNCTION(bdrv_dirty_bitmap_lock)                 \
    FUNCTION(bdrv_dirty_bitmap_unlock)               \
    FUNCTION(bdrv_set_dirty)                         \
    FUNCTION(bdrv_set_dirty_bitmap)                  \
    FUNCTION(bdrv_set_dirty_bitmap_locked)           \
    FUNCTION(bdrv_reset_dirty_bitmap)                \
    FUNCTION(bdrv_reset_dirty_bitmap_locked)         \
    FUNCTION(bdrv_clear_dirty_bitmap)                \
    FUNCTION(bdrv_restore_dirty_bitmap)              \
    FUNCTION(hbitmap_free)                           \
    FUNCTION(bdrv_merge_dirty_bitmap)                \
    FUNCTION(bdrv_dirty_bitmap_merge_internal)       \
    FUNCTION(bdrv_dirty_bitmap_get)                  \
    FUNCTION(bdrv_dirty_bitmap_get_locked)           \
    FUNCTION(bdrv_get_dirty_count)                   \
    FUNCTION(bdrv_dirty_bitmap_next_dirty)           \
    FUNCTION(bdrv_dirty_bitmap_next_zero)            \
    FUNCTION(bdrv_dirty_bitmap_next_dirty_area)      \
    FUNCTION(bdrv_dirty_bitmap_status)               \
    FUNCTION(bdrv_dirty_bitmap_sha256)               \
    FUNCTION(bdrv_dirty_iter_new)                    \
    FUNCTION(bdrv_dirty_iter_free)                   \
    FUNCTION(bdrv_dirty_iter_next)                   \
    FUNCTION(bdrv_set_dirty_iter)

typedef struct Side {
    const char *name;
#define FUNCTION(f) __typeof__(&f) f;
    DIRTY_BITMAP_API(FUNCTION)
#undef FUNCTION
} Side;

#define REAL 0
#ifdef BAX_TEST_ONE_SIDE
#define BUILTIN 0
#define N_SIDES 1
#else
#define BUILTIN 1
#define N_SIDES 2
#endif

extern const Side sides[N_SIDES];

#endif
