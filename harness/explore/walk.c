/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk, level by level, in batches of sequences that are expanded in other processes.
 */
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/explore.h"
#include "harness/isolate.h"

#define MAX_UNITS_PER_PROCESS 1024  /* a process of millions of states is slow to fork */
#define PROCESSES_PER_BATCH 4       /* for each job */
#define MAX_UNITS_PER_BATCH 8192    /* in all: the caller has its say between batches */
#define CPU_LIMIT_MS 600000         /* of a unit, which makes thousands of runs */
#define MAX_CHILDREN (MAX_UNITS_PER_BATCH * UINT64_C(2048))     /* so many each on average */
#define NODES_PER_SHARD 64          /* before the work is split */

/* ---- life -------------------------------------------------------------------------- */

static GArray *new_level(void)
{
    return g_array_new(FALSE, TRUE, sizeof(ExploreNode));
}

void explore_open(Explore *explore)
{
    ExploreNode root = { .key = 1 };

    alphabet_init(&explore->alphabet, &explore->bound, subject.generation);
    explore_lines_open(&explore->lines, explore);
    explore_set_init(&explore->set);
    explore->level = new_level();
    explore->next_level = new_level();
    g_array_append_val(explore->level, root);
    explore_set_add(&explore->set, root.key, 0);
    explore->n_level_sizes[0] = 1;
}

void explore_close(Explore *explore)
{
    explore_lines_close(&explore->lines);
    alphabet_clear(&explore->alphabet);
    explore_set_clear(&explore->set);
    g_array_unref(explore->level);
    g_array_unref(explore->next_level);
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

static void *new_shared(size_t n_bytes)
{
    void *memory = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) {
        g_error("no memory to share with processes");
    }
    return memory;
}

static void take_children(Explore *explore, const ExploreBatch *batch, const ExploreUnit *unit)
{
    for (uint32_t i = 0; i < unit->n_children; i++) {
        const ExploreNode *child = &batch->children[unit->first_child + i];

        if (explore_set_add(&explore->set, child->key, child->n_answers)) {
            g_array_append_val(explore->next_level, *child);
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
    guint n_left = MIN(explore->level->len - explore->n_done, MAX_UNITS_PER_BATCH);
    guint n_processes = explore->n_jobs * PROCESSES_PER_BATCH;
    guint n_units = CLAMP(n_left / n_processes, 1, MAX_UNITS_PER_PROCESS);
    IsolateOptions options = {
        .n_jobs = explore->n_jobs,
        .cpu_limit_ms = CPU_LIMIT_MS,
        .runs_per_process = n_units,
    };
    guint n = MIN(n_left, n_units * n_processes);
    size_t n_unit_bytes = n * sizeof(ExploreUnit);
    g_autofree RunResult *results = g_new0(RunResult, n);
    ExploreBatch batch = {
        .explore = explore,
        .first = explore->n_done,
        .units = new_shared(n_unit_bytes),
        .children = new_shared(MAX_CHILDREN * sizeof(ExploreNode)),
        .n_children_max = MAX_CHILDREN,
        .n_children = new_shared(sizeof(uint64_t)),
    };
    bool goes_on = true;

    isolate_runs(n, &options, explore_expand, &batch, results);
    for (guint i = 0; i < n; i++) {
        goes_on = goes_on && take_unit(explore, &batch, i, &results[i]);
        run_result_clear(&results[i]);
    }
    explore->n_done += n;
    munmap(batch.units, n_unit_bytes);
    munmap(batch.children, MAX_CHILDREN * sizeof(ExploreNode));
    munmap(batch.n_children, sizeof(uint64_t));
}

/* ---- levels ---------------------------------------------------------------------------- */

/* Those that were met again with fewer preemptions are there twice. */
static void drop_outdated(const Explore *explore, GArray *level)
{
    guint n = 0;

    for (guint i = 0; i < level->len; i++) {
        ExploreNode node = g_array_index(level, ExploreNode, i);

        if (node.n_answers == 0 || !explore_set_covers(&explore->set, node.key,
                                                       node.n_answers - 1)) {
            g_array_index(level, ExploreNode, n++) = node;
        }
    }
    g_array_set_size(level, n);
}

/* Fewer preemptions first, so that what more of them lead to is mostly known already. */
static void sort_level(GArray *level)
{
    GArray *sorted = g_array_sized_new(FALSE, TRUE, sizeof(ExploreNode), level->len);

    for (unsigned n_used = 0; n_used <= EXPLORE_MAX_PREEMPTIONS; n_used++) {
        for (guint i = 0; i < level->len; i++) {
            if (g_array_index(level, ExploreNode, i).n_answers == n_used) {
                g_array_append_val(sorted, g_array_index(level, ExploreNode, i));
            }
        }
    }
    g_array_set_size(level, 0);
    g_array_append_vals(level, sorted->data, sorted->len);
    g_array_unref(sorted);
}

static void begin_next_level(Explore *explore)
{
    GArray *done = explore->level;

    explore->level = explore->next_level;
    explore->next_level = done;
    g_array_set_size(done, 0);
    drop_outdated(explore, explore->level);
    sort_level(explore->level);
    explore->n_done = 0;
    explore->n_steps++;
    explore->n_level_sizes[explore->n_steps] = explore->level->len;
}

/* When there is enough to share out, each shard goes on with its part alone. */
static void split(Explore *explore)
{
    GArray *level = explore->level;
    guint n = 0;

    if (explore->is_split || explore->n_shards == 1 ||
        (level->len < NODES_PER_SHARD * explore->n_shards &&
         explore->n_steps + 1 < explore->bound.depth)) {
        return;
    }
    for (guint i = explore->shard; i < level->len; i += explore->n_shards) {
        g_array_index(level, ExploreNode, n++) = g_array_index(level, ExploreNode, i);
    }
    g_array_set_size(level, n);
    explore->is_split = true;
}

bool explore_go_on(Explore *explore)
{
    if (explore->end != EXPLORE_UNFINISHED) {
        return false;
    }
    if (explore->n_done == explore->level->len) {
        begin_next_level(explore);
    }
    if (explore->n_steps == explore->bound.depth || explore->level->len == 0) {
        explore->end = EXPLORE_EXHAUSTED;
        return false;
    }
    if (explore->n_done == 0) {
        split(explore);
    }
    run_batch(explore);
    return explore->end == EXPLORE_UNFINISHED;
}
