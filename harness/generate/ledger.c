/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a scenario up to a step, and what a step must be like there.
 *
 * Parser and actors refuse what makes no sense: here it is made to make sense.  What depends
 * on the run is seen from its safe side: a drive has the least of the sizes that it was given.
 */
#include <string.h>

#include "harness/generate/generate-private.h"
#include "harness/subject/subject.h"
#include "sim/core/fault.h"

#define SECTOR_BYTES 512
#define MAX_SIZE_BYTES (UINT64_C(1) << 44)
#define MAX_DURATION_NS UINT64_C(1000000000000)
#define MIN_SPEED_BYTES (64 * 1024)
#define MAX_GRANULARITY_BYTES UINT32_MAX
#define MAX_NAME_BYTES 1100
#define MAX_SCHEDULE_LENGTH 10000
#define MAX_DRIVE_NAME_BYTES 64
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
static unsigned number_of(const char *text)
{
    unsigned number = 7;

    for (; *text; text++) {
        number = number * 31 + (unsigned char) *text;
    }
    return number;
}

/* ---- drives ---------------------------------------------------------------- */

static KnownDrive *find_drive(Ledger *ledger, const char *name)
{
    for (unsigned i = 0; i < ledger->n_drives; i++) {
        if (strcmp(ledger->drives[i].name, name) == 0) {
            return &ledger->drives[i];
        }
    }
    return NULL;
}

static bool is_usable(const KnownDrive *drive, const KindFacts *facts)
{
    bool is_request = facts->hold_at != NO_ARG;

    return !is_request || (drive->has_medium && (drive->is_writable || !facts->changes_disk));
}

/* The drive that @step names if it will do, or another one; NULL: none will. */
static KnownDrive *settle_drive(Ledger *ledger, const KindFacts *facts, Step *step)
{
    StepArg *arg = &step->args[facts->drive_at];
    KnownDrive *drive = find_drive(ledger, arg->text);
    unsigned first = number_of(arg->text);

    for (unsigned i = 0; i < ledger->n_drives && !(drive && is_usable(drive, facts)); i++) {
        drive = &ledger->drives[(first + i) % ledger->n_drives];
    }
    if (!drive || !is_usable(drive, facts)) {
        return NULL;
    }
    if (strcmp(arg->text, drive->name) != 0) {
        step_set_text(step, facts->drive_at, drive->name);
    }
    return drive;
}

static bool is_no(const Step *step, const char *option)
{
    unsigned at = kind_find_arg(step->kind, option);

    return at != NO_ARG && step->args[at].present && step->args[at].number == 1;
}

static bool is_yes(const Step *step, const char *option)
{
    unsigned at = kind_find_arg(step->kind, option);

    return at != NO_ARG && step->args[at].present && step->args[at].number == 0;
}

static bool admit_drive(Ledger *ledger, Step *step)
{
    const char *name = step->args[0].text;
    unsigned fleecing_size_at = kind_find_arg(step->kind, "fleecing-size");

    if (ledger->n_drives == GENERATE_MAX_DRIVES || strlen(name) > MAX_DRIVE_NAME_BYTES
        || g_str_has_suffix(name, "-fleecing") || find_drive(ledger, name)) {
        return false;
    }
    if (is_no(step, "fleecing") && fleecing_size_at != NO_ARG) {
        step_drop_arg(step, fleecing_size_at);
    }
    ledger->drives[ledger->n_drives++] = (KnownDrive) {
        .name = name,
        .size_bytes = step->args[1].number,
        .most_bytes = step->args[1].number,
        .has_medium = !is_no(step, "medium"),
        .is_writable = !is_yes(step, "read-only"),
    };
    return true;
}

/* ---- ranges ---------------------------------------------------------------- */

static uint64_t round_down(uint64_t number, uint64_t unit)
{
    return number - number % unit;
}

