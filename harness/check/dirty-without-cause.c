/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing dirty without cause: no chunk that nothing has touched since the last good backup.
 *
 * Not a danger but a cost: it is copied for nothing, and it shows that the bitmap does not
 * track what it is thought to.
 */
#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

static void report(Checks *checks, const ModelTrack *track, const ModelGap *gap)
{
    const Model *model = checks_model(checks);
    Words chunk = words_chunk(gap->start, track->view.granularity, track->drive->size_bytes);
    Words base = words_request(model_landing_request(model, track->base));

    checks_report(checks, "dirty-without-cause", track->drive->name,
                  "%s: nothing landed there after the point in time of the last good backup of "
                  "target %s (%s)%s,\nbut bitmap %s is dirty there",
                  chunk.text, track->target_id, base.text,
                  track->is_active ? " and before that of the access" : "", track->bitmap_name);
}

static void on_deed(Checks *checks, const Deed *deed G_GNUC_UNUSED)
{
    const Model *model = checks_model(checks);
    ModelGap gap;

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->is_due && track->trust == MODEL_EXACT &&
            model_find_uncaused(track, &track->dirty, track->view.granularity, &gap)) {
            report(checks, track, &gap);
        }
    }
}

const Check check_dirty_without_cause = {
    .name = "dirty-without-cause",
    .promise = "A chunk is dirty only if something touched it since the last good backup.",
    .deeds = DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
