/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step: its words, arguments and options, driven by the tables of step kinds
 * alone, and the names of drives and labels that steps have in common.
 */
#include <string.h>

#include "harness/scenario/kinds.h"
#include "harness/scenario/parse.h"
#include "harness/scenario/suggest.h"
#include "harness/scenario/value.h"

/* The line or its positional part ends too early. */
static bool fail_missing(const Cursor *cursor, const StepKind *kind, const ArgSpec *spec)
{
    g_autoptr(GString) usage = g_string_new(NULL);

    step_kind_print_usage(kind, usage);
    return cursor_fail(cursor, cursor->at, "'%s' lacks its %s; expected %s", kind->words,
                       spec->name, usage->str);
}

/* At something that is no argument of the step: says which arguments could still come. */
static bool fail_unexpected(const Cursor *cursor, const Step *step, Word word)
{
    const ArgSpec *specs = step->kind->args;
    g_autofree char *shown = word_show(word);
    g_autoptr(GString) expected = g_string_new(NULL);

    for (unsigned i = 0; i < STEP_MAX_ARGS && specs[i].name; i++) {
        if (specs[i].optional && !step->args[i].present) {
            g_string_append_printf(expected, "%s%s=", expected->len ? ", " : "", specs[i].name);
        }
    }
    g_string_append_printf(expected, "%sthe end of the line", expected->len ? " or " : "");
    return cursor_fail(cursor, word.start, "unexpected '%s' behind '%s'; expected %s", shown,
                       step->kind->words, expected->str);
}

/* The "key" of "key=..." at the cursor; empty if there is none. */
static Word peek_key(const Cursor *cursor)
{
    const char *at = cursor->at;

    while (at < cursor->end && is_bare(*at)) {
        at++;
    }
    return (Word){ cursor->at, at < cursor->end && *at == '=' ? at - cursor->at : 0 };
}

static bool check_drive(Parser *parser, const char *where, const char *name, bool declares)
{
    unsigned line = names_find(&parser->drives, name);
    g_autofree char *expected = NULL;

    if (declares) {
        if (line) {
            return cursor_fail(&parser->cursor, where, "drive '%s' is already there since line "
                               "%u; expected another name", name, line);
        }
        names_add(&parser->drives, name, parser->cursor.line);
        return true;
    }
    if (line) {
        return true;
    }
    expected = names_expected(&parser->drives, "expected a 'drive' step above");
    return cursor_fail(&parser->cursor, where, "there is no drive '%s'; %s", name, expected);
}

static bool check_label(Parser *parser, const char *where, const char *name)
{
    g_autofree char *expected = NULL;

    if (names_find(&parser->labels, name)) {
        return true;
    }
    expected = names_expected(&parser->labels, "expected 'start LABEL ...' above");
    return cursor_fail(&parser->cursor, where, "there is no label '%s'; %s", name, expected);
}

static bool parse_arg(Parser *parser, const KindEntry *entry, Step *step, unsigned index)
{
    const ArgSpec *spec = &step->kind->args[index];
    StepArg *arg = &step->args[index];
    const char *start = parser->cursor.at;

    if (!value_parse(&parser->cursor, spec, arg)) {
        return false;
    }
    if (entry->is_schedule) {
        return parser_check_schedule_arg(parser, start, step, index);
    }
    if (spec->type == ARG_DRIVE) {
        return check_drive(parser, start, arg->text, entry->declares_drive && index == 0);
    }
    if (spec->type == ARG_NAME && strcmp(spec->name, "label") == 0) {
        return check_label(parser, start, arg->text);
    }
    return true;
}

static bool parse_positional(Parser *parser, const KindEntry *entry, Step *step)
{
    Cursor *cursor = &parser->cursor;
    const ArgSpec *specs = step->kind->args;

    for (unsigned i = 0; i < entry->n_args; i++) {
        if (specs[i].optional) {
            continue;
        }
        cursor_skip_blanks(cursor);
        if (cursor_at_end(cursor) || peek_key(cursor).length) {
            return fail_missing(cursor, step->kind, &specs[i]);
        }
        if (!parse_arg(parser, entry, step, i)) {
            return false;
        }
    }
    return true;
}

/* The index of the optional argument with that key; n_args: there is none. */
static unsigned find_option(const KindEntry *entry, Word key)
{
    const ArgSpec *specs = entry->kind->args;
    unsigned i = 0;

    while (i < entry->n_args && !(specs[i].optional && word_is(key, specs[i].name))) {
        i++;
    }
    return i;
}

