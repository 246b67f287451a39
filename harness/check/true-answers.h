/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two files of the check "true answers" share: one judges setup, one the queries.
 */
#ifndef HARNESS_CHECK_TRUE_ANSWERS_H
#define HARNESS_CHECK_TRUE_ANSWERS_H

#include "harness/check/model.h"

#define REPORT(checks, who, ...) checks_report(checks, "untrue-answer", who, __VA_ARGS__)

/* Whether the last setup can have done to the track's bitmap what @action says. */
void true_answers_judge_action(Checks *checks, const ModelTrack *track, PBSBitmapAction action);
/* A DEED_QUERY_ANSWERED. */
void true_answers_judge_query(Checks *checks, const Deed *deed);

#endif
