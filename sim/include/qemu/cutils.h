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

static inline bool buffer_is_zero(const void *buffer, size_t n_bytes)
{
    const char *bytes = buffer;

    for (size_t i = 0; i < n_bytes; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

#endif
