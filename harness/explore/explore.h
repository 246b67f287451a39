/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every sequence of steps and every schedule within a bound.
 *
 * The search goes level by level: all sequences of one step, then of two, so that the first
 * finding is a shortest one.  A sequence is run from the beginning each time; when its last
 * step was begun, what the world, the code under test as far as it can be seen, and the model
 * are then is hashed, and of sequences that lead to the same only the first is continued.
 * docs/exploring.md says what counts as the same and what that is worth.
 */
#ifndef HARNESS_EXPLORE_EXPLORE_H
#define HARNESS_EXPLORE_EXPLORE_H

#include "harness/explore/action.h"
#include "harness/run.h"

#define EXPLORE_MAX_DEPTH 12
#define EXPLORE_MAX_PREEMPTIONS 4
#define EXPLORE_MAX_SHARDS 65535

/* An answer other than first-come's: the number of the question, from 0, of all purposes. */
typedef struct ExploreAnswer {
    uint16_t question;
    uint16_t answer;
} ExploreAnswer;

/* In the keys of states where code waits in the middle of its work. */
#define EXPLORE_NOT_AT_REST (UINT64_C(1) << 63)

/* A sequence of steps with its schedule, and what it came to.  Written to files as it is. */
typedef struct ExploreNode {
    uint64_t key;
    uint16_t n_asked;           /* questions until the last step was begun */
    uint16_t n_asked_base;      /* ... until nothing was under way for the last time */
    uint8_t n_steps_base;       /* ... and steps */
    uint8_t n_steps;
    uint8_t n_faults;
    uint8_t n_answers;
    ExploreAnswer answers[EXPLORE_MAX_PREEMPTIONS];
    uint16_t steps[EXPLORE_MAX_DEPTH];
} ExploreNode;

/* ---- memory that is not copied when a process is forked (memory.c) ------------ */

/* Zeroed.  A large one is shared with processes that are forked: they only read it. */
void *explore_memory_new(size_t n_bytes);
/* @n_bytes as when it was made; NULL of 0 bytes is nothing. */
void explore_memory_free(void *memory, size_t n_bytes);
/* Zeroed, and all processes that are forked may write to it.  What nobody touches costs nothing. */
void *explore_shared_new(size_t n_bytes);
void explore_shared_free(void *memory, size_t n_bytes);

/* ---- states that were met (set.c) -------------------------------------------- */

/* Keys that were met, each with the fewest preemptions that led there. */
typedef struct ExploreSet {
    uint64_t *keys;             /* 0: free */
    uint8_t *n_used;
    uint64_t n_slots;           /* a power of 2 */
    uint64_t n_keys;
} ExploreSet;

void explore_set_init(ExploreSet *set);
void explore_set_clear(ExploreSet *set);
/* True: @key is new, or was never met with so few preemptions. */
bool explore_set_add(ExploreSet *set, uint64_t key, unsigned n_used);
/* True if explore_set_add() would be false. */
bool explore_set_covers(const ExploreSet *set, uint64_t key, unsigned n_used);
/* The same for the same keys, however they got here; of those without @bits, and how many. */
uint64_t explore_set_digest(const ExploreSet *set, uint64_t bits, uint64_t *ret_n);

/* ---- a level (level.c) ------------------------------------------------------ */

/* Sequences of one length.  Zeroed: there are none. */
typedef struct ExploreLevel {
    ExploreNode *nodes;
    guint len;
    uint64_t n_allocated;
} ExploreLevel;

/* Gives back the memory, and there are none. */
void explore_level_clear(ExploreLevel *level);
/* @nodes are copied. */
void explore_level_append(ExploreLevel *level, const ExploreNode *nodes, uint64_t n);
/* Those that were met again with fewer preemptions are there twice: @set knows the last. */
void explore_level_drop_outdated(ExploreLevel *level, const ExploreSet *set);
/* Fewer preemptions first, so that what more of them lead to is mostly known already. */
void explore_level_sort(ExploreLevel *level);

/* ---- the search (walk.c) ----------------------------------------------------- */

/* Every action at every position of a sequence, as the lines of a scenario. */
typedef struct ExploreLines {
    Scenario *head;
    GPtrArray *actions;         /* of Scenario, by position, then by action */
} ExploreLines;

