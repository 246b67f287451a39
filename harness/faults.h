/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario with faults of somebody else's choosing in the place of its own.
 *
 * A fault changes what comes, so what a scenario expects means nothing any more: expectations
 * are left out, errors are allowed, and what is left are the promises that hold whatever fails.
 */
#ifndef HARNESS_FAULTS_H
#define HARNESS_FAULTS_H

#include "harness/scenario/scenario.h"
#include "sim/core/fault.h"

typedef struct FaultChoice {
    const char *call;           /* a row of sim_fault_calls */
    uint32_t nth;               /* from the beginning of the scenario, 1: the first */
    uint64_t delay_ns;          /* 0: it fails */
} FaultChoice;

/*
 * @scenario without its expectations and faults, with these @n instead; @path and @title are the
 * new one's.  NULL with *@error: it has too many steps.
 */
Scenario *faults_apply(const Scenario *scenario, const FaultChoice *faults, unsigned n,
                       const char *path, const char *title, GError **error);

/*
 * The same scenario without its step of line @line; NULL if there is none, or if the others cannot
 * do without it.
 */
Scenario *faults_without_step(const Scenario *scenario, unsigned line);

/* "bdrv_open:2", "cbw-write:1:60s", with "+" between several; the caller's. */
char *faults_describe(const FaultChoice *faults, unsigned n);

#endif
