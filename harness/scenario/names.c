/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that steps of a scenario made so far: drives, or labels.
 *
 * A plain array, since a scenario has a handful; hashes keep it quick when it has
 * thousands, and decide nothing but equality.
 */
#include "harness/scenario/names.h"

#define MAX_NAMES_SHOWN 8

void names_clear(NameList *list)
{
    g_free(list->entries);
    *list = (NameList){ 0 };
}

void names_add(NameList *list, const char *name, unsigned line)
{
    if (list->n_entries == list->n_allocated) {
        list->n_allocated = MAX(8, list->n_allocated * 2);
        list->entries = g_renew(NameEntry, list->entries, list->n_allocated);
    }
    list->entries[list->n_entries++] = (NameEntry){ g_str_hash(name), line, name };
}

unsigned names_find(const NameList *list, const char *name)
{
    guint hash = g_str_hash(name);

    for (unsigned i = 0; i < list->n_entries; i++) {
        if (list->entries[i].hash == hash && g_str_equal(list->entries[i].name, name)) {
            return list->entries[i].line;
        }
    }
    return 0;
}

char *names_expected(const NameList *list, const char *none)
{
    GString *text;

    if (list->n_entries == 0) {
        return g_strdup(none);
    }
    text = g_string_new(list->n_entries == 1 ? "expected " : "expected one of ");
    for (unsigned i = 0; i < list->n_entries; i++) {
        if (i == MAX_NAMES_SHOWN) {
            g_string_append(text, ", ...");
            break;
        }
        g_string_append(text, i ? ", " : "");
        g_string_append(text, list->entries[i].name);
    }
    return g_string_free(text, FALSE);
}
