/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which operations a random run picks from, and how often each. */
#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-run.h"
#include "sim/block/test-dirty-bitmap-ops.h"

static bool op_compare(Run *run)
{
    for (unsigned node = 0; node < N_NODES; node++) {
        run_compare_node(run, node);
    }
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        run_compare_content(run, run->bitmaps[i]);
    }
    return true;
}

static const struct {
    const char *name;
    unsigned weight;
    bool (*function)(Run *run);
} operations[] = {
    { "create", 40, op_create },
    { "find", 10, op_find },
    { "release", 25, op_release },
    { "release_named", 1, op_release_named },
    { "truncate", 15, op_truncate },
    { "cluster_size", 2, op_cluster_size },
    { "set", 250, op_set },
    { "reset", 100, op_reset },
    { "set_dirty", 100, op_set_dirty },
    { "clear", 15, op_clear },
    { "restore", 20, op_restore },
    { "merge", 40, op_merge },
    { "merge_internal", 20, op_merge_internal },
    { "iterate", 60, op_iterate },
    { "create_successor", 10, op_create_successor },
    { "enable_successor", 6, op_enable_successor },
    { "abdicate", 6, op_abdicate },
    { "reclaim", 10, op_reclaim },
    { "flags", 50, op_flags },
    { "check", 10, op_check },
    { "compare", 8, op_compare },
};

static unsigned n_done[ARRAY_SIZE(operations)];

bool run_step(Run *run)
{
    unsigned total = 0, pick;
    size_t i = 0;
    bool done;

    for (size_t j = 0; j < ARRAY_SIZE(operations); j++) {
        total += operations[j].weight;
    }
    for (pick = run_pick(run, total); pick >= operations[i].weight; i++) {
        pick -= operations[i].weight;
    }
    run->what = operations[i].name;
    done = operations[i].function(run);
    n_done[i] += done;
    run->step++;
    return done;
}

unsigned run_n_rarest(const char **ret_name)
{
    size_t rarest = 0;

    for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
        if (n_done[i] < n_done[rarest]) {
            rarest = i;
        }
    }
    *ret_name = operations[rarest].name;
    return n_done[rarest];
}
