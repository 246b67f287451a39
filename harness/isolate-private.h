/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two sides of a fork share: isolate.c, the parent, and isolate-child.c.
 */
#ifndef HARNESS_ISOLATE_PRIVATE_H
#define HARNESS_ISOLATE_PRIVATE_H

#include "harness/isolate.h"

typedef struct IsolateWork {
    const IsolateOptions *options;
    IsolateRunFunc *run;
    void *opaque;
    unsigned *current_lines;        /* of each run; memory that parent and children share */
} IsolateWork;

/* The whole life of a child: does the runs @begin to @end - 1 and ends the process. */
G_NORETURN void isolate_run_in_child(const IsolateWork *work, unsigned begin, unsigned end,
                                     int result_fd, int said_fd);

#endif
