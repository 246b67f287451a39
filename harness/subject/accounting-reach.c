/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for leaks: what can still be reached from static data?
 *
 * Conservative, as leak checkers are: any word that holds the address of a block's first byte
 * points to it.  Only if something seems lost after that, pointers into the middle of a block
 * count too.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "harness/subject/accounting-private.h"
#include "harness/subject/function-name.h"
#include "sim/util/sim-error.h"

typedef struct Search {
    GPtrArray *to_scan;         /* reached blocks whose content was not looked at yet */
    bool with_middles;
    size_t n_bytes_reached;
} Search;

static AccountedBlock *find_target(const Search *search, uintptr_t word)
{
    AccountedBlock *block = accounting_find((const void *)word);

    if (block || !search->with_middles) {
        return block;
    }
    for (block = accounting_first(); block; block = block->next) {
        if (word - (uintptr_t)block->start < block->n_bytes) {
            return block;
        }
    }
    return NULL;
}

static void reach(Search *search, AccountedBlock *block)
{
    if (block && !block->is_reached) {
        block->is_reached = true;
        search->n_bytes_reached += block->n_bytes;
        g_ptr_array_add(search->to_scan, block);
    }
}

/* Static data has gaps that AddressSanitizer guards. */
__attribute__((no_sanitize("address")))
static void scan_words(Search *search, const void *begin, const void *end)
{
    const uintptr_t *word = (const uintptr_t *)(((uintptr_t)begin + sizeof(*word) - 1) &
                                                ~(sizeof(*word) - 1));

    for (; (const char *)(word + 1) <= (const char *)end; word++) {
        if (*word) {
            reach(search, find_target(search, *word));
        }
    }
}

static void scan_pointer(Search *search, const void *pointer)
{
    reach(search, find_target(search, (uintptr_t)pointer));
}

static void scan_array(Search *search, GArray *array)
{
    if (array->len > 0) {
        scan_words(search, array->data,
                   array->data + array->len * g_array_get_element_size(array));
    }
}

static void scan_block(Search *search, AccountedBlock *block)
{
    GHashTableIter iter;
    gpointer key, value;

    switch (block->kind) {
    case ACCOUNTED_MEMORY:
        scan_words(search, block->start, (const char *)block->start + block->n_bytes);
        break;
    case ACCOUNTED_HASH_TABLE:
        /* The order only decides what is marked first, and in the end all is marked. */
        g_hash_table_iter_init(&iter, block->start);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            scan_pointer(search, key);
            scan_pointer(search, value);
        }
        break;
    case ACCOUNTED_PTR_ARRAY:
        for (guint i = 0; i < ((GPtrArray *)block->start)->len; i++) {
            scan_pointer(search, ((GPtrArray *)block->start)->pdata[i]);
        }
        break;
    case ACCOUNTED_ARRAY:
        scan_array(search, block->start);
        break;
    case ACCOUNTED_STRING:
    case ACCOUNTED_GERROR:
    case ACCOUNTED_ERROR:
    case ACCOUNTED_REFERENCE:
        break;
    }
}

static void scan_reached(Search *search)
{
    while (search->to_scan->len > 0) {
        scan_block(search, g_ptr_array_steal_index_fast(search->to_scan,
                                                        search->to_scan->len - 1));
    }
}

static void search_from_statics(Search *search, const void *begin, const void *end)
{
    for (AccountedBlock *block = accounting_first(); block; block = block->next) {
        block->is_reached = false;
    }
    scan_words(search, begin, end);
    scan_reached(search);
}

static bool is_anything_lost(void)
{
    const AccountedBlock *block = accounting_first();

    while (block && block->is_reached) {
        block = block->next;
    }
    return block != NULL;
}

/* ---- the report ------------------------------------------------------------ */

typedef struct Leak {
    const char *function;
    size_t n_bytes;
    unsigned n_blocks;
} Leak;

static Leak *find_leak(GArray *leaks, const char *function)
{
    Leak leak = { .function = function };

    for (guint i = 0; i < leaks->len; i++) {
        if (strcmp(g_array_index(leaks, Leak, i).function, function) == 0) {
            return &g_array_index(leaks, Leak, i);
        }
    }
    g_array_append_val(leaks, leak);
    return &g_array_index(leaks, Leak, leaks->len - 1);
}

