/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run has come to, as one number.
 *
 * The state is written down once as tokens, and hashed once for each symmetry: in the order
 * that drives, targets and chunks have under their other names.
 */
#include "harness/explore/canonical.h"

#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/check/model-state.h"
#include "harness/check/model.h"
#include "sim/world-state.h"

/* ---- the look ------------------------------------------------------------------ */

void canonical_open(Canonical *canonical, const Alphabet *alphabet)
{
    canonical->alphabet = alphabet;
    tokens_open_state(&canonical->state, alphabet);
    seen_open(&canonical->seen, alphabet);
}

void canonical_close(Canonical *canonical)
{
    sim_state_clear(&canonical->state);
    seen_close(&canonical->seen);
}

static void describe_access(SimState *state, const StageAccess *access)
{
    unsigned i = 0;

    sim_state_add_name(state, access->target_id);
    for (const BackupAccessInfoList *at = access->accesses; at; at = at->next) {
        sim_state_add_name(state, at->value->device);
        sim_state_add_name(state, at->value->bitmap_name);
        sim_state_add_number(state, at->value->size);
        sim_state_add_number(state, access->is_copied[i++]);
    }
}

/* A word or a list of drives, as the scenario has it. */
static void describe_drives(SimState *state, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (char **word = words; *word; word++) {
        sim_state_add_name(state, *word);
    }
}

/* Waiting for the monitor, or at work. */
static void describe_command(SimState *state, const Step *step)
{
    sim_state_add_name(state, step->kind->words);
    for (unsigned i = 0; i < STEP_MAX_ARGS && step->kind->args[i].name; i++) {
        const StepArg *arg = &step->args[i];

        sim_state_add_number(state, arg->present);
        if (arg->present && arg->text) {
            describe_drives(state, arg->text);
        } else if (arg->present) {
            sim_state_add_number(state, arg->number);
        }
    }
}

static bool is_queued(const Stage *stage, const StageEntry *entry)
{
    const StageEntry *at = stage->first_command;

    while (at && at != entry) {
        at = at->next_command;
    }
    return at;
}

static void describe_stage(SimState *state, Stage *stage)
{
    StageChunk *chunk = NULL;
    unsigned index = 0;

    for (const StageEntry *at = stage->first_command; at; at = at->next_command) {
        describe_command(state, at->outcome.step);
    }
    for (;;) {
        const StageEntry *entry = stage_previous_entry(stage, &chunk, &index);

        if (!entry) {
            break;
        }
        if (!entry->outcome.is_done) {
            if (!entry->outcome.request_number && !is_queued(stage, entry)) {
                describe_command(state, entry->outcome.step);
                state->is_suspended = true;
            }
            sim_state_add_number(state, entry->is_release_wanted);
        }
    }
    for (const StageAccess *access = stage->accesses; access; access = access->next) {
        describe_access(state, access);
    }
}

/* What a query would be answered. */
static void describe_subject(SimState *state)
{
    BackupStatus *status = subject.query_backup(NULL);
    PBSBitmapInfoList *infos = subject.query_bitmap_info(NULL);

    if (status) {
        sim_state_add_name(state, status->status);
        sim_state_add_name(state, status->errmsg);
        sim_state_add_number(state, status->has_total ? status->total : -1);
        sim_state_add_number(state, status->has_dirty ? status->dirty : -1);
        sim_state_add_number(state, status->has_transferred ? status->transferred : -1);
        sim_state_add_number(state, status->has_reused ? status->reused : -1);
        sim_state_add_number(state, status->finishing);
    }
    for (const PBSBitmapInfoList *at = infos; at; at = at->next) {
        sim_state_add_name(state, at->value->drive);
        sim_state_add_number(state, at->value->action);
        sim_state_add_number(state, at->value->size);
        sim_state_add_number(state, at->value->dirty);
    }
    qapi_free_BackupStatus(status);
    qapi_free_PBSBitmapInfoList(infos);
    sim_state_add_number(state, subject.hash_static_data ? subject.hash_static_data() : 0);
}

