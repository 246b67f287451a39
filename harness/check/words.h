/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words for messages: sizes and places as scenarios write them.
 */
#ifndef HARNESS_CHECK_WORDS_H
#define HARNESS_CHECK_WORDS_H

#include "harness/check/model.h"

typedef struct Words {
    char text[96];
} Words;

/* "64K", "4M", "8M+64K": largest units first, until the rest is 0. */
Words words_size(uint64_t bytes);
/* "8M..12M" */
Words words_range(uint64_t start, uint64_t end);
/* "chunk 2 (8M+4M)": that of @granularity which holds @at, cut at @size_bytes. */
Words words_chunk(uint64_t at, uint64_t granularity, uint64_t size_bytes);
/* "write #3", or "the beginning" for 0. */
Words words_request(uint64_t number);

#endif
