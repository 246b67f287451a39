/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing left behind: after teardown the graph is what it was before setup, and no bitmap
 * is there that nobody asked for or that stands still.  Bitmaps are looked at once more when
 * the run is over.
 */
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"

static const char *last_target(const Model *model)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        if (model_track_at(model, i)->is_of_last_setup) {
            return model_track_at(model, i)->target_id;
        }
    }
    return NULL;
}

/*
 * A reader that is not done yet keeps its snapshot node, as an open export does in QEMU: that
 * is for later, but not for ever.
 */
static void judge_graph(Checks *checks, bool may_wait)
{
    Model *model = checks_model(checks);
    ModelGraph *graph = &model->graph_now;
    bool is_plain;

    model_graph_take(graph);
    is_plain = model_graph_is_again(model, &model->graph, model->graph_n_drives, graph);
    model->graph_is_open = !is_plain && may_wait &&
                           (model->graph_is_open || model->snapshot_nodes->len);
    if (!is_plain && !model->graph_is_open) {
        checks_report(checks, "leaked-node", last_target(model),
                      "the access has ended, but the block graph is not what it was before its "
                      "setup;\nbefore:\n%safter:\n%s", model->graph.text->str,
                      graph->text->str);
    }
}

static bool is_wanted(const Model *model, const ModelDrive *drive, const char *name)
{
    if (model_is_handmade(model, drive, name) ||
        (model->has_regular_backup && strcmp(name, SUBJECT_REGULAR_BITMAP_NAME) == 0)) {
        return true;
    }
    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive && !track->is_gone && !track->is_orphan &&
            track->bitmap_name && strcmp(track->bitmap_name, name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *owner_of_orphan(const Model *model, const ModelDrive *drive, const char *name)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->drive == drive && track->is_orphan && strcmp(track->bitmap_name, name) == 0) {
            return track->target_id;
        }
    }
    return NULL;
}

static bool has_ended(const Model *model)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        if (model_track_at(model, i)->has_ended) {
            return true;
        }
    }
    return false;
}

/* "", or which function of the code under test made the bitmap; the caller's. */
static char *tell_maker(const ModelDrive *drive, const char *name)
{
    const char *function = subject.maker_of_bitmap
                           ? subject.maker_of_bitmap(drive->node_name, name) : NULL;

    return function ? g_strdup_printf(";\n%s() made it", function) : g_strdup("");
}

/* QEMU asserts that what is released is not busy: it stays with those who use it. */
static void leave_to_its_users(Model *model)
{
    for (unsigned i = 0; i < model->in_use->len; i++) {
        const ModelBitmapName *bitmap = &g_array_index(model->in_use, ModelBitmapName, i);

        if (!is_wanted(model, bitmap->drive, bitmap->name)) {
            model_make_handmade(model, bitmap->drive, bitmap->name);
        }
    }
}

static void judge_bitmap(Checks *checks, ModelDrive *drive, const SimBitmapView *view)
{
    Model *model = checks_model(checks);
    const char *name = view->name ? view->name : "(without a name)";
    const char *owner = view->name ? owner_of_orphan(model, drive, name) : NULL;
    g_autofree char *maker = NULL;

    if (view->name && is_wanted(model, drive, name)) {
        return;
    }
    maker = tell_maker(drive, view->name);
    if (owner) {
        checks_report(checks, "leaked-bitmap", drive->name,
                      "target %s goes by another bitmap name since its last setup, but its old "
                      "bitmap %s is still on %s%s", owner, name, drive->name, maker);
    } else {
        checks_report(checks, "leaked-bitmap", drive->name,
                      "%s, but bitmap %s is left on %s, and it is neither a target's nor made by "
                      "hand%s", has_ended(model) ? "the access has ended" : "the run is over",
                      name, drive->name, maker);
    }
}

