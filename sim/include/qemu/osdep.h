/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every QEMU source file includes first.
 *
 * Stands in for QEMU's include/qemu/osdep.h: the C library and GLib headers
 * that QEMU's files take for granted, the forward declarations and a few macros.
 * With a QEMU tree its own qemu/compiler.h comes along, because the headers that
 * we take from there count on it; without one nothing of a tree is needed.
 */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#ifdef NDEBUG
#error "assertions are part of what is tested: do not define NDEBUG"
#endif

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#if __has_include("qemu/compiler.h")
#include "qemu/compiler.h"
#endif

#include "qemu/typedefs.h"

#ifndef coroutine_fn
#define coroutine_fn
#endif
#ifndef coroutine_mixed_fn
#define coroutine_mixed_fn
#endif
#ifndef no_coroutine_fn
#define no_coroutine_fn
#endif

#ifndef container_of
#define container_of(ptr, type, member) \
    ((type *)((char *)(ptr) - offsetof(type, member)))
#endif

/* Proves to the compiler, or else to the linker, that a place is never reached. */
#ifndef qemu_build_not_reached
#define qemu_build_not_reached() g_assert_not_reached()
#endif
#ifndef qemu_build_assert
#define qemu_build_assert(condition) \
    do {                             \
        if (!(condition)) {          \
            qemu_build_not_reached(); \
        }                            \
    } while (0)
#endif

/* For powers of two and for any other number @d alike. */
#ifndef ROUND_UP
#define ROUND_UP(n, d) ((((n) + (d) - 1) / (d)) * (d))
#endif
#ifndef ROUND_DOWN
#define ROUND_DOWN(n, d) (((n) / (d)) * (d))
#endif
#ifndef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#endif
#ifndef QEMU_ALIGN_DOWN
#define QEMU_ALIGN_DOWN(n, m) ROUND_DOWN(n, m)
#endif
#ifndef QEMU_ALIGN_UP
#define QEMU_ALIGN_UP(n, m) ROUND_UP(n, m)
#endif
#ifndef QEMU_IS_ALIGNED
#define QEMU_IS_ALIGNED(n, m) ((n) % (m) == 0)
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#endif
