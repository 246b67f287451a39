/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that steps of a scenario made so far: drives, or labels.
 *
 * A zeroed struct is empty.  The names are borrowed from the steps.
 */
#ifndef HARNESS_SCENARIO_NAMES_H
#define HARNESS_SCENARIO_NAMES_H

#include <glib.h>

typedef struct NameEntry {
    guint hash;
    unsigned line;              /* where it was made */
    const char *name;
} NameEntry;

typedef struct NameList {
    NameEntry *entries;
    unsigned n_entries;
    unsigned n_allocated;
} NameList;

void names_clear(NameList *list);
void names_add(NameList *list, const char *name, unsigned line);
/* The line on which the name was made; 0: it was not. */
unsigned names_find(const NameList *list, const char *name);
/* "expected one of scsi0, scsi1", for messages; @none if there are none.  Caller frees. */
char *names_expected(const NameList *list, const char *none);

#endif
