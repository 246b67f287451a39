/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the model share among themselves: each learns from one kind of news.
 */
#ifndef HARNESS_CHECK_MODEL_INTERNAL_H
#define HARNESS_CHECK_MODEL_INTERNAL_H

#include "harness/check/model.h"

/* model.c: the bitmaps of @drive (NULL: of all drives) have to be looked at again. */
void model_touch(Model *model, const ModelDrive *drive);
/* model.c: learns of drives that were added to the world since. */
void model_sync_drives(Model *model);

/* model-request.c */
void model_request_submit(Model *model, const SimEvent *event);
void model_request_land(Model *model, const SimEvent *event);
void model_request_mark(Model *model, const SimEvent *event);
void model_request_complete(Model *model, const SimEvent *event);
void model_request_hold(Model *model, const SimEvent *event);

/* model-command.c */
void model_command_begins(Model *model, const Deed *deed);
/* Sets @answered and @is_undisturbed. */
void model_command_ends(Model *model, const Deed *deed);
void model_command_forget_answered(Model *model);
void model_command_free(gpointer command);

/* model-track.c */
void model_track_setup(Model *model, const Deed *deed);
void model_track_free(gpointer track);
void model_track_lose_bitmap(ModelTrack *track);
/* Nobody counts on what a drive that was unplugged still has. */
void model_track_lose_unplugged(Model *model);
/* Everything counts as changed: there is no backup that the bitmap could build on. */
void model_track_needs_all(ModelTrack *track, uint64_t size_bytes);

/* Looks which bitmaps are there; whether one may be gone is for the checks to say. */
void model_track_notice_lost(Model *model);

/* model-backup.c */
void model_track_provider(Model *model, const Deed *deed);
void model_track_teardown(Model *model, const Deed *deed);

/* model-hand.c: what others do to bitmaps and drives. */
void model_hand_command(Model *model, const Deed *deed);
void model_hand_resize(Model *model, ModelDrive *drive, uint64_t size_bytes);
void model_hand_unplug(Model *model, ModelDrive *drive);

/* model-names.c: bitmaps that hands made or keep busy. */
void model_names_note(Model *model, ModelDrive *drive, const Deed *deed);
/* A target has taken the name. */
void model_names_forget(Model *model, const ModelDrive *drive, const char *bitmap_name);
void model_names_drop_drive(Model *model, const ModelDrive *drive);
void model_bitmap_name_clear(gpointer bitmap_name);

/* model-hands-between.c */
/* What hands may have done to a bitmap while the command that is answered was under way. */
typedef enum ModelHandEffect {
    MODEL_HAND_NONE,
    MODEL_HAND_ADDS,        /* it holds more than it must */
    MODEL_HAND_SUSPENDS,    /* whatever the next setup can see */
    MODEL_HAND_BLINDS,      /* what nobody can see */
} ModelHandEffect;

void model_hand_note(Model *model, const Deed *deed, const ModelDrive *drive);
void model_hand_clear(gpointer hand);
ModelHandEffect model_hands_between(const Model *model, const ModelTrack *track);
/* Whether one of them may have disabled or removed the background bitmap. */
bool model_hands_stopped_background(const Model *model, const ModelTrack *track);
/* It makes a bitmap record nothing from then on. */
bool model_hand_stops_bitmap(const char *command);
/* model-hand.c: what its bitmap holds now may stay. */
void model_hand_allow_content(ModelTrack *track);

#endif
