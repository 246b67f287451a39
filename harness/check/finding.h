/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding: a broken promise, with a stable name, where and when.
 */
#ifndef HARNESS_CHECK_FINDING_H
#define HARNESS_CHECK_FINDING_H

#include <glib.h>

typedef struct Finding {
    char *name;             /* stable: "lost-write", "stale-view", "expectation", ... */
    char *who;              /* drive, node, bitmap or target; NULL: none */
    unsigned line;          /* of the step that was under way or just done; 0: none */
    char *message;          /* whole sentences; may hold newlines; the last says what is wrong */
    char *known;            /* why it is accepted for now; NULL: it is not, as checks leave it */
} Finding;

void finding_clear(Finding *finding);
/* An array of Finding that clears what it held. */
GArray *findings_new(void);

#endif
