/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code under test as it is when QEMU starts, as often as one likes.
 *
 * Its writable data lies in sections of its own (cmake/prepare-subject).  They are kept when a
 * program's first run begins, before any of the code was called, and put back for every other.
 */
#ifndef HARNESS_SUBJECT_PRISTINE_H
#define HARNESS_SUBJECT_PRISTINE_H

#include "harness/subject/subject.h"

/*
 * Frees all memory that the code has left, puts its static data back, and calls what it has
 * registered to be called when QEMU starts.  None of its coroutines may be entered again.
 */
void subject_restore_pristine(void);

/* What the code has allocated and cannot reach any more.  Between two steps of the loop. */
void subject_find_leaks(SubjectLeakFunc *found, void *opaque);

/*
 * Of the code's static data, with all that looks like an address counted as the same: equal for
 * equal data, whatever the process.
 */
uint64_t subject_hash_static_data(void);

#endif
