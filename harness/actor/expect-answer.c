/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations of answers: errors, reports, what setup and query said.
 *
 * The last command is the last one whose end the scenario has awaited: a step
 * without label, or one that was started and waited for.
 */
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

static StepState run_error(Stage *stage, const Step *step)
{
    StageEntry *last = stage->last_concluded;
    const char *wanted = step->args[0].text;

    if (!last) {
        stage_complain(stage, step, "expected an error that says \"%s\", but there was no command",
                       wanted);
    } else if (!last->outcome.error) {
        stage_complain(stage, step, "expected an error that says \"%s\", but %s succeeded", wanted,
                       last->outcome.step->kind->words);
    } else {
        last->is_error_accounted = true;
        if (!strstr(last->outcome.error, wanted)) {
            stage_complain(stage, step, "expected an error that says \"%s\"\n%s failed: %s", wanted,
                           last->outcome.step->kind->words, last->outcome.error);
        }
    }
    return STEP_DONE;
}

/* The reports since the last command began, each quoted; "nothing" if there are none. */
static char *list_reports(const Stage *stage)
{
    GString *list = g_string_new(NULL);

    for (unsigned i = 0; stage->reports && i < stage->reports->len; i++) {
        g_string_append_printf(list, "%s\"%s\"", i > 0 ? ", " : "",
                               (const char *)stage->reports->pdata[i]);
    }
    if (list->len == 0) {
        g_string_append(list, "nothing");
    }
    return g_string_free(list, FALSE);
}

static StepState run_warning(Stage *stage, const Step *step)
{
    g_autofree char *reports = NULL;

    for (unsigned i = 0; stage->reports && i < stage->reports->len; i++) {
        if (strstr(stage->reports->pdata[i], step->args[0].text)) {
            return STEP_DONE;
        }
    }
    reports = list_reports(stage);
    stage_complain(stage, step, "expected a report that says \"%s\"\nreported was: %s",
                   step->args[0].text, reports);
    return STEP_DONE;
}

static StepState run_no_warning(Stage *stage, const Step *step)
{
    if (stage->reports && stage->reports->len > 0) {
        g_autofree char *reports = list_reports(stage);

        stage_complain(stage, step, "expected no report\nreported was: %s", reports);
    }
    return STEP_DONE;
}

/* ---- the answer to setup ----------------------------------------------------- */

/* What the last setup answered of a drive; NULL and *@ret_why if it did not. */
static const BackupAccessInfo *find_answer(Stage *stage, const Step *step, const char **ret_why)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const BackupAccessInfoList *at;

    stage_device_name(step->args[0].text, device);
    if (!stage->last_setup) {
        *ret_why = "no setup was answered yet";
        return NULL;
    }
    if (stage->last_setup->outcome.error) {
        *ret_why = "the last setup failed";
        return NULL;
    }
    for (at = stage->last_setup->outcome.accesses; at; at = at->next) {
        if (strcmp(at->value->device, device) == 0) {
            return at->value;
        }
    }
    *ret_why = "the last setup gave no access to it";
    return NULL;
}

/* In the order of PBSBitmapAction, and the word for "no action in the answer". */
#define ACTION_CHOICES "not-used|not-used-removed|new|used|invalid|missing-recreated|none"
#define ACTION_NONE PBS_BITMAP_ACTION__MAX

static const char *action_name(uint64_t action)
{
    return action == ACTION_NONE ? "none" : PBSBitmapAction_str(action);
}

static StepState run_action(Stage *stage, const Step *step)
{
    const char *why = NULL;
    const BackupAccessInfo *info = find_answer(stage, step, &why);
    uint64_t action;

    if (!info) {
        stage_complain(stage, step, "expected action %s for %s, but %s",
                       action_name(step->args[1].number), step->args[0].text, why);
        return STEP_DONE;
    }
    action = info->has_bitmap_action ? info->bitmap_action : ACTION_NONE;
    if (action != step->args[1].number) {
        stage_complain(stage, step, "expected action %s for %s, setup answered %s",
                       action_name(step->args[1].number), step->args[0].text,
                       action_name(action));
    }
    return STEP_DONE;
}

static StepState run_size(Stage *stage, const Step *step)
{
    const char *why = NULL;
    const BackupAccessInfo *info = find_answer(stage, step, &why);

    if (!info) {
        stage_complain(stage, step, "expected access to %s, but %s", step->args[0].text, why);
    } else if (info->size != step->args[1].number) {
        stage_complain(stage, step, "expected %" G_GUINT64_FORMAT " bytes for %s, setup answered %"
                       G_GUINT64_FORMAT, step->args[1].number, step->args[0].text, info->size);
    }
    return STEP_DONE;
}

