/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which edges of the program were passed: the section that holds the counters has names for its
 * beginning and end if there is one.
 */
#include "harness/campaign/edges.h"

#include <string.h>

extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

size_t edges_count(void)
{
    return __start___sancov_cntrs ? __stop___sancov_cntrs - __start___sancov_cntrs : 0;
}

void edges_clear(void)
{
    if (__start___sancov_cntrs) {
        memset(__start___sancov_cntrs, 0, edges_count());
    }
}

void edges_each(void (*see)(size_t edge, uint8_t count, void *opaque), void *opaque)
{
    size_t n = edges_count();
    uint64_t eight;

    for (size_t i = 0; i < n; i++) {
        while (i + sizeof(eight) <= n
               && (memcpy(&eight, &__start___sancov_cntrs[i], sizeof(eight)), eight == 0)) {
            i += sizeof(eight);
        }
        if (i < n && __start___sancov_cntrs[i]) {
            see(i, __start___sancov_cntrs[i], opaque);
        }
    }
}
