/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks: all show the same virtual time.
 *
 * Stands in for QEMU's include/qemu/timer.h.
 */
#ifndef QEMU_TIMER_H
#define QEMU_TIMER_H

#include <stdint.h>

#define NANOSECONDS_PER_SECOND 1000000000LL
#define SCALE_MS 1000000
#define SCALE_US 1000
#define SCALE_NS 1

typedef enum QEMUClockType {
    QEMU_CLOCK_REALTIME = 0,
    QEMU_CLOCK_VIRTUAL = 1,
    QEMU_CLOCK_HOST = 2,
    QEMU_CLOCK_VIRTUAL_RT = 3,
    QEMU_CLOCK_MAX
} QEMUClockType;

int64_t qemu_clock_get_ns(QEMUClockType type);

#endif
