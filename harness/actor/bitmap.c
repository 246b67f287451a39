/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management layer's own commands on dirty bitmaps, and what the world outside
 * of QEMU can do to one.
 *
 * They name the node that holds the drive's bitmaps, so they reach it below a filter.
 */
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qapi/qapi-commands-block-core.h"

/* Of the drive that the step names; its device name if nothing is inserted. */
static const char *node_of(const Step *step)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    SimDrive *drive = sim_world_find_drive(stage_device_name(step->args[0].text, device));

    return sim_drive_is_inserted(drive) ? sim_drive_node_name(drive) : sim_drive_name(drive);
}

/* @error is taken; a merge has its source as the third argument. */
static void answer(StageEntry *entry, const char *command, Error *error)
{
    const Step *step = entry->outcome.step;
    char device[STAGE_DEVICE_NAME_BYTES];
    bool is_merge = step->kind->args[2].name && step->kind->args[2].type == ARG_NAME;

    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_BITMAP_COMMAND,
        .line = step->line,
        .command = command,
        .device = stage_device_name(step->args[0].text, device),
        .bitmap_name = step->args[1].text,
        .source_bitmap_name = is_merge ? step->args[2].text : NULL,
        .granularity = is_merge ? 0 : step_number_or(step, 2, 0),
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void add(Stage *stage, StageEntry *entry)
{
    const Step *step = entry->outcome.step;
    Error *error = NULL;

    (void)stage;
    qmp_block_dirty_bitmap_add(node_of(step), step->args[1].text,
                               step->args[2].present, (uint32_t)step->args[2].number,
                               step->args[4].present, step_is_yes(step, 4, false),
                               step->args[3].present, step_is_yes(step, 3, false), &error);
    answer(entry, "add", error);
}

typedef void BitmapCommandFunc(const char *node, const char *name, Error **errp);

static void run_plain(StageEntry *entry, const char *command, BitmapCommandFunc *function)
{
    const Step *step = entry->outcome.step;
    Error *error = NULL;

    function(node_of(step), step->args[1].text, &error);
    answer(entry, command, error);
}

static void remove_(Stage *stage, StageEntry *entry)
{
    (void)stage;
    run_plain(entry, "remove", qmp_block_dirty_bitmap_remove);
}

static void clear(Stage *stage, StageEntry *entry)
{
    (void)stage;
    run_plain(entry, "clear", qmp_block_dirty_bitmap_clear);
}

static void enable(Stage *stage, StageEntry *entry)
{
    (void)stage;
    run_plain(entry, "enable", qmp_block_dirty_bitmap_enable);
}

static void disable(Stage *stage, StageEntry *entry)
{
    (void)stage;
    run_plain(entry, "disable", qmp_block_dirty_bitmap_disable);
}

static void merge(Stage *stage, StageEntry *entry)
{
    const Step *step = entry->outcome.step;
    strList source = { .value = step->args[2].text };
    Error *error = NULL;

    (void)stage;
    qmp_block_dirty_bitmap_merge(node_of(step), step->args[1].text, &source, &error);
    answer(entry, "merge", error);
}

static StepState send(Stage *stage, const Step *step, StageCommandFunc *command)
{
    if (!stage_find_drive(stage, step, step->args[0].text)) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), command);
}

static StepState run_add(Stage *stage, const Step *step)
{
    if (step->args[2].present && step->args[2].number > UINT32_MAX) {
        return stage_refuse_step(stage, step, "a granularity is less than 4G");
    }
    return send(stage, step, add);
}

static StepState run_remove(Stage *stage, const Step *step)
{
    return send(stage, step, remove_);
}

static StepState run_clear(Stage *stage, const Step *step)
{
    return send(stage, step, clear);
}

static StepState run_enable(Stage *stage, const Step *step)
{
    return send(stage, step, enable);
}

static StepState run_disable(Stage *stage, const Step *step)
{
    return send(stage, step, disable);
}

static StepState run_merge(Stage *stage, const Step *step)
{
    return send(stage, step, merge);
}

/* ---- what comes from outside ------------------------------------------------- */

#define STATE_CHOICES "busy|idle|read-only|read-write|inconsistent"

typedef enum BitmapState {          /* in the order of STATE_CHOICES */
    BITMAP_BUSY,
    BITMAP_IDLE,
    BITMAP_READ_ONLY,
    BITMAP_READ_WRITE,
    BITMAP_INCONSISTENT,
} BitmapState;

static const char *const state_commands[] = {
    "busy", "unbusy", "read-only", "read-write", "inconsistent",
};

