/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which edges of the program were passed, where the compiler counts them.
 *
 * clang's -fsanitize-coverage=inline-8bit-counters puts a counter for each edge into one section of
 * the program.  A build without has none of them, and all of this does nothing.
 */
#ifndef HARNESS_CAMPAIGN_EDGES_H
#define HARNESS_CAMPAIGN_EDGES_H

#include <stddef.h>
#include <stdint.h>

/* How many there are. */
size_t edges_count(void);
void edges_clear(void);
/* Calls @see for each edge that was passed since edges_clear(), with how often, modulo 256. */
void edges_each(void (*see)(size_t edge, uint8_t count, void *opaque), void *opaque);

#endif