/* On which side of each threshold a landing is, instead of its number. */
static void place_points(SimState *state, const Model *model)
{
    uint64_t thresholds[MODEL_STATE_MAX_POINTS];
    unsigned n = model_state_thresholds(model, thresholds), n_distinct = 0;

    for (unsigned i = 0; i < n; i++) {
        unsigned k = 0;

        while (k < n_distinct && thresholds[k] != thresholds[i]) {
            k++;
        }
        if (k == n_distinct) {
            thresholds[n_distinct++] = thresholds[i];
        }
    }
    for (guint i = 0; i < state->tokens->len; i++) {
        SimToken *token = &g_array_index(state->tokens, SimToken, i);

        if (token->kind == SIM_TOKEN_POINT) {
            uint64_t point = token->value;

            *token = (SimToken) { .kind = SIM_TOKEN_NUMBER };
            for (unsigned k = 0; k < n_distinct; k++) {
                token->value += thresholds[k] < point;
            }
        }
    }
}

static void compact(Canonical *canonical, unsigned n_parts)
{
    guint from = 0, to = 0;

    for (unsigned i = 0; i < n_parts; i++) {
        guint end = canonical->starts[i + 1];

        canonical->starts[i] = to;
        to = tokens_compact(&canonical->state, from, end, to);
        from = end;
    }
    canonical->starts[n_parts] = to;
}

bool canonical_look(Canonical *canonical, Stage *stage, const Checks *checks)
{
    SimState *state = &canonical->state;
    const ExploreBound *bound = &canonical->alphabet->bound;
    Model *model = checks_model(checks);
    unsigned part = 0;

    tokens_restart_state(state, canonical->alphabet);
    canonical->starts[part++] = 0;
    sim_world_describe(state);
    describe_stage(state, stage);
    model_describe(state, model);
    if (state->is_incomplete) {
        return false;
    }
    describe_subject(state);
    for (unsigned i = 0; i < bound->n_drives; i++) {
        canonical->starts[part++] = state->tokens->len;
        sim_world_describe_drive(state, i);
        model_describe_drive(state, model, i);
        for (unsigned k = 0; k < bound->n_targets; k++) {
            const BackupAccessInfo *last = stage_find_last_answer(stage, action_target_name(k),
                                                                  action_device_name(i));

            canonical->starts[part++] = state->tokens->len;
            model_describe_track(state, model, action_target_name(k), i);
            sim_state_add_number(state, last && subject.generation > 1
                                        ? 1 + (last->bitmap_name != NULL) : 0);
        }
    }
    canonical->starts[part] = state->tokens->len;
    place_points(state, model);
    compact(canonical, part);
    return !state->is_incomplete && (!state->is_suspended || seen_is_known(&canonical->seen));
}

/* ---- the hash -------------------------------------------------------------------- */

static void take_part(const Canonical *canonical, TokenHasher *hasher, unsigned part)
{
    tokens_hash(hasher, &canonical->state, canonical->starts[part], canonical->starts[part + 1]);
}

uint64_t canonical_hash(const Canonical *canonical, const Symmetry *symmetry)
{
    TokenHasher hasher = { .symmetry = symmetry, .hash = 1 + canonical->state.is_suspended };
    const ExploreBound *bound = &canonical->alphabet->bound;

    take_part(canonical, &hasher, 0);
    for (unsigned i = 0; i < bound->n_drives; i++) {
        unsigned part = 1 + symmetry->drives_back[i] * (1 + bound->n_targets);

        take_part(canonical, &hasher, part);
        for (unsigned k = 0; k < bound->n_targets; k++) {
            take_part(canonical, &hasher, part + 1 + symmetry->targets_back[k]);
        }
    }
    if (canonical->state.is_suspended) {
        seen_hash(&canonical->seen, &hasher);
    }
    return hasher.hash ? hasher.hash : 1;
}
