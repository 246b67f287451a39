/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Situations around commands of the management layer: what is under way when one begins, what
 * comes while it waits, what makes it fail, and what it finds.
 */
#include "harness/generate/situation-steps.h"

#include <string.h>

#define LITTLE_BYTES 4096

/* Requests are under way when backup access begins or ends, and some come while it does. */
void situation_busy_guest(Situation *situation)
{
    situation_emit_writes(situation, 3, 100);
    situation_emit_command(situation, situation_happens(situation, 50));
    if (situation_happens(situation, 50)) {
        situation_emit_writes(situation, 3, 100);
    }
}

/* A database: what is written next, on any disk, was decided when the last write was over. */
void situation_writes_that_wait_for_each_other(Situation *situation)
{
    bool is_slow = situation_happens(situation, 60);

    if (is_slow) {
        situation_emit_slow_write(situation, situation_any_drive(situation));
    }
    situation_emit_command_on_all_drives(situation, true);
    if (is_slow && situation_happens(situation, 60)) {
        situation_emit_slow_write(situation, situation_any_drive(situation));
    }
    situation_emit_writes(situation, 5, 0);
}

/* What a request does while it waits is in other steps. */
void situation_request_stands_across_a_command(Situation *situation)
{
    char label[16];
    Step step;

    situation_make(situation, situation_happens(situation, 75) ? "write" : "discard", &step);
    if (!step.label) {
        step_set_label(&step, situation->ledger);
    }
    g_strlcpy(label, step.label, sizeof(label));
    situation_set_number(&step, "hold", sim_prng_below(situation->prng, 4));
    situation_emit_step(situation, &step);
    situation_emit_command(situation, true);
    situation_emit_writes(situation, 2, 0);
    situation_make(situation, "release", &step);
    step_set_text(&step, 0, label);
    situation_emit_step(situation, &step);
    if (situation_happens(situation, 50)) {
        situation_emit_wait(situation, label);
    }
}

static void emit_hand_at_a_bitmap(Situation *situation, const char *drive)
{
    static const char *const words[] = {
        "bitmap-add", "bitmap-remove", "bitmap-clear", "bitmap-enable", "bitmap-disable",
        "bitmap-merge", "bitmap-set",
    };
    char name[SITUATION_NAME_BYTES];

    if (situation_happens(situation, 60)) {
        situation_pick_bitmap_in_use(situation, name);
    } else {
        situation_pick_bitmap(situation, name);
    }
    situation_emit_on_bitmap(situation,
                             words[sim_prng_below(situation->prng, G_N_ELEMENTS(words))], drive,
                             name);
}

/* Another tool, or another monitor: it knows nothing of the command that waits for the guest. */
static void emit_another_hand(Situation *situation, const char *drive)
{
    static const char *const words[] = {
        "resize", "export", "unexport", "unplug", "setup", "teardown", "backup", "backup-cancel",
        "query",
    };

    if (situation_happens(situation, 60)) {
        emit_hand_at_a_bitmap(situation, situation_happens(situation, 75)
                              ? drive : situation_any_drive(situation));
    } else {
        situation_emit_any(situation,
                           words[sim_prng_below(situation->prng, G_N_ELEMENTS(words))]);
    }
}

/* A command waits for what the guest has under way, and meanwhile the next one comes. */
void situation_something_meets_a_command(Situation *situation)
{
    const char *drive = situation_any_drive(situation);
    unsigned n = 1 + sim_prng_below(situation->prng, 2);

    if (situation_happens(situation, 50)) {
        situation_emit_writes(situation, 2, 0);
    }
    situation_emit_slow_write(situation, drive);
    situation_emit_command(situation, true);
    while (n-- > 0) {
        emit_another_hand(situation, drive);
    }
    if (situation_happens(situation, 60)) {
        situation_emit_any(situation, "wait");
    }
    if (situation_happens(situation, 50)) {
        situation_emit_command(situation, false);
    }
}

