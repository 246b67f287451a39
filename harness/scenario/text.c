/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names, texts, numbers and words to choose from, as they are written in a scenario.
 */
#include <string.h>

#include "harness/scenario/scenario.h"
#include "harness/scenario/suggest.h"
#include "harness/scenario/text.h"

#define MAX_REPEATS 4096
#define MIN_REPEATS_PRINTED 32

static bool is_bare_as(char c, TextForm form)
{
    return is_bare(c) || (form == TEXT_LIST && (c == ',' || c == ';' || c == ':'));
}

static char *parse_bare(Cursor *cursor, const char *what, TextForm form)
{
    Word word = cursor_take_word(cursor);
    bool is_good = word.length > 0 && form != TEXT_QUOTED;
    g_autofree char *shown = NULL;

    for (size_t i = 0; i < word.length && is_good; i++) {
        is_good = is_bare_as(word.start[i], form);
    }
    if (is_good && word.length <= SCENARIO_MAX_TEXT_BYTES) {
        return g_strndup(word.start, word.length);
    }
    shown = word_show(word);
    if (is_good) {
        cursor_fail(cursor, word.start, "%s '%s' is too long; expected at most %d bytes", what,
                    shown, SCENARIO_MAX_TEXT_BYTES);
    } else if (form == TEXT_QUOTED) {
        cursor_fail(cursor, word.start, "%s '%s' is not in quotes; expected \"text\"", what, shown);
    } else {
        cursor_fail(cursor, word.start, "%s '%s' needs quotes; expected letters, digits, '.', '_' "
                    "and '-'%s, or \"text\"", what, shown,
                    form == TEXT_LIST ? " with ',', ';' or ':' between" : "");
    }
    return NULL;
}

/* The byte that the escape at the cursor stands for; 0 after cursor_fail(). */
static char parse_escape(Cursor *cursor)
{
    const char *at = cursor->at;
    size_t n_left = cursor->end - at;

    if (n_left >= 2 && (at[1] == '"' || at[1] == '\\')) {
        cursor->at += 2;
        return at[1];
    }
    if (n_left >= 4 && at[1] == 'x' && g_ascii_isxdigit(at[2]) && g_ascii_isxdigit(at[3])) {
        char byte = g_ascii_xdigit_value(at[2]) * 16 + g_ascii_xdigit_value(at[3]);

        cursor->at += 4;
        if (byte == 0) {
            cursor_fail(cursor, at, "\\x00 ends a text; expected \\x01 to \\xff");
        }
        return byte;
    }
    cursor_fail(cursor, at, "unknown escape in quotes; expected \\\", \\\\ or \\xNN");
    return 0;
}

/* Takes "..." to @buffer of SCENARIO_MAX_LINE_BYTES, which is enough for any line. */
static bool parse_quoted(Cursor *cursor, char *buffer, size_t *ret_length)
{
    const char *quote = cursor->at++;
    size_t length = 0;

    while (cursor->at < cursor->end && *cursor->at != '"') {
        char c = *cursor->at;

        if (c == '\\') {
            c = parse_escape(cursor);
            if (c == 0) {
                return false;
            }
        } else {
            cursor->at++;
        }
        buffer[length++] = c;
    }
    if (cursor->at == cursor->end) {
        return cursor_fail(cursor, quote, "this quote is not closed; expected another \" on the "
                           "same line");
    }
    cursor->at++;
    *ret_length = length;
    return true;
}

/* Takes "*COUNT" behind a closing quote, if it is there. */
static bool parse_repeats(Cursor *cursor, unsigned *ret_n_repeats)
{
    const char *star = cursor->at;
    unsigned n_repeats = 0;
    Word digits;

    *ret_n_repeats = 1;
    if (cursor_at_boundary(cursor)) {
        return true;
    }
    if (*star != '*') {
        return cursor_fail(cursor, star, "'%c' behind a closing quote; expected a blank or *COUNT",
                           g_ascii_isprint(*star) ? *star : '?');
    }
    cursor->at++;
    digits = cursor_take_word(cursor);
    for (size_t i = 0; i < digits.length && n_repeats <= MAX_REPEATS; i++) {
        n_repeats = g_ascii_isdigit(digits.start[i])
                    ? n_repeats * 10 + (digits.start[i] - '0') : MAX_REPEATS + 1;
    }
    if (n_repeats == 0 || n_repeats > MAX_REPEATS) {
        g_autofree char *shown = word_show(digits);

        return cursor_fail(cursor, digits.start, "'%s' is no count of repetitions; expected a "
                           "number from 1 to %d", shown, MAX_REPEATS);
    }
    *ret_n_repeats = n_repeats;
    return true;
}

