/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: targets on drives, from what setup answered.
 *
 * A setup that fails changes nothing here, so the bitmaps go on being judged by what held
 * before.
 */
#include <string.h>

#include "harness/check/model-internal.h"

void model_track_free(gpointer data)
{
    ModelTrack *track = data;

    g_free(track->target_id);
    g_free(track->bitmap_name);
    g_free(track->node_name);
    sim_rangemap_clear(&track->may);
    sim_rangemap_clear(&track->readable);
    sim_rangemap_clear(&track->discarded);
    sim_rangemap_clear(&track->copied);
    sim_rangemap_clear(&track->copied_content);
    sim_rangemap_clear(&track->image);
    sim_rangemap_clear(&track->dirty);
    g_free(track);
}

ModelTrack *model_find_track(const Model *model, const char *target_id, const ModelDrive *drive)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive && target_id && strcmp(track->target_id, target_id) == 0) {
            return track;
        }
    }
    return NULL;
}

bool model_has_node(const Model *model, const ModelTrack *track)
{
    return track->node_name && (track->n_node_closes == model->n_node_closes ||
                                sim_world_node_exists(track->node_name));
}

static ModelTrack *get_track(Model *model, const char *target_id, ModelDrive *drive)
{
    ModelTrack *track = model_find_track(model, target_id, drive);

    if (!track) {
        track = g_new0(ModelTrack, 1);
        track->target_id = g_strdup(target_id);
        track->drive = drive;
        g_ptr_array_add(model->tracks, track);
    }
    return track;
}

void model_track_needs_all(ModelTrack *track, uint64_t size_bytes)
{
    track->base = 0;
    track->full_bytes = size_bytes;
    sim_rangemap_clear(&track->may);
}

void model_track_lose_bitmap(ModelTrack *track)
{
    track->is_gone = true;
    track->is_removed_by_hand = false;
    track->is_busy_by_hand = false;
    track->is_disabled_by_hand = false;
    model_track_needs_all(track, track->drive->size_bytes);
}

void model_track_lose_unplugged(Model *model)
{
    /* One that has found the drive before it went works with its bitmap all the same. */
    if (model->commands->len) {
        return;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->drive->is_unplugged && track->bitmap_name && !track->is_gone) {
            model_track_lose_bitmap(track);
        }
    }
}

static void take_from_others(Model *model, const ModelTrack *taker)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track != taker && track->drive == taker->drive && track->bitmap_name &&
            strcmp(track->bitmap_name, taker->bitmap_name) == 0) {
            model_track_lose_bitmap(track);
        }
    }
}

/* A target of generation 1 has one name at a time for its bitmaps, on all drives. */
static void orphan_old_name(Model *model, const char *target_id, const char *old_name)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (strcmp(track->target_id, target_id) == 0 && !track->is_gone && track->bitmap_name &&
            strcmp(track->bitmap_name, old_name) == 0) {
            track->is_orphan = true;
        }
    }
}

static void take_name(Model *model, ModelTrack *track, const char *new_name)
{
    g_autofree char *old_name = track->is_gone ? NULL : g_steal_pointer(&track->bitmap_name);

    g_free(track->bitmap_name);
    track->bitmap_name = g_strdup(new_name);
    track->is_gone = false;
    track->is_orphan = false;
    if (old_name && g_strcmp0(old_name, new_name) != 0 && model->generation == 1) {
        orphan_old_name(model, track->target_id, old_name);
    }
    if (new_name) {
        take_from_others(model, track);
        model_names_forget(model, track->drive, new_name);
    }
}

static void judge_by_action(ModelTrack *track, bool had_it, uint64_t size_bytes)
{
    if (!track->bitmap_name || !track->has_action || track->action != PBS_BITMAP_ACTION_USED) {
        model_track_needs_all(track, size_bytes);
        track->trust = MODEL_EXACT;
        track->is_busy_by_hand = false;
        track->is_disabled_by_hand = false;
    } else if (!had_it) {
        /* It never tracked for this target, so nothing may be taken for clean. */
        model_track_needs_all(track, size_bytes);
        track->trust = MODEL_AT_LEAST;
    } else if (track->trust == MODEL_SUSPENDED) {
        track->trust = MODEL_AT_LEAST;
    }
}

static void find_readable(ModelTrack *track, const char *bitmap_node_name, uint64_t size_bytes)
{
    SimBitmapView view;
    SimRange range;

    track->readable_bytes = 0;
    track->granularity = 0;
    sim_rangemap_clear(&track->readable);
    if (!track->bitmap_name ||
        !sim_world_find_bitmap(bitmap_node_name, track->bitmap_name, &view)) {
        sim_rangemap_set(&track->readable, 0, size_bytes, 1);
        track->readable_bytes = size_bytes;
        return;
    }
    track->granularity = view.granularity;
    sim_world_bitmap_ranges(bitmap_node_name, track->bitmap_name, &track->readable);
    for (uint64_t at = 0; sim_rangemap_next(&track->readable, at, UINT64_MAX, &range);
         at = range.end) {
        track->readable_bytes += model_align_up(range.end, view.granularity) - range.start;
    }
}

