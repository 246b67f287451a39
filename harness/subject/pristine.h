/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static state of the code under test, put back between runs.
 */
#ifndef HARNESS_SUBJECT_PRISTINE_H
#define HARNESS_SUBJECT_PRISTINE_H

/* As when QEMU starts.  The world of the last run may be gone already. */
void subject_restore_pristine(void);

#endif
