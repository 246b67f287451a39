/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Situations: a few steps that belong together.
 *
 * Steps that are picked one by one hardly ever come in an order that a machine room has every day:
 * many requests under way when a backup begins, a write that waits for one on another disk, a
 * bitmap that somebody removes and adds anew, one backup after the other.  Each is written here
 * once, with what differs left to chance, and chance may put other steps in between later on.
 */
#include <string.h>

#include "harness/generate/generate-private.h"
#include "sim/core/fault.h"

#define NAME_BYTES 1100
#define NS_PER_S UINT64_C(1000000000)

/* ---- steps ----------------------------------------------------------------- */

static void emit(Situation *situation, Step *step)
{
    if (ledger_admit(situation->ledger, step)) {
        lines_insert(situation->scenario, situation->at++, step);
    } else {
        step_clear(step);
    }
}

/* A step of that kind with arguments by chance. */
static void make(const Situation *situation, const char *words, Step *step)
{
    step_generate_of(step, kind_facts(find_kind(words)), situation->ledger, situation->taste,
                     situation->prng);
}

static void emit_any(Situation *situation, const char *words)
{
    Step step;

    make(situation, words, &step);
    emit(situation, &step);
}

static void set_text(Step *step, const char *arg, const char *text)
{
    unsigned at = kind_find_arg(step->kind, arg);

    g_assert(at != NO_ARG);
    step_set_text(step, at, text);
}

static void drop(Step *step, const char *arg)
{
    unsigned at = kind_find_arg(step->kind, arg);

    if (at != NO_ARG) {
        step_drop_arg(step, at);
    }
}

static bool is_any_drive(const Situation *situation)
{
    return situation->ledger->n_drives > 0;
}

static const char *any_drive(const Situation *situation)
{
    const Ledger *ledger = situation->ledger;

    return ledger->drives[sim_prng_below(situation->prng, ledger->n_drives)].name;
}

static void emit_write(Situation *situation, const char *drive, bool is_started)
{
    Step step;

    make(situation, "write", &step);
    set_text(&step, "drive", drive);
    if (is_started && !step.label) {
        step_set_label(&step, situation->ledger);
    } else if (!is_started) {
        g_clear_pointer(&step.label, g_free);
        drop(&step, "hold");
    }
    emit(situation, &step);
}

static void emit_writes(Situation *situation, unsigned max, unsigned percent_started)
{
    unsigned n = 1 + sim_prng_below(situation->prng, max);

    while (n-- > 0) {
        emit_write(situation, any_drive(situation), happens(situation->prng, percent_started));
    }
}

static void emit_wait(Situation *situation, const char *label)
{
    Step step;

    make(situation, "wait", &step);
    step_set_text(&step, 0, label);
    emit(situation, &step);
}

/* What the code under test has to do now: begin an access, or end the one that there is. */
static void emit_command(Situation *situation, bool is_started)
{
    Step step;

    make(situation, situation->ledger->n_active ? "teardown" : "setup", &step);
    g_clear_pointer(&step.label, g_free);
    if (is_started) {
        step_set_label(&step, situation->ledger);
    }
    emit(situation, &step);
}

static void emit_on_bitmap(Situation *situation, const char *words, const char *drive,
                           const char *name)
{
    Step step;

    make(situation, words, &step);
    set_text(&step, "drive", drive);
    set_text(&step, "name", name);
    emit(situation, &step);
}

/* A bitmap that somebody may well have his hands at: its name in @ret_name. */
static void pick_bitmap_name(const Situation *situation, char ret_name[NAME_BYTES])
{
    Step step;

    make(situation, "bitmap-remove", &step);
    g_strlcpy(ret_name, step.args[kind_find_arg(step.kind, "name")].text, NAME_BYTES);
    step_clear(&step);
}

/* ---- situations ------------------------------------------------------------ */

/* Requests are under way when backup access begins or ends, and some come while it does. */
static void busy_guest(Situation *situation)
{
    emit_writes(situation, 3, 100);
    emit_command(situation, happens(situation->prng, 50));
    if (happens(situation->prng, 50)) {
        emit_writes(situation, 3, 100);
    }
}

/* A database: what is written next, on any disk, was decided when the last write was over. */
static void writes_that_wait_for_each_other(Situation *situation)
{
    emit_command(situation, true);
    emit_writes(situation, 5, 0);
}

/* What a request does while it waits is in other steps. */
static void request_stands_across_a_command(Situation *situation)
{
    char label[16];
    Step step;

    make(situation, happens(situation->prng, 75) ? "write" : "discard", &step);
    if (!step.label) {
        step_set_label(&step, situation->ledger);
    }
    g_strlcpy(label, step.label, sizeof(label));
    step_set_number(&step, kind_find_arg(step.kind, "hold"), sim_prng_below(situation->prng, 4));
    emit(situation, &step);
    emit_command(situation, true);
    emit_writes(situation, 2, 0);
    make(situation, "release", &step);
    step_set_text(&step, 0, label);
    emit(situation, &step);
    if (happens(situation->prng, 50)) {
        emit_wait(situation, label);
    }
}

