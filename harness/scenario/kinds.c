/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of steps, found by their words.
 */
#include <string.h>

#include "harness/scenario/kinds.h"
#include "harness/scenario/suggest.h"

#define MAX_SUGGESTIONS 3

typedef struct KindIndex {
    KindEntry *entries;             /* by first letter, then longest words first */
    unsigned n_entries;
    unsigned first[256];            /* index of the first entry with that letter */
    unsigned n_of_letter[256];
} KindIndex;

static KindEntry make_entry(const StepKind *kind)
{
    KindEntry entry = { .kind = kind, .n_words_bytes = strlen(kind->words) };

    while (entry.n_args < STEP_MAX_ARGS && kind->args[entry.n_args].name) {
        entry.n_args++;
    }
    entry.declares_drive = strcmp(kind->words, "drive") == 0 && kind->args[0].type == ARG_DRIVE;
    entry.is_schedule = strncmp(kind->words, "schedule", 8) == 0;
    entry.is_version = strcmp(kind->words, "bax") == 0;
    return entry;
}

static int compare_entries(const void *a, const void *b)
{
    const KindEntry *left = a, *right = b;
    int by_letter = (unsigned char)left->kind->words[0] - (unsigned char)right->kind->words[0];

    if (by_letter) {
        return by_letter;
    }
    if (left->n_words_bytes != right->n_words_bytes) {
        return left->n_words_bytes > right->n_words_bytes ? -1 : 1;
    }
    return strcmp(left->kind->words, right->kind->words);
}

static void build_index(KindIndex *index)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(KindEntry));

    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            KindEntry entry = make_entry(kind);

            g_array_append_val(entries, entry);
        }
    }
    g_array_sort(entries, compare_entries);
    index->n_entries = entries->len;
    index->entries = (KindEntry *)g_array_free(g_steal_pointer(&entries), FALSE);
    for (unsigned i = index->n_entries; i-- > 0; ) {
        unsigned char letter = index->entries[i].kind->words[0];

        index->first[letter] = i;
        index->n_of_letter[letter]++;
    }
}

static const KindIndex *get_index(void)
{
    static KindIndex index;
    static gsize is_built;

    if (g_once_init_enter(&is_built)) {
        build_index(&index);
        g_once_init_leave(&is_built, 1);
    }
    return &index;
}

/* Words of a kind have one blank between them, the line may have more. */
static bool match_words(const Cursor *cursor, const char *words, const char **ret_at)
{
    Cursor probe = *cursor;

    for (; *words; words++) {
        if (probe.at == probe.end) {
            return false;
        }
        if (*words == ' ') {
            if (!is_blank(*probe.at)) {
                return false;
            }
            cursor_skip_blanks(&probe);
        } else if (*probe.at++ != *words) {
            return false;
        }
    }
    if (!cursor_at_boundary(&probe)) {
        return false;
    }
    *ret_at = probe.at;
    return true;
}

const KindEntry *kinds_match(Cursor *cursor)
{
    const KindIndex *index = get_index();
    unsigned char letter = *cursor->at;
    const KindEntry *entries = index->entries + index->first[letter];

    for (unsigned i = 0; i < index->n_of_letter[letter]; i++) {
        if (match_words(cursor, entries[i].kind->words, &cursor->at)) {
            return &entries[i];
        }
    }
    return NULL;
}

/* As many words of the line as @words has, with one blank between them. */
static Word take_words_like(const Cursor *cursor, const char *words, char *buffer)
{
    Cursor probe = *cursor;
    Word taken = { buffer, 0 };

    for (const char *word = words; word; word = strchr(word, ' ')) {
        Word next;

        word += word != words;
        cursor_skip_blanks(&probe);
        next = cursor_take_word(&probe);
        if (taken.length + 1 + next.length > WORDS_MAX_COMPARED_BYTES) {
            return (Word){ buffer, 0 };
        }
        if (word != words) {
            buffer[taken.length++] = ' ';
        }
        memcpy(buffer + taken.length, next.start, next.length);
        taken.length += next.length;
    }
    return taken;
}