static bool fail_unknown_key(const Cursor *cursor, const KindEntry *entry, const Step *step,
                             Word key)
{
    const ArgSpec *specs = entry->kind->args;
    const char *nearest = NULL;
    unsigned best = UINT_MAX;
    g_autofree char *shown = word_show(key);

    for (unsigned i = 0; i < entry->n_args; i++) {
        Word name = { specs[i].name, strlen(specs[i].name) };
        unsigned tolerance = words_tolerance(name.length);
        unsigned distance = words_distance(key, name, tolerance);

        if (specs[i].optional && distance <= tolerance && distance < best) {
            best = distance;
            nearest = specs[i].name;
        }
    }
    if (!nearest) {
        key.length++;
        return fail_unexpected(cursor, step, key);
    }
    return cursor_fail(cursor, key.start, "'%s' has no '%s='; did you mean '%s='?",
                       entry->kind->words, shown, nearest);
}

static bool parse_options(Parser *parser, const KindEntry *entry, Step *step)
{
    Cursor *cursor = &parser->cursor;

    for (cursor_skip_blanks(cursor); !cursor_at_end(cursor); cursor_skip_blanks(cursor)) {
        Word key = peek_key(cursor);
        unsigned index = find_option(entry, key);

        if (key.length == 0) {
            return fail_unexpected(cursor, step, cursor_take_word(cursor));
        }
        if (index == entry->n_args) {
            return fail_unknown_key(cursor, entry, step, key);
        }
        if (step->args[index].present) {
            return cursor_fail(cursor, key.start, "'%s=' is given twice; expected it once",
                               step->kind->args[index].name);
        }
        cursor->at += key.length + 1;
        if (cursor_at_boundary(cursor)) {
            return cursor_fail(cursor, cursor->at, "there is nothing behind '%s='; expected a "
                               "value", step->kind->args[index].name);
        }
        if (!parse_arg(parser, entry, step, index)) {
            return false;
        }
    }
    return true;
}

/* "start LABEL": returns false with an error, or true with the cursor at the step's words. */
static bool parse_start(Parser *parser, Step *step)
{
    Cursor *cursor = &parser->cursor;
    Word word = cursor_take_word(cursor);
    unsigned line;

    cursor_skip_blanks(cursor);
    word = cursor_take_word(cursor);
    if (word.length == 0) {
        return cursor_fail(cursor, word.start, "'start' lacks its label; expected start LABEL "
                           "STEP");
    }
    if (!word_is_bare(word)) {
        g_autofree char *shown = word_show(word);

        return cursor_fail(cursor, word.start, "'%s' is no label; expected letters, digits, '.', "
                           "'_' and '-'", shown);
    }
    step->label = g_strndup(word.start, word.length);
    line = names_find(&parser->labels, step->label);
    if (line) {
        return cursor_fail(cursor, word.start, "label '%s' is taken since line %u; expected "
                           "another one", step->label, line);
    }
    cursor_skip_blanks(cursor);
    return !cursor_at_end(cursor) ||
           cursor_fail(cursor, cursor->at, "there is no step behind 'start %s'; expected start "
                       "LABEL STEP", step->label);
}

static bool check_version(const Parser *parser, const char *where, const Step *step)
{
    uint64_t version = step->args[0].number;

    if (version > SCENARIO_LANGUAGE_VERSION) {
        return cursor_fail(&parser->cursor, where, "this file needs bax scenario language "
                           "%" G_GUINT64_FORMAT ", this program knows %d", version,
                           SCENARIO_LANGUAGE_VERSION);
    }
    if (version < SCENARIO_LANGUAGE_VERSION) {
        return cursor_fail(&parser->cursor, where, "there is no bax scenario language "
                           "%" G_GUINT64_FORMAT "; expected %d", version,
                           SCENARIO_LANGUAGE_VERSION);
    }
    return parser->n_steps == 1 ||
           cursor_fail(&parser->cursor, where, "'bax' stands behind other steps; expected it "
                       "before all of them");
}

static bool at_word(const Cursor *cursor, const char *word)
{
    Cursor probe = *cursor;

    return word_is(cursor_take_word(&probe), word);
}

bool parser_take_step(Parser *parser, Step *step)
{
    Cursor *cursor = &parser->cursor;
    const char *start = cursor->at;
    const KindEntry *entry;

    if (++parser->n_steps > SCENARIO_MAX_STEPS) {
        return cursor_fail(cursor, start, "this is one step too many; expected at most %d",
                           SCENARIO_MAX_STEPS);
    }
    step->line = cursor->line;
    if (*start == 's' && at_word(cursor, "start")) {
        if (!parse_start(parser, step)) {
            return false;
        }
        start = cursor->at;
    }
    entry = kinds_match(cursor);
    if (!entry) {
        return kinds_fail_unknown(cursor);
    }
    if (step->label && !entry->kind->can_start) {
        return kinds_fail_cannot_start(cursor, start, entry->kind);
    }
    step->kind = entry->kind;
    if (entry->is_schedule && !parser_check_schedule(parser, start, step)) {
        return false;
    }
    parser->has_body = parser->has_body || !entry->kind->is_heading;
    if (!parse_positional(parser, entry, step) || !parse_options(parser, entry, step)) {
        return false;
    }
    if (step->label) {
        names_add(&parser->labels, step->label, step->line);
    }
    return !entry->is_version || check_version(parser, start, step);
}
