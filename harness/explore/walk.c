/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk, level by level, in batches of sequences that are expanded in other processes.
 */
#include <string.h>

#include "harness/explore/explore.h"
#include "harness/isolate.h"

#define MAX_PER_PROCESS 1024        /* sequences */
#define MAX_PER_UNIT 32             /* to hand back a result takes as long as a run or two */
#define PROCESSES_PER_BATCH 4       /* for each job */
#define MAX_PER_BATCH 8192          /* in all: the caller has its say between batches */
#define CPU_LIMIT_MS 600000         /* of a unit, which makes thousands of runs */
#define MAX_CHILDREN (MAX_PER_BATCH * UINT64_C(2048))   /* so many each on average */
#define NODES_PER_SHARD 64          /* before the work is split */

/* ---- life -------------------------------------------------------------------------- */

void explore_open(Explore *explore)
{
    ExploreNode root = { .key = 1 };

    alphabet_init(&explore->alphabet, &explore->bound, subject.generation);
    explore_lines_open(&explore->lines, explore);
    explore_set_init(&explore->set);
    explore_level_append(&explore->level, &root, 1);
    explore_set_add(&explore->set, root.key, 0);
    explore->n_level_sizes[0] = 1;
}

void explore_close(Explore *explore)
{
    explore_lines_close(&explore->lines);
    alphabet_clear(&explore->alphabet);
    explore_set_clear(&explore->set);
    explore_level_clear(&explore->level);
    explore_level_clear(&explore->next_level);
    g_free(explore->found_message);
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0;

    for (; *text; text++) {
        hash = explore_mix(hash, (unsigned char) *text);
    }
    return hash;
}

uint64_t explore_bound_hash(const Explore *explore)
{
    const ExploreBound *bound = &explore->alphabet.bound;
    uint64_t hash = explore_mix(hash_text(subject.name), subject.generation);

    hash = explore_mix(hash, bound->n_drives << 8 | bound->n_chunks);
    hash = explore_mix(hash, bound->n_targets << 8 | bound->n_names);
    hash = explore_mix(hash, bound->depth << 8 | bound->n_faults);
    hash = explore_mix(hash, bound->n_preemptions << 8 | bound->n_held);
    return explore_mix(hash, bound->is_asymmetric << 16 | explore->alphabet.actions->len);
}

static uint64_t digest_without(const Explore *explore, uint64_t bits, uint64_t *ret_n)
{
    return explore_mix(explore_bound_hash(explore), explore_set_digest(&explore->set, bits, ret_n));
}

uint64_t explore_digest(const Explore *explore)
{
    uint64_t n;

    return digest_without(explore, 0, &n);
}

uint64_t explore_digest_at_rest(const Explore *explore)
{
    uint64_t n;

    return digest_without(explore, EXPLORE_NOT_AT_REST, &n);
}

uint64_t explore_count_at_rest(const Explore *explore)
{
    uint64_t n;

    digest_without(explore, EXPLORE_NOT_AT_REST, &n);
    return n;
}

/* ---- a batch ------------------------------------------------------------------------- */

static void take_children(Explore *explore, const ExploreBatch *batch, const ExploreUnit *unit)
{
    for (uint32_t i = 0; i < unit->n_children; i++) {
        const ExploreNode *child = &batch->children[unit->first_child + i];

        if (explore_set_add(&explore->set, child->key, child->n_answers)) {
            explore_level_append(&explore->next_level, child, 1);
        }
    }
    explore->counts.n_sequences += unit->counts.n_sequences;
    explore->counts.n_schedules += unit->counts.n_schedules;
    explore->counts.n_runs += unit->counts.n_runs;
}

static const char *first_message(const RunResult *result)
{
    return result->findings && result->findings->len > 0
           ? g_array_index(result->findings, Finding, 0).message : NULL;
}

