/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GLib's functions that return new text, as the code under test calls them, and its GErrors,
 * which come with files that cannot be read.  Files are those of the simulated world.
 */
#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting.h"
#include "sim/files.h"

static char *add_text(char *text, const void *site)
{
    return accounting_add(text, text ? strlen(text) + 1 : 0, ACCOUNTED_MEMORY, site);
}

static char **add_texts(char **texts, const void *site)
{
    size_t n = 0;

    for (; texts && texts[n]; n++) {
        add_text(texts[n], site);
    }
    return accounting_add(texts, (n + 1) * sizeof(*texts), ACCOUNTED_MEMORY, site);
}

char *subject_account_g_strdup(const char *text)
{
    return add_text(g_strdup(text), ACCOUNTING_SITE);
}

char *subject_account_g_strndup(const char *text, gsize n)
{
    return accounting_add(g_strndup(text, n), text ? n + 1 : 0, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

char *subject_account_g_strdup_vprintf(const char *format, va_list arguments)
{
    return add_text(g_strdup_vprintf(format, arguments), ACCOUNTING_SITE);
}

char *subject_account_g_strdup_printf(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return add_text(text, ACCOUNTING_SITE);
}

/* @first and the arguments after it, up to a NULL: the array is the caller's, the texts not. */
static GPtrArray *collect(const char *first, va_list arguments)
{
    GPtrArray *texts = g_ptr_array_new();

    for (const char *text = first; text; text = va_arg(arguments, const char *)) {
        g_ptr_array_add(texts, (char *)text);
    }
    g_ptr_array_add(texts, NULL);
    return texts;
}

char *subject_account_g_strconcat(const char *first, ...)
{
    g_autoptr(GPtrArray) texts = NULL;
    va_list arguments;

    va_start(arguments, first);
    texts = collect(first, arguments);
    va_end(arguments);
    return first ? add_text(g_strjoinv(NULL, (char **)texts->pdata), ACCOUNTING_SITE) : NULL;
}

char *subject_account_g_strjoin(const char *separator, ...)
{
    g_autoptr(GPtrArray) texts = NULL;
    va_list arguments;

    va_start(arguments, separator);
    texts = collect(va_arg(arguments, const char *), arguments);
    va_end(arguments);
    return add_text(g_strjoinv(separator, (char **)texts->pdata), ACCOUNTING_SITE);
}

char *subject_account_g_build_filename(const char *first, ...)
{
    va_list arguments;
    char *path;

    va_start(arguments, first);
    path = g_build_filename_valist(first, &arguments);
    va_end(arguments);
    return add_text(path, ACCOUNTING_SITE);
}

char *subject_account_g_strjoinv(const char *separator, char **texts)
{
    return add_text(g_strjoinv(separator, texts), ACCOUNTING_SITE);
}

char **subject_account_g_strsplit(const char *text, const char *separator, int n_max)
{
    return add_texts(g_strsplit(text, separator, n_max), ACCOUNTING_SITE);
}

char **subject_account_g_strsplit_set(const char *text, const char *separators, int n_max)
{
    return add_texts(g_strsplit_set(text, separators, n_max), ACCOUNTING_SITE);
}

char **subject_account_g_strdupv(char **texts)
{
    return add_texts(g_strdupv(texts), ACCOUNTING_SITE);
}

void subject_account_g_strfreev(char **texts)
{
    for (size_t i = 0; texts && texts[i]; i++) {
        accounting_forget(texts[i]);
    }
    accounting_forget(texts);
    g_strfreev(texts);
}

char *subject_account_g_ascii_strdown(const char *text, gssize n)
{
    return add_text(g_ascii_strdown(text, n), ACCOUNTING_SITE);
}

char *subject_account_g_ascii_strup(const char *text, gssize n)
{
    return add_text(g_ascii_strup(text, n), ACCOUNTING_SITE);
}

char *subject_account_g_path_get_basename(const char *path)
{
    return add_text(g_path_get_basename(path), ACCOUNTING_SITE);
}

char *subject_account_g_path_get_dirname(const char *path)
{
    return add_text(g_path_get_dirname(path), ACCOUNTING_SITE);
}

gboolean subject_account_g_file_get_contents(const char *path, char **ret_text, gsize *ret_length,
                                             GError **error)
{
    gsize length = 0;
    gboolean is_read = sim_g_file_get_contents(path, ret_text, &length, error);

    if (is_read) {
        accounting_add(*ret_text, length + 1, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
    } else if (error) {
        accounting_add(*error, 0, ACCOUNTED_GERROR, ACCOUNTING_SITE);
    }
    if (ret_length) {
        *ret_length = length;
    }
    return is_read;
}

void subject_account_g_error_free(GError *error)
{
    accounting_forget(error);
    g_error_free(error);
}

void subject_account_g_clear_error(GError **error)
{
    if (error) {
        accounting_forget(*error);
    }
    g_clear_error(error);
}
