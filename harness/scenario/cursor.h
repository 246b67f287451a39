/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the parser stands in a line, and how it complains.
 *
 * A cursor walks one line of a text that need not end with NUL, never back.
 * Whoever finds a mistake calls cursor_fail() with the place, so that every
 * message has the same form: "PATH:LINE:COLUMN: what is wrong; expected ...".
 * Columns count bytes from 1.
 */
#ifndef HARNESS_SCENARIO_CURSOR_H
#define HARNESS_SCENARIO_CURSOR_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Cursor {
    const char *path;
    unsigned line;
    const char *line_start;
    const char *at;
    const char *end;            /* of the line, without its newline */
    GError **error;
} Cursor;

/* A piece of the text, borrowed. */
typedef struct Word {
    const char *start;
    size_t length;
} Word;

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What may stand unquoted in names, labels and drives. */
static inline bool is_bare(char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

static inline void cursor_skip_blanks(Cursor *cursor)
{
    while (cursor->at < cursor->end && is_blank(*cursor->at)) {
        cursor->at++;
    }
}

/* At the end of the line or at a comment: nothing of the step is left. */
static inline bool cursor_at_end(const Cursor *cursor)
{
    return cursor->at == cursor->end || *cursor->at == '#';
}

/* The end of the line, a comment or a blank. */
static inline bool cursor_at_boundary(const Cursor *cursor)
{
    return cursor_at_end(cursor) || is_blank(*cursor->at);
}

/* Takes all up to the next boundary. */
static inline Word cursor_take_word(Cursor *cursor)
{
    Word word = { cursor->at, 0 };

    while (!cursor_at_boundary(cursor)) {
        cursor->at++;
    }
    word.length = cursor->at - word.start;
    return word;
}

bool word_is(Word word, const char *text);
/* Not empty, and nothing in it that would need quotes. */
bool word_is_bare(Word word);
/* For messages: long words are cut, odd bytes shown as \xNN.  Caller frees. */
char *word_show(Word word);

/* Sets the error for the place @where of the line and returns false. */
bool cursor_fail(const Cursor *cursor, const char *where, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
