/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes for the tests of dirty bitmaps, without the simulated block layer.
 */
#ifndef SIM_BLOCK_TEST_DIRTY_BITMAP_WORLD_H
#define SIM_BLOCK_TEST_DIRTY_BITMAP_WORLD_H

#include "block/block_int.h"

/* A node that has nothing but a length and bitmaps. */
typedef struct TestNode {
    BlockDriverState bs;
    int64_t length;             /* bytes, or -errno */
    int cluster_size;           /* bytes; negative: bdrv_get_info() fails */
} TestNode;

void test_node_init(TestNode *node, int64_t length);

#endif
