/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Situations in which somebody does something to bitmaps: by hand, by another tool that manages
 * them, or by using them.
 */
#include "harness/generate/situation-steps.h"

/* What was known of the old one is not true of the new one. */
void situation_bitmap_is_made_anew(Situation *situation)
{
    const char *drive = situation_any_drive(situation);
    char name[SITUATION_NAME_BYTES];

    situation_pick_bitmap(situation, name);
    situation_emit_on_bitmap(situation, "bitmap-remove", drive, name);
    if (situation_happens(situation, 40)) {
        situation_emit_command(situation, false);
    }
    if (situation_happens(situation, 40)) {
        situation_emit_write(situation, drive, false);
    }
    situation_emit_on_bitmap(situation, "bitmap-add", drive, name);
}

/* Something else is done to it, and undone, and writes come between, or a command is under way. */
void situation_hands_at_a_bitmap(Situation *situation)
{
    static const char *const words[] = {
        "bitmap-disable", "bitmap-clear", "bitmap-set", "bitmap-remove", "bitmap-add",
    };
    const char *drive = situation_any_drive(situation);
    char name[SITUATION_NAME_BYTES];

    if (situation_happens(situation, 40)) {
        situation_emit_writes(situation, 2, 70);
        situation_emit_command(situation, true);
        situation_emit_writes(situation, 2, 30);
    }
    situation_pick_bitmap(situation, name);
    situation_emit_on_bitmap(situation,
                             words[sim_prng_below(situation->prng, G_N_ELEMENTS(words))], drive,
                             name);
    if (situation_happens(situation, 60)) {
        situation_emit_write(situation, drive, false);
    }
    if (situation_happens(situation, 50)) {
        situation_emit_on_bitmap(situation,
                                 situation_happens(situation, 50) ? "bitmap-enable" : "bitmap-set",
                                 drive, name);
    }
}

/*
 * An export that is opened, or an image that is reopened, while a command is about to use the
 * bitmap: before it begins, or while it waits for the guest.
 */
void situation_trouble_over_a_command(Situation *situation)
{
    static const char *const troubles[] = { "busy", "busy", "read-only", "inconsistent" };
    const char *trouble = troubles[sim_prng_below(situation->prng, G_N_ELEMENTS(troubles))];
    const char *drive = situation_any_drive(situation);
    bool comes_late = situation_happens(situation, 40);
    char name[SITUATION_NAME_BYTES];

    situation_emit_setup(situation);
    for (unsigned i = sim_prng_below(situation->prng, 4); i-- > 0; ) {
        situation_emit_write(situation, drive, false);
    }
    if (comes_late) {
        situation_emit_slow_write(situation, drive);
        situation_emit_command(situation, true);
    }
    situation_pick_bitmap_in_use(situation, name);
    situation_emit_state(situation, drive, name, trouble);
    if (comes_late) {
        situation_emit_any(situation, "wait");
    } else {
        situation_emit_command(situation, false);
    }
    situation_emit_state(situation, drive, name,
                         trouble[0] == 'b' ? "idle" : "read-write");
    if (situation_happens(situation, 60)) {
        situation_emit_command(situation, false);
    }
}

/* Marks of another bitmap are added, as a tool does that joins backups of several places. */
void situation_bitmaps_are_merged(Situation *situation)
{
    const char *drive = situation_any_drive(situation);
    char source[SITUATION_NAME_BYTES], name[SITUATION_NAME_BYTES];
    Step step;

    situation_pick_bitmap(situation, source);
    situation_pick_bitmap(situation, name);
    situation_emit_on_bitmap(situation, "bitmap-add", drive, source);
    situation_emit_write(situation, drive, false);
    if (situation_happens(situation, 60)) {
        situation_emit_setup(situation);
        situation_emit_write(situation, drive, false);
    }
    if (situation_happens(situation, 60)) {
        situation_emit_slow_write(situation, drive);
        situation_emit_command(situation, true);
    }
    situation_make(situation, "bitmap-merge", &step);
    situation_set_text(&step, "drive", drive);
    situation_set_text(&step, "name", name);
    situation_set_text(&step, "source", source);
    situation_emit_step(situation, &step);
    situation_emit_command(situation, false);
}