static void compare_with_before(const Model *model, ModelTrack *track)
{
    const ModelCommand *command = model->answered;
    const ModelDrive *drive = track->drive;
    SimBitmapView view;

    track->is_sure = model->is_undisturbed;
    track->existed_before = track->bitmap_name &&
                            model_find_bitmap_before(command, drive, track->bitmap_name);
    track->removed_some = false;
    for (unsigned i = 0; i < command->bitmaps->len; i++) {
        const ModelBitmap *bitmap = &g_array_index(command->bitmaps, ModelBitmap, i);

        if (bitmap->drive == drive && bitmap->name &&
            !sim_world_find_bitmap(drive->node_name, bitmap->name, &view)) {
            track->removed_some = true;
        }
    }
}

/*
 * Nobody can tell whether the hand came before the bitmap was frozen or after that.  What is
 * dirty by now need not be what the filter took from it.
 */
static void excuse_hands(ModelTrack *track, ModelHandEffect effect)
{
    if (effect == MODEL_HAND_NONE) {
        return;
    }
    sim_rangemap_clear(&track->readable);
    if (effect == MODEL_HAND_BLINDS) {
        track->is_blind = true;
        track->trust = MODEL_UNKNOWN;
        track->image_is_known = track->is_full_backup = false;
    } else if (effect == MODEL_HAND_SUSPENDS && track->trust != MODEL_UNKNOWN) {
        track->trust = MODEL_SUSPENDED;
    } else if (effect == MODEL_HAND_ADDS) {
        model_hand_allow_content(track);
    }
}

static void set_up(Model *model, const char *target_id, const BackupAccessInfo *info)
{
    ModelDrive *drive = model_find_drive(model, info->device);
    ModelTrack *track = drive ? get_track(model, target_id, drive) : NULL;
    bool had_it;

    if (!track) {
        return;
    }
    had_it = !track->is_gone && track->bitmap_name &&
             g_strcmp0(track->bitmap_name, info->bitmap_name) == 0;
    track->has_action = info->has_bitmap_action;
    track->action = info->bitmap_action;
    track->answered_bytes = info->size;
    take_name(model, track, info->bitmap_name);
    judge_by_action(track, had_it, drive->size_bytes);
    g_free(track->node_name);
    track->node_name = g_strdup(info->node_name);
    track->is_active = true;
    track->is_pending = true;
    track->is_of_last_setup = true;
    track->was_quiet = model->answered->n_landings == model->landings->len &&
                       !model->answered->n_requests;
    compare_with_before(model, track);
    track->n_faults = model->answered->n_faults;
    track->n_node_closes = model->n_node_closes;
    track->copy = MODEL_COPY_NONE;
    sim_rangemap_clear(&track->discarded);
    track->is_blind = track->is_background_touched = false;
    track->is_background_stopped = model_hands_stopped_background(model, track);
    track->is_full_backup = !track->bitmap_name || track->full_bytes;
    find_readable(track, info->bitmap_node_name ? info->bitmap_node_name : drive->node_name,
                  drive->size_bytes);
    if (info->bitmap_node_name && strcmp(info->bitmap_node_name, drive->node_name) != 0) {
        /* True answers reports that; the drive's own of that name is not what was answered. */
        model_track_lose_bitmap(track);
    }
    excuse_hands(track, model_hands_between(model, track));
}

void model_track_notice_lost(Model *model)
{
    SimBitmapView view;

    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        track->is_pending = true;
        if (track->bitmap_name && !track->is_gone &&
            !sim_world_find_bitmap(track->drive->node_name, track->bitmap_name, &view)) {
            track->has_vanished = track->has_ended && !track->drive->is_unplugged &&
                                  track->trust < MODEL_SUSPENDED &&
                                  track->n_faults == model->n_faults;
            model_track_lose_bitmap(track);
        }
    }
}

/* While a reader keeps a node of the access before, the graph before that one still holds. */
static void keep_plain_graph(Model *model)
{
    ModelCommand *command = model->answered;

    if (command->was_idle) {
        model->graph_is_known = true;
        model->graph_n_drives = command->n_drives;
        model_graph_clear(&model->graph);
        model->graph = command->graph;
        command->graph = (ModelGraph) { 0 };
    } else if (!model->graph_is_open) {
        model->graph_is_known = false;
    }
}

void model_track_setup(Model *model, const Deed *deed)
{
    ModelCommand *command = model->answered;

    if (deed->error) {
        model->setup_failed_since = true;
        model_track_notice_lost(model);
        return;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        model_track_at(model, i)->is_of_last_setup = false;
    }
    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next) {
        set_up(model, command->target_id, at->value);
    }
    model->has_setup = true;
    model->is_regular_backup_last = false;
    model->setup_failed_since = false;
    keep_plain_graph(model);
    model_track_notice_lost(model);
}