static void judge_bitmaps(Checks *checks)
{
    Model *model = checks_model(checks);
    SimBitmapView view;

    leave_to_its_users(model);
    for (unsigned i = 0; i < model->drives->len; i++) {
        ModelDrive *drive = model_drive_at(model, i);

        if (drive->is_unplugged) {
            continue;
        }
        for (unsigned j = 0; sim_world_bitmap_at(drive->node_name, j, &view); j++) {
            judge_bitmap(checks, drive, &view);
        }
    }
}

static void judge_enabled(Checks *checks, const ModelTrack *track)
{
    SimBitmapView view;

    if (track->has_ended && track->bitmap_name && !track->is_gone &&
        !track->is_disabled_by_hand && !track->is_busy_by_hand &&
        sim_world_find_bitmap(track->drive->node_name, track->bitmap_name, &view) &&
        !view.enabled && !view.inconsistent) {
        checks_report(checks, "left-disabled", track->drive->name,
                      "the access has ended, but bitmap %s of target %s is still disabled, so it "
                      "does not track what is written from now on",
                      track->bitmap_name, track->target_id);
    }
}

static void judge_end(Checks *checks)
{
    const Model *model = checks_model(checks);

    if (model->graph_is_known) {
        judge_graph(checks, true);
    }
    judge_bitmaps(checks);
    for (unsigned i = 0; i < model->tracks->len; i++) {
        judge_enabled(checks, model_track_at(model, i));
    }
}

/* What a regular backup wrote to: its nodes go with it, also if it could not begin. */
static void judge_dump_nodes(Checks *checks)
{
    g_autoptr(GString) graph = g_string_sized_new(1024);

    sim_world_print_graph(graph);
    if (strstr(graph->str, "driver=backup-dump")) {
        checks_report(checks, "leaked-node", NULL,
                      "no backup is under way any more, but nodes that one wrote to are left;\n"
                      "the block graph:\n%s", graph->str);
    }
}

/* QEMU has ended, and nobody tears down any more what is set up after that. */
static void judge_quit(Checks *checks)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        if (track->is_active && model_has_node(model, track)) {
            checks_report(checks, "leaked-node", track->target_id,
                          "QEMU has ended, but target %s has access to %s, whose setup succeeded "
                          "after that", track->target_id, track->drive->name);
        }
    }
}

/* What a setup that failed has left is told of already (all-or-nothing). */
static bool is_not_rolled_back(const Checks *checks)
{
    const GArray *findings = checks_findings(checks);

    for (guint i = 0; i < findings->len; i++) {
        if (strcmp(g_array_index(findings, Finding, i).name, "not-rolled-back") == 0) {
            return true;
        }
    }
    return false;
}

static void on_deed(Checks *checks, const Deed *deed)
{
    Model *model = checks_model(checks);

    /* Another command may be under way, after which they may have gone on. */
    if (has_ended(model) && !model_has_active_access(model)) {
        leave_to_its_users(model);
    }
    if (model->commands->len) {
        return;
    }
    switch (deed->kind) {
    case DEED_TEARDOWN_ANSWERED:
    case DEED_QUIT_DONE:
        if (has_ended(model)) {
            judge_end(checks);
        }
        break;
    case DEED_RUN_DRY:
        if (!model_has_active_access(model) && !is_not_rolled_back(checks)) {
            judge_bitmaps(checks);
        }
        /* fall through */
    case DEED_STEP_DONE:
        if (model->graph_is_open && !model_has_active_access(model)) {
            judge_graph(checks, deed->kind != DEED_RUN_DRY);
        }
        if (deed->kind == DEED_RUN_DRY && model->has_quit) {
            judge_quit(checks);
        }
        if (deed->kind == DEED_RUN_DRY && model->was_backup_asked_for) {
            judge_dump_nodes(checks);
        }
        break;
    default:
        break;
    }
}

const Check check_nothing_left_behind = {
    .name = "nothing-left-behind",
    .promise = "After teardown no node, no reference, no background bitmap and no disabled bitmap "
               "is left, and nothing is orphaned by a change of the bitmap's name.",
    .deeds = DEEDS_OF(DEED_TEARDOWN_ANSWERED) | DEEDS_OF(DEED_QUIT_DONE) |
             DEEDS_OF(DEED_STEP_DONE) | DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
