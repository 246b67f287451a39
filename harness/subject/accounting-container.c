/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GLib's hash tables, arrays and strings, as the code under test calls them.
 *
 * They are GLib's own; only their making, their references and their end are accounted for.
 * What they hold is freed by the functions that the code gave them, which are accounted, too.
 */
#include <glib.h>
#include <string.h>

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting.h"

/* ---- GHashTable ----------------------------------------------------------- */

GHashTable *subject_account_g_hash_table_new(GHashFunc hash, GEqualFunc equal)
{
    return accounting_add(g_hash_table_new(hash, equal), 0, ACCOUNTED_HASH_TABLE,
                          ACCOUNTING_SITE);
}

GHashTable *subject_account_g_hash_table_new_full(GHashFunc hash, GEqualFunc equal,
                                                  GDestroyNotify free_key,
                                                  GDestroyNotify free_value)
{
    return accounting_add(g_hash_table_new_full(hash, equal, free_key, free_value), 0,
                          ACCOUNTED_HASH_TABLE, ACCOUNTING_SITE);
}

GHashTable *subject_account_g_hash_table_ref(GHashTable *hash_table)
{
    accounting_ref(hash_table);
    return g_hash_table_ref(hash_table);
}

void subject_account_g_hash_table_unref(GHashTable *hash_table)
{
    accounting_unref(hash_table);
    g_hash_table_unref(hash_table);
}

void subject_account_g_hash_table_destroy(GHashTable *hash_table)
{
    accounting_unref(hash_table);
    g_hash_table_destroy(hash_table);
}

/* ---- GPtrArray ------------------------------------------------------------ */

static GPtrArray *add_ptr_array(GPtrArray *array, const void *site)
{
    return accounting_add(array, 0, ACCOUNTED_PTR_ARRAY, site);
}

GPtrArray *subject_account_g_ptr_array_new(void)
{
    return add_ptr_array(g_ptr_array_new(), ACCOUNTING_SITE);
}

GPtrArray *subject_account_g_ptr_array_new_with_free_func(GDestroyNotify free_element)
{
    return add_ptr_array(g_ptr_array_new_with_free_func(free_element), ACCOUNTING_SITE);
}

GPtrArray *subject_account_g_ptr_array_new_full(guint n_reserved, GDestroyNotify free_element)
{
    return add_ptr_array(g_ptr_array_new_full(n_reserved, free_element), ACCOUNTING_SITE);
}

GPtrArray *subject_account_g_ptr_array_sized_new(guint n_reserved)
{
    return add_ptr_array(g_ptr_array_sized_new(n_reserved), ACCOUNTING_SITE);
}

GPtrArray *subject_account_g_ptr_array_ref(GPtrArray *array)
{
    accounting_ref(array);
    return g_ptr_array_ref(array);
}

void subject_account_g_ptr_array_unref(GPtrArray *array)
{
    accounting_unref(array);
    g_ptr_array_unref(array);
}

void **subject_account_g_ptr_array_free(GPtrArray *array, gboolean free_elements)
{
    size_t n_bytes = array->len * sizeof(void *);

    accounting_unref(array);
    return accounting_add(g_ptr_array_free(array, free_elements), n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

/* ---- GArray --------------------------------------------------------------- */

GArray *subject_account_g_array_new(gboolean zero_terminated, gboolean clear, guint n_bytes)
{
    return accounting_add(g_array_new(zero_terminated, clear, n_bytes), 0, ACCOUNTED_ARRAY,
                          ACCOUNTING_SITE);
}

GArray *subject_account_g_array_sized_new(gboolean zero_terminated, gboolean clear, guint n_bytes,
                                          guint n_reserved)
{
    return accounting_add(g_array_sized_new(zero_terminated, clear, n_bytes, n_reserved), 0,
                          ACCOUNTED_ARRAY, ACCOUNTING_SITE);
}

GArray *subject_account_g_array_ref(GArray *array)
{
    accounting_ref(array);
    return g_array_ref(array);
}

void subject_account_g_array_unref(GArray *array)
{
    accounting_unref(array);
    g_array_unref(array);
}

char *subject_account_g_array_free(GArray *array, gboolean free_elements)
{
    size_t n_bytes = array->len * g_array_get_element_size(array);

    accounting_unref(array);
    return accounting_add(g_array_free(array, free_elements), n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

/* ---- GString -------------------------------------------------------------- */

GString *subject_account_g_string_new(const char *text)
{
    return accounting_add(g_string_new(text), 0, ACCOUNTED_STRING, ACCOUNTING_SITE);
}

GString *subject_account_g_string_sized_new(gsize n_bytes)
{
    return accounting_add(g_string_sized_new(n_bytes), 0, ACCOUNTED_STRING, ACCOUNTING_SITE);
}

char *subject_account_g_string_free(GString *string, gboolean free_text)
{
    size_t n_bytes = string->len + 1;

    accounting_forget(string);
    return accounting_add((g_string_free)(string, free_text), n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}
