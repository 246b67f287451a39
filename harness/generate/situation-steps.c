/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps that situations are made of.
 */
#include "harness/generate/situation-steps.h"

#include <string.h>

#include "harness/subject/subject.h"
#include "sim/core/fault.h"

#define NS_PER_MS UINT64_C(1000000)

/* ---- chance ---------------------------------------------------------------- */

bool situation_happens(const Situation *situation, unsigned percent)
{
    return happens(situation->prng, percent);
}

const char *situation_any_drive(const Situation *situation)
{
    const Ledger *ledger = situation->ledger;

    return ledger->drives[sim_prng_below(situation->prng, ledger->n_drives)].name;
}

void situation_pick_bitmap(const Situation *situation, char ret_name[SITUATION_NAME_BYTES])
{
    Step step;

    situation_make(situation, "bitmap-remove", &step);
    g_strlcpy(ret_name, step.args[kind_find_arg(step.kind, "name")].text, SITUATION_NAME_BYTES);
    step_clear(&step);
}

void situation_pick_bitmap_in_use(const Situation *situation, char ret_name[SITUATION_NAME_BYTES])
{
    const Ledger *ledger = situation->ledger;
    const char *name = ledger->n_active ? ledger->active_bitmaps[ledger->n_active - 1]
                                        : ledger->last_bitmap;

    if (!name || situation_happens(situation, 10)) {
        situation_pick_bitmap(situation, ret_name);
        return;
    }
    g_strlcpy(ret_name, situation_happens(situation, 50) ? SUBJECT_BACKGROUND_BITMAP_NAME : name,
              SITUATION_NAME_BYTES);
}

/* ---- any step -------------------------------------------------------------- */

void situation_make(const Situation *situation, const char *words, Step *step)
{
    step_generate_of(step, kind_facts(find_kind(words)), situation->ledger, situation->taste,
                     situation->prng);
}

void situation_emit_step(Situation *situation, Step *step)
{
    if (ledger_admit(situation->ledger, step)) {
        lines_insert(situation->scenario, situation->at++, step);
    } else {
        step_clear(step);
    }
}

void situation_emit_any(Situation *situation, const char *words)
{
    Step step;

    situation_make(situation, words, &step);
    situation_emit_step(situation, &step);
}

static unsigned find_arg(const Step *step, const char *arg)
{
    unsigned at = kind_find_arg(step->kind, arg);

    g_assert(at != NO_ARG);
    return at;
}

void situation_set_text(Step *step, const char *arg, const char *text)
{
    step_set_text(step, find_arg(step, arg), text);
}

void situation_set_number(Step *step, const char *arg, uint64_t number)
{
    step_set_number(step, find_arg(step, arg), number);
}

void situation_set_word(Step *step, const char *arg, const char *word)
{
    unsigned at = find_arg(step, arg);

    step_set_number(step, at, find_choice(&step->kind->args[at], word));
}

/* One that the kind may not have, and that can be left out. */
static void drop(Step *step, const char *arg)
{
    unsigned at = kind_find_arg(step->kind, arg);

    if (at != NO_ARG) {
        step_drop_arg(step, at);
    }
}

/* ---- the guest ------------------------------------------------------------- */

void situation_emit_write(Situation *situation, const char *drive, bool is_started)
{
    Step step;

    situation_make(situation, "write", &step);
    situation_set_text(&step, "drive", drive);
    if (is_started && !step.label) {
        step_set_label(&step, situation->ledger);
    } else if (!is_started) {
        g_clear_pointer(&step.label, g_free);
        drop(&step, "hold");
    }
    situation_emit_step(situation, &step);
}

void situation_emit_writes(Situation *situation, unsigned max, unsigned percent_started)
{
    unsigned n = 1 + sim_prng_below(situation->prng, max);

    while (n-- > 0) {
        const char *drive = situation_any_drive(situation);

        situation_emit_write(situation, drive, situation_happens(situation, percent_started));
    }
}

