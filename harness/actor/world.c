/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps that make the world and let it go on: drives, faults, time, and the
 * script's hold on what is under way.
 */
#include <errno.h>
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "sim/gates.h"

/* The language of this program; a scenario of a later one cannot be understood. */
#define LANGUAGE_VERSION 1

static StepState run_version(Stage *stage, const Step *step)
{
    if (step->args[0].number != LANGUAGE_VERSION) {
        return stage_refuse_step(stage, step, "this program knows version %d of the language",
                                 LANGUAGE_VERSION);
    }
    return STEP_DONE;
}

static StepState run_needs_generation(Stage *stage, const Step *step)
{
    uint64_t first = step->args[0].number;
    uint64_t last = step_number_or(step, 1, first);
    unsigned generation = stage_subject(stage)->generation;

    if (generation >= first && generation <= last) {
        return STEP_DONE;
    }
    if (first == last) {
        return stage_skip(stage, "needs generation %" G_GUINT64_FORMAT " of the interface, "
                          "'%s' is of generation %u", first, stage_subject(stage)->name,
                          generation);
    }
    return stage_skip(stage, "needs generation %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                      " of the interface, '%s' is of generation %u", first, last,
                      stage_subject(stage)->name, generation);
}

static StepState run_needs_reference(Stage *stage, const Step *step)
{
    (void)step;
    if (stage_is_reference(stage)) {
        return STEP_DONE;
    }
    return stage_skip(stage, "states a decision of the reference implementation (docs/decisions), "
                      "'%s' may decide otherwise", stage_subject(stage)->name);
}

static StepState run_allow_errors(Stage *stage, const Step *step)
{
    (void)step;
    stage->are_errors_allowed = true;
    return STEP_DONE;
}

static StepState run_drive(Stage *stage, const Step *step)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    SimDriveOptions options = {
        .name = stage_device_name(step->args[0].text, device),
        .size_bytes = step->args[1].number,
        .read_only = step_is_yes(step, 2, false),
        .no_medium = !step_is_yes(step, 3, true),
        .no_fleecing = !step_is_yes(step, 4, true),
        .fleecing_size_bytes = step_number_or(step, 5, 0),
        .iothread = step_is_yes(step, 6, false),
    };

    if (strlen(step->args[0].text) > STAGE_DEVICE_NAME_BYTES / 2) {
        return stage_refuse_step(stage, step, "a drive's name has at most %d bytes",
                                 STAGE_DEVICE_NAME_BYTES / 2);
    }
    if (options.size_bytes == 0) {
        return stage_refuse_step(stage, step, "a drive has at least 512 bytes");
    }
    if (options.no_fleecing && options.fleecing_size_bytes) {
        return stage_refuse_step(stage, step, "fleecing-size wants a fleecing image");
    }
    if (!sim_world_add_drive(&options)) {
        return stage_refuse_step(stage, step, "the name '%s' is taken", step->args[0].text);
    }
    return STEP_DONE;
}

/* A call that passes a gate and can be made to fail has a row of its own. */
static StepState refuse_call(Stage *stage, const Step *step)
{
    const char *call = step->args[0].text;

    if (sim_gates_have(call)) {
        return stage_refuse_step(stage, step, "'%s' never fails by itself in QEMU; what makes it "
                                 "refuse is the state of a bitmap or a job, see docs/faults.md",
                                 call);
    }
    return stage_refuse_step(stage, step, "there is no call '%s' that could be made to fail", call);
}

static bool add_fault(const Step *step, const char *call, const char *who, uint32_t nth,
                      bool from_then_on)
{
    SimFaults *faults = sim_world_faults();

    if (step->args[5].present) {
        return sim_faults_add_delay(faults, call, who, nth, from_then_on, step->args[5].number);
    }
    return sim_faults_add(faults, call, who, nth, from_then_on, step_errno_or(step, 4, EIO));
}

static StepState run_fault(Stage *stage, const Step *step)
{
    const char *call = sim_fault_find_call(step->args[0].text);
    uint64_t nth = step_number_or(step, 2, 1);
    bool from_then_on = step_number_or(step, 3, 0) == 1;
    const char *who = NULL;

    if (!call) {
        return refuse_call(stage, step);
    }
    if (nth == 0 || nth > UINT32_MAX) {
        return stage_refuse_step(stage, step, "nth counts from 1");
    }
    if (step->args[1].present) {
        SimDrive *drive = stage_find_drive(stage, step, step->args[1].text);

        if (!drive) {
            return STEP_INVALID;
        }
        who = sim_drive_name(drive);
    }
    if (step->args[4].present && step->args[5].present) {
        return stage_refuse_step(stage, step, "a call fails with an error or takes its time, "
                                 "not both");
    }
    if (step->args[5].present && !sim_fault_takes_time(call)) {
        return stage_refuse_step(stage, step, "'%s' takes no time; the calls that do are marked "
                                 "'slow' in docs/faults.md", call);
    }
    if (!add_fault(step, call, who, nth, from_then_on)) {
        return stage_refuse_step(stage, step, "there are too many faults at once");
    }
    return STEP_DONE;
}

