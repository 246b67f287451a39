/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage: what the actors of one run share.
 *
 * Outcomes live in chunks, so that pointers to them hold as long as the stage and
 * beginning a step costs no allocation most of the time.
 */
#include <errno.h>
#include <string.h>

#include "harness/actor/stage-private.h"
#include "sim/core/pool.h"

static SimPool stages;
static SimPool chunks;

/* Its entries are zeroed one by one, as steps begin. */
static StageChunk *chunk_new(StageChunk *previous)
{
    StageChunk *chunk = sim_pool_take(&chunks, sizeof(*chunk));

    chunk->previous = previous;
    chunk->n_entries = 0;
    return chunk;
}

Stage *stage_new(const Subject *subject)
{
    Stage *stage = sim_pool_new(&stages, Stage);

    stage->subject = subject;
    stage->newest = chunk_new(NULL);
    return stage;
}

static void entry_clear(StageEntry *entry)
{
    sim_loop_cancel(sim_world_loop(), &entry->task);
    g_free(entry->outcome.error);
    qapi_free_BackupAccessInfoList(entry->outcome.accesses);
    if (entry->data) {
        (entry->free_data ? entry->free_data : g_free)(entry->data);
    }
}

void stage_free(Stage *stage)
{
    for (StageChunk *chunk = stage->newest, *previous; chunk; chunk = previous) {
        previous = chunk->previous;
        for (unsigned i = 0; i < chunk->n_entries; i++) {
            entry_clear(&chunk->entries[i]);
        }
        sim_pool_free(&chunks, chunk);
    }
    stage_remove_accesses(stage, NULL);
    stage_forget_exports(stage);
    qapi_free_BackupStatus(stage->status);
    qapi_free_PBSBitmapInfoList(stage->bitmap_infos);
    sim_rangemap_clear(&stage->look.content);
    if (stage->reports) {
        g_ptr_array_unref(stage->reports);
    }
    if (stage->fired) {
        g_ptr_array_unref(stage->fired);
    }
    g_clear_pointer(&stage->read_only_by_hand, g_ptr_array_unref);
    g_free(stage->refusal);
    g_free(stage->skip_reason);
    sim_pool_free(&stages, stage);
}

const Subject *stage_subject(const Stage *stage)
{
    return stage->subject;
}

bool stage_is_reference(const Stage *stage)
{
    return stage->subject->is_reference && stage->subject->is_reference();
}

void stage_observe_deeds(Stage *stage, DeedObserverFunc *notify, void *opaque)
{
    g_assert(stage->n_observers < STAGE_MAX_OBSERVERS);
    stage->observers[stage->n_observers].notify = notify;
    stage->observers[stage->n_observers].opaque = opaque;
    stage->n_observers++;
}

void stage_observe_complaints(Stage *stage, StageComplaintFunc *notify, void *opaque)
{
    stage->complain = notify;
    stage->complain_opaque = opaque;
}

void stage_observe_finish(Stage *stage, StageFinishFunc *finish, void *opaque)
{
    stage->finish = finish;
    stage->finish_opaque = opaque;
}

void stage_tell(Stage *stage, const Deed *deed)
{
    for (unsigned i = 0; i < stage->n_observers; i++) {
        stage->observers[i].notify(deed, stage->observers[i].opaque);
    }
}

void stage_complain(Stage *stage, const Step *step, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (stage->complain) {
        stage->complain(step, message, stage->complain_opaque);
    }
}

/* The first reason stands: what comes after it is no news. */
StepState stage_refuse_step(Stage *stage, const Step *step, const char *format, ...)
{
    if (!stage->refusal) {
        g_autofree char *reason = NULL;
        va_list arguments;

        va_start(arguments, format);
        reason = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        stage->refusal = g_strdup_printf("%u: %s: %s", step->line, step->kind->words, reason);
    }
    return STEP_INVALID;
}

const char *stage_refusal(const Stage *stage)
{
    return stage->refusal;
}

StepState stage_skip(Stage *stage, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_free(stage->skip_reason);
    stage->skip_reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return STEP_INVALID;
}

const char *stage_skip_reason(const Stage *stage)
{
    return stage->skip_reason;
}

/* ---- outcomes ------------------------------------------------------------ */

StageEntry *stage_begin_entry(Stage *stage, const Step *step)
{
    StageEntry *entry;

    if (stage->newest->n_entries == STAGE_CHUNK_ENTRIES) {
        stage->newest = chunk_new(stage->newest);
    }
    entry = &stage->newest->entries[stage->newest->n_entries++];
    *entry = (StageEntry) {
        .outcome = { .step = step, .label = step->label },
        .stage = stage,
    };
    return entry;
}

