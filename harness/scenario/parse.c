/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to scenario: lines, comments and limits.
 *
 * One pass over the text with a cursor.  This is on the path of the fuzzer, so a
 * good line allocates nothing but the names that it keeps.  What is accepted here
 * can be printed, and what is printed is accepted again.
 */
#include <string.h>

#include "harness/scenario/parse.h"

static inline bool is_refused(unsigned char byte)
{
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

static bool check_bytes(const Cursor *cursor)
{
    const char *at = cursor->line_start;

    while (at < cursor->end && !is_refused(*at)) {
        at++;
    }
    if (at == cursor->end) {
        return true;
    }
    return cursor_fail(cursor, at, "byte 0x%02x has no place in a scenario; expected printable "
                       "text%s", (unsigned char)*at,
                       *at == '\r' ? ", and lines that end with a newline alone" : "");
}

static void take_comment(Cursor *cursor, ScenarioLine *line)
{
    const char *end = cursor->end;

    if (cursor->at < cursor->end) {
        while (is_blank(end[-1])) {
            end--;
        }
        line->comment = g_strndup(cursor->at, end - cursor->at);
    }
}

/*
 * The line must also fit when it is printed.  Only quotes make that longer than what was
 * read, and two blanks before a comment.
 */
static bool check_printed_length(Parser *parser, const ScenarioLine *line)
{
    const Cursor *cursor = &parser->cursor;
    size_t n_bytes = cursor->end - cursor->line_start + 2;

    if (n_bytes > SCENARIO_MAX_LINE_BYTES || memchr(cursor->line_start, '"', n_bytes - 2)) {
        g_autoptr(GString) text = g_string_new(NULL);

        scenario_print_line(line, text);
        n_bytes = text->len;
    }
    parser->n_printed_bytes += n_bytes + 1;
    return n_bytes <= SCENARIO_MAX_LINE_BYTES ||
           cursor_fail(cursor, cursor->line_start, "this line is longer than %d bytes when its "
                       "names are written out; expected less", SCENARIO_MAX_LINE_BYTES);
}

static bool parse_line(Parser *parser, ScenarioLine *line)
{
    Cursor *cursor = &parser->cursor;

    if (cursor->end - cursor->line_start > SCENARIO_MAX_LINE_BYTES) {
        return cursor_fail(cursor, cursor->line_start + SCENARIO_MAX_LINE_BYTES,
                           "this line is longer than %d bytes; expected less",
                           SCENARIO_MAX_LINE_BYTES);
    }
    if (!check_bytes(cursor)) {
        return false;
    }
    cursor_skip_blanks(cursor);
    if (!cursor_at_end(cursor)) {
        if (!parser_take_step(parser, &line->step)) {
            return false;
        }
        line->has_step = true;
    }
    take_comment(cursor, line);
    return check_printed_length(parser, line);
}

static bool parse_lines(Parser *parser, const char *text, const char *text_end)
{
    GArray *lines = parser->scenario->lines;
    Cursor *cursor = &parser->cursor;

    for (const char *start = text; start < text_end; start = cursor->end + 1) {
        const char *newline = memchr(start, '\n', text_end - start);

        cursor->line++;
        cursor->line_start = cursor->at = start;
        cursor->end = newline ? newline : text_end;
        if (cursor->line > SCENARIO_MAX_LINES) {
            return cursor_fail(cursor, start, "this is one line too many; expected at most %d",
                               SCENARIO_MAX_LINES);
        }
        g_array_set_size(lines, lines->len + 1);
        if (!parse_line(parser, &g_array_index(lines, ScenarioLine, lines->len - 1))) {
            return false;
        }
    }
    return true;
}

/* The text must also fit when it is printed: looked at closely only if that is in doubt. */
static bool check_printed_size(const Parser *parser)
{
    g_autoptr(GString) text = NULL;
    Cursor cursor = parser->cursor;

    if (parser->n_printed_bytes <= SCENARIO_MAX_BYTES) {
        return true;
    }
    cursor.line = 1;
    text = g_string_new(NULL);
    scenario_print(parser->scenario, text);
    return text->len <= SCENARIO_MAX_BYTES ||
           cursor_fail(&cursor, cursor.line_start, "this text is larger than %d bytes when its "
                       "names are written out; expected less", SCENARIO_MAX_BYTES);
}

bool scenario_parse_text(Scenario *scenario, const char *text, gsize n_bytes, GError **error)
{
    Parser parser = { .cursor = { .path = scenario->path, .error = error }, .scenario = scenario };
    bool is_good;

    if (n_bytes > SCENARIO_MAX_BYTES) {
        parser.cursor.line = 1;
        parser.cursor.line_start = text;
        return cursor_fail(&parser.cursor, text, "this text is larger than %d bytes; expected "
                           "less", SCENARIO_MAX_BYTES);
    }
    is_good = n_bytes == 0 ||
              (parse_lines(&parser, text, text + n_bytes) && check_printed_size(&parser));
    names_clear(&parser.drives);
    names_clear(&parser.labels);
    return is_good;
}
