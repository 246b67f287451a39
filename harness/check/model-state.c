/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model's memory as tokens: all that later judgements may depend on.
 *
 * Clocks and counters only grow; of them counts on which side of the numbers that are kept a
 * new one would come.  What nobody looks at any more (the picture of an access that is over, a
 * restore that the next backup does not build on) is left out.
 */
#include "harness/check/model-state.h"

#include "harness/check/model-internal.h"

/* A bitmap that will be judged by what landed after @base. */
static bool counts_by_base(const ModelTrack *track)
{
    return track->bitmap_name && !track->is_gone && !track->full_bytes;
}

static bool is_watched(const Model *model, const ModelDrive *drive)
{
    bool is_active = drive->picture.is_taken;

    for (unsigned i = 0; i < model->tracks->len; i++) {
        const ModelTrack *track = model_track_at(model, i);

        is_active |= track->drive == drive && track->is_active;
    }
    return is_active;
}

unsigned model_state_thresholds(const Model *model, uint64_t thresholds[MODEL_STATE_MAX_POINTS])
{
    unsigned n = 0;

    for (unsigned i = 0; i < model->tracks->len && n < MODEL_STATE_MAX_POINTS; i++) {
        if (counts_by_base(model_track_at(model, i))) {
            thresholds[n++] = model_track_at(model, i)->base;
        }
    }
    for (unsigned i = 0; i < model->drives->len && n < MODEL_STATE_MAX_POINTS; i++) {
        if (is_watched(model, model_drive_at(model, i))) {
            thresholds[n++] = model_drive_at(model, i)->picture.moment.point;
        }
    }
    return n;
}

/* How many drives' pictures lack a request that was over before the time @at. */
static unsigned count_missing_before(const Model *model, uint64_t at)
{
    unsigned n = 0;

    for (unsigned i = 0; i < model->drives->len; i++) {
        const ModelPicture *picture = &model_drive_at(model, i)->picture;

        n += picture->moment.missing_since && picture->moment.missing_since < at;
    }
    return n;
}

static void describe_request(SimState *state, const Model *model, const ModelRequest *request)
{
    sim_state_add(state, SIM_TOKEN_WRITE, 0, request->number);
    sim_state_add(state, SIM_TOKEN_POINT, 0, request->landing);
    sim_state_add_number(state, -request->land_ret);
    sim_state_add_number(state, request->is_write | request->is_marked << 1 |
                                request->is_held << 2);
    sim_state_add_number(state, count_missing_before(model, request->submitted_at));
}

/* Of what it remembers from its beginning, what no more can change only counts as a difference. */
static void describe_command(SimState *state, const Model *model, const ModelCommand *command)
{
    sim_state_add_number(state, command->kind);
    sim_state_add_name(state, command->target_id);
    sim_state_add_number(state, command->was_alone | command->was_idle << 1 |
                                command->had_snapshot_nodes << 2 | command->had_access << 3 |
                                command->had_backup_filter << 4);
    sim_state_add_number(state, model->activity == command->activity);
    sim_state_add_number(state, model->n_access_ends - command->n_access_ends);
    sim_state_add_number(state, model->n_backup_ends - command->n_backup_ends);
    sim_state_add_number(state, command->n_archives);
    sim_state_add_number(state, model->drives->len - command->n_drives);
    sim_state_add_number(state, model->landings->len == command->n_landings);
    sim_state_add_number(state, command->n_requests > 0);
    sim_state_add_number(state, model->n_faults - command->n_faults);
    sim_state_add_number(state, command->graph.text ? command->graph.text->len : 0);
    sim_state_add_number(state, command->graph.has_sections);
}

static void describe_hands(SimState *state, const Model *model, const ModelCommand *command,
                           const ModelDrive *drive)
{
    for (unsigned i = 0; i < model->hands->len; i++) {
        const ModelHand *hand = &g_array_index(model->hands, ModelHand, i);

        if (hand->drive == drive && hand->activity > command->activity) {
            sim_state_add_name(state, hand->bitmap_name);
            sim_state_add_number(state, sim_event_hash(hand->command));
        }
    }
}

/* What it remembers of a drive. */
static void describe_command_on(SimState *state, const Model *model, const ModelCommand *command,
                                const ModelDrive *drive)
{
    describe_hands(state, model, command, drive);
    for (unsigned i = 0; i < command->bitmaps->len; i++) {
        const ModelBitmap *bitmap = &g_array_index(command->bitmaps, ModelBitmap, i);

        if (bitmap->drive == drive) {
            sim_state_add_name(state, bitmap->name);
            sim_state_add_name(state, bitmap->owner ? bitmap->owner->target_id : NULL);
            sim_state_add_number(state, bitmap->has_target_name);
            sim_state_add_number(state, bitmap->view.granularity);
            sim_state_add_number(state, bitmap->view.size_bytes);
            sim_state_add_number(state, bitmap->view.enabled | bitmap->view.busy << 1 |
                                        bitmap->view.read_only << 2 |
                                        bitmap->view.inconsistent << 3 |
                                        bitmap->view.persistent << 4);
        }
    }
}

void model_describe(SimState *state, Model *model)
{
    model_sync_drives(model);
    for (unsigned i = 0; i < model->commands->len; i++) {
        describe_command(state, model, g_ptr_array_index(model->commands, i));
        state->is_suspended = true;
    }
    for (unsigned i = 0; i < model->requests->len; i++) {
        describe_request(state, model, &g_array_index(model->requests, ModelRequest, i));
    }
    sim_state_add_number(state, model->has_setup | model->setup_failed_since << 1 |
                                model->has_regular_backup << 2 |
                                model->was_backup_asked_for << 3 |
                                model->is_regular_backup_last << 4 |
                                model->last_end_was_good << 5 | model->graph_is_known << 6 |
                                model->graph_is_open << 7 | model->has_backup_failed << 8 |
                                model->has_read_fault << 9 | model->may_backup_fail << 10 |
                                model->has_timeout_fault << 11 | model->has_quit << 12);
    if (model->graph_is_known) {
        sim_state_add_number(state, model->graph.text ? model->graph.text->len : 0);
        sim_state_add_number(state, model->graph.has_sections);
        sim_state_add_number(state, model->graph_n_drives);
    }
    sim_state_add_number(state, model->snapshot_nodes->len);
}

