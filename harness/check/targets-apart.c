/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Targets do not disturb each other.
 *
 * A setup or teardown for one target leaves the bitmaps of others, and those that nobody but
 * the management layer made, there and tracking.  What they hold is seen by lost-write and
 * dirty-without-cause, which judge every target's bitmap at every step.
 */
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"

/* The command's own, before it or after it: one name can go from a target to the next. */
static bool is_own(const Model *model, const ModelCommand *command, const ModelBitmap *bitmap)
{
    const ModelTrack *track = model_find_track(model, command->target_id, bitmap->drive);

    /* Whoever gives a bitmap of their own the name that a target's had must not wonder. */
    return (!bitmap->owner && bitmap->has_target_name) ||
           (bitmap->owner && strcmp(bitmap->owner->target_id, command->target_id) == 0) ||
           (!bitmap->owner && strcmp(bitmap->name, command->target_id) == 0) ||
           (track && track->bitmap_name && strcmp(track->bitmap_name, bitmap->name) == 0);
}

static const char *disturbance(const ModelBitmap *bitmap)
{
    SimBitmapView after;

    if (!sim_world_find_bitmap(bitmap->drive->node_name, bitmap->name, &after)) {
        return "is gone";
    }
    if (bitmap->view.enabled && !after.enabled) {
        return "is disabled";
    }
    if (!bitmap->view.inconsistent && after.inconsistent) {
        return "is inconsistent";
    }
    return bitmap->view.granularity != after.granularity ? "has another granularity" : NULL;
}

static void on_deed(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);
    const ModelCommand *command = model->answered;

    if (!model->is_undisturbed) {
        return;
    }
    for (unsigned i = 0; i < command->bitmaps->len; i++) {
        const ModelBitmap *bitmap = &g_array_index(command->bitmaps, ModelBitmap, i);
        const char *what;

        if (!bitmap->name || is_own(model, command, bitmap) ||
            strcmp(bitmap->name, SUBJECT_BACKGROUND_BITMAP_NAME) == 0 ||
            (!bitmap->owner && (deed->error ||
                                !model_is_handmade(model, bitmap->drive, bitmap->name)))) {
            continue;
        }
        what = disturbance(bitmap);
        if (what) {
            checks_report(checks, "disturbed-target", bitmap->drive->name,
                          "since the %s for target %s, bitmap %s of %s%s %s",
                          command->kind == DEED_SETUP_BEGINS ? "setup" : "teardown",
                          command->target_id, bitmap->name,
                          bitmap->owner ? "target " : "the management layer",
                          bitmap->owner ? bitmap->owner->target_id : "", what);
        }
    }
}

const Check check_targets_apart = {
    .name = "targets-apart",
    .promise = "Setup and teardown for one target leave the bitmaps of others alone.",
    .deeds = DEEDS_OF(DEED_SETUP_ANSWERED) | DEEDS_OF(DEED_TEARDOWN_ANSWERED),
    .on_deed = on_deed,
};
