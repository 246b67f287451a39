/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the check "true answers" share: one judges setup, one the queries, one what
 * may not be under way at the same time.
 */
#ifndef HARNESS_CHECK_TRUE_ANSWERS_H
#define HARNESS_CHECK_TRUE_ANSWERS_H

#include "harness/check/model.h"

#define REPORT(checks, who, ...) checks_report(checks, "untrue-answer", who, __VA_ARGS__)

/* Whether the last setup can have done to the track's bitmap what @action says. */
void true_answers_judge_action(Checks *checks, const ModelTrack *track, PBSBitmapAction action);
/* A DEED_SETUP_ANSWERED or DEED_BACKUP_ANSWERED without an error. */
void true_answers_judge_exclusion(Checks *checks, const Deed *deed);
/* A DEED_QUERY_ANSWERED. */
void true_answers_judge_query(Checks *checks, const Deed *deed);

#endif
