/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are accepted for now: read, and held against a report.
 */
#include "harness/report/known.h"

#include <string.h>

#include "harness/scenario/text.h"

#define EVERYWHERE "*"

typedef struct KnownEntry {
    unsigned line;
    char *name;
    char *place;
    char *who;                  /* NULL: whoever */
    char *reason;
} KnownEntry;

struct Known {
    char *path;
    GArray *entries;            /* of KnownEntry */
};

/* ---- reading ------------------------------------------------------------------ */

static void entry_clear(gpointer opaque)
{
    KnownEntry *entry = opaque;

    g_free(entry->name);
    g_free(entry->place);
    g_free(entry->who);
    g_free(entry->reason);
}

static bool is_plain(Word word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (!is_bare(word.start[i]) && !strchr("/:@+", word.start[i])) {
            return false;
        }
    }
    return word.length > 0;
}

/* A word or "a text in quotes"; NULL after cursor_fail(). */
static char *take_text(Cursor *cursor, const char *what)
{
    const char *start;
    Word word;

    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (cursor->at < cursor->end && *cursor->at == '"') {
        return text_parse(cursor, what, TEXT_QUOTED);
    }
    word = cursor_take_word(cursor);
    if (is_plain(word) || word_is(word, EVERYWHERE)) {
        return g_strndup(word.start, word.length);
    }
    if (word.length == 0) {
        cursor_fail(cursor, start, "%s is missing; expected NAME PLACE [WHO] # reason", what);
    } else {
        g_autofree char *shown = word_show(word);

        cursor_fail(cursor, start, "'%s' wants quotes around it", shown);
    }
    return NULL;
}

static bool take_reason(Cursor *cursor, KnownEntry *entry)
{
    const char *start;
    g_autofree char *reason = NULL;

    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (cursor->at == cursor->end || *cursor->at != '#') {
        return cursor_fail(cursor, start, cursor->at == cursor->end
                           ? "there is no reason; expected # and why it is accepted"
                           : "the line goes on; expected # and why it is accepted");
    }
    reason = g_strndup(start + 1, (gsize) (cursor->end - start - 1));
    g_strstrip(reason);
    if (reason[0] == '\0') {
        return cursor_fail(cursor, start, "the reason is empty; expected why it is accepted");
    }
    entry->reason = g_utf8_make_valid(reason, -1);
    return true;
}

static bool take_entry(Cursor *cursor, KnownEntry *entry)
{
    const char *start = cursor->at;

    entry->name = take_text(cursor, "the finding's name");
    if (!entry->name) {
        return false;
    }
    if (strcmp(entry->name, EVERYWHERE) == 0) {
        return cursor_fail(cursor, start, "a finding is accepted by its name, not by *");
    }
    entry->place = take_text(cursor, "the scenario, or * for all,");
    if (!entry->place) {
        return false;
    }
    cursor_skip_blanks(cursor);
    if (!cursor_at_end(cursor)) {
        entry->who = take_text(cursor, "who");
        if (!entry->who) {
            return false;
        }
        if (strcmp(entry->who, EVERYWHERE) == 0) {
            g_clear_pointer(&entry->who, g_free);
        }
    }
    return take_reason(cursor, entry);
}

static bool has_nul(const Cursor *cursor)
{
    for (const char *at = cursor->at; at < cursor->end; at++) {
        if (!*at) {
            return true;
        }
    }
    return false;
}

static bool read_line(Known *known, Cursor *cursor)
{
    KnownEntry entry = { .line = cursor->line };

    if (has_nul(cursor)) {
        return cursor_fail(cursor, cursor->at, "there is a NUL byte in the line");
    }
    cursor_skip_blanks(cursor);
    if (cursor_at_end(cursor)) {
        return true;
    }
    if (!take_entry(cursor, &entry)) {
        entry_clear(&entry);
        return false;
    }
    g_array_append_val(known->entries, entry);
    return true;
}

