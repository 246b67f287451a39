/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks: interesting situations, and whether a run came to them.
 *
 * Random runs prove little about what they never reach.  Each mark is a situation in which
 * backup code has to get something right, told from outside: by events and deeds alone, as the
 * checks see them.  A mark is no promise; nothing is wrong in a run that reaches none.
 */
#ifndef HARNESS_MARK_MARK_H
#define HARNESS_MARK_MARK_H

#include "harness/actor/deed.h"
#include "sim/core/event.h"

typedef struct MarkInfo {
    const char *name;               /* stable: "write-held-over-teardown" */
    const char *sentence;
    unsigned first_generation;      /* of the interface, in which it can happen at all; 0: in any */
    unsigned last_generation;       /* 0: in any later one */
} MarkInfo;

/* Ends with a NULL name; a mark's place here is its bit.  There are at most 64. */
extern const MarkInfo mark_infos[];
unsigned mark_count(void);
bool mark_can_be_reached(const MarkInfo *info, unsigned generation);

typedef struct Marks Marks;

/* Of one run. */
Marks *marks_new(void);
void marks_free(Marks *marks);
void marks_see_event(const SimEvent *event, void *opaque);
void marks_see_deed(const Deed *deed, void *opaque);
uint64_t marks_reached(const Marks *marks);

#endif
