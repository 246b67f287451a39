/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of steps, found by their words.
 *
 * An index over step_kind_tables, made once: parsing a line looks at the few
 * kinds that begin with the same letter, longest words first.
 */
#ifndef HARNESS_SCENARIO_KINDS_H
#define HARNESS_SCENARIO_KINDS_H

#include "harness/actor/step.h"
#include "harness/scenario/cursor.h"

typedef struct KindEntry {
    const StepKind *kind;
    unsigned n_words_bytes;
    unsigned n_args;
    bool declares_drive;        /* "drive": its first argument is a new drive */
    bool is_version;            /* "bax" */
    bool is_schedule;           /* "schedule ..." */
} KindEntry;

/* Moves the cursor behind the words of the kind; NULL: no kind has such words. */
const KindEntry *kinds_match(Cursor *cursor);
/* Complains that no kind has the words at the cursor, and names the nearest ones. */
bool kinds_fail_unknown(const Cursor *cursor);
/* Complains that this kind cannot stand behind "start LABEL", and names those that can. */
bool kinds_fail_cannot_start(const Cursor *cursor, const char *where, const StepKind *kind);

#endif
