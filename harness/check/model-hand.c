/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: what the management layer does to bitmaps and drives by commands of its own.
 *
 * The rule is the design's: what the code cannot see, the model follows; what it could
 * see and trusts all the same is held against it when the next setup answers "used".
 */
#include <string.h>

#include "harness/check/model-internal.h"

/* Requests that landed but did not mark yet will do so later, for what @track covers already. */
static void allow_late_marks(const Model *model, ModelTrack *track)
{
    for (unsigned i = 0; i < model->requests->len; i++) {
        const ModelRequest *request = &g_array_index(model->requests, ModelRequest, i);

        if (request->drive == track->drive && request->landing && !request->is_marked) {
            sim_rangemap_set(&track->may, request->offset, request->offset + request->bytes, 1);
        }
    }
}

/* As if a backup had just been made: nobody but who cleared it is to blame for what is missed. */
static void cleared(const Model *model, ModelTrack *track)
{
    const ModelDrive *drive = track->drive;

    track->base = track->is_active ? drive->picture.moment.point : model->landings->len;
    track->full_bytes = 0;
    sim_rangemap_clear(&track->may);
    sim_rangemap_copy(&track->image, track->is_active ? &drive->picture.content : &drive->content);
    track->image_is_known = true;
    track->is_full_backup = false;
    if (track->trust == MODEL_AT_LEAST) {
        track->trust = MODEL_EXACT;
    }
    allow_late_marks(model, track);
}

void model_hand_allow_content(ModelTrack *track)
{
    SimRangeMap dirty = { 0 };

    if (sim_world_bitmap_ranges(track->drive->node_name, track->bitmap_name, &dirty)) {
        sim_rangemap_overlay(&track->may, &dirty);
    }
    sim_rangemap_clear(&dirty);
}

/*
 * Added again and now as it was, frozen during an access: nobody can tell it from the one that
 * was removed, so it is as if that had been cleared.
 */
static void added_again(const Model *model, ModelTrack *track)
{
    SimBitmapView view;

    if (track->is_removed_by_hand &&
        sim_world_find_bitmap(track->drive->node_name, track->bitmap_name, &view) &&
        view.granularity == track->granularity && view.enabled != track->is_active &&
        !view.inconsistent) {
        track->is_gone = false;
        track->trust = track->is_background_touched ? MODEL_SUSPENDED : MODEL_EXACT;
        cleared(model, track);
        model_hand_allow_content(track);
    }
}

/*
 * Enabled again before any setup could see that it was disabled: what was written meanwhile
 * is lost through no fault of the code under test.
 */
static void enabled_again(const Model *model, ModelTrack *track)
{
    cleared(model, track);
    model_hand_allow_content(track);
    track->trust = MODEL_EXACT;
}

static void suspend(ModelTrack *track)
{
    if (track->trust == MODEL_UNKNOWN) {
        track->is_blind |= track->is_active;
    } else {
        track->trust = MODEL_SUSPENDED;
    }
}

static void tamper(const Model *model, ModelTrack *track, const char *command)
{
    if (strcmp(command, "clear") == 0) {
        cleared(model, track);
    } else if (strcmp(command, "remove") == 0) {
        model_track_lose_bitmap(track);
        track->is_removed_by_hand = true;
        if (track->is_active && track->copy != MODEL_COPY_GOOD) {
            /* What the provider goes by was taken from it. */
            track->image_is_known = track->is_full_backup = false;
        }
    } else if (strcmp(command, "merge") == 0) {
        /* It was judged before, and the rest came from the other bitmap. */
        model_hand_allow_content(track);
    } else if (strcmp(command, "busy") == 0) {
        track->is_busy_by_hand = true;
    } else if (strcmp(command, "unbusy") == 0) {
        track->is_busy_by_hand = false;
    } else if (strcmp(command, "enable") == 0) {
        if (track->is_active) {
            suspend(track);
        } else if (track->is_disabled_by_hand) {
            enabled_again(model, track);
        }
        track->is_disabled_by_hand = false;
    } else if (strcmp(command, "disable") == 0) {
        track->is_disabled_by_hand = true;
        suspend(track);
    } else {
        suspend(track);
    }
}

/* It may have missed writes by now, and looks as the code made it: nobody can tell. */
static bool has_missed_unseen(const ModelTrack *track, const char *command)
{
    SimBitmapView view;

    return (track->is_background_stopped || strcmp(command, "clear") == 0) &&
           sim_world_find_bitmap(track->drive->node_name, SUBJECT_BACKGROUND_BITMAP_NAME, &view) &&
           view.enabled && !view.inconsistent && view.granularity == MODEL_CHUNK_BYTES;
}