Known *known_parse(const char *path, const char *text, gsize n_bytes, GError **error)
{
    g_autoptr(Known) known = g_new0(Known, 1);
    const char *end = text + n_bytes;
    unsigned line = 1;

    known->path = g_strdup(path);
    known->entries = g_array_new(FALSE, FALSE, sizeof(KnownEntry));
    g_array_set_clear_func(known->entries, entry_clear);
    for (const char *at = text; at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t) (end - at));
        const char *line_end = newline ? newline : end;
        Cursor cursor = { path, line, at, at, line_end, error };

        if (cursor.end > at && cursor.end[-1] == '\r') {
            cursor.end--;
        }
        if (!read_line(known, &cursor)) {
            return NULL;
        }
        at = newline ? newline + 1 : end;
    }
    return g_steal_pointer(&known);
}

Known *known_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize n_bytes;

    if (!g_file_get_contents(path, &text, &n_bytes, error)) {
        g_prefix_error(error, "bax: --known: ");
        return NULL;
    }
    return known_parse(path, text, n_bytes, error);
}

void known_free(Known *known)
{
    g_free(known->path);
    g_array_unref(known->entries);
    g_free(known);
}

/* ---- holding against a report -------------------------------------------------- */

/* "teardown/a.scn" is at the end of "scenarios/teardown/a.scn", and "a.scn" too. */
static bool is_place(const KnownEntry *entry, const char *file)
{
    gsize n_file = strlen(file), n_place = strlen(entry->place);

    return strcmp(entry->place, EVERYWHERE) == 0 || strcmp(entry->place, file) == 0
        || (n_place < n_file && file[n_file - n_place - 1] == '/'
            && strcmp(file + n_file - n_place, entry->place) == 0);
}

static bool fits(const KnownEntry *entry, const Finding *finding)
{
    return strcmp(entry->name, finding->name) == 0
        && (!entry->who || (finding->who && strcmp(entry->who, finding->who) == 0));
}

static bool was_judged(const RunResult *result)
{
    return result->verdict != RUN_SKIPPED && result->verdict != RUN_INVALID
        && result->verdict != RUN_OWN_FAULT;
}

static char *describe_gone(const Known *known, const KnownEntry *entry)
{
    return g_strdup_printf("%s:%u: known finding no longer occurs: %s in %s%s%s (%s)", known->path,
                           entry->line, entry->name,
                           strcmp(entry->place, EVERYWHERE) == 0 ? "any scenario" : entry->place,
                           entry->who ? " on " : "", entry->who ? entry->who : "", entry->reason);
}

/* The first entry that fits a finding gives the reason.  True if it fits any. */
static bool mark_run(const KnownEntry *entry, RunResult *result)
{
    bool has_occurred = false;

    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        Finding *finding = &g_array_index(result->findings, Finding, i);

        if (fits(entry, finding)) {
            has_occurred = true;
            finding->known = finding->known ? finding->known : g_strdup(entry->reason);
        }
    }
    return has_occurred;
}

/* Every entry that fits a finding has occurred, whichever gave the reason. */
static void apply_entry(const Known *known, const KnownEntry *entry, Report *report)
{
    bool is_judged = false, has_occurred = false;

    for (guint i = 0; i < report->entries->len; i++) {
        ReportEntry *run = &g_array_index(report->entries, ReportEntry, i);

        if (!is_place(entry, run->file)) {
            continue;
        }
        is_judged = is_judged || was_judged(&run->result);
        has_occurred = mark_run(entry, &run->result) || has_occurred;
    }
    if (is_judged && !has_occurred) {
        g_ptr_array_add(report->gone, describe_gone(known, entry));
    }
}

void known_apply(const Known *known, Report *report)
{
    g_clear_pointer(&report->gone, g_ptr_array_unref);
    report->gone = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < known->entries->len; i++) {
        apply_entry(known, &g_array_index(known->entries, KnownEntry, i), report);
    }
}

void known_mark(const Known *known, const char *file, RunResult *result)
{
    for (guint i = 0; i < known->entries->len; i++) {
        const KnownEntry *entry = &g_array_index(known->entries, KnownEntry, i);

        if (is_place(entry, file)) {
            mark_run(entry, result);
        }
    }
}
