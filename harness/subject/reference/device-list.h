/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device names out of the text that generation 1 is given.
 */
#ifndef BACKUP_DEVICE_LIST_H
#define BACKUP_DEVICE_LIST_H

#include "qemu/osdep.h"

/*
 * In a coroutine, with the graph locked for reading.  @devlist: names separated by ',',
 * ';' or ':'; NULL: every drive that is writable, has a medium and is no fleecing image,
 * each once.  NULL-terminated, the caller's (g_strfreev()).
 */
char **coroutine_fn backup_device_list(const char *devlist);

#endif
