/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No lost write: what changed since the target's last good backup is dirty.
 *
 * Looks after every step at each bitmap that setup answered, frozen or not.
 */
#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

static void report(Checks *checks, const ModelTrack *track, const ModelGap *gap)
{
    const Model *model = checks_model(checks);
    const ModelDrive *drive = track->drive;
    uint64_t number = model_landing_request(model, gap->landing);
    Words chunk = words_chunk(gap->start, track->view.granularity, drive->size_bytes);
    Words place = words_size(gap->start);
    Words base = words_request(model_landing_request(model, track->base));

    if (track->full_bytes) {
        checks_report(checks, "lost-write", drive->name,
                      "%s: target %s has no good backup that bitmap %s could build on, so every "
                      "byte counts as changed,\nbut the bitmap is clean at %s%s%s",
                      chunk.text, track->target_id, track->bitmap_name, place.text,
                      number ? ", where the last to land was " : "",
                      number ? words_request(number).text : "");
    } else {
        checks_report(checks, "lost-write", drive->name,
                      "%s: %s landed at %s after the point in time of the last good backup of "
                      "target %s (%s),\nbut bitmap %s is clean there",
                      chunk.text, words_request(number).text, place.text, track->target_id,
                      base.text, track->bitmap_name);
    }
}

static void on_deed(Checks *checks, const Deed *deed G_GNUC_UNUSED)
{
    const Model *model = checks_model(checks);
    ModelGap gap;

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->is_due &&
            (track->trust == MODEL_EXACT || track->trust == MODEL_AT_LEAST) &&
            model_find_lost(model, track, &track->dirty, 0, &gap)) {
            report(checks, track, &gap);
        }
    }
}

const Check check_lost_write = {
    .name = "lost-write",
    .promise = "What changed since the target's last good backup is dirty.",
    .deeds = DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