static void settle_range(Ledger *ledger, const KindFacts *facts, Step *step, uint64_t size_bytes)
{
    uint64_t *offset = &step->args[facts->offset_at].number;
    uint64_t *bytes = &step->args[facts->bytes_at].number;

    if (*offset >= size_bytes) {
        *offset = round_down(*offset % size_bytes, SECTOR_BYTES);
    }
    *bytes = MAX(SECTOR_BYTES, MIN(*bytes, size_bytes - *offset));
    ledger->recent_offsets[ledger->n_recent++ % MAX_RECENT] = *offset;
}

/*
 * A resize may be refused, or not.  What a shrinking one cuts away while there is backup access
 * is gone for everybody, whatever the code under test does: so drives grow only, from the first
 * setup on.
 */
static void settle_resize(const Ledger *ledger, KnownDrive *drive, const KindFacts *facts,
                          Step *step)
{
    uint64_t *bytes = &step->args[kind_find_arg(facts->kind, "size")].number;

    if (ledger->has_setup) {
        *bytes = MAX(*bytes, drive->most_bytes);
    }
    drive->size_bytes = MIN(drive->size_bytes, *bytes);
    drive->most_bytes = MAX(drive->most_bytes, *bytes);
}

/* As the words of "bitmap-set" are. */
static bool says(const ArgSpec *spec, const StepArg *arg, const char *word)
{
    const char *at = spec->choices;

    for (uint64_t i = 0; i < arg->number; i++) {
        at = strchr(at, '|') + 1;
    }
    return strncmp(at, word, strlen(word)) == 0 && (at[strlen(word)] | '|') == '|';
}

/*
 * QEMU asserts that nobody writes where a bitmap is read-only: its image is inactive then, and
 * has no guest.
 */
static void settle_bitmap_set(const Ledger *ledger, KnownDrive *drive, const KindFacts *facts,
                              Step *step)
{
    unsigned state_at = kind_find_arg(facts->kind, "state");
    StepArg *state = &step->args[state_at];

    /* An export that keeps a bitmap busy goes by that, too. */
    if (ledger->has_export && says(&facts->kind->args[state_at], state, "idle")) {
        state->number = 0;
    }
    if (!says(&facts->kind->args[state_at], state, "read-only")) {
        return;
    }
    if (ledger->has_requests) {
        state->number = 0;
    } else {
        drive->is_writable = false;
    }
}

/* ---- labels ---------------------------------------------------------------- */

static bool bears(const KnownLabel *label, const char *name)
{
    return strcmp(label->alias ? label->alias : label->name, name) == 0;
}

/* The newest label that is called so, else any that will do; NULL: none will. */
static const KnownLabel *find_label(const Ledger *ledger, const char *name, bool of_request)
{
    unsigned n = ledger->n_labels, first = number_of(name);

    for (unsigned i = n; i-- > 0; ) {
        if (bears(&ledger->labels[i], name)) {
            return !of_request || ledger->labels[i].is_request ? &ledger->labels[i] : NULL;
        }
    }
    for (unsigned i = 0; i < n; i++) {
        const KnownLabel *label = &ledger->labels[(first + i) % n];

        if (!of_request || label->is_request) {
            return label;
        }
    }
    return NULL;
}

static bool settle_label_arg(const Ledger *ledger, const KindFacts *facts, Step *step,
                             unsigned index)
{
    const KnownLabel *label = find_label(ledger, step->args[index].text,
                                         facts->role == ROLE_RELEASE);

    if (label && strcmp(label->name, step->args[index].text) != 0) {
        step_set_text(step, index, label->name);
    }
    return label;
}

