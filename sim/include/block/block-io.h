/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block layer functions that any thread may call.
 *
 * Stands in for QEMU's include/block/block-io.h.
 */
#ifndef BLOCK_IO_H
#define BLOCK_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "block/block-common.h"
#include "block/graph-lock.h"
#include "qemu/main-loop.h"
#include "qemu/typedefs.h"

/* Bytes, or -errno. */
int64_t bdrv_getlength(BlockDriverState *bs);
/* 0 or -errno; *@bdi is filled in on success. */
int bdrv_get_info(BlockDriverState *bs, BlockDriverInfo *bdi);
/* Never yields: pve-backup.c calls it with a QemuMutex held.  NULL crashes, as in QEMU. */
bool bdrv_co_is_inserted(BlockDriverState *bs);
bool bdrv_is_read_only(BlockDriverState *bs);
const char *bdrv_get_node_name(const BlockDriverState *bs);
/* Name of a backend above, through filters; "" if there is none. */
const char *bdrv_get_device_name(const BlockDriverState *bs);
const char *bdrv_get_device_or_node_name(const BlockDriverState *bs);
AioContext *bdrv_get_aio_context(BlockDriverState *bs);
void bdrv_coroutine_enter(BlockDriverState *bs, Coroutine *co);
/* In a coroutine: drops the reference from a bottom half. */
void bdrv_co_unref(BlockDriverState *bs);

/* Runs the loop until @cond is false. */
#define BDRV_POLL_WHILE(bs, cond)                            \
    do {                                                     \
        while (cond) {                                       \
            aio_poll(bdrv_get_aio_context(bs), true);        \
        }                                                    \
    } while (0)

#endif
