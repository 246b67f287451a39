/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message offers instead of a wrong word.
 */
#ifndef HARNESS_SCENARIO_SUGGEST_H
#define HARNESS_SCENARIO_SUGGEST_H

#include "harness/scenario/cursor.h"

/* Longer words are never near to anything. */
#define WORDS_MAX_COMPARED_BYTES 64

/* Letters to change, add or remove until both are the same; at most @limit + 1 is told. */
unsigned words_distance(Word a, Word b, unsigned limit);
/* How far a word of that length may be off to be taken for a slip of the finger. */
unsigned words_tolerance(size_t length);

/* Appends "a", "a or b", "a, b or c", one word at a time: number @index of @n_words. */
void list_append(GString *list, const char *word, size_t index, size_t n_words);

#endif
