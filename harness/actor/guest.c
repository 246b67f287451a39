/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest: requests on its drives.
 *
 * It asks only for what a device model lets through (inside the drive, no write to
 * a read-only one), so a request that fails has met the disk's error or our own.
 */
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

#define HOLD_CHOICES "copy|land|mark|complete"

static void request_done(uint64_t number, int ret, void *opaque)
{
    StageEntry *entry = opaque;

    (void)number;
    stage_end_entry(entry, ret);
}

static bool may_submit(Stage *stage, const Step *step, const SimDrive *drive,
                       const SimRequestOptions *options)
{
    uint64_t size_bytes;

    if (!sim_drive_is_inserted(drive)) {
        stage_refuse_step(stage, step, "drive '%s' has no medium", step->args[0].text);
        return false;
    }
    if (sim_drive_is_read_only(drive) && options->type != SIM_REQUEST_READ &&
        options->type != SIM_REQUEST_FLUSH) {
        stage_refuse_step(stage, step, "drive '%s' is read-only", step->args[0].text);
        return false;
    }
    size_bytes = sim_drive_size_bytes(drive);
    if (options->offset > size_bytes || options->bytes > size_bytes - options->offset) {
        stage_refuse_step(stage, step, "drive '%s' ends at %" G_GUINT64_FORMAT,
                          step->args[0].text, size_bytes);
        return false;
    }
    if (options->bytes == 0 && options->type != SIM_REQUEST_FLUSH) {
        stage_refuse_step(stage, step, "a request of no bytes");
        return false;
    }
    if (options->hold_before != SIM_PHASE_SUBMIT && !step->label) {
        stage_refuse_step(stage, step, "a request that is held needs a label: start LABEL %s ...",
                          step->kind->words);
        return false;
    }
    return options->type == SIM_REQUEST_READ || options->type == SIM_REQUEST_FLUSH ||
           stage_may_write(stage, step, drive);
}

/* @options_at: index of hold, error, delay among the arguments. */
static StepState submit(Stage *stage, const Step *step, SimRequestOptions *options,
                        unsigned options_at)
{
    static const SimPhase phases[] = {      /* in the order of HOLD_CHOICES */
        SIM_PHASE_COPY, SIM_PHASE_LAND, SIM_PHASE_MARK, SIM_PHASE_COMPLETE,
    };
    SimDrive *drive = stage_find_drive(stage, step, step->args[0].text);
    StageEntry *entry;

    if (!drive) {
        return STEP_INVALID;
    }
    options->hold_before = SIM_PHASE_SUBMIT;
    if (step->args[options_at].present) {
        options->hold_before = phases[step->args[options_at].number];
    }
    options->error = step_errno_or(step, options_at + 1, 0);
    options->delay_ns = step_number_or(step, options_at + 2, 0);
    if (!may_submit(stage, step, drive, options)) {
        return STEP_INVALID;
    }
    entry = stage_begin_entry(stage, step);
    options->done = request_done;
    options->opaque = entry;
    entry->outcome.request_number = sim_drive_submit(drive, options);
    return STEP_WAITING;
}

static StepState submit_range(Stage *stage, const Step *step, SimRequestType type)
{
    SimRequestOptions options = {
        .type = type, .offset = step->args[1].number, .bytes = step->args[2].number,
    };

    return submit(stage, step, &options, 3);
}

static StepState run_write(Stage *stage, const Step *step)
{
    return submit_range(stage, step, SIM_REQUEST_WRITE);
}

static StepState run_zero(Stage *stage, const Step *step)
{
    return submit_range(stage, step, SIM_REQUEST_WRITE_ZEROES);
}

static StepState run_discard(Stage *stage, const Step *step)
{
    return submit_range(stage, step, SIM_REQUEST_DISCARD);
}

static StepState run_read(Stage *stage, const Step *step)
{
    return submit_range(stage, step, SIM_REQUEST_READ);
}

static StepState run_flush(Stage *stage, const Step *step)
{
    SimRequestOptions options = { .type = SIM_REQUEST_FLUSH };

    return submit(stage, step, &options, 1);
}

#define REQUEST_OPTIONS                                 \
    { "hold", ARG_WORD, HOLD_CHOICES, true },           \
    { "error", ARG_WORD, ERRNO_CHOICES, true },         \
    { "delay", ARG_DURATION, NULL, true }

#define RANGE_ARGS                                      \
    { "drive", ARG_DRIVE, NULL, false },                \
    { "offset", ARG_SIZE, "512", false },               \
    { "bytes", ARG_SIZE, "512", false },                \
    REQUEST_OPTIONS

const StepKind guest_step_kinds[] = {
    {
        .words = "write",
        .summary = "The guest writes; the request may be held before a phase, refused by the disk, "
                   "or take its time.",
        .args = { RANGE_ARGS },
        .can_start = true,
        .run = run_write,
    }, {
        .words = "zero",
        .summary = "The guest writes zeroes.",
        .args = { RANGE_ARGS },
        .can_start = true,
        .run = run_zero,
    }, {
        .words = "discard",
        .summary = "The guest discards.",
        .args = { RANGE_ARGS },
        .can_start = true,
        .run = run_discard,
    }, {
        .words = "read",
        .summary = "The guest reads.",
        .args = { RANGE_ARGS },
        .can_start = true,
        .run = run_read,
    }, {
        .words = "flush",
        .summary = "The guest flushes.",
        .args = { { "drive", ARG_DRIVE, NULL, false }, REQUEST_OPTIONS },
        .can_start = true,
        .run = run_flush,
    },
    { .words = NULL },
};
