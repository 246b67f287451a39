/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One argument of a step: text to value.
 *
 * Numbers end at 2^63 - 1, as QEMU's offsets do, so that sums of two never wrap.
 */
#include <string.h>

#include "harness/scenario/text.h"
#include "harness/scenario/value-answers.h"
#include "harness/scenario/value.h"

/* What came of reading digits. */
typedef enum Digits {
    DIGITS_GOOD,
    DIGITS_NONE,
    DIGITS_TOO_LARGE,
} Digits;

/* The digits that @word begins with; moves @word behind them. */
static Digits take_digits(Word *word, uint64_t *ret_number)
{
    uint64_t number = 0;
    bool fits = true;
    size_t i = 0;

    for (; i < word->length && g_ascii_isdigit(word->start[i]); i++) {
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, word->start[i] - '0', &number) &&
               number <= INT64_MAX;
    }
    word->start += i;
    word->length -= i;
    *ret_number = number;
    return i == 0 ? DIGITS_NONE : fits ? DIGITS_GOOD : DIGITS_TOO_LARGE;
}

/* @number times @unit, if that is in bounds. */
static Digits multiply(uint64_t *number, uint64_t unit)
{
    return __builtin_mul_overflow(*number, unit, number) || *number > INT64_MAX
           ? DIGITS_TOO_LARGE : DIGITS_GOOD;
}

static Digits read_size(Word word, uint64_t *ret_bytes)
{
    static const char suffixes[] = "KMGT";
    Digits digits = take_digits(&word, ret_bytes);
    const char *suffix;

    if (digits == DIGITS_NONE || word.length == 0) {
        return digits;
    }
    suffix = memchr(suffixes, word.start[0], strlen(suffixes));
    if (!suffix || word.length != 1) {
        return DIGITS_NONE;
    }
    return digits == DIGITS_GOOD
           ? multiply(ret_bytes, UINT64_C(1024) << (10 * (suffix - suffixes))) : digits;
}

static Digits read_duration(Word word, uint64_t *ret_ns)
{
    Digits digits = take_digits(&word, ret_ns);
    uint64_t unit_ns = word_is(word, "ns") ? 1 : word_is(word, "us") ? 1000 :
                       word_is(word, "ms") ? 1000000 : word_is(word, "s") ? 1000000000 : 0;

    if (digits == DIGITS_NONE || unit_ns == 0) {
        return DIGITS_NONE;
    }
    return digits == DIGITS_GOOD ? multiply(ret_ns, unit_ns) : digits;
}

static Digits read_number(Word word, uint64_t *ret_number)
{
    Digits digits = take_digits(&word, ret_number);

    return word.length ? DIGITS_NONE : digits;
}

/* Complains unless the word was good; @expected says what a good one looks like. */
static bool check_digits(const Cursor *cursor, const char *what, Word word, Digits digits,
                         const char *expected)
{
    g_autofree char *shown = NULL;

    if (digits == DIGITS_GOOD) {
        return true;
    }
    shown = word_show(word);
    if (digits == DIGITS_TOO_LARGE) {
        return cursor_fail(cursor, word.start, "%s %s is too large; expected at most 2^63 - 1",
                           what, shown);
    }
    return cursor_fail(cursor, word.start, "%s '%s' is not %s", what, shown, expected);
}

static bool parse_number(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    Word word = cursor_take_word(cursor);

    return check_digits(cursor, spec->name, word, read_number(word, &arg->number),
                        "a number; expected digits");
}

static bool parse_duration(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    Word word = cursor_take_word(cursor);

    return check_digits(cursor, spec->name, word, read_duration(word, &arg->number),
                        "a duration; expected a number with ns, us, ms or s, such as 20ms");
}

static bool check_multiple(const Cursor *cursor, const ArgSpec *spec, Word word, uint64_t bytes)
{
    Word digits = { spec->choices, 0 };
    uint64_t unit;

    if (!spec->choices) {
        return true;
    }
    digits.length = strlen(spec->choices);
    take_digits(&digits, &unit);
    g_assert(unit > 0);
    if (bytes % unit != 0) {
        g_autofree char *shown = word_show(word);

        return cursor_fail(cursor, word.start, "%s %s is not a multiple of %s", spec->name, shown,
                           spec->choices);
    }
    return true;
}

static bool read_checked_size(const Cursor *cursor, const ArgSpec *spec, Word word,
                              uint64_t *ret_bytes)
{
    return check_digits(cursor, spec->name, word, read_size(word, ret_bytes),
                        "a size; expected bytes such as 512, 64K or 4M") &&
           check_multiple(cursor, spec, word, *ret_bytes);
}

static bool parse_size(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    return read_checked_size(cursor, spec, cursor_take_word(cursor), &arg->number);
}

