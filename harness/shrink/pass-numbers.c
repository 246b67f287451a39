/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers become small, and where small ones do not do, round.
 *
 * Every number has a rank; only a lower one is ever tried, so that this comes to an end.
 */
#include <string.h>

#include "harness/shrink/passes.h"

#define K 1024ull
#define M (K * K)
#define CHUNK_BYTES (4 * M)
#define MS 1000000ull

#define MAX_TARGETS 4
#define MAX_SINGLE_STEPS 16     /* so far down, the least difference is tried, too */

/* The values that are best for a kind of argument, the best one first. */
typedef struct Taste {
    const char *step;               /* NULL: any */
    const char *arg;                /* NULL: any */
    ArgType type;
    uint64_t best[MAX_TARGETS];
    unsigned n_best;
} Taste;

static const Taste tastes[] = {
    { "drive", "size", ARG_SIZE, { CHUNK_BYTES, 2 * CHUNK_BYTES, 4 * CHUNK_BYTES }, 3 },
    { "resize", "size", ARG_SIZE, { CHUNK_BYTES, 2 * CHUNK_BYTES, 4 * CHUNK_BYTES }, 3 },
    { NULL, "offset", ARG_SIZE, { 0, CHUNK_BYTES, 64 * K, 4 * K }, 4 },
    { NULL, "bytes", ARG_SIZE, { 512, 4 * K, 64 * K, CHUNK_BYTES }, 4 },
    { NULL, NULL, ARG_SIZE, { 64 * K, CHUNK_BYTES, 512, 4 * K }, 4 },
    { NULL, NULL, ARG_DURATION, { 0, 1, MS, 1000 * MS }, 4 },
    { NULL, NULL, ARG_NUMBER, { 1, 2 }, 2 },
};

static const Taste *taste_of(const Step *step, unsigned arg)
{
    const ArgSpec *spec = &step->kind->args[arg];

    for (gsize i = 0; i < G_N_ELEMENTS(tastes); i++) {
        const Taste *taste = &tastes[i];

        if (taste->type == spec->type && (!taste->step || step_is(step, taste->step))
            && (!taste->arg || strcmp(taste->arg, spec->name) == 0)) {
            return taste;
        }
    }
    return NULL;
}

/* How round: the fewer the better. */
static unsigned roughness(const Taste *taste, uint64_t value)
{
    if (taste->type == ARG_SIZE) {
        return value % CHUNK_BYTES == 0 ? 0 : value % (64 * K) == 0 ? 1 : value % (4 * K) ? 3 : 2;
    }
    if (taste->type == ARG_DURATION) {
        return value % (1000 * MS) == 0 ? 0 : value % MS == 0 ? 1 : 2;
    }
    return 0;
}

static unsigned place_among_best(const Taste *taste, uint64_t value)
{
    unsigned i = 0;

    while (i < taste->n_best && taste->best[i] != value) {
        i++;
    }
    return i;
}

static bool is_better(const Taste *taste, uint64_t value, uint64_t than)
{
    unsigned place = place_among_best(taste, value), its_place = place_among_best(taste, than);
    unsigned rough = roughness(taste, value), its_roughness = roughness(taste, than);

    if (place != its_place) {
        return place < its_place;
    }
    return rough != its_roughness ? rough < its_roughness : value < than;
}

static void add_values(const Step *step, unsigned line, unsigned arg, GArray *edits)
{
    const Taste *taste = taste_of(step, arg);
    uint64_t now = step->args[arg].number;
    uint64_t unit = now >= 2 * CHUNK_BYTES ? CHUNK_BYTES : 512;
    bool is_size = taste && taste->type == ARG_SIZE;
    uint64_t least = is_size ? CHUNK_BYTES : 1;
    const uint64_t others[] = {
        is_size ? now / 2 / unit * unit : now / 2,
        is_size ? now - now % CHUNK_BYTES : now - now % MS,
        is_size ? now - now % (64 * K) : now,
        /* In proportion: what is huge would else come down in a million steps. */
        is_size ? now - now / 8 / unit * unit : now - now / 8,
        now < MAX_SINGLE_STEPS * least ? now - MIN(now, least) : now,
    };

    for (unsigned i = 0; taste && i < taste->n_best + G_N_ELEMENTS(others); i++) {
        uint64_t value = i < taste->n_best ? taste->best[i] : others[i - taste->n_best];
        Edit edit = { EDIT_SET_NUMBER, .line = line, .arg = arg, .value = value };

        if (is_better(taste, value, now)) {
            g_array_append_val(edits, edit);
        }
    }
}

void pass_numbers(const Scenario *scenario, unsigned chunk G_GNUC_UNUSED, GArray *edits)
{
    for (unsigned i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        /* What an expectation says is what the finding is about. */
        if (!step || step_is_expectation(step) || step_is(step, "bax")
            || step_is(step, "needs generation")) {
            continue;
        }
        for (unsigned arg = 0; arg < step_n_args(step); arg++) {
            if (step->args[arg].present || !step->kind->args[arg].optional) {
                add_values(step, i, arg, edits);
            }
        }
    }
}
