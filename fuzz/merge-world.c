/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What settling needs of a world beside bitmaps: nearly nothing, so that fuzz_merge is fast.
 *
 * Messages go nowhere; drained sections are counted.  Code that needs more does not link.
 */
#include "qemu/osdep.h"
#include "block/block-global-state.h"
#include "fuzz/merge-run.h"
#include "qemu/error-report.h"

static int n_drained;

int merge_world_n_drained(void)
{
    return n_drained;
}

void bdrv_drained_begin(BlockDriverState *bs)
{
    (void)bs;
    n_drained++;
}

void bdrv_drained_end(BlockDriverState *bs)
{
    (void)bs;
    n_drained--;
}

void error_report(const char *format, ...)
{
    (void)format;
}

void warn_report(const char *format, ...)
{
    (void)format;
}

void error_printf(const char *format, ...)
{
    (void)format;
}
