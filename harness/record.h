/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run answered, as text that two programs can be compared by.
 *
 * One line for each answer of the code under test, and one for each bitmap at the end.  Names
 * of nodes are left out, since each program may make its own; recording changes nothing in
 * the run, nor its digest.
 */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include "harness/actor/deed.h"

/* A DeedObserverFunc: @opaque is the GString to append to. */
void record_see_deed(const Deed *deed, void *opaque);
/* "drive-scsi0 b0: 12M+4M granularity=4M" for each bitmap of each drive; the caller's. */
char *record_bitmaps(void);

#endif
