/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks that deeds tell of: commands, answers, what the provider reads.
 */
#include "harness/mark/mark-private.h"

#include <string.h>

#define MAX_NAME_BYTES 1023

/* ---- setup ----------------------------------------------------------------- */

static void see_command_begin(Marks *marks)
{
    mark_reach(marks, MARK_TWO_COMMANDS, marks->n_setups + marks->n_teardowns > 0);
    marks->n_held_at_begin = marks->n_held;
}

static void see_name(Marks *marks, const char *name)
{
    size_t length = name ? strlen(name) : 0;

    mark_reach(marks, MARK_NAME_AT_LIMIT, length == MAX_NAME_BYTES);
    mark_reach(marks, MARK_NAME_OVER_LIMIT, length > MAX_NAME_BYTES);
    mark_reach(marks, MARK_BACKGROUND_NAME,
               name && strcmp(name, SUBJECT_BACKGROUND_BITMAP_NAME) == 0);
}

static void see_setup_begin(Marks *marks, const Deed *deed)
{
    const char *bitmap = deed->setup->bitmap_name;

    see_command_begin(marks);
    see_name(marks, bitmap);
    mark_reach(marks, MARK_WRITE_IN_FLIGHT_AT_SETUP, marks->n_writes > 0);
    mark_reach(marks, MARK_SETUP_DURING_TEARDOWN, marks->n_teardowns > 0);
    mark_reach(marks, MARK_TROUBLED_AT_SETUP, marks->n_troubled > 0);
    mark_reach(marks, MARK_NAME_CHANGED, bitmap && marks->bitmap && marks->target
               && strcmp(marks->target, deed->target_id) == 0
               && strcmp(marks->bitmap, bitmap) != 0);
    marks->n_setups++;
    marks->has_snapshot_in_setup = false;
}

static void see_action(Marks *marks, PBSBitmapAction action)
{
    mark_reach(marks, MARK_ACTION_NEW, action == PBS_BITMAP_ACTION_NEW);
    mark_reach(marks, MARK_ACTION_USED, action == PBS_BITMAP_ACTION_USED);
    mark_reach(marks, MARK_ACTION_INVALID, action == PBS_BITMAP_ACTION_INVALID);
    mark_reach(marks, MARK_ACTION_MISSING, action == PBS_BITMAP_ACTION_MISSING_RECREATED);
}

static void see_accesses(Marks *marks, const Deed *deed)
{
    unsigned n_drives = 0;

    marks->n_sizes = 0;
    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next, n_drives++) {
        if (at->value->has_bitmap_action) {
            see_action(marks, at->value->bitmap_action);
        }
        if (marks->n_sizes < MAX_SIZES) {
            marks->sizes[marks->n_sizes].drive = sim_event_hash(at->value->device);
            marks->sizes[marks->n_sizes++].bytes = at->value->size;
        }
    }
    mark_reach(marks, MARK_SETUP_ON_DRIVES, n_drives > 1);
    mark_reach(marks, MARK_TWO_TARGETS,
               marks->target && strcmp(marks->target, deed->target_id) != 0);
    g_free(marks->target);
    g_free(marks->bitmap);
    marks->target = g_strdup(deed->target_id);
    marks->bitmap = g_strdup(deed->setup->bitmap_name);
    marks->is_target_active = marks->had_access = true;
    marks->is_broken = marks->has_copied = false;
    marks->written_drive = 0;
}

static void see_setup_end(Marks *marks, const Deed *deed)
{
    marks->n_setups--;
    mark_reach(marks, MARK_WRITE_HELD_OVER_SETUP, marks->n_held_at_begin > 0 && marks->n_held > 0);
    if (!deed->error) {
        see_accesses(marks, deed);
        return;
    }
    mark_reach(marks, MARK_SETUP_REFUSED, true);
    mark_reach(marks, MARK_SETUP_ROLLED_BACK, marks->has_snapshot_in_setup);
    mark_reach(marks, MARK_SETUP_REFUSED_BY_ACCESS, mark_has_access(marks));
    mark_reach(marks, MARK_SETUP_REFUSED_BY_BACKUP, marks->n_jobs > 0);
}

/* ---- teardown and quit ----------------------------------------------------- */

