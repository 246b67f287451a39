/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A subject for tests of the actors: does what the target's name asks for and keeps
 * a diary.  Defines @subject, so it takes the place of the code under test.
 *
 *   fails     answers an error, "no luck"
 *   warns     reports "careful" and succeeds
 *   slow      takes 1 ms of virtual time
 *   drains    drains the first drive
 *   hangs     never comes back
 *   polls     runs the loop nested and never comes back
 * and any other name just succeeds.  An access reads the drive's own node; its action
 * is "new" if there is a bitmap.  At quit the code polls if the last target was "clings".
 */
#ifndef HARNESS_ACTOR_TEST_SUBJECT_H
#define HARNESS_ACTOR_TEST_SUBJECT_H

#include "harness/run.h"

/* What happened since the run began, one word group after the other: "setup a|teardown a". */
extern GString *test_diary;

void test_diary_add(const char *format, ...) G_GNUC_PRINTF(1, 2);

/*
 * Runs the lines without checks; the diary then also has "complete #N" of every guest
 * request.  @choices may be NULL.
 */
void test_run(const char *text, SimChoices *choices, RunResult *ret_result);
/* The scenario from @text, which must be right; steps need not be. */
Scenario *test_parse(const char *text);

#endif