/* By hand, or by another tool that manages bitmaps: what was known of the old one is not true. */
static void bitmap_is_made_anew(Situation *situation)
{
    const char *drive = any_drive(situation);
    char name[NAME_BYTES];

    pick_bitmap_name(situation, name);
    emit_on_bitmap(situation, "bitmap-remove", drive, name);
    if (happens(situation->prng, 40)) {
        emit_command(situation, false);
    }
    if (happens(situation->prng, 40)) {
        emit_write(situation, drive, false);
    }
    emit_on_bitmap(situation, "bitmap-add", drive, name);
}

/* Something else is done to it, and undone, and writes come between, or a command is under way. */
static void hands_at_a_bitmap(Situation *situation)
{
    static const char *const words[] = {
        "bitmap-disable", "bitmap-clear", "bitmap-set", "bitmap-remove", "bitmap-add",
    };
    const char *drive = any_drive(situation);
    char name[NAME_BYTES];

    if (happens(situation->prng, 40)) {
        emit_writes(situation, 2, 70);
        emit_command(situation, true);
        emit_writes(situation, 2, 30);
    }
    pick_bitmap_name(situation, name);
    emit_on_bitmap(situation, words[sim_prng_below(situation->prng, G_N_ELEMENTS(words))], drive,
                   name);
    if (happens(situation->prng, 60)) {
        emit_write(situation, drive, false);
    }
    if (happens(situation->prng, 50)) {
        emit_on_bitmap(situation, happens(situation->prng, 50) ? "bitmap-enable" : "bitmap-set",
                       drive, name);
    }
}

/* One backup, changes, and the next one that builds on it. */
static void backup_after_backup(Situation *situation)
{
    if (!situation->ledger->n_active) {
        emit_command(situation, false);
    }
    emit_writes(situation, 2, 0);
    emit_command(situation, false);
    emit_writes(situation, 2, 0);
    emit_command(situation, false);
}

/* A command meets a call that fails, and things go on. */
static void command_that_fails(Situation *situation)
{
    emit_any(situation, "fault");
    emit_command(situation, false);
    emit_any(situation, "clear-faults");
    emit_writes(situation, 2, 0);
}

/* Of what copies data: such a call takes longer, or fails. */
static void emit_trouble_with_copying(Situation *situation, bool is_slow)
{
    Step step;
    unsigned at;

    make(situation, "fault", &step);
    do {
        step_change_arg(&step, 0, situation->ledger, situation->taste, situation->prng);
    } while (!sim_fault_takes_time(step.args[0].text));
    for (unsigned i = 1; step.kind->args[i].name; i++) {
        step_drop_arg(&step, i);
    }
    at = kind_find_arg(step.kind, "delay");
    if (is_slow) {
        step_set_number(&step, at, happens(situation->prng, 50) ? NS_PER_S : NS_PER_S / 1000);
    }
    emit(situation, &step);
}

/* The storage of the backups is slow and then gone, which must break no more than the backup. */
static void copying_is_in_trouble(Situation *situation)
{
    bool is_backup = happens(situation->prng, 50);
    Step step;

    if (happens(situation->prng, 60)) {
        emit_trouble_with_copying(situation, true);
    }
    if (is_backup) {
        make(situation, "backup", &step);
        step_set_number(&step, kind_find_arg(step.kind, "fleecing"),
                        sim_prng_below(situation->prng, 2));
        emit(situation, &step);
    } else if (!situation->ledger->n_active) {
        emit_command(situation, false);
    }
    emit_trouble_with_copying(situation, false);
    emit_writes(situation, 4, 50);
    emit_any(situation, is_backup ? "wait-jobs" : "provider-read");
}

/* The nightly backup into an archive, while the guest writes. */
static void archive_is_written(Situation *situation)
{
    emit_any(situation, "backup");
    emit_writes(situation, 2, 50);
    if (happens(situation->prng, 25)) {
        emit_any(situation, "backup-cancel");
    }
    if (happens(situation->prng, 50)) {
        emit_any(situation, "wait-jobs");
    }
}

static void (*const situations[])(Situation *situation) = {
    busy_guest, writes_that_wait_for_each_other, request_stands_across_a_command,
    bitmap_is_made_anew, hands_at_a_bitmap, backup_after_backup, command_that_fails,
    copying_is_in_trouble, archive_is_written,
};

G_STATIC_ASSERT(G_N_ELEMENTS(situations) <= MAX_SITUATIONS);

void situation_emit(Situation *situation)
{
    unsigned first = sim_prng_below(situation->prng, G_N_ELEMENTS(situations));

    /* The next one that this mixture has. */
    for (unsigned i = 0; is_any_drive(situation) && i < G_N_ELEMENTS(situations); i++) {
        unsigned which = (first + i) % G_N_ELEMENTS(situations);

        if (situation->taste->situations >> which & 1) {
            situations[which](situation);
            return;
        }
    }
}
