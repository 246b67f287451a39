/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a scenario up to a step: its drives, and what a step must be like on them.
 *
 * What depends on the run is seen from its safe side: a drive has the least of the sizes that it
 * was given.
 */
#include <string.h>

#include "harness/generate/ledger-private.h"

#define MAX_DRIVE_NAME_BYTES 64

/* ---- drives ---------------------------------------------------------------- */

KnownDrive *ledger_find_drive(Ledger *ledger, const char *name)
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
    KnownDrive *drive = ledger_find_drive(ledger, arg->text);
    unsigned first = ledger_number_of(arg->text);

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

bool ledger_admit_drive(Ledger *ledger, Step *step)
{
    const char *name = step->args[0].text;
    unsigned fleecing_size_at = kind_find_arg(step->kind, "fleecing-size");

    if (ledger->n_drives == GENERATE_MAX_DRIVES || strlen(name) > MAX_DRIVE_NAME_BYTES
        || g_str_has_suffix(name, "-fleecing") || ledger_find_drive(ledger, name)) {
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

static void settle_range(Ledger *ledger, const KindFacts *facts, Step *step, uint64_t size_bytes)
{
    uint64_t *offset = &step->args[facts->offset_at].number;
    uint64_t *bytes = &step->args[facts->bytes_at].number;

    if (*offset >= size_bytes) {
        *offset = ledger_round_down(*offset % size_bytes, SECTOR_BYTES);
    }
    *bytes = MAX(SECTOR_BYTES, MIN(*bytes, size_bytes - *offset));
    ledger->recent_offsets[ledger->n_recent++ % MAX_RECENT] = *offset;
}

/*
 * A resize may be refused, or not.  What a shrinking one cuts away while there is backup access
 * is gone for everybody, whatever the code under test does: so drives only grow meanwhile.
 */
static void settle_resize(const Ledger *ledger, KnownDrive *drive, const KindFacts *facts,
                          Step *step)
{
    uint64_t *bytes = &step->args[kind_find_arg(facts->kind, "size")].number;

    if (ledger->n_active || ledger->may_have_access) {
        *bytes = MAX(*bytes, drive->most_bytes);
    }
    drive->size_bytes = MIN(drive->size_bytes, *bytes);
    drive->most_bytes = MAX(drive->most_bytes, *bytes);
}

/*
 * QEMU asserts that nobody writes where a bitmap is read-only: its image is inactive then, and
 * has no guest.
 */
static void settle_bitmap_set(const Ledger *ledger, KnownDrive *drive, const KindFacts *facts,
                              Step *step)
{
    unsigned state_at = kind_find_arg(facts->kind, "state");
    const ArgSpec *spec = &facts->kind->args[state_at];
    StepArg *state = &step->args[state_at];

    /* An export that keeps a bitmap busy goes by that, too. */
    if (ledger->has_export && state->number == find_choice(spec, "idle")) {
        state->number = find_choice(spec, "busy");
    }
    if (state->number != find_choice(spec, "read-only")) {
        return;
    }
    if (drive->has_requests) {
        state->number = find_choice(spec, "busy");
    } else {
        drive->is_writable = false;
    }
}

/* ---- all of it ------------------------------------------------------------- */

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

bool ledger_settle_drive(Ledger *ledger, const KindFacts *facts, Step *step)
{
    KnownDrive *drive = settle_drive(ledger, facts, step);

    if (!drive) {
        return false;
    }
    settle_role_of_drive(ledger, drive, facts, step);
    drive->has_requests = drive->has_requests || (step->label && facts->hold_at != NO_ARG);
    if (facts->offset_at != NO_ARG && facts->bytes_at != NO_ARG) {
        settle_range(ledger, facts, step, drive->size_bytes);
    }
    return true;
}
