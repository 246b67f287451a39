/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random run on two implementations of dirty bitmaps: choices, comparisons, life. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "sim/block/test-dirty-bitmap-run.h"

/* ---- choices ------------------------------------------------------------- */

static uint64_t next_random(Run *run)
{
    uint64_t x = run->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* As many bytes as @n asks for, the low one first. */
static uint64_t next_bytes(Run *run, uint64_t n)
{
    unsigned n_bytes = n == 1 ? 0 : n <= UINT64_C(1) << 8 ? 1 : n <= UINT64_C(1) << 16 ? 2 : 8;
    uint64_t value = 0;

    for (unsigned i = 0; i < n_bytes && run->bytes < run->bytes_end; i++) {
        value |= (uint64_t)*run->bytes++ << (8 * i);
    }
    return value;
}

uint64_t run_pick(Run *run, uint64_t n)
{
    return (run->bytes ? next_bytes(run, n) : next_random(run)) % n;
}

bool run_has_bytes(const Run *run)
{
    return run->bytes < run->bytes_end;
}

bool run_one_in(Run *run, unsigned n)
{
    return run_pick(run, n) == 0;
}

Tracked *run_pick_bitmap(Run *run)
{
    return run->n_bitmaps ? run->bitmaps[run_pick(run, run->n_bitmaps)] : NULL;
}

/* Any magnitude up to 16 TiB, and seldom a round number. */
int64_t run_pick_size(Run *run)
{
    uint64_t size = UINT64_C(1) << run_pick(run, 45);

    if (run_one_in(run, 8)) {
        return size;
    }
    if (run_one_in(run, 64)) {
        return 0;
    }
    return 1 + run_pick(run, size);
}

uint32_t run_pick_granularity(Run *run, int64_t size)
{
    unsigned low = 9, bits;

    while (low < 31 && ((uint64_t)size >> low) >= run->max_chunks) {
        low++;
    }
    bits = low + run_pick(run, run_one_in(run, 4) ? 32 - low : 4);
    return UINT32_C(1) << MIN(bits, 31);
}

int64_t run_pick_offset(Run *run, int64_t size, int64_t granularity)
{
    int64_t offset = run_pick(run, size);

    if (run_one_in(run, 2)) {
        offset = ROUND_DOWN(offset, granularity) + (int64_t)run_pick(run, 3) - 1;
    } else if (run_one_in(run, 8)) {
        offset = size - 1 - run_pick(run, 2 * granularity);
    } else if (run_one_in(run, 8)) {
        offset = run_pick(run, 2 * granularity);
    }
    return CLAMP(offset, 0, size - 1);
}

int64_t run_pick_length(Run *run, int64_t max, int64_t granularity)
{
    int64_t length;

    if (run_one_in(run, 16)) {
        return max;
    }
    if (run_one_in(run, 4)) {
        length = run_pick(run, max);
    } else {
        length = run_pick(run, 4 * granularity);
    }
    if (run_one_in(run, 4)) {
        length = ROUND_UP(length, granularity);
    }
    return MIN(length, max);
}

/* ---- comparing ----------------------------------------------------------- */

G_GNUC_PRINTF(2, 3)
static void disagree(const Run *run, const char *format, ...)
{
    va_list arguments;
    g_autofree char *what = NULL, *message = NULL;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    message = g_strdup_printf("seed %" PRIu64 ", step %u, %s: %s", run->seed, run->step,
                              run->what, what);
    run_disagree(message);
}

void run_same(Run *run, const char *value, int64_t real, int64_t builtin)
{
    if (real != builtin) {
        disagree(run, "%s is %" PRId64 " (real) and %" PRId64 " (builtin)", value, real, builtin);
    }
}

void run_same_text(Run *run, const char *value, const char *real, const char *builtin)
{
    if (g_strcmp0(real, builtin) != 0) {
        disagree(run, "%s is '%s' (real) and '%s' (builtin)", value, real ? real : "(none)",
                 builtin ? builtin : "(none)");
    }
}

static void same_as_shadow(Run *run, const char *value, int64_t shadow, int64_t builtin)
{
    if (shadow != builtin) {
        disagree(run, "%s is %" PRId64 " (shadow) and %" PRId64 " (builtin)", value, shadow,
                 builtin);
    }
}

/* Number of the first of these words that the text has. */
static int kind_of_error(Error *error)
{
    static const char *const words[] = {
        "already exists", "too long", "in use by another operation", "readonly", "inconsistent",
        "different sizes", "successor",
    };

    for (size_t i = 0; error && i < ARRAY_SIZE(words); i++) {
        if (strstr(error_get_pretty(error), words[i])) {
            return i;
        }
    }
    return -1;
}

void run_same_errors(Run *run, Error *real, Error *builtin)
{
    run_same(run, "error set", real != NULL, builtin != NULL);
    run_same(run, "kind of error", kind_of_error(real), kind_of_error(builtin));
    error_free(real);
    if (builtin != real) {
        error_free(builtin);
    }
}

static void compare_properties(Run *run, Tracked *tracked)
{
    int64_t ret[N_SIDES][9];

    for (int s = 0; s < N_SIDES; s++) {
        const Side *side = &sides[s];
        BdrvDirtyBitmap *bitmap = tracked->bitmap[s];

        ret[s][0] = side->bdrv_dirty_bitmap_size(bitmap);
        ret[s][1] = side->bdrv_dirty_bitmap_granularity(bitmap);
        ret[s][2] = side->bdrv_get_dirty_count(bitmap);
        ret[s][3] = side->bdrv_dirty_bitmap_enabled(bitmap);
        ret[s][4] = side->bdrv_dirty_bitmap_readonly(bitmap);
        ret[s][5] = side->bdrv_dirty_bitmap_inconsistent(bitmap);
        ret[s][6] = side->bdrv_dirty_bitmap_get_persistence(bitmap);
        ret[s][7] = side->bdrv_dirty_bitmap_has_successor(bitmap);
        ret[s][8] = side->bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL);
    }
    for (size_t i = 0; i < ARRAY_SIZE(ret[0]); i++) {
        static const char *const names[] = {
            "size", "granularity", "dirty count", "enabled", "readonly", "inconsistent",
            "persistence", "has successor", "check(busy)",
        };

        run_same(run, names[i], ret[REAL][i], ret[BUILTIN][i]);
    }
    run_same_text(run, "name", sides[REAL].bdrv_dirty_bitmap_name(tracked->bitmap[REAL]),
                  sides[BUILTIN].bdrv_dirty_bitmap_name(tracked->bitmap[BUILTIN]));
}

