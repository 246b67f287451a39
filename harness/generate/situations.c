/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Situations: a few steps that belong together.
 *
 * Steps that are picked one by one hardly ever come in an order that a machine room has every day:
 * many requests under way when a backup begins, a write that waits for one on another disk, a
 * bitmap that somebody removes and adds anew, one backup after the other.  Each is written once,
 * with what differs left to chance, and chance may put other steps in between later on.
 */
#include "harness/generate/situation-steps.h"

static SituationFunc *const situations[] = {
    situation_busy_guest, situation_writes_that_wait_for_each_other,
    situation_request_stands_across_a_command, situation_something_meets_a_command,
    situation_command_that_fails, situation_drives_share_a_fate, situation_drive_is_resized,
    situation_bitmap_is_made_anew, situation_hands_at_a_bitmap, situation_trouble_over_a_command,
    situation_bitmaps_are_merged,
    situation_backup_after_backup, situation_copying_is_in_trouble, situation_archive_is_written,
};

G_STATIC_ASSERT(G_N_ELEMENTS(situations) <= MAX_SITUATIONS);

void situation_emit(Situation *situation)
{
    unsigned first = sim_prng_below(situation->prng, G_N_ELEMENTS(situations));

    /* The next one that this mixture has. */
    for (unsigned i = 0; situation->ledger->n_drives && i < G_N_ELEMENTS(situations); i++) {
        unsigned which = (first + i) % G_N_ELEMENTS(situations);

        if (situation->taste->situations >> which & 1) {
            situations[which](situation);
            return;
        }
    }
}

/* One or two commands have not ended, because of what the guest has under way. */
static void emit_unfinished_commands(Situation *situation)
{
    if (situation_happens(situation, 60)) {
        situation_emit_slow_write(situation, situation_any_drive(situation));
    }
    if (situation_happens(situation, 20)) {
        situation_emit_fault_of_a_command(situation);
    }
    situation_emit_command(situation, true);
    if (situation_happens(situation, 25)) {
        situation_emit_command(situation, true);
    }
}

void situation_emit_end(Situation *situation)
{
    bool has_situations = situation->taste->percent_situations > 0 && situation->ledger->n_drives;

    if (has_situations && situation_happens(situation, 50)) {
        emit_unfinished_commands(situation);
    }
    situation_emit_any(situation, "quit");
}