static bool bring_about(const char *node, const char *name, BitmapState state)
{
    switch (state) {
    case BITMAP_BUSY:
    case BITMAP_IDLE:
        return sim_world_set_bitmap_busy(node, name, state == BITMAP_BUSY);
    case BITMAP_READ_ONLY:
    case BITMAP_READ_WRITE:
        return sim_world_set_bitmap_read_only(node, name, state == BITMAP_READ_ONLY);
    case BITMAP_INCONSISTENT:
        return sim_world_set_bitmap_inconsistent(node, name);
    }
    g_assert_not_reached();
}

/* Kept as "NODE NAME": a bitmap that records and yet must not change. */
static void note_read_only(Stage *stage, const char *node, const char *name)
{
    SimBitmapView view;

    if (sim_world_find_bitmap(node, name, &view) && view.enabled) {
        if (!stage->read_only_by_hand) {
            stage->read_only_by_hand = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(stage->read_only_by_hand, g_strconcat(node, " ", name, NULL));
    }
}

bool stage_may_write(Stage *stage, const Step *step, const SimDrive *drive)
{
    const char *node = sim_drive_node_name(drive);
    SimBitmapView view;

    for (unsigned i = 0; stage->read_only_by_hand && sim_world_bitmap_at(node, i, &view); i++) {
        g_autofree char *key = g_strconcat(node, " ", view.name ? view.name : "", NULL);

        if (view.enabled && view.read_only &&
            g_ptr_array_find_with_equal_func(stage->read_only_by_hand, key, g_str_equal, NULL)) {
            stage_refuse_step(stage, step, "QEMU would assert: bitmap '%s' is enabled, and "
                              "bitmap-set made it read-only", view.name);
            return false;
        }
    }
    return true;
}

static StepState run_set(Stage *stage, const Step *step)
{
    SimDrive *drive = stage_find_drive(stage, step, step->args[0].text);

    if (!drive) {
        return STEP_INVALID;
    }
    if (!bring_about(node_of(step), step->args[1].text, step->args[2].number)) {
        if (stage->are_errors_allowed) {
            return STEP_DONE;
        }
        return stage_refuse_step(stage, step, "drive '%s' has no bitmap '%s' that could become so",
                                 step->args[0].text, step->args[1].text);
    }
    if (step->args[2].number == BITMAP_READ_ONLY) {
        note_read_only(stage, node_of(step), step->args[1].text);
    }
    stage_tell(stage, &(Deed) {
        .kind = DEED_BITMAP_COMMAND,
        .line = step->line,
        .command = state_commands[step->args[2].number],
        .device = sim_drive_name(drive),
        .bitmap_name = step->args[1].text,
    });
    return STEP_DONE;
}

#define BITMAP_ARGS                             \
    { "drive", ARG_DRIVE, NULL, false },        \
    { "name", ARG_NAME, NULL, false }

const StepKind bitmap_step_kinds[] = {
    {
        .words = "bitmap-add",
        .summary = "Adds a clean bitmap to a drive, as block-dirty-bitmap-add does; granularity "
                   "64 KiB if none is given.",
        .args = {
            BITMAP_ARGS,
            { "granularity", ARG_SIZE, NULL, true },
            { "disabled", ARG_WORD, "yes|no", true },
            { "persistent", ARG_WORD, "yes|no", true },
        },
        .run = run_add,
    }, {
        .words = "bitmap-remove",
        .summary = "Removes a bitmap, as block-dirty-bitmap-remove does.",
        .args = { BITMAP_ARGS },
        .run = run_remove,
    }, {
        .words = "bitmap-clear",
        .summary = "Makes a bitmap clean, as block-dirty-bitmap-clear does.",
        .args = { BITMAP_ARGS },
        .run = run_clear,
    }, {
        .words = "bitmap-enable",
        .summary = "Lets a bitmap record writes, as block-dirty-bitmap-enable does.",
        .args = { BITMAP_ARGS },
        .run = run_enable,
    }, {
        .words = "bitmap-disable",
        .summary = "Stops a bitmap from recording, as block-dirty-bitmap-disable does.",
        .args = { BITMAP_ARGS },
        .run = run_disable,
    }, {
        .words = "bitmap-merge",
        .summary = "Adds what the source holds to the target bitmap, as block-dirty-bitmap-merge "
                   "does.",
        .args = { BITMAP_ARGS, { "source", ARG_NAME, NULL, false } },
        .run = run_merge,
    }, {
        .words = "bitmap-set",
        .summary = "Brings a bitmap into a state from outside: a job keeps it busy, its image "
                   "was opened read-only, or QEMU was killed and left it inconsistent.",
        .args = { BITMAP_ARGS, { "state", ARG_WORD, STATE_CHOICES, false } },
        .run = run_set,
    },
    { .words = NULL },
};