static void compare_area(Run *run, Tracked *tracked, int64_t start, int64_t end, int64_t max)
{
    int64_t dirty_start[N_SIDES] = { 0 }, dirty_count[N_SIDES] = { 0 };
    bool ret[N_SIDES];

    for (int s = 0; s < N_SIDES; s++) {
        ret[s] = sides[s].bdrv_dirty_bitmap_next_dirty_area(tracked->bitmap[s], start, end, max,
                                                            &dirty_start[s], &dirty_count[s]);
    }
    run_same(run, "next_dirty_area", ret[REAL], ret[BUILTIN]);
    run_same(run, "dirty_start", dirty_start[REAL], dirty_start[BUILTIN]);
    run_same(run, "dirty_count", dirty_count[REAL], dirty_count[BUILTIN]);
}

static void compare_status(Run *run, Tracked *tracked, int64_t offset, int64_t bytes)
{
    int64_t count[N_SIDES];
    bool ret[N_SIDES];

    for (int s = 0; s < N_SIDES; s++) {
        ret[s] = sides[s].bdrv_dirty_bitmap_status(tracked->bitmap[s], offset, bytes, &count[s]);
    }
    run_same(run, "status count", count[REAL], count[BUILTIN]);
    if (!run->status_is_fixed && count[REAL] < bytes) {
        run_same(run, "old status", ret[REAL], false);
    } else {
        run_same(run, "status", ret[REAL], ret[BUILTIN]);
    }
}

static void compare_properties_with_shadow(Run *run, Tracked *tracked)
{
    const Side *side = &sides[BUILTIN];
    BdrvDirtyBitmap *bitmap = tracked->bitmap[BUILTIN];
    const Shadow *shadow = tracked->shadow;

    same_as_shadow(run, "size", shadow->size, side->bdrv_dirty_bitmap_size(bitmap));
    same_as_shadow(run, "granularity", shadow->granularity,
                   side->bdrv_dirty_bitmap_granularity(bitmap));
    same_as_shadow(run, "enabled", shadow->enabled, side->bdrv_dirty_bitmap_enabled(bitmap));
    same_as_shadow(run, "dirty count", shadow_count(shadow), side->bdrv_get_dirty_count(bitmap));
}

