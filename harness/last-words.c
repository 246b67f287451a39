/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds in the stderr of a process that died the one line that says why.
 *
 * Assertions of glibc and GLib, and the reports of the sanitizers, each have a form of
 * their own; a sanitizer's summary says more than its first line and holds no address.
 */
#include <string.h>

#include "harness/isolate.h"

/* What identifies a line, from the most telling to the least. */
static const char *const marks[] = {
    "SUMMARY: ",            /* AddressSanitizer, LeakSanitizer */
    ": runtime error: ",    /* UndefinedBehaviorSanitizer */
    ": Assertion `",        /* glibc's assert() */
    "ERROR:",               /* g_assert(), g_error() */
    "ERROR **",
    "Sanitizer: ",
};

static bool is_assertion(const char *line)
{
    return strstr(line, ": Assertion `") || strstr(line, "assertion failed")
        || strstr(line, "should not be reached");
}

/* The first line with @mark, else NULL.  The process may have died in the middle of a line. */
static const char *find_line(char *const *lines, const char *mark)
{
    for (; *lines; lines++) {
        if (strstr(*lines, mark)) {
            return *lines;
        }
    }
    return NULL;
}

static const char *find_last_line(char *const *lines)
{
    const char *last = NULL;

    for (; *lines; lines++) {
        if (**lines != '\0' && !g_str_has_prefix(*lines, ISOLATE_FRAMES_MARK)) {
            last = *lines;
        }
    }
    return last;
}

/* Takes "SUMMARY: ", "Bail out! ", "==123==" and the program's name off the front. */
static const char *without_prefix(const char *line)
{
    const char *const prefixes[] = { "SUMMARY: ", "Bail out! ", "ERROR:" };
    const char *program = g_get_prgname();

    if (g_str_has_prefix(line, "==") && strstr(line + 2, "==")) {
        line = strstr(line + 2, "==") + 2;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(line, prefixes[i])) {
            line += strlen(prefixes[i]);
        }
    }
    if (program && g_str_has_prefix(line, program) && strstr(line, ": /")) {
        line = strstr(line, ": /") + 2;
    }
    return line;
}

static char *without_addresses(const char *line)
{
    g_autoptr(GRegex) address = g_regex_new("0x[0-9a-f]{6,}", 0, 0, NULL);

    g_assert(address);
    return g_regex_replace_literal(address, line, -1, 0, "(an address)", 0, NULL);
}

char *isolate_last_words(const char *said, bool *ret_is_own_fault)
{
    g_autofree char *valid = g_utf8_make_valid(said, -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    const char *line = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(marks) && !line; i++) {
        line = find_line(lines, marks[i]);
    }
    if (!line) {
        line = find_last_line(lines);
    }
    *ret_is_own_fault = line && is_assertion(line) && strstr(line, "harness/")
        && !strstr(line, "harness/subject/");
    return line ? without_addresses(without_prefix(line)) : NULL;
}
