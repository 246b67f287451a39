/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block layer's public functions, as QEMU's include/block/block.h gathers them. */
#ifndef BLOCK_H
#define BLOCK_H

#include "block/block-common.h"
#include "block/block-global-state.h"
#include "block/block-io.h"

#endif
