/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inputs that did something new: as text until somebody wants one.
 */
#include "harness/campaign/corpus.h"

#include <string.h>

#include "harness/generate/generate.h"

typedef struct Entry {
    char *text;                 /* NULL: @scenario is there */
    Scenario *scenario;
} Entry;

struct Corpus {
    GArray *entries;            /* of Entry */
};

static void clear_entry(gpointer data)
{
    Entry *entry = data;

    g_free(entry->text);
    if (entry->scenario) {
        scenario_free(entry->scenario);
    }
}

Corpus *corpus_new(void)
{
    Corpus *corpus = g_new(Corpus, 1);

    corpus->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(corpus->entries, clear_entry);
    return corpus;
}

void corpus_free(Corpus *corpus)
{
    g_array_unref(corpus->entries);
    g_free(corpus);
}

static void add(Corpus *corpus, Entry entry)
{
    g_array_append_val(corpus->entries, entry);
}

void corpus_add_text(Corpus *corpus, const char *text)
{
    add(corpus, (Entry) { .text = g_strdup(text) });
}

void corpus_add(Corpus *corpus, Scenario *scenario)
{
    add(corpus, (Entry) { .scenario = scenario });
}

guint corpus_size(const Corpus *corpus)
{
    return corpus->entries->len;
}

const Scenario *corpus_get(Corpus *corpus, guint index)
{
    Entry *entry = &g_array_index(corpus->entries, Entry, index);

    if (!entry->scenario) {
        entry->scenario = scenario_parse("corpus", entry->text, strlen(entry->text), NULL);
        g_assert(entry->scenario);
        scenario_repair(entry->scenario);
        g_clear_pointer(&entry->text, g_free);
    }
    return entry->scenario;
}
