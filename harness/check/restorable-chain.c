/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restorable chain: full and incremental backups, applied in order, equal the disk at each
 * point in time.
 *
 * The chain is built from what the provider read for a backup that then succeeded; what a
 * failed backup has read is forgotten, since keeping it would hide a bitmap that lost
 * something.
 */
#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

static void judge(Checks *checks, ModelTrack *track)
{
    const ModelPicture *picture = &track->drive->picture;
    SimRange is, must;

    if (!model_find_difference(&track->image, &picture->content, 0, picture->size_bytes, &is,
                               &must)) {
        return;
    }
    checks_report(checks, "broken-chain", track->drive->name,
                  "a restore of the backup that target %s has just finished has %s at %s,\n"
                  "but at its point in time (after %s) it was %s that had landed there",
                  track->target_id, words_request(is.value).text,
                  words_range(is.start, is.end).text,
                  words_request(model_landing_request(checks_model(checks),
                                                      picture->moment.point)).text,
                  words_request(must.value).text);
}

static void on_deed(Checks *checks, const Deed *deed G_GNUC_UNUSED)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (track->is_rebuilt) {
            judge(checks, track);
        }
    }
}

const Check check_restorable_chain = {
    .name = "restorable-chain",
    .promise = "Full and incremental backups, applied, equal the disk at each point in time.",
    .deeds = DEEDS_OF(DEED_TEARDOWN_ANSWERED),
    .on_deed = on_deed,
};
