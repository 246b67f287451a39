/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace points of QEMU's util/ files: none of them is recorded.
 *
 * QEMU generates this file from util/trace-events; util/trace.h of a tree
 * includes it.
 */
#ifndef TRACE_TRACE_UTIL_H
#define TRACE_TRACE_UTIL_H

#define trace_hbitmap_iter_skip_words(hb, hbi, pos, cur) ((void)0)
#define trace_hbitmap_reset(hb, start, count, sbit, ebit) ((void)0)
#define trace_hbitmap_set(hb, start, count, sbit, ebit) ((void)0)

#endif