void situation_emit_slow_write(Situation *situation, const char *drive)
{
    Step step;

    situation_make(situation, "write", &step);
    situation_set_text(&step, "drive", drive);
    step_set_label(&step, situation->ledger);
    drop(&step, "hold");
    situation_set_number(&step, "delay", NS_PER_MS);
    situation_emit_step(situation, &step);
}

void situation_emit_wait(Situation *situation, const char *label)
{
    Step step;

    situation_make(situation, "wait", &step);
    step_set_text(&step, 0, label);
    situation_emit_step(situation, &step);
}

/* ---- commands -------------------------------------------------------------- */

static const char *next_command(const Situation *situation)
{
    if (situation->ledger->n_active) {
        return "teardown";
    }
    return situation_happens(situation, 15) ? "backup" : "setup";
}

static void start_or_not(const Situation *situation, Step *step, bool is_started)
{
    g_clear_pointer(&step->label, g_free);
    if (is_started) {
        step_set_label(step, situation->ledger);
    }
}

static void set_all_drives(const Situation *situation, Step *step)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (unsigned i = 0; i < situation->ledger->n_drives; i++) {
        g_string_append_printf(list, "%s%s", i > 0 ? "," : "", situation->ledger->drives[i].name);
    }
    situation_set_text(step, "drives", list->str);
}

static void emit_command(Situation *situation, bool is_started, bool is_on_all_drives)
{
    Step step;

    situation_make(situation, next_command(situation), &step);
    start_or_not(situation, &step, is_started);
    if (is_on_all_drives && kind_find_arg(step.kind, "drives") != NO_ARG) {
        set_all_drives(situation, &step);
    }
    situation_emit_step(situation, &step);
}

void situation_emit_command(Situation *situation, bool is_started)
{
    emit_command(situation, is_started, false);
}

void situation_emit_command_on_all_drives(Situation *situation, bool is_started)
{
    emit_command(situation, is_started, true);
}

void situation_emit_backup(Situation *situation)
{
    Step step;

    situation_make(situation, "backup", &step);
    start_or_not(situation, &step, true);
    set_all_drives(situation, &step);
    situation_emit_step(situation, &step);
}

void situation_emit_setup(Situation *situation)
{
    Step step;

    if (!situation->ledger->n_active) {
        situation_make(situation, "setup", &step);
        start_or_not(situation, &step, false);
        situation_emit_step(situation, &step);
    }
}

void situation_emit_setup_of_all_drives(Situation *situation, const char *bitmap_name)
{
    Step step;

    if (!situation->ledger->n_active) {
        situation_make(situation, "setup", &step);
        start_or_not(situation, &step, false);
        set_all_drives(situation, &step);
        situation_set_text(&step, "bitmap", bitmap_name);
        situation_emit_step(situation, &step);
    }
}

static bool is_of_a_command(const char *call)
{
    return !sim_fault_takes_time(call) && !g_str_has_prefix(call, "guest-");
}

void situation_emit_fault_of_a_command(Situation *situation)
{
    Step step;

    situation_make(situation, "fault", &step);
    while (!is_of_a_command(step.args[0].text)) {
        step_change_arg(&step, 0, situation->ledger, situation->taste, situation->prng);
    }
    if (situation_happens(situation, 50)) {
        situation_set_text(&step, "on", situation_any_drive(situation));
    }
    situation_emit_step(situation, &step);
}

void situation_emit_on_bitmap(Situation *situation, const char *words, const char *drive,
                              const char *name)
{
    Step step;

    situation_make(situation, words, &step);
    situation_set_text(&step, "drive", drive);
    situation_set_text(&step, "name", name);
    situation_emit_step(situation, &step);
}

void situation_emit_state(Situation *situation, const char *drive, const char *name,
                          const char *state)
{
    Step step;

    situation_make(situation, "bitmap-set", &step);
    situation_set_text(&step, "drive", drive);
    situation_set_text(&step, "name", name);
    situation_set_word(&step, "state", state);
    situation_emit_step(situation, &step);
}
