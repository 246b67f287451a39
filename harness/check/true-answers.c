/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * True answers: what setup and the queries say is what happened.
 *
 * That a bitmap answered as "new" is dirty all over, and one answered as "used" holds enough,
 * is for lost-write to say; here it is names, sizes, counts, and whether a bitmap can have
 * been what the action calls it.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/true-answers.h"

/* ---- setup ------------------------------------------------------------------ */

/* Why the action cannot be what happened; NULL: it can. */
static const char *contradiction(const ModelTrack *track, PBSBitmapAction action)
{
    bool has_bitmap = track->bitmap_name != NULL;

    switch (action) {
    case PBS_BITMAP_ACTION_NOT_USED:
        return has_bitmap ? "there is one for the backup" :
               track->removed_some ? "one was removed" : NULL;
    case PBS_BITMAP_ACTION_NOT_USED_REMOVED:
        return has_bitmap ? "there is one for the backup" :
               track->removed_some ? NULL : "none was removed";
    case PBS_BITMAP_ACTION_USED:
    case PBS_BITMAP_ACTION_INVALID:
        return !has_bitmap ? "there is none for the backup" :
               track->existed_before ? NULL : "it was not there before";
    case PBS_BITMAP_ACTION_MISSING_RECREATED:
        return !has_bitmap ? "there is none for the backup" :
               track->existed_before ? "it was there before" : NULL;
    case PBS_BITMAP_ACTION_NEW:
        return has_bitmap ? NULL : "there is none for the backup";
    default:
        return "there is no such action";
    }
}

void true_answers_judge_action(Checks *checks, const ModelTrack *track,
                               PBSBitmapAction action)
{
    const char *why = track->is_sure ? contradiction(track, action) : NULL;

    if (why) {
        REPORT(checks, track->drive->name,
               "the bitmap of target %s is answered as \"%s\", but %s", track->target_id,
               action < PBS_BITMAP_ACTION__MAX ? PBSBitmapAction_str(action) : "?", why);
    }
}

static void judge_bitmap(Checks *checks, const ModelTrack *track, const BackupAccessInfo *info)
{
    const ModelDrive *drive = track->drive;
    SimBitmapView view;

    if (!info->bitmap_name) {
        return;
    }
    if (g_strcmp0(info->bitmap_node_name, drive->node_name) != 0) {
        REPORT(checks, drive->name, "bitmap %s is answered to be on node %s, but the drive's is %s",
               info->bitmap_name, info->bitmap_node_name ? info->bitmap_node_name : "(none)",
               drive->node_name);
    } else if (!sim_world_find_bitmap(drive->node_name, info->bitmap_name, &view)) {
        REPORT(checks, drive->name, "bitmap %s is answered, but it does not exist",
               info->bitmap_name);
    } else if (!info->has_bitmap_action) {
        REPORT(checks, drive->name, "bitmap %s is answered, but not what became of it",
               info->bitmap_name);
    }
}

/* Which bitmap was asked for; NULL: none.  False: this generation leaves the name to no rule. */
static bool wanted_bitmap(const Model *model, const SubjectSetup *setup, const char *device,
                          const char **ret_name)
{
    *ret_name = NULL;
    if (model->generation == 1) {
        *ret_name = setup->bitmap_name;
        return true;
    }
    for (size_t i = 0; i < setup->n_devices; i++) {
        if (strcmp(setup->devices[i].device, device) == 0 &&
            setup->devices[i].mode != SUBJECT_BITMAP_NONE) {
            *ret_name = setup->target_id;
        }
    }
    return model->generation == 3;
}

static bool is_wanted(const SubjectSetup *setup, const char *device, SubjectBitmapMode mode)
{
    for (size_t i = 0; i < setup->n_devices; i++) {
        if (strcmp(setup->devices[i].device, device) == 0 && setup->devices[i].mode == mode) {
            return true;
        }
    }
    return false;
}

/*
 * In generation 3 a caller says whether there should be a bitmap, and learns from the action
 * whether its backups go on, begin anew, or have lost what they relied on.  Generation 2 takes
 * what it finds under the name.  A drive that is listed twice may be wanted in both ways.
 */
static void judge_mode(Checks *checks, const SubjectSetup *setup, const BackupAccessInfo *info)
{
    bool may_be_new = is_wanted(setup, info->device, SUBJECT_BITMAP_NEW);
    bool may_be_old = is_wanted(setup, info->device, SUBJECT_BITMAP_USE);

    if (checks_model(checks)->generation != 3 || !info->has_bitmap_action) {
        return;
    }
    if (info->bitmap_action == PBS_BITMAP_ACTION_NEW && may_be_old && !may_be_new) {
        REPORT(checks, info->device, "to use a bitmap was asked for, and \"new\" is answered");
    } else if (info->bitmap_action != PBS_BITMAP_ACTION_NEW && may_be_new && !may_be_old) {
        REPORT(checks, info->device, "a new bitmap was asked for, and another action is answered");
    }
}

