/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps that situations are made of, each with what is not said left to chance.
 *
 * What has no place where a situation is put is left out by the ledger: no situation needs to
 * know whether there is a drive for a write or a job to cancel.
 */
#ifndef HARNESS_GENERATE_SITUATION_STEPS_H
#define HARNESS_GENERATE_SITUATION_STEPS_H

#include "harness/generate/generate-private.h"

#define SITUATION_NAME_BYTES 1100

/* ---- chance ---- */

bool situation_happens(const Situation *situation, unsigned percent);
/* Borrowed from the ledger, which has a drive. */
const char *situation_any_drive(const Situation *situation);
/* A bitmap that somebody may well have his hands at: its name in @ret_name. */
void situation_pick_bitmap(const Situation *situation, char ret_name[SITUATION_NAME_BYTES]);
/* One that the access works with that there is or was, whose end may not be over; or else any. */
void situation_pick_bitmap_in_use(const Situation *situation, char ret_name[SITUATION_NAME_BYTES]);

/* ---- any step ---- */

/* One of that kind, not put anywhere yet; @step need not be initialized. */
void situation_make(const Situation *situation, const char *words, Step *step);
/* Takes what @step holds. */
void situation_emit_step(Situation *situation, Step *step);
void situation_emit_any(Situation *situation, const char *words);
/* The argument, which the kind has, gets this value; a word is one of its choices. */
void situation_set_text(Step *step, const char *arg, const char *text);
void situation_set_number(Step *step, const char *arg, uint64_t number);
void situation_set_word(Step *step, const char *arg, const char *word);

/* ---- the guest ---- */

void situation_emit_write(Situation *situation, const char *drive, bool is_started);
/* One or more, on any drives. */
void situation_emit_writes(Situation *situation, unsigned max, unsigned percent_started);
/* Started, and under way for a while: what is to be drained has to wait for it. */
void situation_emit_slow_write(Situation *situation, const char *drive);
void situation_emit_wait(Situation *situation, const char *label);

/* ---- commands ---- */

/*
 * What the code under test has to do now: begin an access or, less often, a backup; or end the
 * access that there is.
 */
void situation_emit_command(Situation *situation, bool is_started);
/* The same, and what begins is of all drives. */
void situation_emit_command_on_all_drives(Situation *situation, bool is_started);
/* Begins a backup of all drives, which is not waited for. */
void situation_emit_backup(Situation *situation);
/* Begins an access if there is none. */
void situation_emit_setup(Situation *situation);
/* ... to all drives, with a bitmap of this name. */
void situation_emit_setup_of_all_drives(Situation *situation, const char *bitmap_name);
/* Calls fail that commands make, not those of guests and of who copies. */
void situation_emit_fault_of_a_command(Situation *situation);
/* One of the steps that change a bitmap of this name. */
void situation_emit_on_bitmap(Situation *situation, const char *words, const char *drive,
                              const char *name);
/* "bitmap-set" to a state. */
void situation_emit_state(Situation *situation, const char *drive, const char *name,
                          const char *state);

/* ---- what belongs together ---- */

typedef void SituationFunc(Situation *situation);

/* Around commands of the management layer (situations-commands.c). */
SituationFunc situation_busy_guest, situation_writes_that_wait_for_each_other,
              situation_request_stands_across_a_command, situation_something_meets_a_command,
              situation_command_that_fails, situation_drives_share_a_fate,
              situation_drive_is_resized;
/* What somebody does to bitmaps (situations-bitmaps.c). */
SituationFunc situation_bitmap_is_made_anew, situation_hands_at_a_bitmap,
              situation_trouble_over_a_command, situation_bitmaps_are_merged;
/* Backups of either kind (situations-backups.c). */
SituationFunc situation_backup_after_backup, situation_copying_is_in_trouble,
              situation_archive_is_written;

#endif
