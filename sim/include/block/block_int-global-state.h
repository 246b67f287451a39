/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block layer functions of the main thread, for the block layer itself.
 *
 * Stands in for QEMU's include/block/block_int-global-state.h.
 */
#ifndef BLOCK_INT_GLOBAL_STATE_H
#define BLOCK_INT_GLOBAL_STATE_H

#include "block/block_int.h"
#include "block/block-global-state.h"

#endif
