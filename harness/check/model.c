/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: its life, the drives and their points in time, and who is told of which news.
 */
#include <errno.h>
#include <string.h>

#include "harness/check/model-internal.h"

static void drive_free(gpointer data)
{
    ModelDrive *drive = data;

    g_free(drive->name);
    g_free(drive->node_name);
    sim_rangemap_clear(&drive->content);
    sim_rangemap_clear(&drive->landings);
    sim_rangemap_clear(&drive->picture.content);
    sim_rangemap_clear(&drive->picture.landings);
    sim_rangemap_clear(&drive->picture.touched);
    g_free(drive);
}

static void archived_free(gpointer data)
{
    ModelArchived *archived = data;

    sim_rangemap_clear(&archived->content);
    g_free(archived);
}

Model *model_new(unsigned generation)
{
    Model *model = g_new0(Model, 1);

    model->generation = generation;
    model->drives = g_ptr_array_new_with_free_func(drive_free);
    model->tracks = g_ptr_array_new_with_free_func(model_track_free);
    model->requests = g_array_new(FALSE, FALSE, sizeof(ModelRequest));
    model->landings = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    model->snapshot_nodes = g_ptr_array_new_with_free_func(g_free);
    model->commands = g_ptr_array_new_with_free_func(model_command_free);
    model->archived = g_ptr_array_new_with_free_func(archived_free);
    model->handmade = g_array_new(FALSE, FALSE, sizeof(ModelBitmapName));
    g_array_set_clear_func(model->handmade, model_bitmap_name_clear);
    model->in_use = g_array_new(FALSE, FALSE, sizeof(ModelBitmapName));
    g_array_set_clear_func(model->in_use, model_bitmap_name_clear);
    model->hands = g_array_new(FALSE, FALSE, sizeof(ModelHand));
    g_array_set_clear_func(model->hands, model_hand_clear);
    model_sync_drives(model);
    return model;
}

void model_free(Model *model)
{
    model_command_forget_answered(model);
    g_ptr_array_unref(model->commands);
    g_ptr_array_unref(model->archived);
    g_ptr_array_unref(model->tracks);
    g_ptr_array_unref(model->drives);
    g_ptr_array_unref(model->snapshot_nodes);
    g_array_unref(model->requests);
    g_array_unref(model->landings);
    g_array_unref(model->handmade);
    g_array_unref(model->in_use);
    g_array_unref(model->hands);
    model_graph_clear(&model->graph);
    model_graph_clear(&model->graph_now);
    g_free(model);
}

void model_sync_drives(Model *model)
{
    for (unsigned i = model->drives->len; i < sim_world_n_drives(); i++) {
        SimDrive *source = sim_world_drive_at(i);
        ModelDrive *drive = g_new0(ModelDrive, 1);

        drive->name = g_strdup(sim_drive_name(source));
        drive->node_name = g_strdup(sim_drive_node_name(source));
        drive->size_bytes = sim_drive_size_bytes(source);
        g_ptr_array_add(model->drives, drive);
    }
}

static ModelDrive *find_known_drive(const Model *model, const char *name)
{
    for (unsigned i = 0; i < model->drives->len; i++) {
        ModelDrive *drive = model_drive_at(model, i);

        if (strcmp(drive->name, name) == 0 ||
            (drive->is_unplugged && strcmp(drive->node_name, name) == 0)) {
            return drive;
        }
    }
    return NULL;
}

ModelDrive *model_find_drive(Model *model, const char *name)
{
    ModelDrive *drive = name ? find_known_drive(model, name) : NULL;

    if (!drive && name && model->drives->len < sim_world_n_drives()) {
        model_sync_drives(model);
        drive = find_known_drive(model, name);
    }
    return drive;
}

void model_touch(Model *model, const ModelDrive *drive)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (!drive || track->drive == drive) {
            track->is_pending = true;
        }
    }
}

/* What can end a regular backup before it is complete. */
static void see_trouble(Model *model)
{
    model->may_backup_fail = model->may_backup_fail || model->was_backup_asked_for;
}

static ModelMoment moment_now(const Model *model, const ModelDrive *drive)
{
    return (ModelMoment){
        .point = model->landings->len,
        .last_submit_at = drive->last_submit_at,
        .last_submit_number = drive->last_submit_number,
    };
}

static void see_snapshot(Model *model, ModelDrive *drive, uint64_t time_ns)
{
    ModelPicture *picture = &drive->picture;

    picture->is_taken = true;
    picture->is_broken = false;
    picture->look_everywhere = true;
    picture->taken_at_ns = time_ns;
    picture->moment = moment_now(model, drive);
    picture->size_bytes = drive->size_bytes;
    sim_rangemap_copy(&picture->content, &drive->content);
    sim_rangemap_copy(&picture->landings, &drive->landings);
    sim_rangemap_clear(&picture->touched);
    model_touch(model, drive);
}

