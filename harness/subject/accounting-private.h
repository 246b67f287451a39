/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of blocks, for the search for leaks (accounting-reach.c).
 */
#ifndef HARNESS_SUBJECT_ACCOUNTING_PRIVATE_H
#define HARNESS_SUBJECT_ACCOUNTING_PRIVATE_H

#include "harness/subject/accounting.h"

typedef struct AccountedBlock AccountedBlock;
struct AccountedBlock {
    void *start;                /* NULL: unused */
    size_t n_bytes;
    const void *site;           /* ACCOUNTED_ERROR: name of the function that made it */
    AccountedBlock *previous;   /* in the order of allocation */
    AccountedBlock *next;       /* also links those that are unused */
    unsigned n_refs;
    AccountedKind kind;
    bool is_reached;
};

AccountedBlock *accounting_first(void);
/* By its first byte. */
AccountedBlock *accounting_find(const void *start);
unsigned accounting_n_blocks(void);

/*
 * accounting-graph.c: what the code holds of the block layer takes part in a search as blocks
 * of the kind ACCOUNTED_REFERENCE.
 */
void accounting_graph_begin_search(void);
void accounting_graph_report(SubjectLeakFunc *found, void *opaque);
void accounting_graph_end_search(void);
void accounting_graph_forget_all(void);

#endif
