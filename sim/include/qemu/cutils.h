/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small helpers.
 *
 * Stands in for QEMU's include/qemu/cutils.h, of which pve-backup.c uses this one.
 */
#ifndef QEMU_CUTILS_H
#define QEMU_CUTILS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A buffer on its way to a dump target holds no data: there it is zero where nothing was ever
 * written to the disk (sim/block/backup-dump.h).
 */
bool buffer_is_zero(const void *buffer, size_t n_bytes);

#endif
