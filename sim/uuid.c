/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UUIDs that are the same in every run.
 */
#include "qemu/osdep.h"

#include <uuid/uuid.h>

static uint32_t n_generated;

void uuid_generate(uuid_t out)
{
    memset(out, 0, 16);
    out[6] = 0x40;
    out[8] = 0x80;
    n_generated++;
    for (unsigned i = 0; i < 4; i++) {
        out[15 - i] = n_generated >> (8 * i);
    }
}

void uuid_copy(uuid_t dst, const uuid_t src)
{
    memcpy(dst, src, 16);
}

void uuid_unparse_lower(const uuid_t uu, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }
        *out++ = digits[uu[i] >> 4];
        *out++ = digits[uu[i] & 15];
    }
    *out = '\0';
}

void sim_uuid_reset(void)
{
    n_generated = 0;
}
