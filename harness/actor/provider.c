/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The provider's steps: it copies when told to, and looks around in the drives of an
 * access.
 */
#include <errno.h>
#include <string.h>

#include "harness/actor/provider.h"
#include "harness/actor/tables.h"

static void copy_ends(StageEntry *entry)
{
    stage_end_entry(entry, 0);
}

static StepState run_copy(Stage *stage, const Step *step)
{
    const char *device = NULL;

    if (step->args[1].present) {
        SimDrive *drive = stage_find_drive(stage, step, step->args[1].text);

        if (!drive) {
            return STEP_INVALID;
        }
        device = sim_drive_name(drive);
    }
    provider_copy(stage_begin_entry(stage, step), step->args[0].text, device, copy_ends);
    return STEP_WAITING;
}

/* ---- looking around ---------------------------------------------------------- */

const BackupAccessInfo *provider_find_info(Stage *stage, const char *target_id,
                                           const char *device)
{
    StageAccess *access = stage_find_access(stage, target_id);
    const BackupAccessInfoList *at = access ? access->accesses : NULL;

    while (at && strcmp(at->value->device, device) != 0) {
        at = at->next;
    }
    return at ? at->value : NULL;
}

static void keep_look(StageEntry *entry, int ret, const SimRangeMap *content)
{
    StageLook *look = &entry->stage->look;

    look->is_there = true;
    look->offset = entry->outcome.step->args[2].number;
    look->bytes = entry->outcome.step->args[3].number;
    look->ret = ret;
    sim_rangemap_clear(&look->content);
    if (content) {
        sim_rangemap_copy(&look->content, content);
    }
}

static void look_done(int ret, const SimRangeMap *content, void *opaque)
{
    StageEntry *entry = opaque;
    const Step *step = entry->outcome.step;
    char device[STAGE_DEVICE_NAME_BYTES];

    keep_look(entry, ret, ret == 0 ? content : NULL);
    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_PROVIDER_READ,
        .line = step->line,
        .target_id = step->args[0].text,
        .device = stage_device_name(step->args[1].text, device),
        .offset = step->args[2].number,
        .bytes = step->args[3].number,
        .ret = ret,
        .content = content,
    });
    stage_end_entry(entry, ret);
}

static StepState run_provider_read(Stage *stage, const Step *step)
{
    SimDrive *drive = stage_find_drive(stage, step, step->args[1].text);
    const BackupAccessInfo *info;
    StageEntry *entry;

    if (!drive) {
        return STEP_INVALID;
    }
    if (step->args[3].number == 0) {
        return stage_refuse_step(stage, step, "a read of no bytes");
    }
    entry = stage_begin_entry(stage, step);
    info = provider_find_info(stage, step->args[0].text, sim_drive_name(drive));
    if (!info || !sim_world_read_node(info->node_name, step->args[2].number,
                                      step->args[3].number, step_number_or(step, 4, 0),
                                      look_done, entry)) {
        /* Nothing was read through QEMU, so nothing is told. */
        keep_look(entry, -ENOENT, NULL);
        stage_end_entry(entry, -ENOENT);
    }
    return STEP_WAITING;
}

static StepState run_provider_discard(Stage *stage, const Step *step)
{
    SimDrive *drive = stage_find_drive(stage, step, step->args[1].text);
    const BackupAccessInfo *info;

    if (!drive) {
        return STEP_INVALID;
    }
    info = provider_find_info(stage, step->args[0].text, sim_drive_name(drive));
    if (info && sim_world_node_exists(info->node_name)) {
        uint64_t offset = step->args[2].number;
        uint64_t bytes = step->args[3].number;

        stage_tell(stage, &(Deed){
            .kind = DEED_PROVIDER_DISCARD,
            .line = step->line,
            .target_id = step->args[0].text,
            .device = sim_drive_name(drive),
            .offset = offset,
            .bytes = bytes,
            .ret = sim_world_discard_snapshot(info->node_name, offset, bytes),
        });
    }
    return STEP_DONE;
}

const StepKind provider_step_kinds[] = {
    {
        .words = "copy",
        .summary = "The provider copies what the target's bitmaps call dirty, or whole drives "
                   "without bitmap, once per setup and drive.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drive", ARG_DRIVE, NULL, true },
        },
        .can_start = true,
        .run = run_copy,
    }, {
        .words = "provider-read",
        .summary = "The provider looks at a range of a drive as it was at the point in time.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drive", ARG_DRIVE, NULL, false },
            { "offset", ARG_SIZE, "512", false },
            { "bytes", ARG_SIZE, "512", false },
            { "delay", ARG_DURATION, NULL, true },
        },
        .can_start = true,
        .run = run_provider_read,
    }, {
        .words = "provider-discard",
        .summary = "The provider gives up a range of the snapshot and with it the room that it "
                   "takes in the fleecing image.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drive", ARG_DRIVE, NULL, false },
            { "offset", ARG_SIZE, "512", false },
            { "bytes", ARG_SIZE, "512", false },
        },
        .run = run_provider_discard,
    },
    { .words = NULL },
};