static StepState run_clear_faults(Stage *stage, const Step *step)
{
    (void)stage;
    (void)step;
    sim_faults_clear(sim_world_faults());
    return STEP_DONE;
}

static StageEntry *find_started(Stage *stage, const Step *step)
{
    StageEntry *entry = stage_find_entry(stage, step->args[0].text);

    if (!entry) {
        stage_refuse_step(stage, step, "no step was started as '%s'", step->args[0].text);
    }
    return entry;
}

static StepState run_release(Stage *stage, const Step *step)
{
    StageEntry *entry = find_started(stage, step);

    if (!entry) {
        return STEP_INVALID;
    }
    if (!entry->outcome.request_number) {
        return stage_refuse_step(stage, step, "'%s' is no guest request", step->args[0].text);
    }
    if (!sim_world_release_request(entry->outcome.request_number)) {
        entry->is_release_wanted = true;
    }
    return STEP_DONE;
}

static StepState run_wait(Stage *stage, const Step *step)
{
    StageEntry *entry = find_started(stage, step);

    if (!entry) {
        return STEP_INVALID;
    }
    if (entry->outcome.is_done) {
        stage_conclude(stage, entry);
        return STEP_DONE;
    }
    entry->waiter = step;
    return STEP_WAITING;
}

static void sleep_ends(void *opaque)
{
    stage_end_entry(opaque, 0);
}

static StepState run_sleep(Stage *stage, const Step *step)
{
    StageEntry *entry = stage_begin_entry(stage, step);

    entry->task = (SimTask) { .run = sleep_ends, .opaque = entry, .what = "sleep" };
    sim_loop_post_after(sim_world_loop(), &entry->task, step->args[0].number);
    return STEP_WAITING;
}

const StepKind world_step_kinds[] = {
    {
        .words = "bax",
        .summary = "Says which version of the language the scenario is written in.",
        .args = { { "version", ARG_NUMBER, NULL, false } },
        .is_heading = true,
        .run = run_version,
    }, {
        .words = "needs generation",
        .summary = "Skips the scenario unless the code under test has this generation of the "
                   "interface (or one up to 'to').",
        .args = {
            { "generation", ARG_NUMBER, NULL, false },
            { "to", ARG_NUMBER, NULL, true },
        },
        .is_heading = true,
        .run = run_needs_generation,
    }, {
        .words = "needs reference",
        .summary = "Skips the scenario unless the code under test is the reference "
                   "implementation, a decision of which it states.",
        .run = run_needs_reference,
    }, {
        .words = "allow errors",
        .summary = "From here on a command may fail without a step that expects it.",
        .is_heading = true,
        .run = run_allow_errors,
    }, {
        .words = "drive",
        .summary = "Adds a drive, device 'drive-NAME', on which nothing was written yet, and its "
                   "fleecing image.",
        .args = {
            { "name", ARG_DRIVE, NULL, false },
            { "size", ARG_SIZE, "512", false },
            { "read-only", ARG_WORD, "yes|no", true },
            { "medium", ARG_WORD, "yes|no", true },
            { "fleecing", ARG_WORD, "yes|no", true },
            { "fleecing-size", ARG_SIZE, "512", true },
            { "iothread", ARG_WORD, "yes|no", true },
        },
        .run = run_drive,
    }, {
        .words = "fault",
        .summary = "Makes a call fail or take its time: the next one or the nth from now, once or "
                   "always from then on, on one drive or on any.",
        .args = {
            { "call", ARG_NAME, NULL, false },
            { "on", ARG_DRIVE, NULL, true },
            { "nth", ARG_NUMBER, NULL, true },
            { "mode", ARG_WORD, "once|always", true },
            { "error", ARG_WORD, ERRNO_CHOICES, true },
            { "delay", ARG_DURATION, NULL, true },
        },
        .run = run_fault,
    }, {
        .words = "clear-faults",
        .summary = "Stops all faults: from now on every call works again.",
        .run = run_clear_faults,
    }, {
        .words = "release",
        .summary = "Lets a held request go on; one that has not come to its hold yet will not stop "
                   "there.",
        .args = { { "label", ARG_NAME, NULL, false } },
        .run = run_release,
    }, {
        .words = "wait",
        .summary = "Waits until a started step is over.",
        .args = { { "label", ARG_NAME, NULL, false } },
        .run = run_wait,
    }, {
        .words = "sleep",
        .summary = "Lets virtual time pass; whatever is due meanwhile happens.",
        .args = { { "duration", ARG_DURATION, NULL, false } },
        .run = run_sleep,
    },
    { .words = NULL },
};
