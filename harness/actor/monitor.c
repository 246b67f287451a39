/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor's side of the stage: commands that wait, their answers, errors that
 * must be expected, what QEMU reported meanwhile, and the accesses that answers
 * brought about.
 */
#include <string.h>

#include "harness/actor/stage-private.h"

StepState stage_send_command(StageEntry *entry, StageCommandFunc *command)
{
    Stage *stage = entry->stage;

    entry->is_command = true;
    entry->command = command;
    if (stage->first_command) {
        stage->last_command_queued->next_command = entry;
    } else {
        stage->first_command = entry;
    }
    stage->last_command_queued = entry;
    return STEP_WAITING;
}

bool stage_has_command(const Stage *stage)
{
    return stage->first_command && !stage->has_quit;
}

bool stage_serve_monitor(Stage *stage)
{
    StageEntry *entry = stage->first_command;

    if (!stage_has_command(stage)) {
        return false;
    }
    stage->first_command = entry->next_command;
    entry->next_command = NULL;
    if (stage->reports) {
        g_ptr_array_set_size(stage->reports, 0);
    }
    entry->command(stage, entry);
    return true;
}

void stage_answer(StageEntry *entry, Error *error)
{
    if (error) {
        entry->outcome.error = g_strdup(error_get_pretty(error));
        error_free(error);
    }
    entry->stage->is_answer_new = true;
    sim_events_emit(sim_world_events(), &(SimEvent) {
        .kind = SIM_EVENT_ANSWER,
        .ret = entry->outcome.error ? -1 : 0,
        .who = entry->outcome.label ? entry->outcome.label : "",
        .number = entry->outcome.step->line,
        .text = entry->outcome.error,
    });
    stage_end_entry(entry, entry->outcome.error ? -1 : 0);
}

bool stage_take_new_answer(Stage *stage)
{
    bool is_new = stage->is_answer_new;

    stage->is_answer_new = false;
    return is_new;
}

/* ---- errors that must be expected ---------------------------------------- */

static void complain_of_error(StageEntry *entry)
{
    if (entry->is_command && entry->outcome.error && !entry->is_error_accounted &&
        !entry->stage->are_errors_allowed) {
        entry->is_error_accounted = true;
        stage_complain(entry->stage, entry->outcome.step, "%s failed: %s",
                       entry->outcome.step->kind->words, entry->outcome.error);
    }
}

void stage_conclude(Stage *stage, StageEntry *entry)
{
    if (entry->is_command) {
        stage->last_concluded = entry;
    }
}

void stage_account_error(Stage *stage)
{
    if (stage->last_concluded) {
        complain_of_error(stage->last_concluded);
    }
}

void stage_account_all_errors(Stage *stage)
{
    StageChunk *chunk = NULL;
    StageEntry *entry;
    unsigned index = 0;

    while ((entry = stage_previous_entry(stage, &chunk, &index))) {
        complain_of_error(entry);
    }
}

/* ---- what the world tells -------------------------------------------------- */

static void release_late(void *opaque)
{
    StageEntry *entry = opaque;

    sim_world_release_request(entry->outcome.request_number);
}

static void see_hold(Stage *stage, uint64_t number)
{
    for (StageChunk *chunk = stage->newest; chunk; chunk = chunk->previous) {
        for (unsigned i = 0; i < chunk->n_entries; i++) {
            StageEntry *entry = &chunk->entries[i];

            if (entry->outcome.request_number == number && entry->is_release_wanted) {
                /* Not from here: the request is only about to be held. */
                entry->task = (SimTask) {
                    .run = release_late, .opaque = entry, .what = "release-late",
                };
                sim_loop_post(sim_world_loop(), &entry->task);
            }
        }
    }
}

void stage_see_event(const SimEvent *event, void *opaque)
{
    Stage *stage = opaque;

    switch (event->kind) {
    case SIM_EVENT_HOLD:
        see_hold(stage, event->number);
        break;
    case SIM_EVENT_JOB_STATUS:
        stage_look_at_jobs(stage);
        break;
    case SIM_EVENT_REPORT:
        if (!stage->reports) {
            stage->reports = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(stage->reports, g_strdup(event->text));
        break;
    case SIM_EVENT_FAULT:
        if (!stage->fired) {
            stage->fired = g_ptr_array_new();
        }
        g_ptr_array_add(stage->fired, (void *)sim_fault_find_call(event->text));
        break;
    default:
        break;
    }
}

/* ---- accesses -------------------------------------------------------------- */

void stage_add_access(Stage *stage, const char *target_id, const BackupAccessInfoList *accesses)
{
    StageAccess *access;
    size_t n_accesses = 0;

    for (const BackupAccessInfoList *at = accesses; at; at = at->next) {
        n_accesses++;
    }
    access = g_malloc0(sizeof(*access) + n_accesses * sizeof(access->is_copied[0]));
    access->target_id = target_id;
    access->accesses = accesses;
    access->next = stage->accesses;
    stage->accesses = access;
}

void stage_remove_accesses(Stage *stage, const char *target_id)
{
    StageAccess **link = &stage->accesses;

    while (*link) {
        StageAccess *access = *link;

        if (!target_id || strcmp(access->target_id, target_id) == 0) {
            *link = access->next;
            g_free(access);
        } else {
            link = &access->next;
        }
    }
}

StageAccess *stage_find_access(Stage *stage, const char *target_id)
{
    StageAccess *access = stage->accesses;

    while (access && strcmp(access->target_id, target_id) != 0) {
        access = access->next;
    }
    return access;
}