static void describe_picture(SimState *state, const Model *model, unsigned index)
{
    const ModelPicture *picture = &model_drive_at(model, index)->picture;

    sim_state_add_number(state, picture->is_taken | picture->is_broken << 1 |
                                picture->look_everywhere << 2);
    sim_state_add(state, SIM_TOKEN_POINT, 0, picture->moment.point);
    sim_state_add_number(state, picture->size_bytes);
    sim_state_add_number(state, picture->moment.missing_since != 0);
    sim_state_add_number(state, count_missing_before(model, picture->moment.missing_since));
    sim_state_add_number(state, count_missing_before(model, picture->moment.last_submit_at));
    sim_state_add_map(state, index, SIM_TOKEN_WRITE, &picture->content);
    sim_state_add_map(state, index, SIM_TOKEN_POINT, &picture->landings);
    sim_state_add_map(state, index, SIM_TOKEN_NUMBER, &picture->touched);
}

static void describe_names(SimState *state, const GArray *names, const ModelDrive *drive)
{
    unsigned n = 0;

    for (unsigned i = 0; i < names->len; i++) {
        const ModelBitmapName *bitmap = &g_array_index(names, ModelBitmapName, i);

        if (bitmap->drive == drive) {
            sim_state_add_name(state, bitmap->name);
            n++;
        }
    }
    sim_state_add_number(state, n);
}

void model_describe_drive(SimState *state, const Model *model, unsigned index)
{
    const ModelDrive *drive = model_drive_at(model, index);

    sim_state_add_number(state, drive->is_unplugged);
    sim_state_add_number(state, drive->size_bytes);
    sim_state_add_number(state, drive->n_backup_filters);
    sim_state_add_number(state, drive->no_medium_at ? model->n_faults - drive->no_medium_at + 1
                                                    : 0);
    sim_state_add_number(state, count_missing_before(model, drive->last_submit_at));
    sim_state_add_map(state, index, SIM_TOKEN_WRITE, &drive->content);
    sim_state_add_map(state, index, SIM_TOKEN_POINT, &drive->landings);
    if (is_watched(model, drive)) {
        describe_picture(state, model, index);
    } else {
        sim_state_add_number(state, drive->picture.is_broken);
    }
    for (unsigned i = 0; i < model->commands->len; i++) {
        describe_command_on(state, model, g_ptr_array_index(model->commands, i), drive);
    }
    describe_names(state, model->handmade, drive);
    describe_names(state, model->in_use, drive);
}

static void describe_access(SimState *state, const Model *model, const ModelTrack *track,
                            unsigned index)
{
    sim_state_add_number(state, model_has_node(model, track));
    sim_state_add_number(state, track->was_quiet | track->is_sure << 1 |
                                track->existed_before << 2 | track->removed_some << 3 |
                                track->is_full_backup << 4 | track->is_blind << 5);
    sim_state_add_number(state, track->copy);
    sim_state_add_number(state, track->readable_bytes);
    sim_state_add_map(state, index, SIM_TOKEN_NUMBER, &track->readable);
    sim_state_add_map(state, index, SIM_TOKEN_NUMBER, &track->copied);
    sim_state_add_map(state, index, SIM_TOKEN_WRITE, &track->copied_content);
}

/* What the next queries are judged by. */
static void describe_answer(SimState *state, const Model *model, const ModelTrack *track)
{
    sim_state_add_number(state, track->is_of_last_setup);
    sim_state_add_number(state, track->has_action ? track->action : UINT64_MAX);
    sim_state_add_number(state, track->answered_bytes);
    sim_state_add_number(state, track->readable_bytes);
    sim_state_add_number(state, model->n_faults - track->n_faults);
}

static void describe_bitmap(SimState *state, const ModelTrack *track, unsigned index)
{
    sim_state_add_name(state, track->bitmap_name);
    sim_state_add_number(state, track->is_gone | track->is_orphan << 1 |
                                track->is_removed_by_hand << 2 | track->is_busy_by_hand << 3 |
                                track->is_disabled_by_hand << 4 | track->is_pending << 5 |
                                track->is_background_touched << 6 |
                                track->is_background_stopped << 7);
    sim_state_add_number(state, track->trust);
    sim_state_add_number(state, track->full_bytes);
    sim_state_add_number(state, track->granularity);
    sim_state_add_map(state, index, SIM_TOKEN_NUMBER, &track->may);
    if (counts_by_base(track)) {
        sim_state_add(state, SIM_TOKEN_POINT, 0, track->base);
        sim_state_add_number(state, track->image_is_known);
        sim_state_add_map(state, index, SIM_TOKEN_WRITE,
                          track->image_is_known ? &track->image : NULL);
    }
}

void model_describe_track(SimState *state, const Model *model, const char *target_id,
                          unsigned index)
{
    const ModelTrack *track = model_find_track(model, target_id, model_drive_at(model, index));

    sim_state_add_number(state, track ? 1 + track->is_active : 0);
    if (!track) {
        return;
    }
    describe_bitmap(state, track, index);
    describe_answer(state, model, track);
    if (track->is_active) {
        describe_access(state, model, track, index);
    }
}
