/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of the code under test, accounted for without touching its source.
 *
 * When the code is compiled, every call of its object file to an allocator X goes to
 * subject_account_X() instead, if there is one (cmake/prepare-subject).  Those functions
 * (accounting-memory.c, accounting-text.c, accounting-list.c, accounting-container.c) allocate
 * as usual and tell this file what they gave and who asked.  So at the end of a run it is known
 * what is left, and, by looking where the code's static data points, what nobody can reach.
 *
 * References to nodes and jobs, and bitmaps, are accounted for likewise (accounting-graph.c).
 *
 * Blocks stay what the allocator returned: whoever else frees one must only have taken it over
 * before (accounting_hand_over()).  Addresses decide nothing: all lists are in the order of
 * allocation.
 */
#ifndef HARNESS_SUBJECT_ACCOUNTING_H
#define HARNESS_SUBJECT_ACCOUNTING_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/subject/subject.h"

typedef enum AccountedKind {
    ACCOUNTED_MEMORY,           /* any pointer in it counts */
    ACCOUNTED_HASH_TABLE,
    ACCOUNTED_PTR_ARRAY,
    ACCOUNTED_ARRAY,
    ACCOUNTED_STRING,           /* GString */
    ACCOUNTED_GERROR,
    ACCOUNTED_ERROR,            /* QEMU's Error: known for the time of a search only */
    ACCOUNTED_REFERENCE,        /* to a node, a bitmap or a job: likewise */
} AccountedKind;

/* The caller's caller, which is the code under test. */
#define ACCOUNTING_SITE __builtin_return_address(0)

/* Returns @start, which may be NULL.  A block of this address that is known already is gone. */
void *accounting_add(void *start, size_t n_bytes, AccountedKind kind, const void *site);
/* For what is freed, or is somebody else's from now on.  False: it is not the subject's. */
bool accounting_forget(const void *start);
/* For kinds with a reference count: false if there are references left. */
bool accounting_ref(const void *start);
bool accounting_unref(const void *start);

/*
 * Calls @found for what neither [static_begin, static_end) nor anything that hangs on it points
 * to: references to nodes and jobs, and bitmaps, then errors, then memory, summed up by the
 * function that allocated it.  In the order of making.
 */
void accounting_find_leaks(const void *static_begin, const void *static_end,
                           SubjectLeakFunc *found, void *opaque);
/* Frees whatever memory is left, and forgets who holds what of the block layer. */
void accounting_free_all(void);

/*
 * Which function of the code under test made this bitmap, if it did; NULL: somebody else, or
 * there is no such bitmap.  @bitmap_name may be NULL.
 */
const char *accounting_maker_of_bitmap(const char *node_name, const char *bitmap_name);

#endif
