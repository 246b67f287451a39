/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One point in time for all drives of one setup.
 *
 * The guest counts on order: a request that it issues after another one completed may rest
 * on it.  So if the later one is in the picture of its drive, the earlier one must be in the
 * picture of its own.
 */
#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

static void judge_pair(Checks *checks, const ModelTrack *early, const ModelTrack *late)
{
    const ModelPicture *missing = &early->drive->picture;
    const ModelPicture *present = &late->drive->picture;

    if (missing->missing_since && missing->missing_since < present->last_submit_at) {
        checks_report(checks, "mixed-point-in-time", early->target_id,
                      "%s on %s was issued after %s on %s had completed,\nbut it alone is in the "
                      "picture: %s was taken later than %s",
                      words_request(present->last_submit_number).text, late->drive->name,
                      words_request(missing->missing_number).text, early->drive->name,
                      late->drive->name, early->drive->name);
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);

    if (deed->error) {
        return;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        for (unsigned j = 0; j < model->tracks->len; j++) {
            const ModelTrack *early = model_track_at(model, i), *late = model_track_at(model, j);

            if (early != late && early->is_of_last_setup && late->is_of_last_setup) {
                judge_pair(checks, early, late);
            }
        }
    }
}

const Check check_one_point_in_time = {
    .name = "one-point-in-time",
    .promise = "No request that the guest issued after another completed is in the picture "
               "without it.",
    .deeds = DEEDS_OF(DEED_SETUP_ANSWERED),
    .on_deed = on_deed,
};
