/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exports: how a provider outside of QEMU gets at the drives of an access.
 *
 * An NBD export shows the snapshot node and, if asked to, the target's bitmap, which it keeps
 * busy.  A teardown may come while exports are open: when a provider died, or when whoever
 * sends the commands did not wait for it.  At QEMU's end all exports are closed, and so they
 * are at the end of a scenario, as when the last client leaves.
 */
#include <string.h>

#include "harness/actor/provider.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qapi/qapi-commands-block-export.h"

struct StageExport {
    StageExport *next;
    const char *id;             /* borrowed from the step */
    char *device;               /* with a bitmap only, as the next one */
    char *bitmap_name;
};

static void tell_of_bitmap(Stage *stage, const StageExport *export, const Step *step,
                           const char *command)
{
    if (export->bitmap_name) {
        stage_tell(stage, &(Deed) {
            .kind = DEED_BITMAP_COMMAND,
            .line = step ? step->line : 0,
            .command = command,
            .device = export->device,
            .bitmap_name = export->bitmap_name,
        });
    }
}

static void add_export(StageEntry *entry, const BackupAccessInfo *info, bool with_bitmap,
                       Error **errp)
{
    ERRP_GUARD();
    const Step *step = entry->outcome.step;
    Stage *stage = entry->stage;
    StageExport *export;

    qmp_block_export_add(step->args[0].text, info->node_name,
                         with_bitmap ? info->bitmap_node_name : NULL,
                         with_bitmap ? info->bitmap_name : NULL, errp);
    if (*errp) {
        return;
    }
    export = g_new0(StageExport, 1);
    export->next = stage->exports;
    export->id = step->args[0].text;
    if (with_bitmap) {
        export->device = g_strdup(info->device);
        export->bitmap_name = g_strdup(info->bitmap_name);
    }
    stage->exports = export;
    tell_of_bitmap(stage, export, step, "busy");
}

static void begin_export(Stage *stage, StageEntry *entry)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const Step *step = entry->outcome.step;
    const BackupAccessInfo *info = provider_find_info(
        stage, step->args[1].text, stage_device_name(step->args[2].text, device));
    bool with_bitmap = step_is_yes(step, 3, true) && info && info->bitmap_name;
    Error *error = NULL;

    if (info) {
        add_export(entry, info, with_bitmap, &error);
    } else {
        error_setg(&error, "target '%s' has no access to the drive", step->args[1].text);
    }
    stage_answer(entry, error);
}

static void free_first(StageExport **link)
{
    StageExport *export = *link;

    *link = export->next;
    g_free(export->device);
    g_free(export->bitmap_name);
    g_free(export);
}

/* Told before it happens: closing waits for readers, and meanwhile commands may be answered. */
static void end_export(Stage *stage, StageEntry *entry)
{
    const Step *step = entry->outcome.step;
    StageExport **link = &stage->exports;
    Error *error = NULL;

    while (*link && strcmp((*link)->id, step->args[0].text) != 0) {
        link = &(*link)->next;
    }
    if (*link) {
        tell_of_bitmap(stage, *link, step, "unbusy");
        free_first(link);
    }
    qmp_block_export_del(step->args[0].text, &error);
    stage_answer(entry, error);
}

/* Told before it happens, too. */
void stage_close_exports(Stage *stage)
{
    while (stage->exports) {
        tell_of_bitmap(stage, stage->exports, NULL, "unbusy");
        free_first(&stage->exports);
    }
    sim_world_close_exports();
}

void stage_forget_exports(Stage *stage)
{
    while (stage->exports) {
        free_first(&stage->exports);
    }
}

static StepState run_export(Stage *stage, const Step *step)
{
    if (!stage_find_drive(stage, step, step->args[2].text)) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), begin_export);
}

static StepState run_unexport(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), end_export);
}

const StepKind export_step_kinds[] = {
    {
        .words = "export",
        .summary = "Opens an export of the target's view of a drive, and of the target's bitmap "
                   "if there is one, which is busy from then on.",
        .args = {
            { "id", ARG_NAME, NULL, false },
            { "target", ARG_NAME, NULL, false },
            { "drive", ARG_DRIVE, NULL, false },
            { "bitmap", ARG_WORD, "yes|no", true },
        },
        .run = run_export,
    }, {
        .words = "unexport",
        .summary = "Closes an export, as when the provider is done or has died.",
        .args = { { "id", ARG_NAME, NULL, false } },
        .run = run_unexport,
    },
    { .words = NULL },
};