static bool is_taken(const Ledger *ledger, const char *name)
{
    for (unsigned i = 0; i < ledger->n_labels; i++) {
        if (strcmp(ledger->labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "x7": short, and not taken.  The caller's. */
static char *make_label(const Ledger *ledger)
{
    char name[] = "x000";

    for (unsigned number = ledger->n_labels; ; number++) {
        name[1] = '0' + number / 100 % 10;
        name[2] = '0' + number / 10 % 10;
        name[3] = '0' + number % 10;
        if (!is_taken(ledger, name)) {
            return g_strdup(name);
        }
    }
}

/* The step's own label: taken away where it cannot be, made another one where it is taken. */
static void settle_own_label(Ledger *ledger, const KindFacts *facts, Step *step)
{
    KnownLabel *label = &ledger->labels[ledger->n_labels];

    if (step->label && (!facts->kind->can_start || ledger->n_labels == MAX_LABELS
                        || strlen(step->label) > MAX_NAME_BYTES)) {
        g_clear_pointer(&step->label, g_free);
    }
    if (!step->label) {
        if (facts->hold_at != NO_ARG) {
            step_drop_arg(step, facts->hold_at);
        }
        return;
    }
    *label = (KnownLabel) { .is_request = facts->hold_at != NO_ARG };
    if (is_taken(ledger, step->label)) {
        label->alias = step->label;
        step->label = make_label(ledger);
    }
    label->name = step->label;
    ledger->has_requests = ledger->has_requests || label->is_request;
    ledger->n_labels++;
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
        call = sim_fault_calls[number_of(step->args[0].text) % n];
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

static void note_active(Ledger *ledger, const char *target)
{
    for (unsigned i = 0; i < ledger->n_active; i++) {
        if (strcmp(ledger->active_targets[i], target) == 0) {
            return;
        }
    }
    if (ledger->n_active < MAX_ACTIVE) {
        ledger->active_targets[ledger->n_active++] = target;
    }
}

static void note_inactive(Ledger *ledger, const char *target)
{
    for (unsigned i = 0; i < ledger->n_active; i++) {
        if (strcmp(ledger->active_targets[i], target) == 0) {
            ledger->active_targets[i] = ledger->active_targets[--ledger->n_active];
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
    ledger->has_setup = true;
    note_active(ledger, target);
}

/* ---- every argument -------------------------------------------------------- */

static void settle_size(const KindFacts *facts, unsigned index, StepArg *arg)
{
    const ArgSpec *spec = &facts->kind->args[index];
    bool is_place = index == facts->offset_at;

    arg->number = MIN(arg->number, MAX_SIZE_BYTES);
    if (spec->choices) {
        arg->number = round_down(arg->number, g_ascii_strtoull(spec->choices, NULL, 10));
    }
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
            return settle_label_arg(ledger, facts, step, index);
        }
        return strlen(arg->text) <= MAX_NAME_BYTES;
    case ARG_DRIVE:
        if (facts->role != ROLE_DRIVE && index != facts->drive_at
            && !find_drive(ledger, arg->text)) {
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

static void settle_role_of_drive(const Ledger *ledger, KnownDrive *drive, const KindFacts *facts,
                                 Step *step)
{
    switch (facts->role) {
    case ROLE_RESIZE:
        settle_resize(ledger, drive, facts, step);
        break;
    case ROLE_UNPLUG:
        drive->has_medium = false;
        break;
    case ROLE_BITMAP_SET:
        settle_bitmap_set(ledger, drive, facts, step);
        break;
    default:
        break;
    }
}

static bool settle_args(Ledger *ledger, const KindFacts *facts, Step *step)
{
    KnownDrive *drive = NULL;

    for (unsigned i = 0; i < facts->n_args; i++) {
        if (!settle_arg(ledger, facts, step, i)) {
            return false;
        }
    }
    if (facts->role != ROLE_DRIVE && facts->drive_at != NO_ARG
        && step->args[facts->drive_at].present) {
        drive = settle_drive(ledger, facts, step);
        if (!drive) {
            return false;
        }
        settle_role_of_drive(ledger, drive, facts, step);
    }
    if (drive && facts->offset_at != NO_ARG && facts->bytes_at != NO_ARG) {
        settle_range(ledger, facts, step, drive->size_bytes);
    }
    return true;
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
        return admit_drive(ledger, step);
    case ROLE_FAULT:
        return admit_fault(ledger, facts, step);
    case ROLE_CLEAR_FAULTS:
        ledger->n_faults = 0;
        return true;
    case ROLE_SETUP:
        settle_setup(ledger, facts, step);
        return true;
    case ROLE_TEARDOWN:
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
    settle_own_label(ledger, facts, step);
    ledger->n_steps++;
    return true;
}