/* What another lost block points to is lost with that one. */
static bool is_lost_with_another(Search *search, const AccountedBlock *lost)
{
    bool is_pointed_at = false;

    for (AccountedBlock *block = accounting_first(); block && !is_pointed_at; block = block->next) {
        if (!block->is_reached && block != lost && block->kind == ACCOUNTED_MEMORY) {
            for (size_t at = 0; at + sizeof(void *) <= block->n_bytes; at += sizeof(void *)) {
                void *const *word = (void *const *)((const char *)block->start + at);

                is_pointed_at = is_pointed_at ||
                                (*word && find_target(search, (uintptr_t)*word) == lost);
            }
        }
    }
    return is_pointed_at;
}

static void add_lost(Search *search, GArray *leaks, AccountedBlock *block)
{
    Leak *leak = find_leak(leaks, function_name_at(block->site));

    search->n_bytes_reached = 0;
    reach(search, block);
    scan_reached(search);
    leak->n_bytes += search->n_bytes_reached;
    leak->n_blocks++;
}

static void report_memory(Search *search, SubjectLeakFunc *found, void *opaque)
{
    g_autoptr(GArray) leaks = g_array_new(FALSE, FALSE, sizeof(Leak));

    /* Twice: the second time for what only points to itself in a circle. */
    for (unsigned round = 0; round < 2; round++) {
        for (AccountedBlock *block = accounting_first(); block; block = block->next) {
            if (!block->is_reached && block->kind != ACCOUNTED_ERROR &&
                block->kind != ACCOUNTED_REFERENCE &&
                (round == 1 || !is_lost_with_another(search, block))) {
                add_lost(search, leaks, block);
            }
        }
    }
    for (guint i = 0; i < leaks->len; i++) {
        const Leak *leak = &g_array_index(leaks, Leak, i);
        g_autofree char *message = g_strdup_printf(
            "%s() allocated memory that was not freed and that nothing points to any more: "
            "%zu bytes, lost at %u place%s", leak->function, leak->n_bytes, leak->n_blocks,
            leak->n_blocks == 1 ? "" : "s");

        found("leaked-memory", leak->function, message, opaque);
    }
}

static void report_error(const SimErrorSite *site, SubjectLeakFunc *found, void *opaque)
{
    g_autofree char *message = g_strdup_printf(
        "an error object was not freed, and nothing points to it any more; %s() made it in %s: "
        "\"%s\"", site->function, site->file, site->message);

    found("leaked-error", site->function, message, opaque);
}

/* First of all, since whoever leaks an error leaks it by itself. */
static void report_errors(SubjectLeakFunc *found, void *opaque)
{
    SimErrorSite site;

    for (unsigned i = 0; sim_errors_site_at(i, &site); i++) {
        const AccountedBlock *block = accounting_find(site.error);

        if (!block->is_reached) {
            report_error(&site, found, opaque);
        }
    }
}

void accounting_find_leaks(const void *static_begin, const void *static_end,
                           SubjectLeakFunc *found, void *opaque)
{
    Search search = { .with_middles = false };
    SimErrorSite site;

    for (unsigned i = 0; sim_errors_site_at(i, &site); i++) {
        accounting_add((void *)site.error, 0, ACCOUNTED_ERROR, site.function);
    }
    accounting_graph_begin_search();
    if (accounting_n_blocks() > 0) {
        search.to_scan = g_ptr_array_new();
        search_from_statics(&search, static_begin, static_end);
        if (is_anything_lost()) {
            search.with_middles = true;
            search_from_statics(&search, static_begin, static_end);
            accounting_graph_report(found, opaque);
            report_errors(found, opaque);
            report_memory(&search, found, opaque);
        }
        g_ptr_array_unref(search.to_scan);
    }
    accounting_graph_end_search();
    for (unsigned i = 0; sim_errors_site_at(i, &site); i++) {
        accounting_forget(site.error);
    }
}