/* The kinds nearest to the words at the cursor; returns how many. */
static unsigned find_nearest(const Cursor *cursor, const char **nearest)
{
    const KindIndex *index = get_index();
    unsigned best = UINT_MAX, n_nearest = 0;

    for (unsigned i = 0; i < index->n_entries; i++) {
        char buffer[WORDS_MAX_COMPARED_BYTES];
        const KindEntry *entry = &index->entries[i];
        Word words = { entry->kind->words, entry->n_words_bytes };
        Word taken = take_words_like(cursor, words.start, buffer);
        unsigned tolerance = words_tolerance(words.length);
        unsigned distance = words_distance(taken, words, tolerance);

        if (distance > tolerance || distance > best) {
            continue;
        }
        if (distance < best) {
            best = distance;
            n_nearest = 0;
        }
        if (n_nearest < MAX_SUGGESTIONS) {
            nearest[n_nearest++] = entry->kind->words;
        }
    }
    return n_nearest;
}

/* Kinds of several words, the first of which is @first, in the order of the tables. */
static unsigned find_by_first_word(Word first, GPtrArray *words)
{
    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            if (strncmp(kind->words, first.start, first.length) == 0 &&
                kind->words[first.length] == ' ') {
                g_ptr_array_add(words, (char *)kind->words);
            }
        }
    }
    return words->len;
}

/* The words at the cursor, as many as @words has, for a message.  Caller frees. */
static char *show_words_like(const Cursor *cursor, const char *words)
{
    char buffer[WORDS_MAX_COMPARED_BYTES];
    Cursor probe = *cursor;
    Word taken = take_words_like(cursor, words, buffer);

    while (taken.length && is_blank(buffer[taken.length - 1])) {
        taken.length--;
    }
    return word_show(taken.length ? taken : cursor_take_word(&probe));
}

bool kinds_fail_unknown(const Cursor *cursor)
{
    const char *nearest[MAX_SUGGESTIONS];
    Cursor probe = *cursor;
    Word first = cursor_take_word(&probe);
    unsigned n_nearest = find_nearest(cursor, nearest);
    g_autoptr(GPtrArray) family = g_ptr_array_new();
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *shown = NULL;

    for (unsigned i = 0; i < n_nearest; i++) {
        g_autofree char *quoted = g_strdup_printf("'%s'", nearest[i]);

        list_append(list, quoted, i, n_nearest);
    }
    if (n_nearest > 0) {
        shown = show_words_like(cursor, nearest[0]);
        return cursor_fail(cursor, cursor->at, "unknown step '%s'; did you mean %s?", shown,
                           list->str);
    }
    if (word_is_bare(first) && find_by_first_word(first, family)) {
        for (unsigned i = 0; i < family->len; i++) {
            list_append(list, family->pdata[i], i, family->len);
        }
        shown = show_words_like(cursor, family->pdata[0]);
        return cursor_fail(cursor, cursor->at, "unknown step '%s'; expected %s", shown, list->str);
    }
    shown = word_show(first);
    return cursor_fail(cursor, cursor->at,
                       "unknown step '%s'; expected one that 'bax help steps' lists", shown);
}

bool kinds_fail_cannot_start(const Cursor *cursor, const char *where, const StepKind *kind)
{
    const KindIndex *index = get_index();
    g_autoptr(GString) list = g_string_new(NULL);
    unsigned n_listed = 0, n_able = 0;

    for (unsigned i = 0; i < index->n_entries; i++) {
        n_able += index->entries[i].kind->can_start;
    }
    for (unsigned i = 0; i < index->n_entries; i++) {
        if (index->entries[i].kind->can_start) {
            list_append(list, index->entries[i].kind->words, n_listed++, n_able);
        }
    }
    return cursor_fail(cursor, where, "'%s' cannot be started; expected %s", kind->words,
                       n_able ? list->str : "no 'start' here");
}
