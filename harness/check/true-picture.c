/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * True picture: what the provider can read is the disk at the point in time, or an error,
 * never anything else; and it can read all that it must.
 *
 * Every read of the provider is judged, and after every step the snapshot is looked at from
 * outside wherever the guest or a copy has touched it since; as a whole when the access
 * begins, when it ends, when the snapshot breaks and at the end of the run.
 */
#include <errno.h>
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

#define NS_PER_S 1000000000ULL
/* How long a copy may take before the snapshot is given up. */
#define COPY_TIMEOUT_NS (45 * NS_PER_S)

static void judge_content(Checks *checks, const ModelTrack *track, const SimRangeMap *seen,
                          uint64_t start, uint64_t end, const char *reader)
{
    const ModelPicture *picture = &track->drive->picture;
    SimRange is, must;

    end = MIN(end, picture->size_bytes);
    if (start < end &&
        model_find_difference(seen, &picture->content, start, end, &is, &must)) {
        checks_report(checks, "stale-view", track->drive->name,
                      "%s of target %s sees %s at %s,\nbut at the point in time (after %s) it was "
                      "%s that had landed there",
                      reader, track->target_id, words_request(is.value).text,
                      words_range(is.start, is.end).text,
                      words_request(model_landing_request(checks_model(checks),
                                                          picture->moment.point)).text,
                      words_request(must.value).text);
    }
}

static void report_denied(Checks *checks, const ModelTrack *track, uint64_t start, uint64_t end,
                          int ret)
{
    checks_report(checks, "denied-view", track->drive->name,
                  "%s is to be backed up for target %s and its snapshot is not broken,\n"
                  "but reading it answers \"%s\"",
                  words_range(start, end).text, track->target_id, strerror(-ret));
}

static void judge_run(Checks *checks, const ModelTrack *track, const SimRangeMap *seen, int ret,
                      uint64_t start, uint64_t end)
{
    SimRange readable;

    if (track->drive->picture.is_broken) {
        if (ret >= 0) {
            checks_report(checks, "readable-after-break", track->drive->name,
                          "the snapshot for target %s is broken, but %s can still be read",
                          track->target_id, words_range(start, end).text);
        }
    } else if (ret < 0) {
        if (sim_rangemap_next(&track->readable, start, end, &readable)) {
            report_denied(checks, track, readable.start, readable.end, ret);
        }
    } else {
        judge_content(checks, track, seen, start, end, "The snapshot");
    }
}

static void look(Checks *checks, const ModelTrack *track, uint64_t start, uint64_t end)
{
    SimRangeMap seen = { 0 };
    uint64_t run_bytes = 0;

    for (uint64_t at = start; at < end; at += run_bytes) {
        int ret;

        sim_rangemap_clear(&seen);
        ret = sim_world_peek_snapshot(track->node_name, at, end - at, &seen, &run_bytes);
        g_assert(run_bytes > 0);
        run_bytes = MIN(run_bytes, end - at);
        judge_run(checks, track, &seen, ret, at, at + run_bytes);
    }
    sim_rangemap_clear(&seen);
}

/* Beyond the end of a drive that was made smaller meanwhile there is nothing to read. */
static uint64_t end_of_view(const ModelDrive *drive)
{
    return MIN(drive->picture.size_bytes, drive->size_bytes);
}

static void look_at_changes(Checks *checks, ModelTrack *track, bool everywhere)
{
    ModelPicture *picture = &track->drive->picture;
    uint64_t end = end_of_view(track->drive);
    SimRange touched;

    if (!track->is_active || !picture->is_taken ||
        (!everywhere && !picture->look_everywhere && sim_rangemap_is_empty(&picture->touched)) ||
        !model_has_node(checks_model(checks), track)) {
        return;
    }
    if (everywhere || picture->look_everywhere) {
        look(checks, track, 0, end);
    } else {
        for (uint64_t at = 0; sim_rangemap_next(&picture->touched, at, end, &touched);
             at = touched.end) {
            look(checks, track, touched.start, touched.end);
        }
    }
    sim_rangemap_clear(&picture->touched);
    picture->look_everywhere = false;
}

/* What the provider gave up while it was being read is what it likes to be. */
static void judge_read_content(Checks *checks, const ModelTrack *track, const Deed *deed)
{
    uint64_t end = deed->offset + deed->bytes;
    SimRange kept;

    for (uint64_t at = deed->offset; sim_rangemap_next_hole(&track->discarded, at, end, &kept);
         at = kept.end) {
        judge_content(checks, track, deed->content, kept.start, kept.end, "The provider");
    }
}

static void judge_read(Checks *checks, const Deed *deed)
{
    Model *model = checks_model(checks);
    ModelDrive *drive = model_find_drive(model, deed->device);
    const ModelTrack *track = model_find_track(model, deed->target_id, drive);
    uint64_t end = deed->offset + deed->bytes;
    SimRange unreadable;

    if (!track || !track->is_active || !drive->picture.is_taken) {
        return;
    }
    if (deed->ret >= 0 && deed->content) {
        /* Guest writes do not wait for a read that was under way when the snapshot broke. */
        if (!drive->picture.is_broken) {
            judge_read_content(checks, track, deed);
        }
    } else if (deed->ret == -EACCES && !model->has_read_fault && !drive->picture.is_broken &&
               end <= end_of_view(drive) &&
               !sim_rangemap_next_hole(&track->readable, deed->offset, end, &unreadable)) {
        report_denied(checks, track, deed->offset, end, deed->ret);
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);

    switch (deed->kind) {
    case DEED_PROVIDER_READ:
        judge_read(checks, deed);
        break;
    case DEED_STEP_DONE:
    case DEED_TEARDOWN_BEGINS:
    case DEED_RUN_DRY:
        for (unsigned i = 0; i < model->tracks->len; i++) {
            look_at_changes(checks, model_track_at(model, i), deed->kind != DEED_STEP_DONE);
        }
        break;
    default:
        break;
    }
}

/* A snapshot that is given up too soon cannot be read, and the backup has to begin again. */
static void on_event(Checks *checks, const SimEvent *event)
{
    Model *model = checks_model(checks);
    const ModelDrive *drive = model_find_drive(model, event->who);

    if (drive && event->ret == -ETIMEDOUT && !model->has_timeout_fault &&
        event->time_ns < drive->picture.taken_at_ns + COPY_TIMEOUT_NS) {
        checks_report(checks, "denied-view", drive->name,
                      "the snapshot was given up because a copy took too long, but it was not %llu s "
                      "old yet", COPY_TIMEOUT_NS / NS_PER_S);
    }
}

const Check check_true_picture = {
    .name = "true-picture",
    .promise = "What the provider can read is the disk at the point in time, or an error; and it "
               "can read all that it must.",
    .events = SIM_EVENTS_OF(SIM_EVENT_SNAPSHOT_BREAK),
    .on_event = on_event,
    .deeds = DEEDS_OF(DEED_PROVIDER_READ) | DEEDS_OF(DEED_STEP_DONE) |
             DEEDS_OF(DEED_TEARDOWN_BEGINS) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
