/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: backups, from what the provider read and teardown said.
 *
 * A backup counts once teardown has said success, and only if the provider really copied
 * what it was to copy; a provider that lies gets what it asked for, and its chain is not
 * judged until its next full backup.  A teardown that is refused changes nothing.
 */
#include <string.h>

#include "harness/check/model-internal.h"

void model_track_provider(Model *model, const Deed *deed)
{
    ModelDrive *drive = model_find_drive(model, deed->device);
    ModelTrack *track = model_find_track(model, deed->target_id, drive);
    uint64_t end = deed->offset + deed->bytes;
    SimRange torn;

    if (!track || !track->is_active) {
        return;
    }
    switch (deed->kind) {
    case DEED_COPY_BEGINS:
        track->copy = MODEL_COPY_RUNNING;
        track->is_copy_torn = false;
        sim_rangemap_clear(&track->copied);
        sim_rangemap_clear(&track->copied_content);
        break;
    case DEED_PROVIDER_READ:
        if (deed->is_copy && deed->ret >= 0 && deed->content) {
            track->is_copy_torn |= drive->picture.is_broken ||
                sim_rangemap_next(&track->discarded, deed->offset, end, &torn);
            sim_rangemap_set(&track->copied, deed->offset, end, 1);
            sim_rangemap_copy_range(&track->copied_content, deed->content, deed->offset, end);
        }
        break;
    case DEED_PROVIDER_DISCARD:
        sim_rangemap_set(&track->readable, deed->offset, end, 0);
        sim_rangemap_set(&track->discarded, deed->offset, end, 1);
        drive->picture.look_everywhere = true;
        break;
    default:
        track->copy = deed->ret == 0 && !track->is_copy_torn ? MODEL_COPY_GOOD : MODEL_COPY_BAD;
        break;
    }
}

/* ---- teardown ---------------------------------------------------------------- */

/* What was copied, laid over the image before. */
static void rebuild_image(ModelTrack *track)
{
    SimRange range;

    if (track->copy != MODEL_COPY_GOOD || (!track->is_full_backup && !track->image_is_known)) {
        track->image_is_known = false;
        return;
    }
    if (track->is_full_backup) {
        sim_rangemap_clear(&track->image);
    }
    for (uint64_t at = 0; sim_rangemap_next(&track->copied, at, UINT64_MAX, &range);
         at = range.end) {
        sim_rangemap_copy_range(&track->image, &track->copied_content, range.start, range.end);
    }
    sim_rangemap_truncate(&track->image, track->drive->picture.size_bytes);
    track->image_is_known = true;
    track->is_rebuilt = true;
}

/*
 * A filter that broke cannot tell whether the provider was done before.  Keeping all that
 * was dirty is right then, and so is moving on if it was done: what the code did decides.
 */
static bool kept_everything(const Model *model, const ModelTrack *track)
{
    SimRangeMap dirty = { 0 };
    ModelGap gap;
    bool kept;

    if (!track->bitmap_name ||
        !sim_world_bitmap_ranges(track->drive->node_name, track->bitmap_name, &dirty)) {
        return false;
    }
    kept = !model_find_lost(model, track, &dirty, 0, &gap);
    sim_rangemap_clear(&dirty);
    return kept;
}

static void move_base(ModelTrack *track)
{
    track->base = track->drive->picture.moment.point;
    track->full_bytes = 0;
    sim_rangemap_clear(&track->may);
    if (track->trust != MODEL_SUSPENDED) {
        track->trust = MODEL_EXACT;
    }
}

/*
 * The background bitmap is merged in whole chunks, so it widens a finer bitmap
 * (QEMU util/hbitmap.c, hbitmap_merge(): ranges of the source are set in the target).
 */
static void allow_widening(ModelTrack *track)
{
    const ModelDrive *drive = track->drive;
    SimBitmapView view;
    SimRange range;

    if (!track->bitmap_name ||
        !sim_world_find_bitmap(drive->node_name, track->bitmap_name, &view) ||
        view.granularity >= MODEL_CHUNK_BYTES) {
        return;
    }
    for (uint64_t at = 0; sim_rangemap_next(&drive->landings, at, UINT64_MAX, &range);
         at = range.end) {
        if (range.value > drive->picture.moment.point) {
            sim_rangemap_set(&track->may, model_align_down(range.start, MODEL_CHUNK_BYTES),
                             model_align_up(range.end, MODEL_CHUNK_BYTES), 1);
        }
    }
}

static void excuse_hands(ModelTrack *track, ModelHandEffect effect)
{
    if (track->is_blind || effect == MODEL_HAND_BLINDS) {
        track->trust = MODEL_UNKNOWN;
        track->image_is_known = false;
    } else if (effect == MODEL_HAND_SUSPENDS && track->trust != MODEL_UNKNOWN) {
        track->trust = MODEL_SUSPENDED;
    } else if (effect == MODEL_HAND_ADDS) {
        model_hand_allow_content(track);
    }
}

static void end_access(const Model *model, ModelTrack *track, bool success, bool any_broken)
{
    bool is_untrusted = track->drive->picture.is_broken && track->copy != MODEL_COPY_GOOD;

    track->is_active = false;
    track->is_removed_by_hand = false;
    track->is_background_touched = track->is_background_stopped = false;
    track->has_ended = true;
    track->is_pending = true;
    if (track->is_busy_by_hand) {
        track->trust = MODEL_SUSPENDED;
    }
    if (success && !is_untrusted) {
        rebuild_image(track);
        if (!any_broken || !kept_everything(model, track)) {
            move_base(track);
        }
    }
    allow_widening(track);
    excuse_hands(track, model_hands_between(model, track));
}

static bool is_meant(const ModelTrack *track, const char *target_id)
{
    return track->is_active && (!target_id || strcmp(track->target_id, target_id) == 0);
}

void model_track_teardown(Model *model, const Deed *deed)
{
    bool any_broken = false;

    if (deed->error) {
        return;
    }
    model->n_access_ends++;
    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        any_broken |= is_meant(track, deed->target_id) && track->drive->picture.is_broken;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (is_meant(track, deed->target_id)) {
            end_access(model, track, deed->success, any_broken);
            model->last_end_was_good = deed->success && !any_broken;
        }
    }
    model_track_notice_lost(model);
}
