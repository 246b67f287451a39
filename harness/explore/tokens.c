/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of a state under other names, as a number: writes are numbered anew by their first
 * occurrence.
 */
#include "harness/explore/tokens.h"

#include <string.h>

#include "sim/world.h"

/* ---- making them ----------------------------------------------------------------- */

void tokens_open_state(SimState *state, const Alphabet *alphabet)
{
    const ExploreBound *bound = &alphabet->bound;

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

void tokens_restart_state(SimState *state, const Alphabet *alphabet)
{
    const ExploreBound *bound = &alphabet->bound;

    sim_state_restart(state);
    state->n_names = 2 * bound->n_drives + bound->n_targets +
                     (alphabet->generation != 3 ? bound->n_names : 0);
    for (unsigned i = 0; i < bound->n_drives; i++) {
        sim_state_know_name(state, sim_drive_node_name(sim_world_drive_at(i)), NAME_NODE, i);
    }
}

void tokens_add_action(SimState *state, const Action *action)
{
    bool has_target = action->kind == ACTION_SETUP || action->kind == ACTION_TEARDOWN;

    sim_state_add_number(state, action->kind | action->hold << 4 | action->is_success << 6);
    for (unsigned i = 0; i < action->n_drives; i++) {
        sim_state_add(state, SIM_TOKEN_NAME, NAME_DRIVE, action->drives[i]);
    }
    if (has_target) {
        sim_state_add(state, SIM_TOKEN_NAME, NAME_TARGET, action->target);
    }
    if (action->name != ACTION_NO_NAME) {
        sim_state_add(state, SIM_TOKEN_NAME, NAME_BITMAP, action->name);
    }
}

/* ---- fewer of them ---------------------------------------------------------------- */

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

guint tokens_compact(SimState *state, guint from, guint end, guint to)
{
    SimToken *tokens = (SimToken *) state->tokens->data;
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

/* ---- the hash ---------------------------------------------------------------------- */

static uint64_t rename_write(TokenHasher *hasher, uint64_t number)
{
    g_assert(number < TOKENS_MAX_WRITES);
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

static void take(TokenHasher *hasher, const SimToken *token)
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

void tokens_hash(TokenHasher *hasher, const SimState *state, guint from, guint end)
{
    for (guint i = from; i < end; i++) {
        const SimToken *token = &g_array_index(state->tokens, SimToken, i);

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
    hasher->hash = explore_mix(hasher->hash, end - from);
}
