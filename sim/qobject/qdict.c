/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries of options.
 *
 * Stands in for QEMU's qobject/qdict.c.  A dictionary has some ten entries, so a list
 * that is searched from its head beats a hash table.  Dictionaries and entries come
 * from pools and short strings live in the entry: a run allocates nothing here.
 */
#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "sim/qobject/sim-qdict.h"

typedef enum ValueType {
    VALUE_STRING,
    VALUE_INTEGER,
    VALUE_BOOLEAN,
} ValueType;

typedef struct Text {
    char *allocated;            /* NULL: it is short */
    size_t n_bytes;             /* with the NUL */
    char inline_bytes[40];
} Text;

struct QDictEntry {
    Text key;
    ValueType type;
    Text string;
    int64_t number;             /* integer or boolean */
    QDictEntry *next;
};

struct QDict {
    unsigned n_references;
    size_t n_entries;
    QDictEntry *first;
    QDictEntry *last;
    QDict *previous;            /* in the list of those alive */
    QDict *next;                /* ... or of those to use again */
};

static QDict *alive;
static QDict *unused;
static unsigned n_alive;
static QDictEntry *unused_entries;

static void text_set(Text *text, const char *string)
{
    size_t n_bytes = strlen(string) + 1;
    char *old = text->allocated;

    /* @string may be the old text itself. */
    if (n_bytes <= sizeof(text->inline_bytes)) {
        memmove(text->inline_bytes, string, n_bytes);
        text->allocated = NULL;
    } else {
        text->allocated = g_memdup2(string, n_bytes);
    }
    text->n_bytes = n_bytes;
    g_free(old);
}

static const char *text_get(const Text *text)
{
    return text->allocated ? text->allocated : text->inline_bytes;
}

static void text_clear(Text *text)
{
    g_free(text->allocated);
    text->allocated = NULL;
}

QDict *qdict_new(void)
{
    QDict *dict = unused;

    if (dict) {
        unused = dict->next;
    } else {
        dict = g_new(QDict, 1);
    }
    *dict = (QDict) { .n_references = 1, .next = alive };
    if (alive) {
        alive->previous = dict;
    }
    alive = dict;
    n_alive++;
    return dict;
}

QDict *qdict_ref_internal(QDict *dict)
{
    g_assert(dict->n_references > 0);
    dict->n_references++;
    return dict;
}

static void free_entry(QDictEntry *entry)
{
    text_clear(&entry->key);
    text_clear(&entry->string);
    entry->next = unused_entries;
    unused_entries = entry;
}

static void free_dict(QDict *dict)
{
    while (dict->first) {
        QDictEntry *entry = dict->first;

        dict->first = entry->next;
        free_entry(entry);
    }
    *(dict->previous ? &dict->previous->next : &alive) = dict->next;
    if (dict->next) {
        dict->next->previous = dict->previous;
    }
    n_alive--;
    dict->next = unused;
    unused = dict;
}

void qdict_unref_internal(QDict *dict)
{
    if (!dict) {
        return;
    }
    g_assert(dict->n_references > 0);
    if (--dict->n_references == 0) {
        free_dict(dict);
    }
}

static bool text_equals(const Text *text, const char *string, size_t n_bytes)
{
    return text->n_bytes == n_bytes && !memcmp(text_get(text), string, n_bytes);
}

static QDictEntry *find(const QDict *dict, const char *key)
{
    size_t n_bytes = strlen(key) + 1;

    for (QDictEntry *entry = dict->first; entry; entry = entry->next) {
        if (text_equals(&entry->key, key, n_bytes)) {
            return entry;
        }
    }
    return NULL;
}

static QDictEntry *append(QDict *dict, const char *key)
{
    QDictEntry *entry = unused_entries;

    if (entry) {
        unused_entries = entry->next;
    } else {
        entry = g_new0(QDictEntry, 1);
    }
    text_set(&entry->key, key);
    entry->next = NULL;
    *(dict->first ? &dict->last->next : &dict->first) = entry;
    dict->last = entry;
    dict->n_entries++;
    return entry;
}

static QDictEntry *find_or_append(QDict *dict, const char *key)
{
    QDictEntry *entry = find(dict, key);

    return entry ? entry : append(dict, key);
}

void qdict_put_str(QDict *dict, const char *key, const char *value)
{
    QDictEntry *entry = find_or_append(dict, key);

    entry->type = VALUE_STRING;
    text_set(&entry->string, value);
}

void qdict_put_int(QDict *dict, const char *key, int64_t value)
{
    QDictEntry *entry = find_or_append(dict, key);

    entry->type = VALUE_INTEGER;
    entry->number = value;
}

void qdict_put_bool(QDict *dict, const char *key, bool value)
{
    QDictEntry *entry = find_or_append(dict, key);

    entry->type = VALUE_BOOLEAN;
    entry->number = value;
}

void qdict_del(QDict *dict, const char *key)
{
    size_t n_bytes = strlen(key) + 1;
    QDictEntry *previous = NULL;
    QDictEntry *entry = dict->first;

    while (entry && !text_equals(&entry->key, key, n_bytes)) {
        previous = entry;
        entry = entry->next;
    }
    if (!entry) {
        return;
    }
    *(previous ? &previous->next : &dict->first) = entry->next;
    if (!entry->next) {
        dict->last = previous;
    }
    dict->n_entries--;
    free_entry(entry);
}

size_t qdict_size(const QDict *dict)
{
    return dict->n_entries;
}

int qdict_haskey(const QDict *dict, const char *key)
{
    return find(dict, key) != NULL;
}

static const QDictEntry *find_of_type(const QDict *dict, const char *key, ValueType type)
{
    const QDictEntry *entry = find(dict, key);

    return entry && entry->type == type ? entry : NULL;
}

const char *qdict_get_try_str(const QDict *dict, const char *key)
{
    const QDictEntry *entry = find_of_type(dict, key, VALUE_STRING);

    return entry ? text_get(&entry->string) : NULL;
}

int64_t qdict_get_try_int(const QDict *dict, const char *key, int64_t otherwise)
{
    const QDictEntry *entry = find_of_type(dict, key, VALUE_INTEGER);

    return entry ? entry->number : otherwise;
}

bool qdict_get_try_bool(const QDict *dict, const char *key, bool otherwise)
{
    const QDictEntry *entry = find_of_type(dict, key, VALUE_BOOLEAN);

    return entry ? entry->number : otherwise;
}

const char *qdict_get_str(const QDict *dict, const char *key)
{
    g_assert(find_of_type(dict, key, VALUE_STRING));
    return qdict_get_try_str(dict, key);
}

int64_t qdict_get_int(const QDict *dict, const char *key)
{
    g_assert(find_of_type(dict, key, VALUE_INTEGER));
    return qdict_get_try_int(dict, key, 0);
}

bool qdict_get_bool(const QDict *dict, const char *key)
{
    g_assert(find_of_type(dict, key, VALUE_BOOLEAN));
    return qdict_get_try_bool(dict, key, false);
}

const QDictEntry *qdict_first(const QDict *dict)
{
    return dict->first;
}

const QDictEntry *qdict_next(const QDict *dict, const QDictEntry *entry)
{
    (void)dict;
    return entry->next;
}

const char *qdict_entry_key(const QDictEntry *entry)
{
    return text_get(&entry->key);
}

unsigned sim_qdicts_alive(void)
{
    return n_alive;
}

void sim_qdicts_reset(void)
{
    while (alive) {
        free_dict(alive);
    }
}