static void tamper_background_of(ModelTrack *track, const char *command)
{
    if (strcmp(command, "enable") == 0 && !track->is_background_stopped) {
        /* It was enabled already, or the code is to blame that it was not. */
        return;
    }
    track->is_background_touched = true;
    track->is_background_stopped |= model_hand_stops_bitmap(command);
    track->is_blind |= has_missed_unseen(track, command);
    track->trust = track->is_blind ? MODEL_UNKNOWN : track->trust;
    suspend(track);
}

/* Whose access is active there, the bitmap that tracks for it meanwhile is out of its hands. */
static void tamper_background(Model *model, const ModelDrive *drive, const char *command)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive && track->is_active) {
            tamper_background_of(track, command);
        }
    }
}

void model_hand_command(Model *model, const Deed *deed)
{
    ModelDrive *drive = model_find_drive(model, deed->device);

    if (deed->error || !drive) {
        return;
    }
    model->activity++;
    model_hand_note(model, deed, drive);
    drive->picture.look_everywhere = true;
    model_touch(model, drive);
    model_names_note(model, drive, deed);
    if (strcmp(deed->bitmap_name, SUBJECT_BACKGROUND_BITMAP_NAME) == 0) {
        tamper_background(model, drive, deed->command);
        return;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->drive != drive || !track->bitmap_name ||
            strcmp(track->bitmap_name, deed->bitmap_name) != 0) {
            continue;
        }
        if (track->is_gone) {
            added_again(model, track);
        } else {
            tamper(model, track, deed->command);
        }
    }
}

/* A chunk that is cut keeps its mark, though what was written there is gone. */
static void allow_cut_chunk(ModelTrack *track, uint64_t size_bytes)
{
    SimBitmapView view;

    if (track->bitmap_name && size_bytes &&
        sim_world_find_bitmap(track->drive->node_name, track->bitmap_name, &view) &&
        size_bytes % view.granularity) {
        sim_rangemap_set(&track->may, model_align_down(size_bytes, view.granularity), size_bytes,
                         1);
    }
}

void model_hand_resize(Model *model, ModelDrive *drive, uint64_t size_bytes)
{
    bool shrinks = size_bytes < drive->size_bytes;

    drive->size_bytes = size_bytes;
    drive->picture.look_everywhere = true;
    model_touch(model, drive);
    if (!shrinks) {
        return;
    }
    /* What is cut away can be read by nobody any more, even if the drive grows again. */
    drive->picture.size_bytes = MIN(drive->picture.size_bytes, size_bytes);
    sim_rangemap_truncate(&drive->content, size_bytes);
    sim_rangemap_truncate(&drive->landings, size_bytes);
    sim_rangemap_truncate(&drive->picture.landings, size_bytes);
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive) {
            track->full_bytes = MIN(track->full_bytes, size_bytes);
            sim_rangemap_truncate(&track->may, size_bytes);
            sim_rangemap_truncate(&track->image, size_bytes);
            allow_cut_chunk(track, size_bytes);
        }
    }
}

/* The line of @text that begins with @words and then @name goes. */
static void remove_line(GString *text, const char *words, const char *name)
{
    g_autofree char *begin = g_strconcat(words, name, " ", NULL);
    char *line = strstr(text->str, begin);

    if (line) {
        const char *end = strchr(line, '\n');

        g_string_erase(text, line - text->str, end - line + 1);
    }
}

static void remove_from_graph(ModelGraph *graph, const ModelDrive *drive)
{
    if (graph->text) {
        remove_line(graph->text, "backend ", drive->name);
        remove_line(graph->text, "node ", drive->node_name);
    }
}

/*
 * The drive's node and bitmaps live on as long as an access needs them, which is nobody's
 * business any more.  A graph that is to come back is to come back without it.
 */
void model_hand_unplug(Model *model, ModelDrive *drive)
{
    drive->is_unplugged = true;
    remove_from_graph(&model->graph, drive);
    for (unsigned i = 0; i < model->commands->len; i++) {
        ModelCommand *command = g_ptr_array_index(model->commands, i);

        remove_from_graph(&command->graph, drive);
    }
    model_track_lose_unplugged(model);
    model_names_drop_drive(model, drive);
}
