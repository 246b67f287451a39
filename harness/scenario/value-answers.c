/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers to questions of the world, as they stand in a scenario: 17:2/3@131,20:1.
 *
 * Reading and writing stand together here, because what one writes the other must read.
 */
#include <string.h>

#include "harness/scenario/text.h"
#include "harness/scenario/value-answers.h"

#define FORM "QUESTION:ANSWER[/ALTERNATIVES][@EVENT]"

/* One entry, and what is left of it to read. */
typedef struct Entry {
    const Cursor *cursor;
    Word whole;
    const char *at;
} Entry;

static bool is_at(const Entry *entry, char c)
{
    return entry->at < entry->whole.start + entry->whole.length && *entry->at == c;
}

static bool fail_form(const Entry *entry)
{
    g_autofree char *shown = word_show(entry->whole);

    return cursor_fail(entry->cursor, entry->whole.start, "'%s' is not an answer; expected " FORM
                       ", such as 17:2/3@131", shown);
}

/* Digits that make a number from @min to @max. */
static bool take_number(Entry *entry, const char *what, uint64_t min, uint64_t max,
                        uint64_t *ret_number)
{
    const char *start = entry->at;
    uint64_t number = 0;
    bool fits = true;

    for (; entry->at < entry->whole.start + entry->whole.length && g_ascii_isdigit(*entry->at);
         entry->at++) {
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, (uint64_t)(*entry->at - '0'), &number);
    }
    if (entry->at == start) {
        return fail_form(entry);
    }
    if (!fits || number < min || number > max) {
        g_autofree char *shown = word_show((Word){ start, entry->at - start });

        return cursor_fail(entry->cursor, start, "%s %s is out of bounds; expected %"
                           G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, what, shown, min, max);
    }
    *ret_number = number;
    return true;
}

static bool take_mark(Entry *entry, char mark)
{
    if (is_at(entry, mark)) {
        entry->at++;
        return true;
    }
    return false;
}

static bool parse_entry(Entry *entry, SimAnswer *ret_answer)
{
    uint64_t question, answer, n_alternatives = 0, event = SIM_ANSWER_ANY_EVENT;
    const char *answer_at;

    if (!take_number(entry, "question", 1, UINT32_MAX, &question)) {
        return false;
    }
    if (!take_mark(entry, ':')) {
        return fail_form(entry);
    }
    answer_at = entry->at;
    if (!take_number(entry, "answer", 0, UINT16_MAX - 1, &answer) ||
        (take_mark(entry, '/') &&
         !take_number(entry, "number of alternatives", 2, UINT16_MAX, &n_alternatives)) ||
        (take_mark(entry, '@') && !take_number(entry, "event", 0, INT64_MAX, &event))) {
        return false;
    }
    if (entry->at != entry->whole.start + entry->whole.length) {
        return fail_form(entry);
    }
    if (n_alternatives && answer >= n_alternatives) {
        return cursor_fail(entry->cursor, answer_at, "there is no answer %" G_GUINT64_FORMAT
                           " among %" G_GUINT64_FORMAT " alternatives; expected 0 to %"
                           G_GUINT64_FORMAT, answer, n_alternatives, n_alternatives - 1);
    }
    *ret_answer = (SimAnswer) {
        .question = question, .answer = answer, .n_alternatives = n_alternatives, .event = event,
    };
    return true;
}

bool answers_parse(Cursor *cursor, StepArg *arg)
{
    Word word = cursor_take_word(cursor);
    const char *end = word.start + word.length;
    uint32_t n_max = 1;

    for (size_t i = 0; i < word.length; i++) {
        n_max += word.start[i] == ',';
    }
    arg->answers = g_new(SimAnswer, n_max);
    for (const char *at = word.start; ; ) {
        const char *comma = memchr(at, ',', end - at);
        Entry entry = { cursor, { at, (comma ? comma : end) - at }, at };
        SimAnswer *answer = &arg->answers[arg->n_answers];

        if (!parse_entry(&entry, answer)) {
            return false;
        }
        if (arg->n_answers > 0 && answer->question <= answer[-1].question) {
            return cursor_fail(cursor, at, "question %u is not behind question %u; expected "
                               "questions in ascending order", answer->question,
                               answer[-1].question);
        }
        arg->n_answers++;
        if (!comma) {
            return true;
        }
        at = comma + 1;
    }
}

void answer_print(const SimAnswer *answer, GString *text)
{
    number_print(answer->question, text);
    g_string_append_c(text, ':');
    number_print(answer->answer, text);
    if (answer->n_alternatives) {
        g_string_append_c(text, '/');
        number_print(answer->n_alternatives, text);
    }
    if (answer->event != SIM_ANSWER_ANY_EVENT) {
        g_string_append_c(text, '@');
        number_print(answer->event, text);
    }
}

void answers_print(const StepArg *arg, GString *text)
{
    for (uint32_t i = 0; i < arg->n_answers; i++) {
        if (i > 0) {
            g_string_append_c(text, ',');
        }
        answer_print(&arg->answers[i], text);
    }
}