char *text_parse(Cursor *cursor, const char *what, TextForm form)
{
    char buffer[SCENARIO_MAX_LINE_BYTES];
    const char *start = cursor->at;
    size_t length = 0;
    unsigned n_repeats = 0;
    char *text;

    if (*start != '"') {
        return parse_bare(cursor, what, form);
    }
    if (!parse_quoted(cursor, buffer, &length) || !parse_repeats(cursor, &n_repeats)) {
        return NULL;
    }
    if (length * n_repeats > SCENARIO_MAX_TEXT_BYTES) {
        cursor_fail(cursor, start, "%s of %zu bytes is too long; expected at most %d", what,
                    length * n_repeats, SCENARIO_MAX_TEXT_BYTES);
        return NULL;
    }
    text = g_malloc(length * n_repeats + 1);
    for (unsigned i = 0; i < n_repeats && length > 0; i++) {
        memcpy(text + i * length, buffer, length);
    }
    text[length * n_repeats] = '\0';
    return text;
}

static void print_quoted(const char *text, size_t length, GString *output)
{
    static const char digits[] = "0123456789abcdef";

    g_string_append_c(output, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = text[i];

        if (!g_ascii_isprint(c)) {
            char escape[] = { '\\', 'x', digits[c >> 4], digits[c & 15] };

            g_string_append_len(output, escape, sizeof(escape));
            continue;
        }
        if (c == '"' || c == '\\') {
            g_string_append_c(output, '\\');
        }
        g_string_append_c(output, c);
    }
    g_string_append_c(output, '"');
}

void text_print(const char *text, TextForm form, GString *output)
{
    size_t length = strlen(text), n_bare = 0, n_equal = 0;

    while (n_bare < length && is_bare_as(text[n_bare], form)) {
        n_bare++;
    }
    while (n_equal < length && text[n_equal] == text[0]) {
        n_equal++;
    }
    if (n_equal == length && length >= MIN_REPEATS_PRINTED) {
        print_quoted(text, 1, output);
        g_string_append_printf(output, "*%zu", length);
    } else if (n_bare == length && length > 0 && form != TEXT_QUOTED) {
        g_string_append_len(output, text, length);
    } else {
        print_quoted(text, length, output);
    }
}

void number_print(uint64_t number, GString *output)
{
    char digits[20];
    size_t i = sizeof(digits);

    do {
        digits[--i] = '0' + number % 10;
        number /= 10;
    } while (number);
    g_string_append_len(output, digits + i, sizeof(digits) - i);
}

/* Takes the next of "success|failure" from @choices; false: there is none. */
static bool take_choice(const char **choices, Word *ret_word)
{
    const char *start = *choices;
    const char *bar;

    if (!start) {
        return false;
    }
    bar = strchr(start, '|');
    *ret_word = (Word){ start, bar ? (size_t)(bar - start) : strlen(start) };
    *choices = bar ? bar + 1 : NULL;
    return true;
}

static bool words_equal(Word a, Word b)
{
    return a.length == b.length && memcmp(a.start, b.start, a.length) == 0;
}

bool choices_find(const char *choices, Word word, uint64_t *ret_index)
{
    Word choice;

    for (uint64_t i = 0; take_choice(&choices, &choice); i++) {
        if (words_equal(choice, word)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

Word choices_get(const char *choices, uint64_t index)
{
    Word choice;
    bool is_there;

    do {
        is_there = take_choice(&choices, &choice);
        g_assert(is_there);
    } while (index-- > 0);
    return choice;
}

char *choices_expected(const char *choices, Word word)
{
    GString *expected = g_string_new("expected ");
    const char *rest = choices;
    size_t n_choices = 0;
    Word choice, nearest = { NULL, 0 };
    unsigned best = UINT_MAX;

    while (take_choice(&rest, &choice)) {
        unsigned tolerance = words_tolerance(choice.length);
        unsigned distance = words_distance(word, choice, tolerance);

        if (distance <= tolerance && distance < best) {
            best = distance;
            nearest = choice;
        }
        n_choices++;
    }
    if (nearest.start) {
        g_string_printf(expected, "did you mean '%.*s'?", (int)nearest.length, nearest.start);
        return g_string_free(expected, FALSE);
    }
    for (size_t i = 0; i < n_choices; i++) {
        g_autofree char *copy = NULL;

        take_choice(&choices, &choice);
        copy = g_strndup(choice.start, choice.length);
        list_append(expected, copy, i, n_choices);
    }
    return g_string_free(expected, FALSE);
}
