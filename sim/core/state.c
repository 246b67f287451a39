/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A state as a list of tokens.
 */
#include "sim/core/state.h"

#include <string.h>

void sim_state_init(SimState *state)
{
    memset(state, 0, sizeof(*state));
    state->tokens = g_array_sized_new(FALSE, FALSE, sizeof(SimToken), 512);
}

void sim_state_clear(SimState *state)
{
    g_array_unref(state->tokens);
    memset(state, 0, sizeof(*state));
}

void sim_state_restart(SimState *state)
{
    g_array_set_size(state->tokens, 0);
    state->is_incomplete = false;
    state->is_suspended = false;
}

void sim_state_know_name(SimState *state, const char *text, unsigned group, unsigned index)
{
    g_assert(state->n_names < SIM_STATE_MAX_NAMES);
    state->names[state->n_names].text = text;
    state->names[state->n_names].group = group;
    state->names[state->n_names++].index = index;
}

void sim_state_add(SimState *state, SimTokenKind kind, unsigned index, uint64_t value)
{
    SimToken token = { .kind = kind, .index = index, .value = value };

    g_array_append_val(state->tokens, token);
}

/* FNV-1a */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

void sim_state_add_name(SimState *state, const char *text)
{
    for (unsigned i = 0; text && i < state->n_names; i++) {
        if (!strcmp(state->names[i].text, text)) {
            sim_state_add(state, SIM_TOKEN_NAME, state->names[i].group, state->names[i].index);
            return;
        }
    }
    sim_state_add_number(state, text ? hash_text(text) : 0);
}

void sim_state_add_place(SimState *state, unsigned drive, uint64_t offset)
{
    sim_state_add(state, SIM_TOKEN_PLACE, drive, offset / state->chunk_bytes);
    sim_state_add_number(state, offset % state->chunk_bytes);
}

static bool is_border(const SimState *state, uint64_t at)
{
    uint64_t in_chunk = at % state->chunk_bytes;

    return (!in_chunk || in_chunk == state->cell_bytes) &&
           at <= state->n_chunks * state->chunk_bytes;
}

void sim_state_add_map(SimState *state, unsigned drive, SimTokenKind kind,
                       const SimRangeMap *map)
{
    uint32_t n_ranges = map ? sim_rangemap_count(map) : 0, next = 0;

    for (uint32_t i = 0; i < n_ranges; i++) {
        const SimRange *range = sim_rangemap_at(map, i);

        state->is_incomplete |= !is_border(state, range->start) || !is_border(state, range->end);
    }
    sim_state_add(state, SIM_TOKEN_MAP, drive, 2 * state->n_chunks);
    for (unsigned i = 0; i < 2 * state->n_chunks; i++) {
        uint64_t at = i / 2 * state->chunk_bytes + i % 2 * state->cell_bytes;
        const SimRange *range;

        while (next < n_ranges && sim_rangemap_at(map, next)->end <= at) {
            next++;
        }
        range = next < n_ranges ? sim_rangemap_at(map, next) : NULL;
        sim_state_add(state, kind, 0, range && range->start <= at ? range->value : 0);
    }
}
