/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One random run of the same operations on both implementations of dirty bitmaps.
 *
 * A run has two nodes, each on both sides, and up to a dozen bitmaps.  It knows of
 * every bitmap just enough to keep to the rules: what breaks them is an assertion
 * in QEMU and is tested elsewhere.  Its choices come from a seed or from given bytes
 * (fuzz/fuzz_bitmap.c).  If asked to, it keeps a slow shadow of every bitmap as well.
 */
#ifndef SIM_BLOCK_TEST_DIRTY_BITMAP_RUN_H
#define SIM_BLOCK_TEST_DIRTY_BITMAP_RUN_H

#include "sim/block/test-dirty-bitmap-shadow.h"
#include "sim/block/test-dirty-bitmap-sides.h"
#include "sim/block/test-dirty-bitmap-world.h"

#define N_NODES 2
#define MAX_BITMAPS 12
#define MAX_SIZE (INT64_C(16) << 40)

typedef struct Tracked Tracked;
struct Tracked {
    BdrvDirtyBitmap *bitmap[N_SIDES];
    BdrvDirtyBitmapIter *iter[N_SIDES];
    HBitmap *backup[N_SIDES];
    Shadow *shadow;                 /* NULL: the run has none */
    Tracked *successor;
    unsigned node;
    bool is_successor;
    bool busy;
    bool persistent;
};

typedef struct Run {
    uint64_t seed;
    uint64_t state;
    const uint8_t *bytes;           /* choices not from the seed but from here; borrowed */
    const uint8_t *bytes_end;
    bool has_shadows;
    unsigned step;
    const char *what;               /* the operation under way */
    uint64_t max_chunks;            /* of one bitmap, to bound QEMU's memory and time */
    bool status_is_fixed;           /* hbitmap_status() of this QEMU is as in 8.0 */
    TestNode nodes[N_NODES][N_SIDES];
    Tracked *bitmaps[MAX_BITMAPS];
    unsigned n_bitmaps;
} Run;

/* ---- choices ------------------------------------------------------------- */

/* 0 to @n - 1 */
uint64_t run_pick(Run *run, uint64_t n);
bool run_one_in(Run *run, unsigned n);
/* NULL if there is none. */
Tracked *run_pick_bitmap(Run *run);
int64_t run_pick_size(Run *run);
uint32_t run_pick_granularity(Run *run, int64_t size);
/* Within the size, often at a border of chunks. */
int64_t run_pick_offset(Run *run, int64_t size, int64_t granularity);
int64_t run_pick_length(Run *run, int64_t max, int64_t granularity);

/* ---- comparing: run_disagree() with seed, step and operation ---------------- */

/* What is to be done with a sentence about a difference; whoever makes runs defines it. */
void run_disagree(const char *message) G_GNUC_NORETURN;

void run_same(Run *run, const char *value, int64_t real, int64_t builtin);
void run_same_text(Run *run, const char *value, const char *real, const char *builtin);
/* Both or neither set, and about the same; frees both. */
void run_same_errors(Run *run, Error *real, Error *builtin);
/* Everything that can be asked without changing anything, at random places. */
void run_compare_answers(Run *run, Tracked *tracked);
/* Every dirty range of a bitmap. */
void run_compare_content(Run *run, Tracked *tracked);
/* The bitmaps of a node, their order and what QMP would say of them. */
void run_compare_node(Run *run, unsigned node);

/* ---- life ---------------------------------------------------------------- */

Tracked *run_track(Run *run, unsigned node, BdrvDirtyBitmap *real, BdrvDirtyBitmap *builtin);
void run_untrack(Run *run, Tracked *tracked);       /* frees its backup and itself */
void run_drop_backup(Tracked *tracked);
int64_t run_size(const Tracked *tracked);
int64_t run_granularity(const Tracked *tracked);

BlockDriverState *run_bs(Run *run, unsigned node, int side);

/* @has_shadows: all bitmaps are small, then. */
void run_init(Run *run, uint64_t seed, bool has_shadows, bool status_is_fixed);
/* With shadows.  @bytes is borrowed; choices beyond its end are 0. */
void run_init_bytes(Run *run, const uint8_t *bytes, size_t n_bytes, bool status_is_fixed);
/* Are there bytes left to choose by? */
bool run_has_bytes(const Run *run);
/*
 * hbitmap_status() of this QEMU says as since 8.0 that a dirty start is dirty even if clean
 * bytes follow; before, it may or may not (the fix went into stable branches).
 */
bool run_status_is_fixed(void);
/* One operation, with comparisons; false if the one picked would have broken a rule. */
bool run_step(Run *run);
void run_finish(Run *run);
/* How often the rarest operation was done, over all runs so far. */
unsigned run_n_rarest(const char **ret_name);

#endif