/* False: what was found ends it all. */
static bool take_unit(Explore *explore, const ExploreBatch *batch, unsigned index,
                      const RunResult *result)
{
    const ExploreUnit *unit = &batch->units[index];

    take_children(explore, batch, unit);
    if (result->verdict == RUN_GOOD) {
        return true;
    }
    explore->end = EXPLORE_FOUND;
    explore->found = unit->current;
    explore->found_message = g_strdup(result->reason ? result->reason : first_message(result));
    return false;
}

static void run_batch(Explore *explore)
{
    guint n_left = MIN(explore->level.len - explore->n_done, MAX_PER_BATCH);
    guint n_processes = explore->n_jobs * PROCESSES_PER_BATCH;
    guint n_per_process = CLAMP(n_left / n_processes, 1, MAX_PER_PROCESS);
    guint n_per_unit = MIN(n_per_process, MAX_PER_UNIT);
    guint n = MIN(n_left, n_per_process * n_processes);
    guint n_units = (n - 1) / n_per_unit + 1;
    size_t n_unit_bytes = n_units * sizeof(ExploreUnit);
    IsolateOptions options = {
        .n_jobs = explore->n_jobs,
        .cpu_limit_ms = CPU_LIMIT_MS,
        .runs_per_process = n_per_process / n_per_unit,
    };
    g_autofree RunResult *results = g_new0(RunResult, n_units);
    ExploreBatch batch = {
        .explore = explore,
        .first = explore->n_done,
        .n = n,
        .n_per_unit = n_per_unit,
        .units = explore_shared_new(n_unit_bytes),
        .children = explore_shared_new(MAX_CHILDREN * sizeof(ExploreNode)),
        .n_children_max = MAX_CHILDREN,
        .n_children = explore_shared_new(sizeof(uint64_t)),
    };
    bool goes_on = true;

    isolate_runs(n_units, &options, explore_expand, &batch, results);
    for (guint i = 0; i < n_units; i++) {
        goes_on = goes_on && take_unit(explore, &batch, i, &results[i]);
        run_result_clear(&results[i]);
    }
    explore->n_done += n;
    explore_shared_free(batch.units, n_unit_bytes);
    explore_shared_free(batch.children, MAX_CHILDREN * sizeof(ExploreNode));
    explore_shared_free(batch.n_children, sizeof(uint64_t));
}

/* ---- levels ---------------------------------------------------------------------------- */

static void begin_next_level(Explore *explore)
{
    explore_level_clear(&explore->level);
    explore->level = explore->next_level;
    explore->next_level = (ExploreLevel) { .nodes = NULL };
    explore_level_drop_outdated(&explore->level, &explore->set);
    explore_level_sort(&explore->level);
    explore->n_done = 0;
    explore->n_steps++;
    explore->n_level_sizes[explore->n_steps] = explore->level.len;
}

/* When there is enough to share out, each shard goes on with its part alone. */
static void split(Explore *explore)
{
    ExploreLevel *level = &explore->level;
    guint n = 0;

    if (explore->is_split || explore->n_shards == 1 ||
        (level->len < NODES_PER_SHARD * explore->n_shards &&
         explore->n_steps + 1 < explore->bound.depth)) {
        return;
    }
    for (guint i = explore->shard; i < level->len; i += explore->n_shards) {
        level->nodes[n++] = level->nodes[i];
    }
    level->len = n;
    explore->is_split = true;
}

bool explore_go_on(Explore *explore)
{
    if (explore->end != EXPLORE_UNFINISHED) {
        return false;
    }
    if (explore->n_done == explore->level.len) {
        begin_next_level(explore);
    }
    if (explore->n_steps == explore->bound.depth || explore->level.len == 0) {
        explore->end = EXPLORE_EXHAUSTED;
        return false;
    }
    if (explore->n_done == 0) {
        split(explore);
    }
    run_batch(explore);
    return explore->end == EXPLORE_UNFINISHED;
}
