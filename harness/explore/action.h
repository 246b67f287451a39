/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps that sequences are made of, and how they change under symmetry.
 */
#ifndef HARNESS_EXPLORE_ACTION_H
#define HARNESS_EXPLORE_ACTION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define EXPLORE_MAX_DRIVES 3
#define EXPLORE_MAX_CHUNKS 4
#define EXPLORE_MAX_TARGETS 3
#define EXPLORE_MAX_NAMES 3
#define EXPLORE_MAX_FAULTS 3
#define EXPLORE_CHUNK_BYTES (4 * 1024 * 1024ull)
#define EXPLORE_CELL_BYTES (64 * 1024ull)

typedef struct ExploreBound {
    unsigned n_drives;
    unsigned n_chunks;
    unsigned n_targets;
    unsigned n_names;
    unsigned depth;
    unsigned n_faults;          /* in one run */
    unsigned n_preemptions;     /* answers other than first-come's in one run */
    unsigned n_held;            /* writes held at a time */
    bool is_asymmetric;         /* equal things count each on its own */
} ExploreBound;

typedef enum ActionKind {
    ACTION_WRITE,
    ACTION_RELEASE,
    ACTION_SETUP,
    ACTION_TEARDOWN,
    ACTION_REMOVE,              /* a bitmap */
    ACTION_BUSY,
    ACTION_IDLE,
    ACTION_UNPLUG,
    ACTION_QUERY,
    ACTION_QUIT,
} ActionKind;

#define ACTION_NO_NAME 255
#define ACTION_NO_FAULT 255

typedef struct Action {
    uint8_t kind;
    uint8_t target;
    uint8_t name;               /* of a bitmap, or ACTION_NO_NAME */
    uint8_t n_drives;
    uint8_t drives[EXPLORE_MAX_DRIVES];
    uint8_t chunk;
    uint8_t hold;               /* 0: not; 1: before it lands; 2: before it is marked */
    uint8_t is_success;
    uint8_t step;               /* release: which step began the write */
    uint8_t fault;              /* row of action_faults, before the step; or ACTION_NO_FAULT */
    uint8_t fault_drive;
} Action;

typedef struct Alphabet {
    ExploreBound bound;
    unsigned generation;        /* 3: bitmaps are named after targets */
    GArray *actions;            /* of Action */
} Alphabet;

void alphabet_init(Alphabet *alphabet, const ExploreBound *bound, unsigned generation);
void alphabet_clear(Alphabet *alphabet);

static inline const Action *alphabet_at(const Alphabet *alphabet, unsigned index)
{
    return &g_array_index(alphabet->actions, Action, index);
}

/* Names as the scenario has them; static. */
const char *action_drive_name(unsigned drive);
const char *action_device_name(unsigned drive);
const char *action_target_name(unsigned target);
const char *action_bitmap_name(const Alphabet *alphabet, unsigned name);

/* Appends the lines of step @position, each ended; returns how many. */
unsigned action_print(const Alphabet *alphabet, const Action *action, unsigned position,
                      GString *text);

/* One way to call equal things by other names. */
typedef struct Symmetry {
    uint8_t drives[EXPLORE_MAX_DRIVES];     /* the new index of each */
    uint8_t targets[EXPLORE_MAX_TARGETS];
    uint8_t names[EXPLORE_MAX_NAMES];
    uint8_t chunks[EXPLORE_MAX_DRIVES][EXPLORE_MAX_CHUNKS];
    uint8_t drives_back[EXPLORE_MAX_DRIVES];    /* the old index of each */
    uint8_t targets_back[EXPLORE_MAX_TARGETS];
    uint8_t chunks_back[EXPLORE_MAX_DRIVES][EXPLORE_MAX_CHUNKS];    /* by the old drive */
    bool is_of_names_alone;     /* each drive and each chunk keeps its place */
} Symmetry;

/* Of Symmetry, the identity first; the caller's. */
GArray *symmetries_new(const ExploreBound *bound, unsigned generation);
/* @action under other names, as a number. */
uint64_t symmetry_action_hash(const Symmetry *symmetry, const Action *action);

/* Rows of small numbers must not meet: a zero changes the hash like any other value. */
static inline uint64_t explore_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) + UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32) * UINT64_C(0xff51afd7ed558ccd);
    return hash ^ hash >> 29;
}

#endif
