/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A state as a list of tokens, to be compared with others.
 *
 * Whoever holds a part of the state writes it down here: numbers, names, numbers of writes,
 * points in time, maps of a drive.  The tokens say what each is, so that who reads them can
 * give drives, chunks and names other places, and can count writes and points in time
 * anew: two states that differ in nothing else are then the same list.
 *
 * A drive is cut into chunks and each chunk into its first cell and the rest.  A map with a
 * border elsewhere, or anything that its holder cannot describe, makes the list incomplete.
 * Code in the middle of its work remembers more than anybody can write down: then the list says
 * where it is and counts as suspended.
 */
#ifndef SIM_CORE_STATE_H
#define SIM_CORE_STATE_H

#include "sim/core/rangemap.h"

typedef enum SimTokenKind {
    SIM_TOKEN_NUMBER,
    SIM_TOKEN_WRITE,        /* number of a request: only which are equal matters */
    SIM_TOKEN_POINT,        /* a landing: only on which side of each threshold it lies matters */
    SIM_TOKEN_NAME,         /* @index: its group; @value: which of that group */
    SIM_TOKEN_PLACE,        /* a chunk of the drive @index */
    SIM_TOKEN_MAP,          /* of the drive @index: @value cells follow, two for each chunk */
} SimTokenKind;

typedef struct SimToken {
    uint8_t kind;
    uint8_t index;
    uint64_t value;
} SimToken;

#define SIM_STATE_MAX_NAMES 32

typedef struct SimState {
    uint64_t chunk_bytes;       /* set by the owner, with @cell_bytes and @n_chunks */
    uint64_t cell_bytes;
    unsigned n_chunks;
    struct {
        const char *text;       /* borrowed */
        uint8_t group;
        uint8_t index;
    } names[SIM_STATE_MAX_NAMES];
    unsigned n_names;

    GArray *tokens;             /* of SimToken */
    bool is_incomplete;
    bool is_suspended;
} SimState;

void sim_state_init(SimState *state);
void sim_state_clear(SimState *state);
/* Forgets the tokens and keeps the names. */
void sim_state_restart(SimState *state);
/* @text is borrowed. */
void sim_state_know_name(SimState *state, const char *text, unsigned group, unsigned index);

void sim_state_add(SimState *state, SimTokenKind kind, unsigned index, uint64_t value);
/* A name that is not known counts as what it is; NULL is one, too. */
void sim_state_add_name(SimState *state, const char *text);
/* @offset on the drive @drive. */
void sim_state_add_place(SimState *state, unsigned drive, uint64_t offset);
/* @kind of its values: NUMBER, WRITE or POINT.  @map may be NULL: empty. */
void sim_state_add_map(SimState *state, unsigned drive, SimTokenKind kind,
                       const SimRangeMap *map);

static inline void sim_state_add_number(SimState *state, uint64_t value)
{
    sim_state_add(state, SIM_TOKEN_NUMBER, 0, value);
}

#endif
