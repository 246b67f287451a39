/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every check there is, one per file.
 */
#ifndef HARNESS_CHECK_ALL_CHECKS_H
#define HARNESS_CHECK_ALL_CHECKS_H

#include "harness/check/check.h"

extern const Check check_lost_write;
extern const Check check_dirty_without_cause;
extern const Check check_true_picture;
extern const Check check_restorable_chain;
extern const Check check_one_point_in_time;
extern const Check check_all_or_nothing;
extern const Check check_nothing_left_behind;
extern const Check check_true_answers;
extern const Check check_guest_goes_on;
extern const Check check_no_crash;
extern const Check check_targets_apart;
extern const Check check_true_archive;

#endif