/* A command meets a call that fails, and things go on. */
void situation_command_that_fails(Situation *situation)
{
    if (situation_happens(situation, 50)) {
        situation_emit_fault_of_a_command(situation);
    } else {
        situation_emit_any(situation, "fault");
    }
    situation_emit_command(situation, false);
    situation_emit_any(situation, "clear-faults");
    situation_emit_writes(situation, 2, 0);
}

/* A power cut, a tool that goes through all disks: what befalls one of them befalls each. */
void situation_drives_share_a_fate(Situation *situation)
{
    static const char *const words[] = {
        "bitmap-set", "bitmap-set", "bitmap-disable", "bitmap-clear", "bitmap-remove",
    };
    static const char *const states[] = { "inconsistent", "inconsistent", "busy", "read-write" };
    const char *what = words[sim_prng_below(situation->prng, G_N_ELEMENTS(words))];
    const char *state = states[sim_prng_below(situation->prng, G_N_ELEMENTS(states))];
    char name[SITUATION_NAME_BYTES];

    situation_pick_bitmap(situation, name);
    if (situation_happens(situation, 60)) {
        situation_emit_setup_of_all_drives(situation, name);
        situation_emit_command(situation, false);
    }
    for (unsigned i = 0; i < situation->ledger->n_drives; i++) {
        const char *drive = situation->ledger->drives[i].name;

        if (strcmp(what, "bitmap-set") == 0) {
            situation_emit_state(situation, drive, name, state);
        } else {
            situation_emit_on_bitmap(situation, what, drive, name);
        }
    }
    if (situation_happens(situation, 50)) {
        situation_emit_fault_of_a_command(situation);
    }
    if (situation->ledger->n_active) {
        situation_emit_command(situation, false);
    } else {
        situation_emit_setup_of_all_drives(situation, name);
    }
}

/* The size that is asked for in the end: a drive that must not shrink keeps what it has. */
static uint64_t emit_resize(Situation *situation, const char *drive, const char *image,
                            uint64_t bytes)
{
    Step step;

    situation_make(situation, "resize", &step);
    situation_set_text(&step, "drive", drive);
    situation_set_word(&step, "image", image);
    situation_set_number(&step, "size", bytes);
    situation_emit_step(situation, &step);
    return step.args[kind_find_arg(find_kind("resize"), "size")].number;
}

/* Any, or a little less than the drive has. */
static uint64_t pick_size(const Situation *situation, const KnownDrive *drive)
{
    uint64_t bytes;
    Step step;

    if (drive->size_bytes > LITTLE_BYTES && situation_happens(situation, 40)) {
        return drive->size_bytes - LITTLE_BYTES;
    }
    situation_make(situation, "resize", &step);
    bytes = step.args[kind_find_arg(step.kind, "size")].number;
    step_clear(&step);
    return bytes;
}

/* Something stands where the drive is to end. */
static void emit_write_at(Situation *situation, const char *drive, uint64_t offset)
{
    Step step;

    situation_make(situation, "write", &step);
    g_clear_pointer(&step.label, g_free);
    situation_set_text(&step, "drive", drive);
    situation_set_number(&step, "offset", offset);
    situation_emit_step(situation, &step);
}

/* A disk gets another size, and so does its fleecing image, or the next access is refused. */
void situation_drive_is_resized(Situation *situation)
{
    const Ledger *ledger = situation->ledger;
    const KnownDrive *known = &ledger->drives[sim_prng_below(situation->prng, ledger->n_drives)];
    const char *drive = known->name;
    uint64_t bytes = pick_size(situation, known);

    emit_write_at(situation, drive, bytes);
    if (situation_happens(situation, 50)) {
        situation_emit_slow_write(situation, drive);
        if (situation_happens(situation, 50)) {
            situation_emit_backup(situation);
        } else {
            situation_emit_command_on_all_drives(situation, true);
        }
    }
    bytes = emit_resize(situation, drive, "drive", bytes);
    if (situation_happens(situation, 75)) {
        emit_resize(situation, drive, "fleecing", bytes);
    }
    situation_emit_writes(situation, 2, 0);
    situation_emit_command(situation, false);
}
