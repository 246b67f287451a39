/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device names out of the text that generation 1 is given.
 *
 * A list is taken as it is written: an empty element is a device that is not found,
 * and one that is listed twice is refused later, where drives are looked up.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/device-list.h"
#include "block/block_int-global-state.h"
#include "system/block-backend.h"

/* A node above which there is no device is no drive. */
static bool coroutine_fn is_wanted(BlockDriverState *bs)
{
    const char *device = bdrv_get_device_name(bs);

    return device[0] != '\0' && bdrv_co_is_inserted(bs) && !bdrv_is_read_only(bs) &&
           !g_str_has_suffix(device, "-fleecing");
}

static char **coroutine_fn all_drives(void)
{
    GPtrArray *names = g_ptr_array_new();
    BdrvNextIterator it;
    BlockDriverState *bs;

    for (bs = bdrv_first(&it); bs; bs = bdrv_next(&it)) {
        if (is_wanted(bs)) {
            g_ptr_array_add(names, g_strdup(bdrv_get_device_name(bs)));
        }
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char **coroutine_fn backup_device_list(const char *devlist)
{
    return devlist ? g_strsplit_set(devlist, ",;:", -1) : all_drives();
}
