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

static void judge(Checks *checks, const SimArchiveView *archive, const ModelArchived *archived)
{
    const char *name = archived->drive->name;
    SimArchiveDeviceView device;
    SimRange is, must;

    if (!find_device(archived->archive, name, &device)) {
        checks_report(checks, "wrong-archive", name,
                      "archive %s is complete, but %s, which the backup took, is not in it",
                      archive->name, name);
    } else if (device.size_bytes != archived->size_bytes) {
        checks_report(checks, "wrong-archive", name,
                      "archive %s is complete and says that %s has %s, but it had %s when the "
                      "backup began", archive->name, name,
                      words_size(device.size_bytes).text, words_size(archived->size_bytes).text);
    } else if (model_find_difference(device.content, &archived->content, 0,
                                     archived->size_bytes, &is, &must)) {
        checks_report(checks, "wrong-archive", name,
                      "a restore of archive %s gives %s at %s of %s,\n"
                      "but when the backup began it was %s that had landed there", archive->name,
                      words_request(is.value).text, words_range(is.start, is.end).text,
                      name, words_request(must.value).text);
    }
}

/* Nothing that can end a backup has happened since the first one was asked for. */
static void judge_given_up(Checks *checks, const SimArchiveView *archive)
{
    if (!checks_model(checks)->may_backup_fail) {
        checks_report(checks, "wrong-archive", NULL, "archive %s was given up, but nothing failed "
                      "and nobody cancelled the backup", archive->name);
    }
}

/* A failed command leaves nothing.  An archive on a backup server stays there, as not finished. */
static void judge_failed_beginning(Checks *checks)
{
    const ModelCommand *command = checks_model(checks)->answered;
    SimArchiveView archive;

    for (unsigned i = command->n_archives; sim_world_archive_at(i, &archive); i++) {
        if (command->was_alone && archive.state != SIM_ARCHIVE_REMOVED &&
            g_str_has_suffix(archive.name, ".vma")) {
            checks_report(checks, "leaked-archive", NULL, "archive %s is still there after the "
                          "command failed that made it", archive.name);
        }
    }
}

/* Backups may follow each other within a step, so several archives may have come to their end. */
static void look_at_archives(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->archived->len; i++) {
        ModelArchived *archived = g_ptr_array_index(model->archived, i);
        SimArchiveView archive;

        if (archived->is_over || !sim_world_archive_at(archived->archive, &archive) ||
            archive.state == SIM_ARCHIVE_OPEN) {
            continue;
        }
        archived->is_over = true;
        if (archive.state == SIM_ARCHIVE_COMPLETE) {
            judge(checks, &archive, archived);
        } else if (archive.state == SIM_ARCHIVE_INCOMPLETE) {
            judge_given_up(checks, &archive);
        }
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    if (deed->kind != DEED_BACKUP_ANSWERED) {
        look_at_archives(checks);
    } else if (deed->error) {
        judge_failed_beginning(checks);
    }
}

const Check check_true_archive = {
    .name = "true-archive",
    .promise = "An archive that was brought to a good end holds every drive of the backup as it was "
               "when the backup began.",
    .deeds = DEEDS_OF(DEED_BACKUP_ANSWERED) | DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
