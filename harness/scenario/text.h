/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names, texts, numbers and words to choose from, as they are written in a scenario.
 *
 * Reading and writing stand together here, because what one writes the other
 * must read: bare words, "quoted" with \" \\ \xNN, and "x"*1024 for long ones.
 */
#ifndef HARNESS_SCENARIO_TEXT_H
#define HARNESS_SCENARIO_TEXT_H

#include <stdint.h>

#include "harness/scenario/cursor.h"

typedef enum TextForm {
    TEXT_NAME,          /* bare or quoted */
    TEXT_LIST,          /* the same, and , ; : may be bare too */
    TEXT_QUOTED,        /* always quoted */
} TextForm;

/* Takes a text from the cursor; NULL after cursor_fail().  Caller frees. */
char *text_parse(Cursor *cursor, const char *what, TextForm form);
/* Appends the canonical form: bare if it may be, "x"*N from 32 equal characters on. */
void text_print(const char *text, TextForm form, GString *output);

/* Plain decimal.  Recorded schedules are made of numbers: without printf. */
void number_print(uint64_t number, GString *output);

/* Finds @word in "success|failure"; @ret_index counts from 0. */
bool choices_find(const char *choices, Word word, uint64_t *ret_index);
/* The choice with that index, which there must be. */
Word choices_get(const char *choices, uint64_t index);
/* "did you mean 'success'?" or, if none is near, "expected success or failure". */
char *choices_expected(const char *choices, Word word);

#endif