static void compare_answers_with_shadow(Run *run, Tracked *tracked, int64_t offset, int64_t bytes)
{
    const Side *side = &sides[BUILTIN];
    BdrvDirtyBitmap *bitmap = tracked->bitmap[BUILTIN];
    const Shadow *shadow = tracked->shadow;

    same_as_shadow(run, "get", shadow_get(shadow, offset),
                   side->bdrv_dirty_bitmap_get(bitmap, offset));
    same_as_shadow(run, "next_dirty", shadow_next(shadow, offset, bytes, true),
                   side->bdrv_dirty_bitmap_next_dirty(bitmap, offset, bytes));
    same_as_shadow(run, "next_zero", shadow_next(shadow, offset, bytes, false),
                   side->bdrv_dirty_bitmap_next_zero(bitmap, offset, bytes));
}

void run_compare_answers(Run *run, Tracked *tracked)
{
    int64_t size = run_size(tracked), granularity = run_granularity(tracked);
    int64_t offset, bytes, ret[N_SIDES][4];

    compare_properties(run, tracked);
    if (tracked->shadow) {
        compare_properties_with_shadow(run, tracked);
    }
    if (size == 0) {
        return;
    }
    offset = run_pick_offset(run, size, granularity);
    bytes = run_one_in(run, 8) ? INT64_MAX : run_pick_length(run, size, granularity);
    for (int s = 0; s < N_SIDES; s++) {
        const Side *side = &sides[s];
        BdrvDirtyBitmap *bitmap = tracked->bitmap[s];

        ret[s][0] = side->bdrv_dirty_bitmap_get(bitmap, offset);
        side->bdrv_dirty_bitmap_lock(bitmap);
        ret[s][1] = side->bdrv_dirty_bitmap_get_locked(bitmap, size - 1);
        side->bdrv_dirty_bitmap_unlock(bitmap);
        ret[s][2] = side->bdrv_dirty_bitmap_next_dirty(bitmap, offset, bytes);
        ret[s][3] = side->bdrv_dirty_bitmap_next_zero(bitmap, offset, bytes);
    }
    run_same(run, "get", ret[REAL][0], ret[BUILTIN][0]);
    run_same(run, "get of the last byte", ret[REAL][1], ret[BUILTIN][1]);
    run_same(run, "next_dirty", ret[REAL][2], ret[BUILTIN][2]);
    run_same(run, "next_zero", ret[REAL][3], ret[BUILTIN][3]);
    if (tracked->shadow) {
        compare_answers_with_shadow(run, tracked, offset, bytes);
    }
    compare_area(run, tracked, offset, run_one_in(run, 2) ? size : bytes,
                 1 + run_pick(run, 8 * granularity));
    bytes = CLAMP(bytes, 1, size - offset);
    compare_status(run, tracked, offset, bytes);
}

static void compare_content_with_shadow(Run *run, Tracked *tracked)
{
    BdrvDirtyBitmap *bitmap = tracked->bitmap[BUILTIN];
    const Shadow *shadow = tracked->shadow;

    compare_properties_with_shadow(run, tracked);
    for (int64_t at = 0; at < shadow->size; at += shadow->granularity) {
        if (shadow_get(shadow, at) != sides[BUILTIN].bdrv_dirty_bitmap_get(bitmap, at)) {
            disagree(run, "chunk at %" PRId64 " is %s (shadow), but not so (builtin)", at,
                     shadow_get(shadow, at) ? "dirty" : "clean");
        }
    }
}

