/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GList and GSList, as the code under test calls them.
 *
 * Nodes come from malloc() and not from GLib's slices, as in GLib since 2.76, so that
 * AddressSanitizer sees what is done to one that was freed.  The functions that neither
 * allocate nor free (g_list_nth(), g_list_reverse(), ...) are GLib's own.
 */
#include <glib.h>
#include <stdlib.h>

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting.h"

/* ---- GList ---------------------------------------------------------------- */

/* @previous or @next may be NULL; both are linked with the new node. */
static GList *new_node(void *data, GList *previous, GList *next, const void *site)
{
    GList *node = g_new(GList, 1);

    *node = (GList) { .data = data, .prev = previous, .next = next };
    if (previous) {
        previous->next = node;
    }
    if (next) {
        next->prev = node;
    }
    return accounting_add(node, sizeof(*node), ACCOUNTED_MEMORY, site);
}

/* A node of a list that somebody else made is left to GLib. */
static void free_node(GList *node)
{
    if (accounting_forget(node)) {
        g_free(node);
    } else {
        g_list_free_1(node);
    }
}

GList *subject_account_g_list_append(GList *list, void *data)
{
    GList *node = new_node(data, g_list_last(list), NULL, ACCOUNTING_SITE);

    return list ? list : node;
}

GList *subject_account_g_list_prepend(GList *list, void *data)
{
    return new_node(data, list ? list->prev : NULL, list, ACCOUNTING_SITE);
}

GList *subject_account_g_list_insert_before(GList *list, GList *sibling, void *data)
{
    GList *node = new_node(data, sibling ? sibling->prev : g_list_last(list), sibling,
                           ACCOUNTING_SITE);

    return sibling == list ? node : list;
}

GList *subject_account_g_list_insert(GList *list, void *data, int position)
{
    GList *sibling = position < 0 ? NULL : g_list_nth(list, position);
    GList *node = new_node(data, sibling ? sibling->prev : g_list_last(list), sibling,
                           ACCOUNTING_SITE);

    return sibling == list ? node : list;
}

GList *subject_account_g_list_copy(GList *list)
{
    GList *copy = NULL, *last = NULL;

    for (; list; list = list->next) {
        last = new_node(list->data, last, NULL, ACCOUNTING_SITE);
        copy = copy ? copy : last;
    }
    return copy;
}

GList *subject_account_g_list_delete_link(GList *list, GList *node)
{
    list = g_list_remove_link(list, node);
    free_node(node);
    return list;
}

GList *subject_account_g_list_remove(GList *list, const void *data)
{
    GList *node = g_list_find(list, data);

    return node ? subject_account_g_list_delete_link(list, node) : list;
}

GList *subject_account_g_list_remove_all(GList *list, const void *data)
{
    GList *node;

    while ((node = g_list_find(list, data))) {
        list = subject_account_g_list_delete_link(list, node);
    }
    return list;
}

void subject_account_g_list_free_1(GList *node)
{
    free_node(node);
}

void subject_account_g_list_free(GList *list)
{
    while (list) {
        GList *next = list->next;

        free_node(list);
        list = next;
    }
}

void subject_account_g_list_free_full(GList *list, GDestroyNotify free_data)
{
    for (GList *node = list; node; node = node->next) {
        free_data(node->data);
    }
    subject_account_g_list_free(list);
}

/* ---- GSList --------------------------------------------------------------- */

static GSList *new_slist_node(void *data, GSList *next, const void *site)
{
    GSList *node = g_new(GSList, 1);

    *node = (GSList) { .data = data, .next = next };
    return accounting_add(node, sizeof(*node), ACCOUNTED_MEMORY, site);
}

static void free_slist_node(GSList *node)
{
    if (accounting_forget(node)) {
        g_free(node);
    } else {
        g_slist_free_1(node);
    }
}

GSList *subject_account_g_slist_append(GSList *list, void *data)
{
    GSList *node = new_slist_node(data, NULL, ACCOUNTING_SITE);

    if (!list) {
        return node;
    }
    g_slist_last(list)->next = node;
    return list;
}

GSList *subject_account_g_slist_prepend(GSList *list, void *data)
{
    return new_slist_node(data, list, ACCOUNTING_SITE);
}

GSList *subject_account_g_slist_delete_link(GSList *list, GSList *node)
{
    list = g_slist_remove_link(list, node);
    free_slist_node(node);
    return list;
}

GSList *subject_account_g_slist_remove(GSList *list, const void *data)
{
    GSList *node = g_slist_find(list, data);

    return node ? subject_account_g_slist_delete_link(list, node) : list;
}

void subject_account_g_slist_free_1(GSList *node)
{
    free_slist_node(node);
}

void subject_account_g_slist_free(GSList *list)
{
    while (list) {
        GSList *next = list->next;

        free_slist_node(list);
        list = next;
    }
}

void subject_account_g_slist_free_full(GSList *list, GDestroyNotify free_data)
{
    for (GSList *node = list; node; node = node->next) {
        free_data(node->data);
    }
    subject_account_g_slist_free(list);
}
