/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways in which a backup access ends for two bitmaps, and the laws that hold for them.
 *
 * Success leaves exactly what the background bitmap holds, any other end exactly the union of
 * both; either way the target's bitmap records again and the background bitmap is gone.  If
 * others meddled with the bitmaps, nothing is lost all the same: the target's bitmap holds at
 * least what it must, or is gone too.
 */
#ifndef FUZZ_MERGE_RUN_H
#define FUZZ_MERGE_RUN_H

#include "block/dirty-bitmap.h"
#include "fuzz/merge-areas.h"

/*
 * The code under test: settles both bitmaps of the node.  NULL: there is none any more.  Defined
 * by whoever brings it (merge-settle.c).
 */
void merge_settle(BlockDriverState *bs, BdrvDirtyBitmap *bitmap, BdrvDirtyBitmap *background,
                  bool success);

typedef struct MergeViolation {
    const char *name;           /* NULL: there is none */
    const char *message;
} MergeViolation;

MergeViolation merge_check(const MergeCase *merge);

/* Nesting of drained sections; part of the world below (merge-world.c). */
int merge_world_n_drained(void);

#endif