/* What a filter copies for the regular backup goes to the archive without a fleecing image. */
static bool is_of_backup(const ModelDrive *drive, const char *call)
{
    return g_str_has_prefix(call, "backup-") ||
           (drive && drive->n_backup_filters > 0 && strcmp(call, "cbw-read") == 0);
}

static void see_fault(Model *model, const SimEvent *event)
{
    ModelDrive *drive = model_find_drive(model, event->who);

    model->n_faults++;
    model->has_timeout_fault = model->has_timeout_fault || event->ret == -ETIMEDOUT;
    see_trouble(model);
    if (drive && strcmp(event->text, "bdrv_co_is_inserted") == 0) {
        drive->no_medium_at = model->n_faults;
    }
    if (event->ret < 0 && is_of_backup(drive, event->text)) {
        model->has_backup_failed = true;
    }
    model->has_read_fault = model->has_read_fault
        || (event->ret < 0 && strcmp(event->text, "snapshot-read") == 0);
}

static void see_backup_filter(Model *model, const SimEvent *event)
{
    ModelDrive *drive = model_find_drive(model, event->who);

    model->activity++;
    if (drive && event->kind == SIM_EVENT_BACKUP_BEGIN) {
        drive->n_backup_filters++;
    } else if (drive && drive->n_backup_filters > 0) {
        drive->n_backup_filters--;
        model->n_backup_ends++;
    }
}

static unsigned count_archives(void)
{
    SimArchiveView archive;
    unsigned n = 0;

    while (sim_world_archive_at(n, &archive)) {
        n++;
    }
    return n;
}

static ModelDrive *find_drive_of_node(const Model *model, const char *node_name)
{
    for (unsigned i = 0; i < model->drives->len; i++) {
        if (strcmp(model_drive_at(model, i)->node_name, node_name) == 0) {
            return model_drive_at(model, i);
        }
    }
    return NULL;
}

/*
 * A job is made for the archive that was begun last.  Its filter is over the drive or, with
 * fleecing, over a snapshot of it: then the event names the drive's node, and the point in time
 * is that of the snapshot.
 */
static void see_archive_begin(Model *model, const SimEvent *event)
{
    ModelDrive *of_node = find_drive_of_node(model, event->who);
    ModelDrive *drive = of_node ? of_node : model_find_drive(model, event->who);
    bool is_of_snapshot = of_node && of_node->picture.is_taken;
    unsigned n_archives = count_archives();
    ModelArchived *archived;

    if (!drive || !n_archives) {
        return;
    }
    archived = g_new0(ModelArchived, 1);
    archived->archive = n_archives - 1;
    archived->drive = drive;
    archived->moment = is_of_snapshot ? drive->picture.moment : moment_now(model, drive);
    archived->size_bytes = is_of_snapshot ? drive->picture.size_bytes : drive->size_bytes;
    sim_rangemap_copy(&archived->content,
                      is_of_snapshot ? &drive->picture.content : &drive->content);
    g_ptr_array_add(model->archived, archived);
}

static void see_drive_event(Model *model, const SimEvent *event)
{
    ModelDrive *drive = model_find_drive(model, event->who);
    ModelPicture *picture = drive ? &drive->picture : NULL;

    if (!drive) {
        return;
    }
    switch (event->kind) {
    case SIM_EVENT_COPY:
        sim_rangemap_set(&picture->touched, event->offset, event->offset + event->bytes, 1);
        break;
    case SIM_EVENT_SNAPSHOT:
        see_snapshot(model, drive, event->time_ns);
        break;
    case SIM_EVENT_SNAPSHOT_BREAK:
        see_trouble(model);
        picture->is_broken = picture->is_taken;
        picture->look_everywhere = true;
        break;
    case SIM_EVENT_SNAPSHOT_END:
        picture->is_taken = false;
        break;
    case SIM_EVENT_RESIZE:
        if (event->bytes < drive->size_bytes) {
            see_trouble(model);
        }
        model->activity++;
        model_hand_resize(model, drive, event->bytes);
        break;
    case SIM_EVENT_UNPLUG:
        see_trouble(model);
        model->activity++;
        model_hand_unplug(model, drive);
        break;
    default:
        break;
    }
}

static void see_node_open(Model *model, const SimEvent *event)
{
    if (event->text && strcmp(event->text, "snapshot-access") == 0) {
        g_ptr_array_add(model->snapshot_nodes, g_strdup(event->who));
    }
}

static void see_node_close(Model *model, const SimEvent *event)
{
    model->n_node_closes++;
    for (unsigned i = 0; i < model->snapshot_nodes->len; i++) {
        if (strcmp(g_ptr_array_index(model->snapshot_nodes, i), event->who) == 0) {
            g_ptr_array_remove_index(model->snapshot_nodes, i);
            return;
        }
    }
}

