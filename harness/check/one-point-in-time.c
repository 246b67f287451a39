/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One point in time for all drives of one setup, and for all drives of one regular backup.
 *
 * The guest counts on order: a request that it issues after another one completed may rest
 * on it.  So if the later one is in the picture of its drive, the earlier one must be in the
 * picture of its own.
 */
#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

/* @who and @where: of the finding, and what the picture is. */
static void judge_pair(Checks *checks, const char *who, const char *where,
                       const ModelDrive *early, const ModelMoment *missing,
                       const ModelDrive *late, const ModelMoment *present)
{
    if (missing->missing_since && missing->missing_since < present->last_submit_at) {
        checks_report(checks, "mixed-point-in-time", who,
                      "%s on %s was issued after %s on %s had completed,\nbut it alone is in %s: "
                      "%s was taken later than %s",
                      words_request(present->last_submit_number).text, late->name,
                      words_request(missing->missing_number).text, early->name, where,
                      late->name, early->name);
    }
}

static void judge_setup(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->tracks->len; i++) {
        for (unsigned j = 0; j < model->tracks->len; j++) {
            const ModelTrack *early = model_track_at(model, i), *late = model_track_at(model, j);

            if (early != late && early->is_of_last_setup && late->is_of_last_setup) {
                judge_pair(checks, early->target_id, "the picture", early->drive,
                           &early->drive->picture.moment, late->drive,
                           &late->drive->picture.moment);
            }
        }
    }
}

/* All jobs of a backup are made before it is answered. */
static void judge_backup(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->archived->len; i++) {
        for (unsigned j = 0; j < model->archived->len; j++) {
            const ModelArchived *early = g_ptr_array_index(model->archived, i);
            const ModelArchived *late = g_ptr_array_index(model->archived, j);

            if (early != late && early->archive == late->archive &&
                early->archive >= model->answered->n_archives) {
                judge_pair(checks, NULL, "the archive", early->drive, &early->moment,
                           late->drive, &late->moment);
            }
        }
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    if (deed->error) {
        return;
    }
    if (deed->kind == DEED_SETUP_ANSWERED) {
        judge_setup(checks);
    } else {
        judge_backup(checks);
    }
}

const Check check_one_point_in_time = {
    .name = "one-point-in-time",
    .promise = "No request that the guest issued after another completed is in the picture, or in "
               "the archive, without it.",
    .deeds = DEEDS_OF(DEED_SETUP_ANSWERED) | DEEDS_OF(DEED_BACKUP_ANSWERED),
    .on_deed = on_deed,
};
