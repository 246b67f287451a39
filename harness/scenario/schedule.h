/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario's schedule: the lines "schedule ..." at its head, and how they become choices
 * and choices become them.
 */
#ifndef HARNESS_SCENARIO_SCHEDULE_H
#define HARNESS_SCENARIO_SCHEDULE_H

#include "harness/scenario/scenario.h"
#include "sim/core/choices.h"

typedef struct Schedule {
    const char *path;       /* of the scenario whose schedule it is; borrowed */
    SimAnswer *answers;     /* of all its lines, as sim_choices_replay() wants them; owned */
    unsigned *lines;        /* where each of them stands; owned */
    uint32_t n_answers;
} Schedule;

/* A line of the schedule. */
bool schedule_is_part(const Step *step);

/* Sets @choices up as the scenario says; without any word of it first-come decides. */
void schedule_open(Schedule *schedule, const Scenario *scenario, SimChoices *choices);
/* @choices is cleared before. */
void schedule_close(Schedule *schedule);

/* NULL: the run went as its answers say.  Else a sentence, the caller's. */
char *schedule_explain_divergence(const Schedule *schedule, const SimChoices *choices);

/*
 * The lines that give a run again which asked for I/O times or not and whose record is @answers,
 * in any order of purposes.  Each line ends with a newline; the caller's.
 */
char *schedule_print(bool asks_io_times, const SimAnswer *answers, uint32_t n_answers);

/*
 * The scenario's canonical text with the lines @schedule instead of the schedule that it has;
 * the caller's.  It may be larger than what can be read again.
 */
char *schedule_replace(const Scenario *scenario, const char *schedule);

/*
 * What stands behind "schedule" in a line of its own, as in "seed=7": a scenario of that line
 * alone.  NULL with an error that names @where.
 */
Scenario *schedule_parse_words(const char *where, const char *words, GError **error);

#endif
