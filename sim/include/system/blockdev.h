/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for QEMU's include/system/blockdev.h, of which nothing is needed but its name. */
#ifndef BLOCKDEV_H
#define BLOCKDEV_H

#include "block/block.h"

#endif
