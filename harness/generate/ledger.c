/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a scenario up to a step, and what a step must be like there.
 *
 * Parser and actors refuse what makes no sense: here it is made to make sense.
 */
#include <string.h>

#include "harness/generate/ledger-private.h"
#include "harness/subject/subject.h"
#include "sim/core/fault.h"

/*
 * Of drives and all else.  Twice of what 32 bits can count; what goes over a whole drive, copies
 * before a write and bitmaps with fine chunks above all, takes seconds where it has 16 TiB.
 */
#define MAX_SIZE_BYTES (UINT64_C(1) << 33)
#define MAX_DURATION_NS UINT64_C(1000000000000)
#define MIN_SPEED_BYTES (64 * 1024)
#define MAX_GRANULARITY_BYTES UINT32_MAX
#define MAX_SCHEDULE_LENGTH 10000
#define MAX_FAULTS (SIM_MAX_FAULTS / 2)

void ledger_init(Ledger *ledger)
{
    memset(ledger, 0, sizeof(*ledger));
}

void ledger_clear(Ledger *ledger)
{
    for (unsigned i = 0; i < ledger->n_labels; i++) {
        g_free(ledger->labels[i].alias);
    }
}

/* A number that goes by the letters of a name, for a choice that is the same every time. */
unsigned ledger_number_of(const char *text)
{
    unsigned number = 7;

    for (; *text; text++) {
        number = number * 31 + (unsigned char) *text;
    }
    return number;
}

uint64_t ledger_round_down(uint64_t number, uint64_t unit)
{
    return number - number % unit;
}

/* ---- faults and setups ----------------------------------------------------- */

static bool admit_fault(Ledger *ledger, const KindFacts *facts, Step *step)
{
    const char *call = sim_fault_find_call(step->args[0].text);
    StepArg *nth = &step->args[kind_find_arg(facts->kind, "nth")];

    if (!call) {
        unsigned n = 0;

        while (sim_fault_calls[n]) {
            n++;
        }
        call = sim_fault_calls[ledger_number_of(step->args[0].text) % n];
        step_set_text(step, 0, call);
    }
    if (nth->present) {
        nth->number = CLAMP(nth->number, 1, UINT32_MAX);
    }
    if (step->args[facts->delay_at].present
        && (step->args[facts->error_at].present || !sim_fault_takes_time(call))) {
        step_drop_arg(step, facts->delay_at);
    }
    return ledger->n_faults < MAX_FAULTS && ++ledger->n_faults;
}

/* "new", "use" and "none" with commas between. */
static bool are_modes(const char *text)
{
    static const char *const words[] = { "new", "use", "none" };

    for (;;) {
        size_t length = strcspn(text, ","), i = 0;

        while (i < G_N_ELEMENTS(words)
               && (strlen(words[i]) != length || memcmp(words[i], text, length) != 0)) {
            i++;
        }
        if (i == G_N_ELEMENTS(words)) {
            return false;
        }
        if (!text[length]) {
            return true;
        }
        text += length + 1;
    }
}

static void note_active(Ledger *ledger, const char *target, const char *bitmap)
{
    for (unsigned i = 0; i < ledger->n_active; i++) {
        if (strcmp(ledger->active_targets[i], target) == 0) {
            return;
        }
    }
    if (ledger->n_active == MAX_ACTIVE) {
        ledger->may_have_access = true;
        return;
    }
    ledger->active_targets[ledger->n_active] = target;
    ledger->active_bitmaps[ledger->n_active++] = bitmap;
}

static void note_inactive(Ledger *ledger, const char *target)
{
    for (unsigned i = 0; i < ledger->n_active; i++) {
        if (strcmp(ledger->active_targets[i], target) == 0) {
            ledger->last_target = ledger->active_targets[i];
            ledger->last_bitmap = ledger->active_bitmaps[i];
            ledger->active_targets[i] = ledger->active_targets[--ledger->n_active];
            ledger->active_bitmaps[i] = ledger->active_bitmaps[ledger->n_active];
            return;
        }
    }
}

/* What the interface of the code under test has no words for would be skipped. */
static void settle_setup(Ledger *ledger, const KindFacts *facts, Step *step)
{
    unsigned bitmap_at = kind_find_arg(facts->kind, "bitmap");
    unsigned mode_at = kind_find_arg(facts->kind, "mode");
    const char *target = step->args[facts->target_at].text;

    if (subject.generation == 3 && step->args[bitmap_at].present
        && strcmp(step->args[bitmap_at].text, target) != 0) {
        step_set_text(step, bitmap_at, target);
    }
    if (step->args[mode_at].present
        && (subject.generation == 1 || !step->args[bitmap_at].present
            || !are_modes(step->args[mode_at].text))) {
        step_drop_arg(step, mode_at);
    }
    ledger->may_have_access |= step->label != NULL;
    note_active(ledger, target, step->args[bitmap_at].text);
}

/* ---- every argument -------------------------------------------------------- */

static void settle_size(const KindFacts *facts, unsigned index, StepArg *arg)
{
    const ArgSpec *spec = &facts->kind->args[index];
    bool is_place = index == facts->offset_at;

    arg->number = ledger_round_down(MIN(arg->number, MAX_SIZE_BYTES), facts->units[index]);
    if (strcmp(spec->name, "granularity") == 0) {
        arg->number = MIN(arg->number, MAX_GRANULARITY_BYTES);
    } else if (strcmp(spec->name, "speed") == 0) {
        arg->number = arg->number ? MAX(arg->number, MIN_SPEED_BYTES) : 0;
    } else if (!is_place) {
        arg->number = MAX(arg->number, SECTOR_BYTES);
    }
}

