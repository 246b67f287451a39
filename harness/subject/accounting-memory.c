/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library's and GLib's allocators, as the code under test calls them: each does what its
 * namesake does and accounts for it.
 *
 * What the code frees need not be its own: block-layer functions hand out memory, too.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting.h"

/* ---- the C library -------------------------------------------------------- */

void *subject_account_malloc(size_t n_bytes)
{
    return accounting_add(malloc(n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_calloc(size_t n, size_t n_bytes)
{
    return accounting_add(calloc(n, n_bytes), n * n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_realloc(void *start, size_t n_bytes)
{
    accounting_forget(start);
    return accounting_add(realloc(start, n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void subject_account_free(void *start)
{
    accounting_forget(start);
    free(start);
}

static char *add_text(char *text, const void *site)
{
    return accounting_add(text, text ? strlen(text) + 1 : 0, ACCOUNTED_MEMORY, site);
}

char *subject_account_strdup(const char *text)
{
    return add_text(strdup(text), ACCOUNTING_SITE);
}

char *subject_account___strdup(const char *text)
{
    return add_text(strdup(text), ACCOUNTING_SITE);
}

char *subject_account_strndup(const char *text, size_t n)
{
    return add_text(strndup(text, n), ACCOUNTING_SITE);
}

/* ---- GLib ----------------------------------------------------------------- */

void *subject_account_g_malloc(gsize n_bytes)
{
    return accounting_add(g_malloc(n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

/*
 * As g_malloc0(), but not by calloc(): glibc's (2.36) takes nothing from the thread's cache that
 * free() fills, so that each pair of both takes the long way.
 */
static void *malloc_zeroed(gsize n_bytes)
{
    void *start = g_malloc(n_bytes);

    return start ? memset(start, 0, n_bytes) : NULL;
}

void *subject_account_g_malloc0(gsize n_bytes)
{
    return accounting_add(malloc_zeroed(n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_malloc_n(gsize n, gsize n_bytes)
{
    return accounting_add(g_malloc_n(n, n_bytes), n * n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_malloc0_n(gsize n, gsize n_bytes)
{
    void *start = g_malloc_n(n, n_bytes);

    if (start) {
        memset(start, 0, n * n_bytes);
    }
    return accounting_add(start, n * n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_try_malloc(gsize n_bytes)
{
    return accounting_add(g_try_malloc(n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_try_malloc0(gsize n_bytes)
{
    return accounting_add(g_try_malloc0(n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_try_malloc_n(gsize n, gsize n_bytes)
{
    return accounting_add(g_try_malloc_n(n, n_bytes), n * n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

void *subject_account_g_try_malloc0_n(gsize n, gsize n_bytes)
{
    return accounting_add(g_try_malloc0_n(n, n_bytes), n * n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

void *subject_account_g_realloc(void *start, gsize n_bytes)
{
    accounting_forget(start);
    return accounting_add(g_realloc(start, n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void *subject_account_g_realloc_n(void *start, gsize n, gsize n_bytes)
{
    accounting_forget(start);
    return accounting_add(g_realloc_n(start, n, n_bytes), n * n_bytes, ACCOUNTED_MEMORY,
                          ACCOUNTING_SITE);
}

void *subject_account_g_memdup2(const void *start, gsize n_bytes)
{
    return accounting_add(g_memdup2(start, n_bytes), n_bytes, ACCOUNTED_MEMORY, ACCOUNTING_SITE);
}

void subject_account_g_free(void *start)
{
    accounting_forget(start);
    g_free(start);
}

void subject_account_g_free_sized(void *start, size_t n_bytes G_GNUC_UNUSED)
{
    accounting_forget(start);
    g_free(start);
}