void run_compare_content(Run *run, Tracked *tracked)
{
    int64_t size = run_size(tracked), at = 0, start = 0, count = 0;
    BdrvDirtyBitmap *builtin = tracked->bitmap[BUILTIN];

    compare_properties(run, tracked);
    if (tracked->shadow) {
        compare_content_with_shadow(run, tracked);
    }
    while (sides[BUILTIN].bdrv_dirty_bitmap_next_dirty_area(builtin, at, size, INT64_MAX,
                                                            &start, &count)) {
        compare_area(run, tracked, at, size, INT64_MAX);
        at = start + count;
    }
    compare_area(run, tracked, at, size, INT64_MAX);
    if (size / run_granularity(tracked) < 1 << 14) {
        g_autofree char *real = sides[REAL].bdrv_dirty_bitmap_sha256(tracked->bitmap[REAL], NULL);
        g_autofree char *ours = sides[BUILTIN].bdrv_dirty_bitmap_sha256(builtin, NULL);

        run_same_text(run, "sha256", real, ours);
    }
}

static void compare_infos(Run *run, BlockDirtyInfoList *infos[N_SIDES])
{
    while (infos[REAL] && infos[BUILTIN]) {
        BlockDirtyInfo *a = infos[REAL]->value, *b = infos[BUILTIN]->value;

        run_same_text(run, "query: name", a->name, b->name);
        run_same(run, "query: count", a->count, b->count);
        run_same(run, "query: granularity", a->granularity, b->granularity);
        run_same(run, "query: recording", a->recording, b->recording);
        run_same(run, "query: busy", a->busy, b->busy);
        run_same(run, "query: persistent", a->persistent, b->persistent);
        run_same(run, "query: has inconsistent", a->has_inconsistent, b->has_inconsistent);
        run_same(run, "query: inconsistent", a->inconsistent, b->inconsistent);
        for (int s = 0; s < N_SIDES; s++) {
            BlockDirtyInfoList *gone = infos[s];

            infos[s] = gone->next;
            g_free(gone->value->name);
            g_free(gone->value);
            g_free(gone);
        }
    }
    run_same(run, "query: one more", infos[REAL] != NULL, infos[BUILTIN] != NULL);
}

void run_compare_node(Run *run, unsigned node)
{
    BlockDirtyInfoList *infos[N_SIDES];
    BdrvDirtyBitmap *at[N_SIDES];
    int64_t ret[N_SIDES][4];

    for (int s = 0; s < N_SIDES; s++) {
        BlockDriverState *bs = run_bs(run, node, s);

        at[s] = sides[s].bdrv_dirty_bitmap_first(bs);
        infos[s] = sides[s].bdrv_query_dirty_bitmaps(bs);
        ret[s][0] = sides[s].bdrv_has_readonly_bitmaps(bs);
        ret[s][1] = sides[s].bdrv_has_named_bitmaps(bs);
        ret[s][2] = sides[s].bdrv_get_default_bitmap_granularity(bs);
        ret[s][3] = sides[s].bdrv_supports_persistent_dirty_bitmap(bs);
    }
    run_same(run, "has readonly", ret[REAL][0], ret[BUILTIN][0]);
    run_same(run, "has named", ret[REAL][1], ret[BUILTIN][1]);
    run_same(run, "default granularity", ret[REAL][2], ret[BUILTIN][2]);
    run_same(run, "supports persistent", ret[REAL][3], ret[BUILTIN][3]);
    while (at[REAL] && at[BUILTIN]) {
        bool found = false;

        for (unsigned i = 0; i < run->n_bitmaps; i++) {
            found |= run->bitmaps[i]->bitmap[REAL] == at[REAL] &&
                     run->bitmaps[i]->bitmap[BUILTIN] == at[BUILTIN];
        }
        run_same(run, "same place in the list", true, found);
        for (int s = 0; s < N_SIDES; s++) {
            at[s] = sides[s].bdrv_dirty_bitmap_next(at[s]);
        }
    }
    run_same(run, "one more bitmap", at[REAL] != NULL, at[BUILTIN] != NULL);
    compare_infos(run, infos);
}

/* ---- life ---------------------------------------------------------------- */

Tracked *run_track(Run *run, unsigned node, BdrvDirtyBitmap *real, BdrvDirtyBitmap *builtin)
{
    Tracked *tracked = g_new0(Tracked, 1);

    g_assert(run->n_bitmaps < MAX_BITMAPS);
    tracked->bitmap[REAL] = real;
    tracked->bitmap[BUILTIN] = builtin;
    tracked->node = node;
    if (run->has_shadows) {
        tracked->shadow = shadow_new(run_size(tracked), run_granularity(tracked), true);
    }
    run->bitmaps[run->n_bitmaps++] = tracked;
    return tracked;
}

