/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a run in memory that parent and child share.
 *
 * A run that crashes or hangs hands back no result, but the answers that it got until then are
 * here: its schedule is known all the same.
 */
#ifndef HARNESS_MIRROR_H
#define HARNESS_MIRROR_H

#include "sim/core/choices.h"

#define MIRROR_DEFAULT_ANSWERS 65536

/* Before the fork; for RunOptions.mirror of one run after the other.  Freed by mirror_free(). */
SimRecord *mirror_new(uint32_t n_answers_max);
void mirror_free(SimRecord *mirror);
/*
 * The schedule of the last run, as RunResult.schedule; NULL: there was no room for all of it.
 * The caller's.
 */
char *mirror_print(const SimRecord *mirror);

#endif
