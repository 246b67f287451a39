/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message offers instead of a wrong word.
 */
#include "harness/scenario/suggest.h"

unsigned words_tolerance(size_t length)
{
    return length < 4 ? 1 : length < 8 ? 2 : 3;
}

unsigned words_distance(Word a, Word b, unsigned limit)
{
    unsigned row[WORDS_MAX_COMPARED_BYTES + 1];

    if (a.length > WORDS_MAX_COMPARED_BYTES || b.length > WORDS_MAX_COMPARED_BYTES) {
        return limit + 1;
    }
    for (size_t j = 0; j <= b.length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.length; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            unsigned replaced = diagonal + (a.start[i - 1] != b.start[j - 1]);

            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return MIN(row[b.length], limit + 1);
}

void list_append(GString *list, const char *word, size_t index, size_t n_words)
{
    if (index > 0) {
        g_string_append(list, index + 1 == n_words ? " or " : ", ");
    }
    g_string_append(list, word);
}
