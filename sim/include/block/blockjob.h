/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block jobs: none of the files built here uses one.
 *
 * Stands in for QEMU's include/block/blockjob.h, which block/dirty-bitmap.c
 * includes out of habit.
 */
#ifndef BLOCKJOB_H
#define BLOCKJOB_H

#include "qemu/typedefs.h"

typedef struct BlockJob BlockJob;

#endif
