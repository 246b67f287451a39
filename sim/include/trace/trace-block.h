/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace points of QEMU's block/ files: block/dirty-bitmap.c has none.
 *
 * QEMU generates this file from block/trace-events; block/trace.h of a tree
 * includes it.
 */
#ifndef TRACE_TRACE_BLOCK_H
#define TRACE_TRACE_BLOCK_H

#endif
