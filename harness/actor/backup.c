/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management layer makes a regular backup, by jobs of QEMU.
 *
 * Its commands run in coroutines and are answered while the jobs work; a scenario that is
 * interested in the end waits for it.
 */
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qemu/coroutine.h"

#define NS_PER_MS 1000000ULL

/* ---- backup -------------------------------------------------------------------- */

/* Lives in the entry's data, so that it is freed even if the coroutine never ends. */
typedef struct BackupCommand {
    SubjectBackup backup;
    char file[32];
    char devlist[];
} BackupCommand;

static void translate_devlist(char *devlist, const char *text)
{
    for (;;) {
        size_t length = strcspn(text, STAGE_DEVLIST_SEPARATORS);

        devlist += stage_translate_drive(devlist, text, length);
        text += length;
        *devlist++ = *text;
        if (!*text++) {
            break;
        }
    }
}

/* Archives and times go by the line, so that no two are the same. */
static BackupCommand *backup_command_new(const Step *step)
{
    const char *drives = step->args[0].text;
    /* A word has one byte at least, or a separator behind it. */
    BackupCommand *command = g_malloc0(sizeof(*command) + 7 * (strlen(drives) + 1));
    bool is_pbs = step_number_or(step, 1, SUBJECT_BACKUP_VMA) == SUBJECT_BACKUP_PBS;
    /* Names are part of the digest, so they count lines as it does: without a schedule's. */
    unsigned line = step->line - (unsigned)sim_world_events()->n_lines_skipped;

    g_snprintf(command->file, sizeof(command->file), is_pbs ? "repository" : "line-%u.vma",
               line);
    translate_devlist(command->devlist, drives);
    command->backup = (SubjectBackup) {
        .format = is_pbs ? SUBJECT_BACKUP_PBS : SUBJECT_BACKUP_VMA,
        .file = command->file,
        .backup_time = line,
        .devlist = strcmp(drives, "*") == 0 ? NULL : command->devlist,
        .has_fleecing = step_is_yes(step, 2, false),
        .uses_dirty_bitmap = step_is_yes(step, 3, false),
        .speed = step_number_or(step, 4, 0),
    };
    return command;
}

static void coroutine_fn backup_co(void *opaque)
{
    StageEntry *entry = opaque;
    const BackupCommand *command = entry->data;
    Error *error = NULL;

    stage_subject(entry->stage)->backup(&command->backup, &error);
    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_BACKUP_ANSWERED,
        .line = entry->outcome.step->line,
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void begin_backup(Stage *stage, StageEntry *entry)
{
    entry->data = backup_command_new(entry->outcome.step);
    stage_tell(stage, &(Deed) {
        .kind = DEED_BACKUP_BEGINS, .line = entry->outcome.step->line,
    });
    qemu_coroutine_enter(qemu_coroutine_create(backup_co, entry));
}

static StepState run_backup(Stage *stage, const Step *step)
{
    if (!stage_subject(stage)->backup) {
        return stage_skip(stage, "needs a regular backup, which '%s' has not",
                          stage_subject(stage)->name);
    }
    if (step_number_or(step, 1, SUBJECT_BACKUP_VMA) == SUBJECT_BACKUP_PBS &&
        stage_is_reference(stage)) {
        return stage_skip(stage, "needs a regular backup to PBS, which '%s' has not",
                          stage_subject(stage)->name);
    }
    return stage_send_command(stage_begin_entry(stage, step), begin_backup);
}

/* ---- backup-cancel ----------------------------------------------------------------- */

static void coroutine_fn cancel_co(void *opaque)
{
    StageEntry *entry = opaque;
    Error *error = NULL;

    stage_subject(entry->stage)->backup_cancel(&error);
    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_BACKUP_CANCEL_ANSWERED,
        .line = entry->outcome.step->line,
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void begin_cancel(Stage *stage, StageEntry *entry)
{
    stage_tell(stage, &(Deed) {
        .kind = DEED_BACKUP_CANCEL_BEGINS, .line = entry->outcome.step->line,
    });
    qemu_coroutine_enter(qemu_coroutine_create(cancel_co, entry));
}

static StepState run_cancel(Stage *stage, const Step *step)
{
    if (!stage_subject(stage)->backup_cancel) {
        return stage_skip(stage, "needs a regular backup, which '%s' has not",
                          stage_subject(stage)->name);
    }
    return stage_send_command(stage_begin_entry(stage, step), begin_cancel);
}

/* ---- wait-jobs ------------------------------------------------------------------------ */

/*
 * When the last job is gone the code under test may still have to close its archive and to give
 * things back.  It gets a moment for that: time goes on only when nothing else can.
 */
static void jobs_are_over(void *opaque)
{
    StageEntry *entry = opaque;

    if (sim_world_n_jobs() == 0) {
        entry->stage->jobs_waiter = NULL;
        stage_end_entry(entry, 0);
    }
}

/* The last job may just be on its way out, and will not change its status any more. */
static void look(void *opaque)
{
    StageEntry *entry = opaque;

    entry->task.run = jobs_are_over;
    sim_loop_post_after(sim_world_loop(), &entry->task, NS_PER_MS);
}

void stage_look_at_jobs(Stage *stage)
{
    StageEntry *entry = stage->jobs_waiter;

    if (entry) {
        /* Not from here: the job is only about to change. */
        sim_loop_cancel(sim_world_loop(), &entry->task);
        entry->task.run = look;
        sim_loop_post(sim_world_loop(), &entry->task);
    }
}

static StepState run_wait_jobs(Stage *stage, const Step *step)
{
    StageEntry *entry = stage_begin_entry(stage, step);

    entry->task = (SimTask) { .run = look, .opaque = entry, .what = "wait-jobs" };
    stage->jobs_waiter = entry;
    sim_loop_post(sim_world_loop(), &entry->task);
    return STEP_WAITING;
}

const StepKind backup_step_kinds[] = {
    {
        .words = "backup",
        .summary = "Begins a regular backup of drives by jobs of QEMU, and does not wait for its "
                   "end; '*' leaves the choice of drives to QEMU.",
        .args = {
            { "drives", ARG_DRIVES, NULL, false },
            { "format", ARG_WORD, "vma|pbs", true },
            { "fleecing", ARG_WORD, "yes|no", true },
            { "bitmap", ARG_WORD, "yes|no", true },
            { "speed", ARG_SIZE, NULL, true },
        },
        .can_start = true,
        .run = run_backup,
    }, {
        .words = "backup-cancel",
        .summary = "Cancels the regular backup that is under way, if there is one.",
        .can_start = true,
        .run = run_cancel,
    }, {
        .words = "wait-jobs",
        .summary = "Waits until no job is left, which is the end of a regular backup.",
        .run = run_wait_jobs,
    },
    { .words = NULL },
};