void model_see_event(Model *model, const SimEvent *event)
{
    switch (event->kind) {
    case SIM_EVENT_SUBMIT:
        model_request_submit(model, event);
        break;
    case SIM_EVENT_LAND:
        model_request_land(model, event);
        break;
    case SIM_EVENT_MARK:
        model_request_mark(model, event);
        break;
    case SIM_EVENT_COMPLETE:
        model_request_complete(model, event);
        break;
    case SIM_EVENT_HOLD:
    case SIM_EVENT_RELEASE:
        model_request_hold(model, event);
        break;
    case SIM_EVENT_FAULT:
        see_fault(model, event);
        break;
    case SIM_EVENT_BACKUP_BEGIN:
        see_archive_begin(model, event);
        /* fall through */
    case SIM_EVENT_BACKUP_END:
        see_backup_filter(model, event);
        break;
    case SIM_EVENT_NODE_OPEN:
        see_node_open(model, event);
        break;
    case SIM_EVENT_NODE_CLOSE:
        see_node_close(model, event);
        break;
    case SIM_EVENT_COPY:
    case SIM_EVENT_SNAPSHOT:
    case SIM_EVENT_SNAPSHOT_BREAK:
    case SIM_EVENT_SNAPSHOT_END:
    case SIM_EVENT_RESIZE:
    case SIM_EVENT_UNPLUG:
        see_drive_event(model, event);
        break;
    default:
        break;
    }
}

/* Flags and granularity change by commands only, what is dirty by any request. */
static bool look_at_bitmap(const Model *model, ModelTrack *track)
{
    const char *node_name = track->drive->node_name;

    if (track->view_activity != model->activity) {
        track->view_activity = model->activity;
        if (!sim_world_find_bitmap(node_name, track->bitmap_name, &track->view)) {
            return false;
        }
    }
    return sim_world_bitmap_ranges(node_name, track->bitmap_name, &track->dirty);
}

/* Bitmaps are looked at once per step, and not while a command may be in the middle of them. */
static void look_at_bitmaps(Model *model)
{
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        if (!track->is_pending || track->is_gone || track->is_orphan || !track->bitmap_name) {
            continue;
        }
        track->is_pending = false;
        track->is_due = look_at_bitmap(model, track);
        if (!track->is_due) {
            model_track_lose_bitmap(track);
        }
    }
}

static void forget_last_deed(Model *model)
{
    model_command_forget_answered(model);
    for (unsigned i = 0; i < model->tracks->len; i++) {
        ModelTrack *track = model_track_at(model, i);

        track->is_due = false;
        track->has_ended = false;
        track->has_vanished = false;
        track->is_rebuilt = false;
    }
}

/* What the queries answer is about the last backup, whichever kind it is of. */
static void see_backup(Model *model, bool has_begun)
{
    if (has_begun) {
        model->has_setup = false;
        model->has_regular_backup = true;
        model->is_regular_backup_last = true;
    } else {
        model->setup_failed_since = true;
    }
}

void model_see_deed(Model *model, const Deed *deed)
{
    forget_last_deed(model);
    switch (deed->kind) {
    case DEED_BACKUP_CANCEL_BEGINS:
    case DEED_QUIT_BEGINS:
        see_trouble(model);
        /* fall through */
    case DEED_BACKUP_BEGINS:
        model->was_backup_asked_for |= deed->kind == DEED_BACKUP_BEGINS;
        /* fall through */
    case DEED_SETUP_BEGINS:
    case DEED_TEARDOWN_BEGINS:
        model_sync_drives(model);
        model_command_begins(model, deed);
        break;
    case DEED_SETUP_ANSWERED:
        model_command_ends(model, deed);
        model_track_setup(model, deed);
        break;
    case DEED_TEARDOWN_ANSWERED:
    case DEED_QUIT_DONE:
        model->has_quit |= deed->kind == DEED_QUIT_DONE;
        model_command_ends(model, deed);
        model_track_teardown(model, deed);
        break;
    case DEED_BACKUP_ANSWERED:
        model_command_ends(model, deed);
        see_backup(model, !deed->error);
        if (deed->error) {
            see_trouble(model);
        }
        break;
    case DEED_BACKUP_CANCEL_ANSWERED:
        model_command_ends(model, deed);
        break;
    case DEED_BITMAP_COMMAND:
        model_hand_command(model, deed);
        break;
    case DEED_COPY_BEGINS:
    case DEED_PROVIDER_READ:
    case DEED_PROVIDER_DISCARD:
    case DEED_COPY_ENDS:
        model_track_provider(model, deed);
        break;
    case DEED_STEP_DONE:
    case DEED_RUN_DRY:
        if (!model->commands->len) {
            model_track_lose_unplugged(model);
            look_at_bitmaps(model);
        }
        break;
    case DEED_QUERY_ANSWERED:
    case N_DEED_KINDS:
        break;
    }
}