static void see_teardown_begin(Marks *marks, const Deed *deed)
{
    bool is_its_own = marks->is_target_active && strcmp(marks->target, deed->target_id) == 0;

    see_command_begin(marks);
    mark_reach(marks, MARK_WRITE_IN_FLIGHT_AT_TEARDOWN, is_its_own && marks->n_writes > 0);
    mark_reach(marks, MARK_TEARDOWN_DURING_SETUP, marks->n_setups > 0);
    mark_reach(marks, MARK_TROUBLED_AT_TEARDOWN, is_its_own && marks->n_troubled > 0);
    mark_reach(marks, MARK_TEARDOWN_OF_NOTHING, !is_its_own && marks->n_setups == 0);
    if (is_its_own) {
        mark_reach(marks, MARK_BROKEN_THEN_SUCCESS, marks->is_broken && deed->success);
        mark_reach(marks, MARK_BROKEN_THEN_FAILURE, marks->is_broken && !deed->success);
        mark_reach(marks, MARK_SUCCESS_WITHOUT_COPY, deed->success && !marks->has_copied);
    }
    marks->n_teardowns++;
}

static void see_teardown_end(Marks *marks, const Deed *deed)
{
    marks->n_teardowns--;
    mark_reach(marks, MARK_WRITE_HELD_OVER_TEARDOWN,
               marks->n_held_at_begin > 0 && marks->n_held > 0);
    if (deed->error) {
        mark_reach(marks, MARK_TEARDOWN_REFUSED, true);
        return;
    }
    mark_reach(marks, deed->success ? MARK_TEARDOWN_SUCCESS : MARK_TEARDOWN_FAILURE,
               marks->is_target_active);
    marks->is_target_active = false;
}

static void see_quit(Marks *marks)
{
    mark_reach(marks, MARK_QUIT_WITH_ACCESS, mark_has_access(marks));
    mark_reach(marks, MARK_QUIT_DURING_COMMAND, marks->n_setups + marks->n_teardowns > 0);
    mark_reach(marks, MARK_QUIT_WITH_JOBS, marks->n_jobs > 0);
}

/* ---- bitmaps and the provider ---------------------------------------------- */

static void see_bitmap_command(Marks *marks, const Deed *deed)
{
    static const char *const touches[] = { "remove", "enable", "disable", "clear", NULL };
    static const char *const troubles[] = { "busy", "read-only", "inconsistent", NULL };

    if (deed->error) {
        mark_reach(marks, MARK_MERGE_REFUSED, strcmp(deed->command, "merge") == 0);
        return;
    }
    mark_reach(marks, MARK_TOUCHED_IN_ACCESS,
               mark_has_access(marks) && g_strv_contains(touches, deed->command));
    marks->n_troubled += g_strv_contains(troubles, deed->command);
}

/* Of drives without a bitmap setup answers no action; what became of an old one is told here. */
static void see_query(Marks *marks, const Deed *deed)
{
    for (const PBSBitmapInfoList *at = deed->bitmap_infos; at; at = at->next) {
        mark_reach(marks, MARK_ACTION_REMOVED,
                   at->value->action == PBS_BITMAP_ACTION_NOT_USED_REMOVED);
    }
}

static void see_read(Marks *marks, const Deed *deed)
{
    marks->has_copied = marks->has_copied || deed->is_copy;
    mark_reach(marks, MARK_READ_DENIED, deed->ret < 0);
    mark_reach(marks, MARK_READ_BESIDE_HELD_WRITE, marks->n_held > 0);
}

void marks_see_deed(const Deed *deed, void *opaque)
{
    Marks *marks = opaque;

    switch (deed->kind) {
    case DEED_SETUP_BEGINS:
        see_setup_begin(marks, deed);
        break;
    case DEED_SETUP_ANSWERED:
        see_setup_end(marks, deed);
        break;
    case DEED_TEARDOWN_BEGINS:
        see_teardown_begin(marks, deed);
        break;
    case DEED_TEARDOWN_ANSWERED:
        see_teardown_end(marks, deed);
        break;
    case DEED_QUIT_BEGINS:
        see_quit(marks);
        break;
    case DEED_QUERY_ANSWERED:
        see_query(marks, deed);
        break;
    case DEED_BITMAP_COMMAND:
        see_bitmap_command(marks, deed);
        break;
    case DEED_COPY_BEGINS:
        marks->n_copies++;
        break;
    case DEED_COPY_ENDS:
        marks->n_copies--;
        mark_reach(marks, MARK_COPY_SAW_ERROR, deed->ret < 0);
        break;
    case DEED_PROVIDER_READ:
        see_read(marks, deed);
        break;
    case DEED_PROVIDER_DISCARD:
        mark_reach(marks, MARK_DISCARDED, deed->ret == 0);
        break;
    case DEED_BACKUP_ANSWERED:
        mark_reach(marks, MARK_BACKUP_REFUSED_BY_ACCESS, deed->error && mark_has_access(marks));
        break;
    case DEED_BACKUP_CANCEL_BEGINS:
        mark_reach(marks, MARK_BACKUP_CANCELLED, marks->n_jobs > 0);
        break;
    default:
        break;
    }
}
