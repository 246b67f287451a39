/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands on dirty bitmaps.
 *
 * QEMU generates this file from qapi/block-core.json.  @node is the name of a
 * backend (then its root node is meant, a filter if one is inserted) or of a node.
 * All run outside of coroutines and set *@errp on failure, which changes nothing.
 */
#ifndef QAPI_COMMANDS_BLOCK_CORE_H
#define QAPI_COMMANDS_BLOCK_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "qapi/error.h"

typedef struct strList strList;
struct strList {
    strList *next;
    char *value;
};

/* @granularity: bytes, a power of two from 512 on; without it the image's own default. */
void qmp_block_dirty_bitmap_add(const char *node, const char *name,
                                bool has_granularity, uint32_t granularity,
                                bool has_persistent, bool persistent,
                                bool has_disabled, bool disabled, Error **errp);
void qmp_block_dirty_bitmap_remove(const char *node, const char *name, Error **errp);
void qmp_block_dirty_bitmap_clear(const char *node, const char *name, Error **errp);
void qmp_block_dirty_bitmap_enable(const char *node, const char *name, Error **errp);
void qmp_block_dirty_bitmap_disable(const char *node, const char *name, Error **errp);
/*
 * Merges @bitmaps of the same node into @target.  QEMU's also takes bitmaps of other
 * nodes, which nothing here has a use for.
 */
void qmp_block_dirty_bitmap_merge(const char *node, const char *target, strList *bitmaps,
                                  Error **errp);

#endif
