/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends: where guests and exports enter the block graph.
 *
 * Stands in for QEMU's include/system/block-backend.h.
 */
#ifndef BLOCK_BACKEND_H
#define BLOCK_BACKEND_H

#include "block/block.h"
#include "qemu/typedefs.h"

/* A backend of this name, or NULL. */
BlockBackend *blk_by_name(const char *name);
/* All backends in the order of making; NULL begins and ends. */
BlockBackend *blk_next(BlockBackend *blk);
const char *blk_name(const BlockBackend *blk);
/* The root node, a filter if one is inserted; NULL: no medium. */
BlockDriverState *blk_bs(BlockBackend *blk);

#endif
