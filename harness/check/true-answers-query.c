/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * True answers of query-backup and of the query for the bitmaps' infos.
 *
 * After a setup that failed only the status is judged: the sums may be of the attempt.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/check/true-answers.h"

static void judge_status_word(Checks *checks, const BackupStatus *status)
{
    const Model *model = checks_model(checks);
    const char *word = status->status ? status->status : "";
    bool is_active = model_has_active_access(model);

    /* When a regular backup is over is for its jobs to say. */
    if (model->is_regular_backup_last) {
        return;
    }
    if (is_active != (strcmp(word, "active") == 0)) {
        REPORT(checks, NULL, "query-backup answers status \"%s\", but %s access is active", word,
               is_active ? "an" : "no");
    } else if (!is_active && model->has_setup && !model->setup_failed_since &&
               model->last_end_was_good && strcmp(word, "done") != 0) {
        REPORT(checks, NULL, "query-backup answers status \"%s\", but the backup was said to be "
               "a success", word);
    }
}

static void judge_sums(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);
    const BackupStatus *status = deed->status;
    int64_t total = 0, dirty = 0;

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        total += track->is_of_last_setup ? (int64_t)track->answered_bytes : 0;
    }
    for (const PBSBitmapInfoList *at = deed->bitmap_infos; at; at = at->next) {
        dirty += at->value->dirty;
    }
    if (status->has_total && status->total != total) {
        REPORT(checks, NULL, "query-backup answers total %" PRId64 ", but the drives have %" PRId64,
               status->total, total);
    } else if (status->has_dirty && status->has_reused &&
               status->dirty + status->reused != status->total) {
        REPORT(checks, NULL, "query-backup answers dirty %" PRId64 " and reused %" PRId64
               ", which do not add up to total %" PRId64, status->dirty, status->reused,
               status->total);
    } else if (status->has_dirty && deed->bitmap_infos && status->dirty != dirty) {
        REPORT(checks, NULL, "query-backup answers dirty %" PRId64 ", but the bitmaps' infos add "
               "up to %" PRId64, status->dirty, dirty);
    }
}

static void judge_dirty_count(Checks *checks, const ModelTrack *track, const PBSBitmapInfo *info)
{
    uint64_t least = track->answered_bytes, most = track->answered_bytes;

    if (info->action == PBS_BITMAP_ACTION_USED) {
        /* The count is of whole chunks; cut at the end of the drive it would be as true. */
        least = MIN(least, sim_rangemap_covered(&track->readable, 0, UINT64_MAX));
        most = MIN(most, track->readable_bytes);
    }
    if (track->was_quiet && track->is_sure &&
        ((uint64_t)info->dirty < least || (uint64_t)info->dirty > most)) {
        REPORT(checks, track->drive->name, "dirty %" PRId64 " is answered for target %s, but it "
               "was %" PRIu64 " at setup", info->dirty, track->target_id, most);
    }
}

static void judge_bitmap_info(Checks *checks, const ModelTrack *track,
                              const PBSBitmapInfoList *infos)
{
    const PBSBitmapInfoList *at = infos;

    while (at && strcmp(at->value->drive, track->drive->name) != 0) {
        at = at->next;
    }
    if (!at) {
        REPORT(checks, track->drive->name, "the bitmaps' infos leave the drive out");
        return;
    }
    if ((uint64_t)at->value->size != track->answered_bytes) {
        REPORT(checks, track->drive->name, "size %" PRId64 " is answered in the bitmaps' infos, "
               "but setup said %" PRIu64, at->value->size, track->answered_bytes);
    }
    if (track->has_action && at->value->action != track->action) {
        REPORT(checks, track->drive->name, "the bitmaps' infos answer another action than setup");
    }
    true_answers_judge_action(checks, track, at->value->action);
    judge_dirty_count(checks, track, at->value);
}

void true_answers_judge_query(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);

    if (deed->error || model->commands->len) {
        return;
    }
    if (deed->status) {
        judge_status_word(checks, deed->status);
    }
    if (!model->has_setup || model->setup_failed_since) {
        return;
    }
    if (deed->status) {
        judge_sums(checks, deed);
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->is_of_last_setup) {
            judge_bitmap_info(checks, track, deed->bitmap_infos);
        }
    }
}