static bool parse_choice(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    Word word = cursor_take_word(cursor);
    g_autofree char *shown = NULL, *expected = NULL;

    if (choices_find(spec->choices, word, &arg->number)) {
        return true;
    }
    shown = word_show(word);
    expected = choices_expected(spec->choices, word);
    return cursor_fail(cursor, word.start, "%s '%s' is unknown; %s", spec->name, shown, expected);
}

/* One START+LENGTH, which must lie behind all ranges before it and not touch them. */
static bool parse_range(const Cursor *cursor, const ArgSpec *spec, Word piece, StepArg *arg)
{
    g_autofree char *shown = NULL;
    const char *plus = memchr(piece.start, '+', piece.length);
    uint64_t start, length;
    uint32_t n_ranges = sim_rangemap_count(arg->ranges);

    if (plus) {
        Word first = { piece.start, plus - piece.start };
        Word second = { plus + 1, piece.length - first.length - 1 };

        if (!read_checked_size(cursor, spec, first, &start) ||
            !read_checked_size(cursor, spec, second, &length)) {
            return false;
        }
    }
    shown = word_show(piece);
    if (!plus) {
        return cursor_fail(cursor, piece.start, "%s '%s' is not a range; expected START+LENGTH "
                           "with commas between, none or all", spec->name, shown);
    }
    if (length == 0 || start + length > INT64_MAX) {
        return cursor_fail(cursor, piece.start, "range %s %s", shown, length
                           ? "is too large; expected an end of at most 2^63 - 1"
                           : "is empty; expected a length above 0");
    }
    if (n_ranges && start <= sim_rangemap_at(arg->ranges, n_ranges - 1)->end) {
        return cursor_fail(cursor, piece.start, "range %s %s", shown,
                           start == sim_rangemap_at(arg->ranges, n_ranges - 1)->end
                           ? "touches the one before it; expected both as one"
                           : "begins before the end of the one before it; expected ranges in "
                             "ascending order");
    }
    sim_rangemap_set(arg->ranges, start, start + length, 1);
    return true;
}

static bool parse_ranges(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    Word word = cursor_take_word(cursor);
    const char *end = word.start + word.length;

    if (word_is(word, "all")) {
        arg->all = true;
        return true;
    }
    if (word_is(word, "none")) {
        return true;
    }
    arg->ranges = g_new0(SimRangeMap, 1);
    for (const char *at = word.start; ; ) {
        const char *comma = memchr(at, ',', end - at);
        Word piece = { at, (comma ? comma : end) - at };

        if (!parse_range(cursor, spec, piece, arg)) {
            return false;
        }
        if (!comma) {
            return true;
        }
        at = comma + 1;
    }
}

static bool parse_drive(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    Word word = cursor_take_word(cursor);

    if (!word_is_bare(word)) {
        g_autofree char *shown = word_show(word);

        return cursor_fail(cursor, word.start, "%s '%s' is not the name of a drive; expected "
                           "letters, digits, '.', '_' and '-'", spec->name, shown);
    }
    arg->text = g_strndup(word.start, word.length);
    return true;
}

static bool parse_text(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    arg->text = text_parse(cursor, spec->name, spec->type == ARG_TEXT ? TEXT_QUOTED : TEXT_NAME);
    return arg->text != NULL;
}

static bool parse_drives(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    const char *start = cursor->at;

    if (*start == '*') {
        Word word = cursor_take_word(cursor);
        g_autofree char *shown = word_show(word);

        arg->text = g_strdup("*");
        return word.length == 1 ||
               cursor_fail(cursor, start, "%s '%s' is not a list of drives; expected * alone for "
                           "all writable drives", spec->name, shown);
    }
    arg->text = text_parse(cursor, spec->name, TEXT_LIST);
    if (arg->text && strcmp(arg->text, "*") == 0) {
        return cursor_fail(cursor, start, "%s is * in quotes; expected * without quotes for all "
                           "writable drives", spec->name);
    }
    return arg->text != NULL;
}

bool value_parse(Cursor *cursor, const ArgSpec *spec, StepArg *arg)
{
    arg->present = true;
    switch (spec->type) {
    case ARG_DRIVE:
        return parse_drive(cursor, spec, arg);
    case ARG_DRIVES:
        return parse_drives(cursor, spec, arg);
    case ARG_SIZE:
        return parse_size(cursor, spec, arg);
    case ARG_NUMBER:
        return parse_number(cursor, spec, arg);
    case ARG_DURATION:
        return parse_duration(cursor, spec, arg);
    case ARG_NAME:
    case ARG_TEXT:
        return parse_text(cursor, spec, arg);
    case ARG_WORD:
        return parse_choice(cursor, spec, arg);
    case ARG_RANGES:
        return parse_ranges(cursor, spec, arg);
    case ARG_ANSWERS:
        return answers_parse(cursor, arg);
    }
    g_assert_not_reached();
}
