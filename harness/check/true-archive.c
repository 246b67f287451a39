/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * True archive: what a regular backup has brought to a good end holds every drive that it took,
 * as it was when the backup began.
 *
 * An archive that was given up may hold anything.  What a restore of an incremental one gives
 * is judged, so its chain is, too.
 */
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

static bool find_device(unsigned archive, const char *name, SimArchiveDeviceView *ret_view)
{
    for (unsigned i = 0; sim_world_archive_device_at(archive, i, ret_view); i++) {
        if (strcmp(ret_view->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void judge_drive(Checks *checks, const SimArchiveView *archive, unsigned index,
                        const ModelDrive *drive)
{
    SimArchiveDeviceView device;
    SimRange is, must;

    if (!find_device(index, drive->name, &device)) {
        checks_report(checks, "wrong-archive", drive->name,
                      "archive %s is complete, but %s, which the backup took, is not in it",
                      archive->name, drive->name);
    } else if (device.size_bytes != drive->archived_bytes) {
        checks_report(checks, "wrong-archive", drive->name,
                      "archive %s is complete and says that %s has %s, but it had %s when the "
                      "backup began", archive->name, drive->name,
                      words_size(device.size_bytes).text, words_size(drive->archived_bytes).text);
    } else if (model_find_difference(device.content, &drive->archived_content, 0,
                                     drive->archived_bytes, &is, &must)) {
        checks_report(checks, "wrong-archive", drive->name,
                      "a restore of archive %s gives %s at %s of %s,\n"
                      "but when the backup began it was %s that had landed there", archive->name,
                      words_request(is.value).text, words_range(is.start, is.end).text,
                      drive->name, words_request(must.value).text);
    }
}

static void judge(Checks *checks, const SimArchiveView *archive, unsigned index)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->drives->len; i++) {
        if (model_drive_at(model, i)->is_archived) {
            judge_drive(checks, archive, index, model_drive_at(model, i));
        }
    }
}

/*
 * One archive at a time is written; the last one is of the backup that the model has seen last.
 * One that is over and has a successor already cannot be judged any more.
 */
static void on_deed(Checks *checks, const Deed *deed G_GNUC_UNUSED)
{
    Model *model = checks_model(checks);
    SimArchiveView archive, next;

    while (model->has_archived_drive &&
           sim_world_archive_at(model->n_archives_over, &archive) &&
           archive.state != SIM_ARCHIVE_OPEN) {
        bool is_last = !sim_world_archive_at(model->n_archives_over + 1, &next);

        if (is_last && archive.state == SIM_ARCHIVE_COMPLETE) {
            judge(checks, &archive, model->n_archives_over);
        }
        model->n_archives_over++;
    }
}

const Check check_true_archive = {
    .name = "true-archive",
    .promise = "An archive that was brought to a good end holds every drive of the backup as it was "
               "when the backup began.",
    .deeds = DEEDS_OF(DEED_BACKUP_BEGINS) | DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
