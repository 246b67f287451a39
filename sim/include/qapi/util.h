/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building QAPI lists.
 *
 * Stands in for QEMU's include/qapi/util.h.
 */
#ifndef QAPI_UTIL_H
#define QAPI_UTIL_H

#include <glib.h>

/* Puts @element in front of @list. */
#define QAPI_LIST_PREPEND(list, element)                        \
    do {                                                        \
        __typeof__(list) prepended_ = g_malloc(sizeof(*(list))); \
                                                                \
        prepended_->value = (element);                          \
        prepended_->next = (list);                              \
        (list) = prepended_;                                    \
    } while (0)

/* Hangs @element on the end; @tail points to the last next pointer and moves on. */
#define QAPI_LIST_APPEND(tail, element)                         \
    do {                                                        \
        *(tail) = g_malloc0(sizeof(**(tail)));                  \
        (*(tail))->value = (element);                           \
        (tail) = &(*(tail))->next;                              \
    } while (0)

#endif
