/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run has come to, as one number.
 *
 * The state is written down once as tokens, and hashed once for each symmetry: in the order
 * that drives, targets and chunks have under their other names, writes numbered anew by
 * their first occurrence in that order.
 */
#include "harness/explore/canonical.h"

#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/check/model-state.h"
#include "harness/check/model.h"
#include "sim/world-state.h"

typedef enum NameGroup {
    NAME_DRIVE,
    NAME_NODE,
    NAME_TARGET,
    NAME_BITMAP,
} NameGroup;

/* ---- the look ------------------------------------------------------------------ */

void canonical_open(Canonical *canonical, const Alphabet *alphabet)
{
    const ExploreBound *bound = &alphabet->bound;
    SimState *state = &canonical->state;

    canonical->alphabet = alphabet;
    sim_state_init(state);
    state->chunk_bytes = EXPLORE_CHUNK_BYTES;
    state->cell_bytes = EXPLORE_CELL_BYTES;
    state->n_chunks = bound->n_chunks;
    for (unsigned i = 0; i < bound->n_drives; i++) {
        sim_state_know_name(state, action_device_name(i), NAME_DRIVE, i);
        sim_state_know_name(state, action_drive_name(i), NAME_DRIVE, i);
    }
    for (unsigned i = 0; i < bound->n_targets; i++) {
        sim_state_know_name(state, action_target_name(i), NAME_TARGET, i);
    }
    for (unsigned i = 0; i < bound->n_names && alphabet->generation != 3; i++) {
        sim_state_know_name(state, action_bitmap_name(alphabet, i), NAME_BITMAP, i);
    }
}

