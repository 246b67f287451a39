/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least of a block layer under dirty bitmaps, for their tests alone.
 *
 * What only persistent bitmaps would call are assertions: no dirty bitmap of these tests gets
 * there.  Messages to people are left to others (test-dirty-bitmap-messages.c).
 */
#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-world.h"

void test_node_init(TestNode *node, int64_t length)
{
    *node = (TestNode){ .length = length };
    qemu_mutex_init(&node->bs.dirty_bitmap_mutex);
}

int64_t bdrv_getlength(BlockDriverState *bs)
{
    return container_of(bs, TestNode, bs)->length;
}

int bdrv_get_info(BlockDriverState *bs, BlockDriverInfo *bdi)
{
    TestNode *node = container_of(bs, TestNode, bs);

    if (node->cluster_size < 0) {
        return -ENOTSUP;
    }
    *bdi = (BlockDriverInfo){ .cluster_size = node->cluster_size };
    return 0;
}

const char *bdrv_get_device_or_node_name(const BlockDriverState *bs)
{
    (void)bs;
    g_assert_not_reached();
}

AioContext *bdrv_get_aio_context(BlockDriverState *bs)
{
    (void)bs;
    g_assert_not_reached();
}

void bdrv_coroutine_enter(BlockDriverState *bs, Coroutine *co)
{
    (void)bs;
    (void)co;
    g_assert_not_reached();
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    (void)ctx;
    (void)blocking;
    g_assert_not_reached();
}

bool qemu_in_coroutine(void)
{
    return false;
}

Coroutine *qemu_coroutine_create(CoroutineEntry *entry, void *opaque)
{
    (void)entry;
    (void)opaque;
    g_assert_not_reached();
}
