/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the parser stands in a line, and how it complains.
 */
#include <string.h>

#include "harness/scenario/cursor.h"
#include "harness/scenario/scenario.h"

#define MAX_SHOWN_BYTES 40

G_DEFINE_QUARK(bax-scenario-error-quark, scenario_error)

bool word_is(Word word, const char *text)
{
    return strlen(text) == word.length && memcmp(text, word.start, word.length) == 0;
}

bool word_is_bare(Word word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (!is_bare(word.start[i])) {
            return false;
        }
    }
    return word.length > 0;
}

char *word_show(Word word)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < word.length; i++) {
        unsigned char c = word.start[i];

        if (i == MAX_SHOWN_BYTES) {
            g_string_append(text, "...");
            break;
        }
        if (g_ascii_isprint(c)) {
            g_string_append_c(text, c);
        } else {
            g_string_append_printf(text, "\\x%02x", c);
        }
    }
    return g_string_free(text, FALSE);
}

bool cursor_fail(const Cursor *cursor, const char *where, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(cursor->error, SCENARIO_ERROR, 0, "%s:%u:%zu: %s", cursor->path, cursor->line,
                (size_t)(where - cursor->line_start) + 1, message);
    return false;
}