typedef struct ExploreCounts {
    uint64_t n_sequences;       /* a state and a step after it */
    uint64_t n_schedules;       /* runs of these */
    uint64_t n_runs;            /* and those that only look at a state */
} ExploreCounts;

typedef enum ExploreEnd {
    EXPLORE_UNFINISHED,
    EXPLORE_EXHAUSTED,
    EXPLORE_FOUND,
} ExploreEnd;

typedef struct Explore {
    ExploreBound bound;
    unsigned shard;             /* from 0 */
    unsigned n_shards;
    unsigned n_jobs;
    bool is_unreduced;          /* equal steps are all tried, waiting code is told apart by ways */

    Alphabet alphabet;
    ExploreLines lines;
    ExploreSet set;
    ExploreCounts counts;
    ExploreLevel level;         /* sequences of @n_steps steps to be continued */
    ExploreLevel next_level;
    unsigned n_steps;
    guint n_done;               /* of @level */
    bool is_split;              /* this shard goes on alone with its part */
    ExploreEnd end;
    ExploreNode found;          /* EXPLORE_FOUND: the run that has the finding */
    char *found_message;        /* EXPLORE_FOUND: what was said of it then; owned */
    uint64_t n_level_sizes[EXPLORE_MAX_DEPTH + 1];
} Explore;

/* @explore is zeroed but for bound, shard, n_shards, n_jobs, is_unreduced. */
void explore_open(Explore *explore);
void explore_close(Explore *explore);
/* Goes on for a batch of sequences, a bounded number; false: it has come to its end. */
bool explore_go_on(Explore *explore);

/* Equal for equal bounds and subjects, and goes into the digest. */
uint64_t explore_bound_hash(const Explore *explore);
/* Of the bound and all states met, however they were met; and the same of those at rest. */
uint64_t explore_digest(const Explore *explore);
uint64_t explore_digest_at_rest(const Explore *explore);
uint64_t explore_count_at_rest(const Explore *explore);

/* ---- one sequence (lines.c, finding-text.c) ------------------------------- */

/* The steps as a scenario, without its schedule; the caller's. */
Scenario *explore_scenario(const Explore *explore, const ExploreNode *node);
void explore_lines_open(ExploreLines *lines, const Explore *explore);
void explore_lines_close(ExploreLines *lines);
/* The same as explore_scenario(); @ret_scenario has an array of lines, which it borrows. */
void explore_lines_join(const Explore *explore, const ExploreNode *node, Scenario *ret_scenario);
/* The same if its first @n_lines are those of all steps of the node but the last. */
void explore_lines_join_last(const Explore *explore, const ExploreNode *node, guint n_lines,
                             Scenario *ret_scenario);
/* The same with its schedule, as the run that was found has it; @ret_result as of the run. */
char *explore_finding_text(const Explore *explore, RunResult *ret_result);

/* ---- all that follows a sequence (expand.c) -------------------------------- */

/* What became of some sequences of a batch; in memory that parent and child share. */
typedef struct ExploreUnit {
    ExploreNode current;        /* the run under way */
    ExploreCounts counts;
    uint64_t first_child;       /* index in the batch's children */
    uint32_t n_children;
} ExploreUnit;

typedef struct ExploreBatch {
    const Explore *explore;
    guint first;                /* in explore->level */
    guint n;
    guint n_per_unit;           /* the last unit may have fewer */
    ExploreUnit *units;
    ExploreNode *children;
    uint64_t n_children_max;
    uint64_t *n_children;
} ExploreBatch;

/* An IsolateRunFunc; @opaque is the ExploreBatch. */
void explore_expand(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque);

/* ---- on disk (save.c) -------------------------------------------------------- */

bool explore_save(const Explore *explore, const char *path, GError **error);
/* Fills in an Explore that was opened with the same bound, or says what differs. */
bool explore_load(Explore *explore, const char *path, GError **error);
/* Adds what another shard of the same bound has done to the end. */
bool explore_merge(Explore *explore, const char *path, GError **error);

#define EXPLORE_ERROR explore_error_quark()
GQuark explore_error_quark(void);

#endif
