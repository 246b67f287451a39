/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All or nothing: a setup that fails leaves graph and bitmaps as they were before.
 *
 * Names and flags are compared here; that the bitmaps still hold what they must is seen by
 * lost-write and dirty-without-cause, which go on as if there had been no setup.
 */
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"

static void judge_graph(Checks *checks, const ModelCommand *command)
{
    Model *model = checks_model(checks);
    ModelGraph *graph = &model->graph_now;

    model_graph_take(graph);
    if (!model_graph_is_again(model, &command->graph, command->n_drives, graph)) {
        checks_report(checks, "not-rolled-back", command->target_id,
                      "setup for target %s failed, but the block graph is not what it was before;\n"
                      "before:\n%safter:\n%s", command->target_id, command->graph.text->str,
                      graph->text->str);
    }
}

static const char *difference(const SimBitmapView *before, const SimBitmapView *after)
{
    if (before->enabled != after->enabled) {
        return after->enabled ? "is enabled now" : "is disabled now";
    }
    if (before->inconsistent != after->inconsistent) {
        return after->inconsistent ? "is inconsistent now" : "is not inconsistent any more";
    }
    if (before->busy != after->busy) {
        return after->busy ? "is busy now" : "is not busy any more";
    }
    if (before->read_only != after->read_only) {
        return after->read_only ? "is read-only now" : "is not read-only any more";
    }
    if (before->persistent != after->persistent) {
        return after->persistent ? "is persistent now" : "is not persistent any more";
    }
    return before->granularity != after->granularity ? "has another granularity now" : NULL;
}

static bool is_of_another_target(const ModelCommand *command, const ModelBitmap *bitmap)
{
    return bitmap->owner && strcmp(bitmap->owner->target_id, command->target_id) != 0;
}

static void judge_bitmaps_before(Checks *checks, const ModelCommand *command)
{
    for (unsigned i = 0; i < command->bitmaps->len; i++) {
        const ModelBitmap *bitmap = &g_array_index(command->bitmaps, ModelBitmap, i);
        SimBitmapView after;
        const char *what;

        if (!bitmap->name || is_of_another_target(command, bitmap)) {
            continue;
        }
        what = "is gone";
        if (sim_world_find_bitmap(bitmap->drive->node_name, bitmap->name, &after)) {
            what = difference(&bitmap->view, &after);
        }
        if (what) {
            checks_report(checks, "not-rolled-back", bitmap->drive->name,
                          "setup for target %s failed, but bitmap %s %s", command->target_id,
                          bitmap->name, what);
        }
    }
}

static void judge_bitmaps_after(Checks *checks, const ModelCommand *command)
{
    const Model *model = checks_model(checks);
    SimBitmapView after;

    for (unsigned i = 0; i < model->drives->len; i++) {
        const ModelDrive *drive = model_drive_at(model, i);

        for (unsigned j = 0; !drive->is_unplugged &&
                             sim_world_bitmap_at(drive->node_name, j, &after); j++) {
            if (!model_find_bitmap_before(command, drive, after.name)) {
                checks_report(checks, "not-rolled-back", drive->name,
                              "setup for target %s failed, but it left bitmap %s, which was not "
                              "there before", command->target_id,
                              after.name ? after.name : "(without a name)");
            }
        }
    }
}

static void on_deed(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);

    if (deed->error && model->is_undisturbed) {
        if (!model->answered->had_snapshot_nodes) {
            judge_graph(checks, model->answered);
        }
        judge_bitmaps_before(checks, model->answered);
        judge_bitmaps_after(checks, model->answered);
    }
}

const Check check_all_or_nothing = {
    .name = "all-or-nothing",
    .promise = "A setup that fails leaves graph, bitmaps and what they track as before.",
    .deeds = DEEDS_OF(DEED_SETUP_ANSWERED),
    .on_deed = on_deed,
};