void canonical_close(Canonical *canonical)
{
    sim_state_clear(&canonical->state);
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

/* It waits for the monitor and has not begun. */
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
            state->is_incomplete |= !entry->outcome.request_number && !is_queued(stage, entry);
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

/* A map that is the same everywhere is so under every symmetry. */
static bool is_even(const SimToken *map)
{
    for (uint64_t i = 2; i <= map->value; i++) {
        if (map[i].value != map[1].value) {
            return false;
        }
    }
    return map[1].kind == SIM_TOKEN_NUMBER || map[1].value == 0;
}

/*
 * Numbers in a row become one, since they are the same under every symmetry: states are hashed
 * many times, once for each.
 */
static guint compact_part(SimToken *tokens, guint from, guint end, guint to)
{
    bool is_in_row = false;

    for (guint i = from; i < end; i++) {
        bool is_map = tokens[i].kind == SIM_TOKEN_MAP, is_plain = is_map && is_even(&tokens[i]);
        guint n = is_map ? 1 + tokens[i].value : 1;
        uint64_t value = is_plain ? tokens[i + 1].value : tokens[i].value;

        if (is_plain || tokens[i].kind == SIM_TOKEN_NUMBER) {
            uint64_t before = is_in_row ? tokens[--to].value : 0;

            tokens[to++] = (SimToken) {
                .kind = SIM_TOKEN_NUMBER, .value = explore_mix(before, value << 1 | is_map),
            };
        } else {
            memmove(&tokens[to], &tokens[i], n * sizeof(SimToken));
            to += n;
        }
        is_in_row = is_plain || (!is_map && tokens[to - 1].kind == SIM_TOKEN_NUMBER);
        i += n - 1;
    }
    return to;
}

static void compact(Canonical *canonical, unsigned n_parts)
{
    SimToken *tokens = (SimToken *) canonical->state.tokens->data;
    guint from = 0, to = 0;

    for (unsigned i = 0; i < n_parts; i++) {
        guint end = canonical->starts[i + 1];

        canonical->starts[i] = to;
        to = compact_part(tokens, from, end, to);
        from = end;
    }
    canonical->starts[n_parts] = to;
}

static void know_nodes(Canonical *canonical)
{
    SimState *state = &canonical->state;
    const ExploreBound *bound = &canonical->alphabet->bound;
    unsigned n_fixed = 2 * bound->n_drives + bound->n_targets +
                       (canonical->alphabet->generation != 3 ? bound->n_names : 0);

    state->n_names = n_fixed;
    for (unsigned i = 0; i < bound->n_drives; i++) {
        sim_state_know_name(state, sim_drive_node_name(sim_world_drive_at(i)), NAME_NODE, i);
    }
}

bool canonical_look(Canonical *canonical, Stage *stage, const Checks *checks)
{
    SimState *state = &canonical->state;
    const ExploreBound *bound = &canonical->alphabet->bound;
    Model *model = checks_model(checks);
    unsigned part = 0;

    sim_state_restart(state);
    know_nodes(canonical);
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
    return !state->is_incomplete;
}

/* ---- the hash -------------------------------------------------------------------- */

#define MAX_WRITES 64

typedef struct Hasher {
    const Canonical *canonical;
    const Symmetry *symmetry;
    uint64_t hash;
    uint8_t n_writes;
    uint8_t writes[MAX_WRITES];     /* by their number: the new one, 0: not met yet */
} Hasher;

static uint64_t rename_write(Hasher *hasher, uint64_t number)
{
    g_assert(number < MAX_WRITES);
    if (number && !hasher->writes[number]) {
        hasher->writes[number] = ++hasher->n_writes;
    }
    return number ? hasher->writes[number] : 0;
}

static uint64_t rename_name(const Symmetry *symmetry, unsigned group, uint64_t index)
{
    switch (group) {
    case NAME_DRIVE:
    case NAME_NODE:
        return symmetry->drives[index];
    case NAME_TARGET:
        return symmetry->targets[index];
    default:
        return symmetry->names[index];
    }
}

static void take(Hasher *hasher, const SimToken *token)
{
    const Symmetry *symmetry = hasher->symmetry;
    uint64_t value = token->value;

    switch ((SimTokenKind) token->kind) {
    case SIM_TOKEN_WRITE:
        value = rename_write(hasher, value);
        break;
    case SIM_TOKEN_NAME:
        value = (token->index + 1) << 8 | rename_name(symmetry, token->index, value);
        break;
    case SIM_TOKEN_PLACE:
        value = symmetry->drives[token->index] << 8 | symmetry->chunks[token->index][value];
        break;
    default:
        break;
    }
    hasher->hash = explore_mix(hasher->hash, value);
}

static void take_part(Hasher *hasher, unsigned part)
{
    const GArray *tokens = hasher->canonical->state.tokens;
    guint end = hasher->canonical->starts[part + 1];

    for (guint i = hasher->canonical->starts[part]; i < end; i++) {
        const SimToken *token = &g_array_index(tokens, SimToken, i);

        if (token->kind != SIM_TOKEN_MAP) {
            take(hasher, token);
            continue;
        }
        for (unsigned k = 0; k < token->value / 2; k++) {
            unsigned chunk = hasher->symmetry->chunks_back[token->index][k];

            take(hasher, token + 1 + 2 * chunk);
            take(hasher, token + 2 + 2 * chunk);
        }
        i += token->value;
    }
    hasher->hash = explore_mix(hasher->hash, end - hasher->canonical->starts[part]);
}

uint64_t canonical_hash(const Canonical *canonical, const Symmetry *symmetry)
{
    Hasher hasher = { .canonical = canonical, .symmetry = symmetry, .hash = 1 };
    const ExploreBound *bound = &canonical->alphabet->bound;

    take_part(&hasher, 0);
    for (unsigned i = 0; i < bound->n_drives; i++) {
        unsigned part = 1 + symmetry->drives_back[i] * (1 + bound->n_targets);

        take_part(&hasher, part);
        for (unsigned k = 0; k < bound->n_targets; k++) {
            take_part(&hasher, part + 1 + symmetry->targets_back[k]);
        }
    }
    return hasher.hash ? hasher.hash : 1;
}
