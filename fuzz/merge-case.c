/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes to a case. */
#include <string.h>

#include "fuzz/merge-case.h"

#define FLAGS_FROM 128

static unsigned read_two(const uint8_t *data)
{
    return data[0] | data[1] << 8;
}

static int64_t read_size(const uint8_t *data)
{
    unsigned n_bits = data[0] % 45;

    return (INT64_C(1) << n_bits) + ((int64_t)read_two(data + 1) << n_bits) / 65536;
}

static int64_t read_granularity(uint8_t byte, int64_t size)
{
    int64_t granularity = INT64_C(1) << (9 + byte % 23);

    while (size / granularity >= MERGE_MAX_CHUNKS) {
        granularity *= 2;
    }
    return granularity;
}

static unsigned read_flags(uint8_t byte, bool is_tame)
{
    return byte >= FLAGS_FROM && !is_tame ? byte - FLAGS_FROM : 0;
}

static void read_write(MergeWrite *write, const uint8_t *data, int64_t size)
{
    unsigned kind = data[0] % 4, shift = data[0] / 4 % 32;
    int64_t offset = (int64_t)(((unsigned __int128)size * read_two(data + 1)) >> 16);
    int64_t bytes = (int64_t)(data[3] + 1) << shift;

    *write = (MergeWrite){
        .is_before = kind != 1,
        .is_after = kind != 0,
        .offset = offset,
        .bytes = bytes < size - offset ? bytes : size - offset,
    };
}

void merge_case_read(MergeCase *merge, const uint8_t *data, size_t n_bytes, bool is_tame)
{
    uint8_t header[MERGE_HEADER_BYTES] = { 0 };
    size_t at;

    memcpy(header, data, n_bytes < sizeof(header) ? n_bytes : sizeof(header));
    merge->success = header[0] & 1;
    merge->law = header[0] / 2 % 4;
    merge->bitmap_flags = read_flags(header[1], is_tame);
    merge->background_flags = read_flags(header[2], is_tame);
    merge->size = read_size(header + 5);
    merge->granularity = read_granularity(header[3], merge->size);
    merge->background_granularity = MERGE_CHUNK_BYTES;
    if (merge->background_flags & MERGE_BACKGROUND_OTHER_GRANULARITY) {
        merge->background_granularity = read_granularity(header[4], merge->size);
    }
    merge->n_writes = 0;
    for (at = sizeof(header); at + MERGE_WRITE_BYTES <= n_bytes &&
                              merge->n_writes < MERGE_MAX_WRITES; at += MERGE_WRITE_BYTES) {
        read_write(&merge->writes[merge->n_writes++], data + at, merge->size);
    }
}
