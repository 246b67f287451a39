/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UUIDs that are the same in every run.
 *
 * Stands in for libuuid's uuid/uuid.h.  The names lead to functions of ours, so that a
 * libuuid which some other library of the program brings along is neither asked nor
 * replaced.
 */
#ifndef UUID_UUID_H
#define UUID_UUID_H

typedef unsigned char uuid_t[16];

#define uuid_copy sim_uuid_copy
#define uuid_generate sim_uuid_generate
#define uuid_unparse_lower sim_uuid_unparse_lower

/* The world's first, second, ... UUID: of version 4 by its form, and a counter. */
void uuid_generate(uuid_t out);
void uuid_copy(uuid_t dst, const uuid_t src);
/* @out: 36 characters and the end. */
void uuid_unparse_lower(const uuid_t uu, char *out);

/* The next UUID is the first one again: for the end of a world. */
void sim_uuid_reset(void);

#endif
