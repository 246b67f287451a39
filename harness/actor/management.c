/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management layer: teardown, query, resize, and the end of QEMU.
 *
 * Teardown runs in a coroutine, as QEMU's monitor/qmp.c runs commands that are marked
 * so; all others here run outside of coroutines.
 */
#include "harness/actor/provider.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qemu/coroutine.h"

/* ---- teardown -------------------------------------------------------------- */

static bool is_success(const Step *step)
{
    return step->args[1].number == 0;
}

static void coroutine_fn teardown_co(void *opaque)
{
    StageEntry *entry = opaque;
    const Step *step = entry->outcome.step;
    const char *target_id = step->args[0].text;
    Error *error = NULL;

    stage_subject(entry->stage)->teardown(target_id, is_success(step), &error);
    if (!error) {
        stage_remove_accesses(entry->stage, target_id);
    }
    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_TEARDOWN_ANSWERED,
        .line = step->line,
        .target_id = target_id,
        .success = is_success(step),
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void begin_teardown(Stage *stage, StageEntry *entry)
{
    stage_tell(stage, &(Deed) {
        .kind = DEED_TEARDOWN_BEGINS,
        .line = entry->outcome.step->line,
        .target_id = entry->outcome.step->args[0].text,
        .success = is_success(entry->outcome.step),
    });
    qemu_coroutine_enter(qemu_coroutine_create(teardown_co, entry));
}

static void send_teardown(StageEntry *entry)
{
    stage_send_command(entry, begin_teardown);
}

static StepState run_teardown(Stage *stage, const Step *step)
{
    StageEntry *entry = stage_begin_entry(stage, step);

    entry->is_command = true;
    if (is_success(step) && step_is_yes(step, 2, true)) {
        provider_copy(entry, step->args[0].text, NULL, send_teardown);
    } else {
        send_teardown(entry);
    }
    return STEP_WAITING;
}

/* ---- query, quit ----------------------------------------------------------- */

static void query(Stage *stage, StageEntry *entry)
{
    Error *error = NULL;

    qapi_free_BackupStatus(stage->status);
    qapi_free_PBSBitmapInfoList(stage->bitmap_infos);
    stage->bitmap_infos = NULL;
    stage->status = stage_subject(stage)->query_backup(&error);
    if (!error) {
        stage->bitmap_infos = stage_subject(stage)->query_bitmap_info(&error);
    }
    digest_mix_query(stage->status, stage->bitmap_infos);
    stage_tell(stage, &(Deed) {
        .kind = DEED_QUERY_ANSWERED,
        .line = entry->outcome.step->line,
        .status = stage->status,
        .bitmap_infos = stage->bitmap_infos,
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static StepState run_query(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), query);
}

/*
 * As QEMU 10.0 system/runstate.c, qemu_cleanup(): exports are closed; the virtual CPUs stop and
 * what they asked for is waited for; all drives are drained; backup access is torn down, and then
 * the jobs of a regular backup are cancelled.
 */
static void quit(Stage *stage, StageEntry *entry)
{
    unsigned line = entry->outcome.step->line;

    stage_close_exports(stage);
    while (sim_world_n_in_flight() > 0 && sim_loop_step(sim_world_loop())) {
    }
    stage_tell(stage, &(Deed) { .kind = DEED_QUIT_BEGINS, .line = line });
    sim_world_quit_drain();
    stage_subject(stage)->teardown_at_quit();
    sim_world_quit_cancel_jobs();
    stage_remove_accesses(stage, NULL);
    stage->has_quit = true;
    stage_tell(stage, &(Deed) { .kind = DEED_QUIT_DONE, .line = line });
    stage_answer(entry, NULL);
}

static StepState run_quit(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), quit);
}

/* ---- block_resize ---------------------------------------------------------- */

/* In the order of the words. */
enum { RESIZE_DRIVE, RESIZE_FLEECING };

static void resize(Stage *stage, StageEntry *entry)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const Step *step = entry->outcome.step;
    SimDrive *drive = sim_world_find_drive(stage_device_name(step->args[0].text, device));
    bool is_fleecing = step_number_or(step, 2, RESIZE_DRIVE) == RESIZE_FLEECING;
    int ret = is_fleecing ? sim_drive_resize_fleecing(drive, step->args[1].number)
                          : sim_drive_resize(drive, step->args[1].number);
    Error *error = NULL;

    (void)stage;
    if (ret < 0) {
        error_setg_errno(&error, -ret, "resizing %s%s failed",
                         is_fleecing ? "the fleecing image of " : "", sim_drive_name(drive));
    }
    stage_answer(entry, error);
}

static StepState run_resize(Stage *stage, const Step *step)
{
    if (!stage_find_drive(stage, step, step->args[0].text)) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), resize);
}

/* ---- device_del and drive_del ------------------------------------------------ */

static void unplug(Stage *stage, StageEntry *entry)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const Step *step = entry->outcome.step;
    SimDrive *drive = sim_world_find_drive(stage_device_name(step->args[0].text, device));
    int ret = sim_drive_unplug(drive);
    Error *error = NULL;

    (void)stage;
    if (ret < 0) {
        error_setg_errno(&error, -ret, "unplugging %s failed", sim_drive_name(drive));
    }
    stage_answer(entry, error);
}

static StepState run_unplug(Stage *stage, const Step *step)
{
    if (!stage_find_drive(stage, step, step->args[0].text)) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), unplug);
}

const StepKind management_step_kinds[] = {
    {
        .words = "teardown",
        .summary = "Ends a target's backup access and says whether its backup succeeded; before a "
                   "success the provider copies what it has not yet, unless copy=no.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "result", ARG_WORD, "success|failure", false },
            { "copy", ARG_WORD, "yes|no", true },
        },
        .can_start = true,
        .run = run_teardown,
    }, {
        .words = "query",
        .summary = "Asks for the backup's status and the bitmaps' infos.",
        .run = run_query,
    }, {
        .words = "quit",
        .summary = "QEMU ends: the guest stops, backup access is torn down, jobs are cancelled; "
                   "nothing but expectations may follow.",
        .run = run_quit,
    }, {
        .words = "resize",
        .summary = "Gives a drive, or its fleecing image, another size, as block_resize does.",
        .args = {
            { "drive", ARG_DRIVE, NULL, false },
            { "size", ARG_SIZE, "512", false },
            { "image", ARG_WORD, "drive|fleecing", true },
        },
        .run = run_resize,
    }, {
        .words = "unplug",
        .summary = "Takes a drive away from guest and QEMU, as device_del and drive_del do, once the "
                   "guest's requests to it are over.",
        .args = { { "drive", ARG_DRIVE, NULL, false } },
        .run = run_unplug,
    },
    { .words = NULL },
};
