/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: commands under way, and the world as it was when each began.
 *
 * Commands may overlap.  What a check wants to compare with the time before is compared
 * only if nothing else of the management layer happened meanwhile; the guest may do what
 * it likes, for neither the graph nor the bitmaps' names and flags depend on it.
 */
#include <string.h>

#include "harness/check/model-internal.h"

static void bitmap_clear(gpointer data)
{
    ModelBitmap *bitmap = data;

    g_free(bitmap->name);
}

void model_command_free(gpointer data)
{
    ModelCommand *command = data;

    g_free(command->target_id);
    g_array_unref(command->bitmaps);
    model_graph_clear(&command->graph);
    g_free(command);
}

void model_command_forget_answered(Model *model)
{
    g_clear_pointer(&model->answered, model_command_free);
}

static const ModelTrack *find_owner(const Model *model, const ModelDrive *drive, const char *name)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive && !track->is_gone && name && track->bitmap_name &&
            strcmp(track->bitmap_name, name) == 0) {
            return track;
        }
    }
    return NULL;
}

static bool has_target_name(const Model *model, const ModelCommand *command,
                            const ModelDrive *drive, const char *name)
{
    const ModelTrack *track = command->target_id
        ? model_find_track(model, command->target_id, drive) : NULL;

    return name && track && track->bitmap_name && strcmp(track->bitmap_name, name) == 0;
}

static void remember_bitmaps(const Model *model, ModelCommand *command)
{
    for (unsigned i = 0; i < model->drives->len; i++) {
        ModelDrive *drive = model_drive_at(model, i);
        ModelBitmap bitmap = { .drive = drive };

        if (drive->is_unplugged) {
            continue;
        }
        for (unsigned j = 0; sim_world_bitmap_at(drive->node_name, j, &bitmap.view); j++) {
            bitmap.name = g_strdup(bitmap.view.name);
            bitmap.owner = find_owner(model, drive, bitmap.name);
            bitmap.has_target_name = has_target_name(model, command, drive, bitmap.name);
            g_array_append_val(command->bitmaps, bitmap);
        }
    }
}

bool model_has_active_access(const Model *model)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        if (model_track_at(model, i)->is_active) {
            return true;
        }
    }
    return false;
}

static bool has_backup_filter(const Model *model)
{
    for (unsigned i = 0; i < model->drives->len; i++) {
        if (model_drive_at(model, i)->n_backup_filters > 0) {
            return true;
        }
    }
    return false;
}

static void remember_what_excludes(const Model *model, ModelCommand *command)
{
    SimArchiveView archive;

    command->had_access = model_has_active_access(model);
    command->had_backup_filter = has_backup_filter(model);
    command->n_access_ends = model->n_access_ends;
    command->n_backup_ends = model->n_backup_ends;
    while (sim_world_archive_at(command->n_archives, &archive)) {
        command->n_archives++;
    }
}

void model_command_begins(Model *model, const Deed *deed)
{
    ModelCommand *command = g_new0(ModelCommand, 1);

    command->kind = deed->kind;
    command->target_id = g_strdup(deed->setup ? deed->setup->target_id : deed->target_id);
    command->line = deed->line;
    command->was_alone = model->commands->len == 0;
    command->was_idle = command->was_alone && !model->graph_is_open &&
                        !model->snapshot_nodes->len && !model_has_active_access(model);
    command->had_snapshot_nodes = model->snapshot_nodes->len > 0;
    command->activity = ++model->activity;
    command->n_drives = model->drives->len;
    command->n_landings = model->landings->len;
    command->n_requests = model->requests->len;
    command->n_faults = model->n_faults;
    command->bitmaps = g_array_sized_new(FALSE, FALSE, sizeof(ModelBitmap), 8);
    g_array_set_clear_func(command->bitmaps, bitmap_clear);
    remember_bitmaps(model, command);
    remember_what_excludes(model, command);
    if (deed->kind == DEED_SETUP_BEGINS) {
        model_graph_take(&command->graph);
    }
    g_ptr_array_add(model->commands, command);
}

static DeedKind kind_of_beginning(DeedKind answer)
{
    switch (answer) {
    case DEED_SETUP_ANSWERED:
        return DEED_SETUP_BEGINS;
    case DEED_TEARDOWN_ANSWERED:
        return DEED_TEARDOWN_BEGINS;
    case DEED_BACKUP_ANSWERED:
        return DEED_BACKUP_BEGINS;
    case DEED_BACKUP_CANCEL_ANSWERED:
        return DEED_BACKUP_CANCEL_BEGINS;
    default:
        return DEED_QUIT_BEGINS;
    }
}

void model_command_ends(Model *model, const Deed *deed)
{
    DeedKind kind = kind_of_beginning(deed->kind);

    model_sync_drives(model);
    for (unsigned i = 0; i < model->commands->len; i++) {
        ModelCommand *command = g_ptr_array_index(model->commands, i);

        if (command->kind == kind && command->line == deed->line) {
            model->answered = g_ptr_array_steal_index(model->commands, i);
            model->is_undisturbed = command->was_alone &&
                                    command->activity == model->activity &&
                                    command->n_drives == model->drives->len;
            model->activity++;
            return;
        }
    }
    g_assert_not_reached();
}

const ModelBitmap *model_find_bitmap_before(const ModelCommand *command, const ModelDrive *drive,
                                            const char *name)
{
    for (unsigned i = 0; i < command->bitmaps->len; i++) {
        const ModelBitmap *bitmap = &g_array_index(command->bitmaps, ModelBitmap, i);

        if (bitmap->drive == drive && g_strcmp0(bitmap->name, name) == 0) {
            return bitmap;
        }
    }
    return NULL;
}