StageOutcome *stage_begin(Stage *stage, const Step *step)
{
    return &stage_begin_entry(stage, step)->outcome;
}

StageEntry *stage_previous_entry(const Stage *stage, StageChunk **chunk, unsigned *index)
{
    if (!*chunk) {
        *chunk = stage->newest;
        *index = (*chunk)->n_entries;
    }
    while (*index == 0) {
        *chunk = (*chunk)->previous;
        if (!*chunk) {
            return NULL;
        }
        *index = (*chunk)->n_entries;
    }
    return &(*chunk)->entries[--*index];
}

StageEntry *stage_find_entry(Stage *stage, const char *label)
{
    StageChunk *chunk = NULL;
    StageEntry *entry;
    unsigned index = 0;

    while ((entry = stage_previous_entry(stage, &chunk, &index))) {
        if (entry->outcome.label && strcmp(entry->outcome.label, label) == 0) {
            return entry;
        }
    }
    return NULL;
}

StageOutcome *stage_find_outcome(Stage *stage, const char *label)
{
    StageEntry *entry = stage_find_entry(stage, label);

    return entry ? &entry->outcome : NULL;
}

StageOutcome *stage_last_outcome(Stage *stage)
{
    StageChunk *chunk = NULL;
    unsigned index = 0;
    StageEntry *entry = stage_previous_entry(stage, &chunk, &index);

    return entry ? &entry->outcome : NULL;
}

StageEntry *stage_entry_of(Stage *stage, const Step *step)
{
    StageOutcome *last = stage_last_outcome(stage);

    return last && last->step == step && !step->label ? (StageEntry *)last : NULL;
}

const BackupAccessInfo *stage_find_last_answer(Stage *stage, const char *target_id,
                                               const char *device)
{
    StageChunk *chunk = NULL;
    StageEntry *entry;
    unsigned index = 0;

    while ((entry = stage_previous_entry(stage, &chunk, &index))) {
        const BackupAccessInfoList *at = entry->outcome.accesses;

        if (at && strcmp(entry->outcome.step->args[0].text, target_id) != 0) {
            continue;
        }
        for (; at; at = at->next) {
            if (strcmp(at->value->device, device) == 0) {
                return at->value;
            }
        }
    }
    return NULL;
}

const StageOutcome *stage_find_pending(Stage *stage)
{
    StageChunk *chunk = NULL;
    StageEntry *entry;
    unsigned index = 0;

    while ((entry = stage_previous_entry(stage, &chunk, &index))) {
        if (!entry->outcome.is_done && !(stage->has_quit && entry->is_command)) {
            return &entry->outcome;
        }
    }
    return NULL;
}

void stage_finish_step(Stage *stage, const Step *step)
{
    if (stage->finish) {
        stage->finish(step, stage->finish_opaque);
    }
}

void stage_end_entry(StageEntry *entry, int ret)
{
    g_assert(!entry->outcome.is_done);
    entry->outcome.is_done = true;
    entry->outcome.ret = ret;
    if (entry->waiter) {
        stage_conclude(entry->stage, entry);
        stage_finish_step(entry->stage, entry->waiter);
    }
    stage_finish_step(entry->stage, entry->outcome.step);
}

/* ---- what all actors need ------------------------------------------------ */

const char *stage_device_name(const char *drive_name, char buffer[STAGE_DEVICE_NAME_BYTES])
{
    size_t length = strlen(drive_name);

    length = MIN(length, STAGE_DEVICE_NAME_BYTES - sizeof("drive-"));
    memcpy(buffer, "drive-", 6);
    memcpy(buffer + 6, drive_name, length);
    buffer[6 + length] = 0;
    return buffer;
}

SimDrive *stage_find_drive(Stage *stage, const Step *step, const char *drive_name)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    SimDrive *drive = sim_world_find_drive(stage_device_name(drive_name, device));

    if (!drive) {
        stage_refuse_step(stage, step, "there is no drive '%s'", drive_name);
    }
    return drive;
}

int step_errno_or(const Step *step, unsigned index, int otherwise)
{
    /* In the order of ERRNO_CHOICES. */
    static const int errnos[] = {
        EIO, ENOSPC, EPERM, EACCES, EBUSY, ENOMEM, EINVAL, ETIMEDOUT,
    };

    if (!step->args[index].present) {
        return otherwise;
    }
    g_assert(step->args[index].number < G_N_ELEMENTS(errnos));
    return errnos[step->args[index].number];
}