static void settle_number(const ArgSpec *spec, StepArg *arg)
{
    if (strcmp(spec->name, "changes") == 0) {
        arg->number = MIN(arg->number, SIM_PCT_MAX_CHANGES);
    } else if (strcmp(spec->name, "length") == 0) {
        arg->number = CLAMP(arg->number, 1, MAX_SCHEDULE_LENGTH);
    }
}

/* The questions of a purpose ascend, over all lines. */
static bool admit_answers(Ledger *ledger, const Step *step)
{
    uint32_t *last_question = &ledger->last_questions[step->args[0].number];
    const StepArg *arg = &step->args[1];

    if (arg->answers[0].question <= *last_question) {
        return false;
    }
    *last_question = arg->answers[arg->n_answers - 1].question;
    return true;
}

static bool admit_scheduler(Ledger *ledger)
{
    bool is_first = !ledger->has_scheduler;

    ledger->has_scheduler = true;
    return is_first;
}

/* What goes by the type alone; false: the step has no place. */
static bool settle_arg(Ledger *ledger, const KindFacts *facts, Step *step, unsigned index)
{
    const ArgSpec *spec = &facts->kind->args[index];
    StepArg *arg = &step->args[index];

    if (!arg->present) {
        return spec->optional;
    }
    switch (spec->type) {
    case ARG_SIZE:
        settle_size(facts, index, arg);
        return true;
    case ARG_DURATION:
        arg->number = MIN(arg->number, MAX_DURATION_NS);
        return true;
    case ARG_WORD:
        arg->number %= count_choices(spec);
        return true;
    case ARG_NAME:
        if (strcmp(spec->name, "label") == 0) {
            return ledger_settle_label(ledger, facts, step, index);
        }
        return strlen(arg->text) <= MAX_NAME_BYTES;
    case ARG_DRIVE:
        if (facts->role != ROLE_DRIVE && index != facts->drive_at
            && !ledger_find_drive(ledger, arg->text)) {
            return false;
        }
        return true;
    case ARG_DRIVES:
    case ARG_TEXT:
        return strlen(arg->text) <= MAX_NAME_BYTES;
    case ARG_NUMBER:
        settle_number(spec, arg);
        return true;
    case ARG_ANSWERS:
        return arg->n_answers > 0;
    case ARG_RANGES:
        return true;
    }
    return true;
}

static bool settle_args(Ledger *ledger, const KindFacts *facts, Step *step)
{
    for (unsigned i = 0; i < facts->n_args; i++) {
        if (!settle_arg(ledger, facts, step, i)) {
            return false;
        }
    }
    return facts->role == ROLE_DRIVE || facts->drive_at == NO_ARG
        || !step->args[facts->drive_at].present || ledger_settle_drive(ledger, facts, step);
}

/* The reference implementation makes no backups to PBS. */
static bool is_reference(void)
{
    return subject.is_reference && subject.is_reference();
}

/* What the code under test has not would be skipped. */
static bool admit_backup(const KindFacts *facts, Step *step)
{
    unsigned format_at = kind_find_arg(facts->kind, "format");

    if (!subject.backup) {
        return false;
    }
    if (is_reference() && step->args[format_at].present
        && step->args[format_at].number == SUBJECT_BACKUP_PBS) {
        step_drop_arg(step, format_at);
    }
    return true;
}

static bool settle_role(Ledger *ledger, const KindFacts *facts, Step *step)
{
    switch (facts->role) {
    case ROLE_NEVER:
        return false;
    case ROLE_SCHEDULER:
        return admit_scheduler(ledger);
    case ROLE_ANSWERS:
        return admit_answers(ledger, step);
    case ROLE_DRIVE:
        return ledger_admit_drive(ledger, step);
    case ROLE_FAULT:
        return admit_fault(ledger, facts, step);
    case ROLE_CLEAR_FAULTS:
        ledger->n_faults = 0;
        return true;
    case ROLE_SETUP:
        settle_setup(ledger, facts, step);
        return true;
    case ROLE_TEARDOWN:
        ledger->may_have_access |= step->label != NULL;
        note_inactive(ledger, step->args[facts->target_at].text);
        return true;
    case ROLE_QUIT:
        ledger->has_quit = true;
        return true;
    case ROLE_EXPORT:
        ledger->has_export = true;
        return true;
    case ROLE_BACKUP:
        return admit_backup(facts, step);
    case ROLE_BITMAP_SET:
    case ROLE_RELEASE:
    case ROLE_RESIZE:
    case ROLE_UNPLUG:
    case ROLE_STEP:
        return true;
    }
    g_assert_not_reached();
}

bool ledger_admit(Ledger *ledger, Step *step)
{
    const KindFacts *facts = kind_facts(step->kind);

    if (ledger->has_quit || ledger->n_steps == GENERATE_MAX_STEPS
        || !settle_args(ledger, facts, step) || !settle_role(ledger, facts, step)) {
        return false;
    }
    ledger_settle_own_label(ledger, facts, step);
    ledger->n_steps++;
    return true;
}
