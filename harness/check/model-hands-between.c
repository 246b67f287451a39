/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: what hands on bitmaps may have done while a command was under way.
 *
 * Nobody can tell whether a hand came before or after the code was at the bitmap.  So what it
 * could have caused in either order is excused, and nothing more: a hand on another bitmap of
 * the drive excuses nothing, one that can only add marks no lost write.
 */
#include <string.h>

#include "harness/check/model-internal.h"

void model_hand_clear(gpointer data)
{
    ModelHand *hand = data;

    g_free(hand->bitmap_name);
    g_free(hand->command);
}

void model_hand_note(Model *model, const Deed *deed, const ModelDrive *drive)
{
    ModelHand hand = { .activity = model->activity, .drive = drive };

    if (model->commands->len) {
        hand.bitmap_name = g_strdup(deed->bitmap_name);
        hand.command = g_strdup(deed->command);
        g_array_append_val(model->hands, hand);
    } else {
        g_array_set_size(model->hands, 0);
    }
}

/*
 * On the bitmap that setup answered.  One that it fills, as it says, is full and frozen whether
 * or not it was disabled before; and one that was added is foreign, or else as if it had been
 * cleared, and the model has followed that.
 */
static ModelHandEffect effect_on_setup(const ModelTrack *track, const char *command)
{
    static const char *const undone[] = { "clear", "remove", NULL };
    bool is_used = track->has_action && track->action == PBS_BITMAP_ACTION_USED;

    if (g_strv_contains(undone, command) || (is_used && strcmp(command, "disable") == 0)) {
        return MODEL_HAND_BLINDS;
    }
    if (strcmp(command, "add") == 0 || strcmp(command, "disable") == 0) {
        return MODEL_HAND_NONE;
    }
    return strcmp(command, "merge") == 0 ? MODEL_HAND_ADDS : MODEL_HAND_SUSPENDS;
}

/* On the bitmap that a teardown settles. */
static ModelHandEffect effect_on_teardown(const char *command)
{
    static const char *const undone[] = { "clear", "remove", "add", NULL };

    if (g_strv_contains(undone, command)) {
        return MODEL_HAND_BLINDS;
    }
    return strcmp(command, "merge") == 0 ? MODEL_HAND_ADDS : MODEL_HAND_SUSPENDS;
}

static ModelHandEffect effect_on_background(const char *command)
{
    return strcmp(command, "clear") == 0 ? MODEL_HAND_BLINDS : MODEL_HAND_SUSPENDS;
}

bool model_hand_stops_bitmap(const char *command)
{
    return strcmp(command, "disable") == 0 || strcmp(command, "remove") == 0;
}

static bool is_between(const Model *model, const ModelTrack *track, const ModelHand *hand)
{
    return hand->drive == track->drive && hand->activity > model->answered->activity &&
           track->bitmap_name;
}

static bool is_on_background(const ModelHand *hand)
{
    return strcmp(hand->bitmap_name, SUBJECT_BACKGROUND_BITMAP_NAME) == 0;
}

static ModelHandEffect effect_of(const Model *model, const ModelTrack *track,
                                 const ModelHand *hand)
{
    if (!is_between(model, track, hand)) {
        return MODEL_HAND_NONE;
    }
    if (is_on_background(hand)) {
        return effect_on_background(hand->command);
    }
    if (strcmp(hand->bitmap_name, track->bitmap_name) != 0) {
        return MODEL_HAND_NONE;
    }
    return model->answered->kind == DEED_SETUP_BEGINS ? effect_on_setup(track, hand->command)
                                                      : effect_on_teardown(hand->command);
}

ModelHandEffect model_hands_between(const Model *model, const ModelTrack *track)
{
    ModelHandEffect most = MODEL_HAND_NONE;

    for (unsigned i = 0; i < model->hands->len; i++) {
        ModelHandEffect effect = effect_of(model, track,
                                           &g_array_index(model->hands, ModelHand, i));

        most = MAX(most, effect);
    }
    return most;
}

bool model_hands_stopped_background(const Model *model, const ModelTrack *track)
{
    for (unsigned i = 0; i < model->hands->len; i++) {
        const ModelHand *hand = &g_array_index(model->hands, ModelHand, i);

        if (is_between(model, track, hand) && is_on_background(hand) &&
            model_hand_stops_bitmap(hand->command)) {
            return true;
        }
    }
    return false;
}