static StepState run_named(Stage *stage, const Step *step)
{
    const char *why = NULL;
    const BackupAccessInfo *info = find_answer(stage, step, &why);

    if (!info) {
        stage_complain(stage, step, "expected access to %s, but %s", step->args[0].text, why);
    } else if (g_strcmp0(info->bitmap_name, step->args[1].text) != 0) {
        stage_complain(stage, step, "expected bitmap '%s' for %s, setup answered %s%s%s",
                       step->args[1].text, step->args[0].text, info->bitmap_name ? "'" : "",
                       info->bitmap_name ? info->bitmap_name : "none",
                       info->bitmap_name ? "'" : "");
    }
    return STEP_DONE;
}

static StepState run_no_access(Stage *stage, const Step *step)
{
    const char *why = NULL;

    if (find_answer(stage, step, &why)) {
        stage_complain(stage, step, "expected no access to %s, but the last setup gave it",
                       step->args[0].text);
    }
    return STEP_DONE;
}

/* ---- the answer to query ----------------------------------------------------- */

#define STATUS_CHOICES "none|active|done|error"

static StepState run_status(Stage *stage, const Step *step)
{
    static const char *const words[] = { "none", "active", "done", "error" };
    const char *wanted = words[step->args[0].number];
    const char *status = stage->status && stage->status->status ? stage->status->status : "none";

    if (strcmp(status, wanted) != 0) {
        stage_complain(stage, step, "expected status %s, query answered %s", wanted, status);
    }
    return STEP_DONE;
}

static bool is_as_wanted(const StepArg *wanted, int64_t value)
{
    return !wanted->present || (value >= 0 && (uint64_t)value == wanted->number);
}

static StepState run_info(Stage *stage, const Step *step)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const PBSBitmapInfoList *at = stage->bitmap_infos;

    stage_device_name(step->args[0].text, device);
    while (at && g_strcmp0(at->value->drive, device) != 0) {
        at = at->next;
    }
    if (!at) {
        stage_complain(stage, step, "expected an info of %s, the last query answered none",
                       step->args[0].text);
    } else if (at->value->action != step->args[1].number ||
               !is_as_wanted(&step->args[2], at->value->size) ||
               !is_as_wanted(&step->args[3], at->value->dirty)) {
        stage_complain(stage, step, "query answered of %s: action %s, size %" G_GINT64_FORMAT
                       ", dirty %" G_GINT64_FORMAT, step->args[0].text,
                       action_name(at->value->action), at->value->size, at->value->dirty);
    }
    return STEP_DONE;
}

#define DRIVE_ARG { "drive", ARG_DRIVE, NULL, false }

const StepKind expect_answer_step_kinds[] = {
    {
        .words = "expect error",
        .summary = "The last command failed with an error that contains the text; a failed command "
                   "that no step expects right after it is a finding.",
        .args = { { "text", ARG_TEXT, NULL, false } },
        .run = run_error,
    }, {
        .words = "expect warning",
        .summary = "QEMU has reported something that contains the text since the last command "
                   "began.",
        .args = { { "text", ARG_TEXT, NULL, false } },
        .run = run_warning,
    }, {
        .words = "expect no-warning",
        .summary = "QEMU has reported nothing since the last command began.",
        .run = run_no_warning,
    }, {
        .words = "expect action",
        .summary = "What the last setup answered became of the drive's bitmap.",
        .args = { DRIVE_ARG, { "action", ARG_WORD, ACTION_CHOICES, false } },
        .run = run_action,
    }, {
        .words = "expect size",
        .summary = "The last setup gave access to the drive and answered this size.",
        .args = { DRIVE_ARG, { "size", ARG_SIZE, NULL, false } },
        .run = run_size,
    }, {
        .words = "expect named",
        .summary = "The last setup answered this name for the drive's bitmap.",
        .args = { DRIVE_ARG, { "name", ARG_NAME, NULL, false } },
        .run = run_named,
    }, {
        .words = "expect no-access",
        .summary = "The last setup gave no access to the drive.",
        .args = { DRIVE_ARG },
        .run = run_no_access,
    }, {
        .words = "expect status",
        .summary = "The backup status that the last query answered; none before any backup.",
        .args = { { "status", ARG_WORD, STATUS_CHOICES, false } },
        .run = run_status,
    }, {
        .words = "expect info",
        .summary = "What the last query answered of the drive's bitmap: action, size, dirty bytes.",
        .args = {
            DRIVE_ARG,
            { "action", ARG_WORD, ACTION_CHOICES, false },
            { "size", ARG_SIZE, NULL, true },
            { "dirty", ARG_SIZE, NULL, true },
        },
        .run = run_info,
    },
    { .words = NULL },
};
