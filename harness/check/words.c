/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words for messages.  Only called when a finding is made, so they may cost something.
 */
#include <inttypes.h>
#include <stdio.h>

#include "harness/check/words.h"

Words words_size(uint64_t bytes)
{
    static const struct {
        uint64_t bytes;
        char letter;
    } units[] = {
        { 1ull << 40, 'T' }, { 1ull << 30, 'G' }, { 1ull << 20, 'M' }, { 1ull << 10, 'K' },
    };
    Words words = { "" };
    int length = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
        if (bytes >= units[i].bytes) {
            length += snprintf(words.text + length, sizeof(words.text) - length,
                               "%s%" PRIu64 "%c", length ? "+" : "", bytes / units[i].bytes,
                               units[i].letter);
            bytes %= units[i].bytes;
        }
    }
    if (bytes || !length) {
        snprintf(words.text + length, sizeof(words.text) - length, "%s%" PRIu64,
                 length ? "+" : "", bytes);
    }
    return words;
}

Words words_range(uint64_t start, uint64_t end)
{
    Words words, from = words_size(start), to = words_size(end);

    snprintf(words.text, sizeof(words.text), "%.45s..%.45s", from.text, to.text);
    return words;
}

Words words_chunk(uint64_t at, uint64_t granularity, uint64_t size_bytes)
{
    uint64_t start = model_align_down(at, granularity);
    Words words, offset = words_size(start);
    Words length = words_size(MIN(start + granularity, size_bytes) - start);

    snprintf(words.text, sizeof(words.text), "chunk %" PRIu64 " (%.32s+%.32s)",
             start / granularity, offset.text, length.text);
    return words;
}

Words words_request(uint64_t number)
{
    Words words = { "the beginning" };

    if (number) {
        snprintf(words.text, sizeof(words.text), "write #%" PRIu64, number);
    }
    return words;
}
