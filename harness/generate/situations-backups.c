/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Situations of backups, of an outside provider or into an archive: one after the other, and in
 * trouble.
 */
#include "harness/generate/situation-steps.h"

#include "harness/subject/subject.h"
#include "sim/core/fault.h"

#define NS_PER_S UINT64_C(1000000000)

/* One backup, changes, and the next one that builds on it. */
void situation_backup_after_backup(Situation *situation)
{
    situation_emit_setup(situation);
    situation_emit_writes(situation, 2, 0);
    situation_emit_command(situation, false);
    situation_emit_writes(situation, 2, 0);
    situation_emit_command(situation, false);
}

/* Of what copies data: such a call takes longer, or fails. */
static void emit_trouble_with_copying(Situation *situation, bool is_slow)
{
    Step step;

    situation_make(situation, "fault", &step);
    do {
        step_change_arg(&step, 0, situation->ledger, situation->taste, situation->prng);
    } while (!sim_fault_takes_time(step.args[0].text));
    for (unsigned i = 1; step.kind->args[i].name; i++) {
        step_drop_arg(&step, i);
    }
    if (is_slow) {
        situation_set_number(&step, "delay",
                             situation_happens(situation, 50) ? NS_PER_S : NS_PER_S / 1000);
    }
    situation_emit_step(situation, &step);
}

/* The storage of the backups is slow and then gone, which must break no more than the backup. */
void situation_copying_is_in_trouble(Situation *situation)
{
    bool is_backup = situation_happens(situation, 50);
    Step step;

    if (situation_happens(situation, 60)) {
        emit_trouble_with_copying(situation, true);
    }
    if (is_backup) {
        situation_make(situation, "backup", &step);
        situation_set_number(&step, "fleecing", sim_prng_below(situation->prng, 2));
        situation_emit_step(situation, &step);
    } else {
        situation_emit_setup(situation);
    }
    emit_trouble_with_copying(situation, false);
    situation_emit_writes(situation, 4, 50);
    situation_emit_any(situation, is_backup ? "wait-jobs" : "provider-read");
}

/* A provider whose target is called as QEMU calls the one of its own backups. */
static void emit_teardown_of_the_backup(Situation *situation)
{
    Step step;

    situation_make(situation, "teardown", &step);
    situation_set_text(&step, "target", SUBJECT_REGULAR_TARGET_NAME);
    situation_emit_step(situation, &step);
}

/* The nightly backup into an archive, while the guest writes. */
void situation_archive_is_written(Situation *situation)
{
    situation_emit_any(situation, "backup");
    situation_emit_writes(situation, 2, 50);
    if (situation_happens(situation, 25)) {
        situation_emit_any(situation, "backup-cancel");
    } else if (situation_happens(situation, 25)) {
        emit_teardown_of_the_backup(situation);
    }
    if (situation_happens(situation, 50)) {
        situation_emit_any(situation, "wait-jobs");
    }
}