void run_drop_backup(Tracked *tracked)
{
    for (int s = 0; s < N_SIDES; s++) {
        if (tracked->backup[s]) {
            sides[s].hbitmap_free(tracked->backup[s]);
            tracked->backup[s] = NULL;
        }
    }
    if (tracked->shadow) {
        shadow_drop_backup(tracked->shadow);
    }
}

void run_untrack(Run *run, Tracked *tracked)
{
    unsigned i = 0;

    while (run->bitmaps[i] != tracked) {
        i++;
    }
    run->bitmaps[i] = run->bitmaps[--run->n_bitmaps];
    run_drop_backup(tracked);
    shadow_free(tracked->shadow);
    g_free(tracked);
}

int64_t run_size(const Tracked *tracked)
{
    return sides[REAL].bdrv_dirty_bitmap_size(tracked->bitmap[REAL]);
}

int64_t run_granularity(const Tracked *tracked)
{
    return sides[REAL].bdrv_dirty_bitmap_granularity(tracked->bitmap[REAL]);
}

BlockDriverState *run_bs(Run *run, unsigned node, int side)
{
    return &run->nodes[node][side].bs;
}

bool run_status_is_fixed(void)
{
    BdrvDirtyBitmap *bitmap;
    TestNode node;
    int64_t count;
    bool fixed;

    test_node_init(&node, 2048);
    bitmap = sides[REAL].bdrv_create_dirty_bitmap(&node.bs, 512, NULL, NULL);
    sides[REAL].bdrv_set_dirty_bitmap(bitmap, 0, 512);
    fixed = sides[REAL].bdrv_dirty_bitmap_status(bitmap, 0, 2048, &count);
    g_assert(count == 512);
    sides[REAL].bdrv_release_dirty_bitmap(bitmap);
    return fixed;
}

static void init_nodes(Run *run)
{
    for (unsigned n = 0; n < N_NODES; n++) {
        int64_t length = run_pick_size(run);

        if (n > 0 && run_one_in(run, 2)) {
            length = run->nodes[0][0].length;
        }
        for (int s = 0; s < N_SIDES; s++) {
            test_node_init(&run->nodes[n][s], length);
        }
    }
}

void run_init(Run *run, uint64_t seed, bool has_shadows, bool status_is_fixed)
{
    *run = (Run){
        .seed = seed,
        .state = seed,
        .has_shadows = has_shadows,
        .status_is_fixed = status_is_fixed,
    };
    if (has_shadows) {
        run->max_chunks = UINT64_C(1) << run_pick(run, 10);
    } else {
        run->max_chunks = UINT64_C(1) << (run_one_in(run, 16) ? 20 : run_pick(run, 15));
    }
    init_nodes(run);
}

void run_init_bytes(Run *run, const uint8_t *bytes, size_t n_bytes, bool status_is_fixed)
{
    *run = (Run){
        .bytes = bytes,
        .bytes_end = bytes + n_bytes,
        .has_shadows = true,
        .status_is_fixed = status_is_fixed,
    };
    run->max_chunks = UINT64_C(1) << run_pick(run, 10);
    init_nodes(run);
}

void run_finish(Run *run)
{
    run->what = "end of the run";
    for (unsigned i = 0; i < run->n_bitmaps; i++) {
        Tracked *tracked = run->bitmaps[i];

        run_compare_content(run, tracked);
        for (int s = 0; s < N_SIDES; s++) {
            sides[s].bdrv_dirty_iter_free(tracked->iter[s]);
            sides[s].bdrv_dirty_bitmap_set_busy(tracked->bitmap[s], false);
        }
    }
    /* Parents first: only what is nobody's successor may be given up. */
    while (run->n_bitmaps > 0) {
        Tracked *tracked = run->bitmaps[0];

        for (unsigned i = 0; tracked->is_successor; i++) {
            tracked = run->bitmaps[i];
        }
        for (int s = 0; s < N_SIDES; s++) {
            if (tracked->successor) {
                sides[s].bdrv_dirty_bitmap_abdicate(tracked->bitmap[s], NULL);
            } else {
                sides[s].bdrv_release_dirty_bitmap(tracked->bitmap[s]);
            }
        }
        if (tracked->successor) {
            tracked->successor->is_successor = false;
        }
        run_untrack(run, tracked);
    }
}
