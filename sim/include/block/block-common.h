/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types and constants that all of the block layer shares.
 *
 * Stands in for QEMU's include/block/block-common.h.
 */
#ifndef BLOCK_COMMON_H
#define BLOCK_COMMON_H

#include <stdbool.h>
#include <stdint.h>

#define BDRV_SECTOR_BITS 9
#define BDRV_SECTOR_SIZE (1ULL << BDRV_SECTOR_BITS)

#define BDRV_O_RDWR 0x0002
#define BDRV_O_UNMAP 0x4000
/* A copy-before-write filter gives room in its file back when it has copied. */
#define BDRV_O_CBW_DISCARD_SOURCE 0x80000

typedef struct BlockDriverInfo {
    int cluster_size;           /* bytes, 0: not known */
    int subcluster_size;
    int64_t vm_state_offset;
    bool is_dirty;
    bool needs_compressed_writes;
} BlockDriverInfo;

/* What somebody else's use of a node can forbid; pve-backup.c and resizing ask. */
typedef enum BlockOpType {
    BLOCK_OP_TYPE_BACKUP_SOURCE,
    BLOCK_OP_TYPE_BACKUP_TARGET,
    BLOCK_OP_TYPE_RESIZE,
    BLOCK_OP_TYPE_DRIVE_DEL,
    BLOCK_OP_TYPE_MAX,
} BlockOpType;

#endif
