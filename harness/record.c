/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run answered, as text.
 */
#include <string.h>

#include "harness/actor/ranges.h"
#include "harness/actor/stage-private.h"
#include "harness/record.h"

#define GENERATED_NODE "#block"

static const char *or_none(const char *text)
{
    return text ? text : "none";
}

/* On one line, and generated node names without their numbers. */
static void append_text(GString *text, const char *words)
{
    while (*words) {
        if (strncmp(words, GENERATED_NODE, strlen(GENERATED_NODE)) == 0) {
            words += strlen(GENERATED_NODE);
            words += strspn(words, "0123456789");
            g_string_append(text, GENERATED_NODE);
        } else {
            g_string_append_c(text, g_ascii_iscntrl(*words) ? ' ' : *words);
            words++;
        }
    }
}

static void begin_line(GString *text, const Deed *deed, const char *command)
{
    g_string_append_printf(text, "%u: %s: ", deed->line, command);
}

/* An answer without data: "ok", or the error. */
static void append_outcome(GString *text, const Deed *deed, const char *command)
{
    begin_line(text, deed, command);
    if (deed->error) {
        g_string_append(text, "error: ");
    }
    append_text(text, deed->error ? deed->error : "ok");
    g_string_append_c(text, '\n');
}

static const char *action_name(PBSBitmapAction action)
{
    static const char *const names[] = {
        [PBS_BITMAP_ACTION_NOT_USED] = "not-used",
        [PBS_BITMAP_ACTION_NOT_USED_REMOVED] = "not-used-removed",
        [PBS_BITMAP_ACTION_NEW] = "new",
        [PBS_BITMAP_ACTION_USED] = "used",
        [PBS_BITMAP_ACTION_INVALID] = "invalid",
        [PBS_BITMAP_ACTION_MISSING_RECREATED] = "missing-recreated",
    };

    return (unsigned) action < G_N_ELEMENTS(names) && names[action] ? names[action] : "unknown";
}

static void append_setup(GString *text, const Deed *deed)
{
    if (deed->error || !deed->accesses) {
        append_outcome(text, deed, "setup");
        return;
    }
    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next) {
        const BackupAccessInfo *info = at->value;

        begin_line(text, deed, "setup");
        append_text(text, or_none(info->device));
        g_string_append_printf(text, " %s bitmap=",
                               info->has_bitmap_action ? action_name(info->bitmap_action)
                                                       : "no-action");
        append_text(text, or_none(info->bitmap_name));
        g_string_append_printf(text, " size=%" G_GUINT64_FORMAT "\n", info->size);
    }
}

/* Times and UUIDs are left out: what they are is nobody's promise. */
static void append_query(GString *text, const Deed *deed)
{
    const BackupStatus *status = deed->status;

    if (deed->error || !status) {
        append_outcome(text, deed, "query");
        return;
    }
    begin_line(text, deed, "query");
    g_string_append(text, "status=");
    append_text(text, or_none(status->status));
    g_string_append(text, " errmsg=");
    append_text(text, or_none(status->errmsg));
    g_string_append_printf(text, " total=%" G_GINT64_FORMAT " dirty=%" G_GINT64_FORMAT
                           " transferred=%" G_GINT64_FORMAT " reused=%" G_GINT64_FORMAT "\n",
                           status->has_total ? (gint64) status->total : -1,
                           status->has_dirty ? (gint64) status->dirty : -1,
                           status->has_transferred ? (gint64) status->transferred : -1,
                           status->has_reused ? (gint64) status->reused : -1);
    for (const PBSBitmapInfoList *at = deed->bitmap_infos; at; at = at->next) {
        begin_line(text, deed, "query");
        append_text(text, or_none(at->value->drive));
        g_string_append_printf(text, " bitmap-info %s size=%" G_GUINT64_FORMAT
                               " dirty=%" G_GUINT64_FORMAT "\n", action_name(at->value->action),
                               (guint64) at->value->size, (guint64) at->value->dirty);
    }
}

void record_see_deed(const Deed *deed, void *opaque)
{
    GString *text = opaque;

    switch (deed->kind) {
    case DEED_SETUP_ANSWERED:
        append_setup(text, deed);
        break;
    case DEED_TEARDOWN_ANSWERED:
        append_outcome(text, deed, "teardown");
        break;
    case DEED_BACKUP_ANSWERED:
        append_outcome(text, deed, "backup");
        break;
    case DEED_BACKUP_CANCEL_ANSWERED:
        append_outcome(text, deed, "backup-cancel");
        break;
    case DEED_QUERY_ANSWERED:
        append_query(text, deed);
        break;
    case DEED_BITMAP_COMMAND:
        append_outcome(text, deed, deed->command);
        break;
    case DEED_QUIT_DONE:
        append_outcome(text, deed, "quit");
        break;
    default:
        break;
    }
}

static void append_bitmap(GString *text, const SimDrive *drive, const SimBitmapView *view)
{
    SimRangeMap ranges = { 0 };
    g_autofree char *words = NULL;

    if (view->name && sim_world_bitmap_ranges(sim_drive_node_name(drive), view->name, &ranges)) {
        words = ranges_show(&ranges);
    }
    sim_rangemap_clear(&ranges);
    g_string_append_printf(text, "%s ", sim_drive_name(drive));
    append_text(text, view->name ? view->name : "(unnamed)");
    g_string_append_printf(text, ": %s granularity=%" G_GUINT64_FORMAT "%s%s%s%s%s\n",
                           words ? words : "unknown", (guint64) view->granularity,
                           view->enabled ? "" : " disabled", view->busy ? " busy" : "",
                           view->read_only ? " read-only" : "",
                           view->inconsistent ? " inconsistent" : "",
                           view->persistent ? " persistent" : "");
}

char *record_bitmaps(void)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);
        SimBitmapView view;

        if (!sim_drive_is_inserted(drive)) {
            continue;
        }
        for (unsigned j = 0; sim_world_bitmap_at(sim_drive_node_name(drive), j, &view); j++) {
            append_bitmap(text, drive, &view);
        }
    }
    return g_string_free(text, FALSE);
}
