/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No crash, whatever the callers do.
 *
 * Nothing can be judged from inside a process that has died: who watches it reports "crash",
 * "hang" and "standstill" (checks_report()).  The row stands here so that the list of
 * promises is whole.
 */
#include "harness/check/all-checks.h"

const Check check_no_crash = {
    .name = "no-crash",
    .promise = "No assertion, abort, signal or sanitizer report, whatever the callers do.",
};