/* Without a list, a drive that came meanwhile may take part or not. */
static bool was_asked_for(const Model *model, const SubjectSetup *setup, const ModelDrive *drive)
{
    for (size_t i = 0; i < setup->n_devices; i++) {
        if (strcmp(setup->devices[i].device, drive->name) == 0) {
            return true;
        }
    }
    for (unsigned i = 0; i < model->answered->n_drives; i++) {
        if (model_drive_at(model, i) == drive) {
            return false;
        }
    }
    return true;
}

static void judge_info(Checks *checks, const Deed *deed, const BackupAccessInfo *info)
{
    Model *model = checks_model(checks);
    ModelDrive *drive = model_find_drive(model, info->device);
    const ModelTrack *track = model_find_track(model, model->answered->target_id, drive);
    const char *wanted;

    if (drive && !was_asked_for(model, deed->setup, drive)) {
        REPORT(checks, info->device, "drive %s is answered, but it was not asked for",
               info->device);
    }

    if (!track) {
        REPORT(checks, info->device, "drive %s is answered, but there is none of that name",
               info->device);
        return;
    }
    if (info->size != drive->size_bytes && model->is_undisturbed) {
        REPORT(checks, drive->name, "size %" PRIu64 " is answered, but the drive has %" PRIu64,
               info->size, drive->size_bytes);
    }
    if (!info->node_name || !sim_world_node_exists(info->node_name)) {
        REPORT(checks, drive->name, "node %s is answered, but it does not exist",
               info->node_name ? info->node_name : "(none)");
    }
    if (wanted_bitmap(model, deed->setup, info->device, &wanted) &&
        g_strcmp0(wanted, info->bitmap_name) != 0) {
        REPORT(checks, drive->name, "bitmap %s was asked for, but %s is answered",
               wanted ? wanted : "(none)", info->bitmap_name ? info->bitmap_name : "(none)");
    }
    judge_bitmap(checks, track, info);
    judge_mode(checks, deed->setup, info);
    if (info->has_bitmap_action) {
        true_answers_judge_action(checks, track, info->bitmap_action);
    }
}

static unsigned count_answers(const Deed *deed, const char *device)
{
    unsigned n = 0;

    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next) {
        n += strcmp(at->value->device, device) == 0;
    }
    return n;
}

/*
 * Without a list a drive takes part if it is there and has a medium: one that went while the
 * command waited, or whose check failed, need not.
 */
static bool may_be_left_out(Checks *checks, const Deed *deed, const char *device)
{
    Model *model = checks_model(checks);
    const ModelDrive *drive = model_find_drive(model, device);

    return !deed->setup->devlist && drive &&
           ((drive->is_unplugged && model->generation == 1) ||
            drive->no_medium_at > model->answered->n_faults);
}

static void judge_setup(Checks *checks, const Deed *deed)
{
    for (size_t i = 0; i < deed->setup->n_devices; i++) {
        const char *device = deed->setup->devices[i].device;
        unsigned n_answers = count_answers(deed, device);

        if (n_answers != 1 && !(n_answers == 0 && may_be_left_out(checks, deed, device))) {
            REPORT(checks, device, "drive %s was asked for, but it is answered %u times", device,
                   n_answers);
        }
    }
    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next) {
        judge_info(checks, deed, at->value);
    }
}

/* ---- as long as the answer holds --------------------------------------------------- */

static void judge_nodes(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->tracks->len && !model->commands->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->is_active && track->node_name && !model_has_node(model, track)) {
            REPORT(checks, track->drive->name, "node %s was answered to target %s and the access "
                   "is active, but it does not exist", track->node_name, track->target_id);
        }
    }
}

static void judge_teardown(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->has_vanished) {
            REPORT(checks, track->drive->name, "bitmap %s was answered to target %s, and nothing "
                   "failed, but it is gone after teardown", track->bitmap_name, track->target_id);
        }
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    switch (deed->kind) {
    case DEED_SETUP_ANSWERED:
        if (!deed->error) {
            judge_setup(checks, deed);
            true_answers_judge_exclusion(checks, deed);
        }
        break;
    case DEED_BACKUP_ANSWERED:
        if (!deed->error) {
            true_answers_judge_exclusion(checks, deed);
        }
        break;
    case DEED_QUERY_ANSWERED:
        true_answers_judge_query(checks, deed);
        break;
    case DEED_TEARDOWN_ANSWERED:
    case DEED_QUIT_DONE:
        judge_teardown(checks);
        break;
    case DEED_STEP_DONE:
        judge_nodes(checks);
        break;
    default:
        break;
    }
}

const Check check_true_answers = {
    .name = "true-answers",
    .promise = "Actions, sizes, dirty counts and query-backup say what happened.",
    .deeds = DEEDS_OF(DEED_SETUP_ANSWERED) | DEEDS_OF(DEED_BACKUP_ANSWERED) |
             DEEDS_OF(DEED_QUERY_ANSWERED) |
             DEEDS_OF(DEED_TEARDOWN_ANSWERED) | DEEDS_OF(DEED_QUIT_DONE) |
             DEEDS_OF(DEED_STEP_DONE),
    .on_deed = on_deed,
};
