/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the exploration: exact counts of tiny bounds, and that a search comes to the same
 * however it was cut into pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/explore/explore.h"

static const ExploreBound tiny = {
    .n_drives = 1, .n_chunks = 2, .n_targets = 1, .n_names = 1, .depth = 2, .n_held = 1,
    .n_preemptions = 1,
};

static void open_search(Explore *explore, const ExploreBound *bound, unsigned shard,
                        unsigned n_shards)
{
    *explore = (Explore) {
        .bound = *bound, .shard = shard, .n_shards = n_shards, .n_jobs = 2,
    };
    explore_open(explore);
}

static void exhaust(Explore *explore)
{
    while (explore_go_on(explore)) {
    }
    assert_int_equal(explore->end, EXPLORE_EXHAUSTED);
}

static uint64_t digest_of(const ExploreBound *bound)
{
    Explore explore;
    uint64_t digest;

    open_search(&explore, bound, 0, 1);
    exhaust(&explore);
    digest = explore_digest(&explore);
    explore_close(&explore);
    return digest;
}

static char *new_path(void)
{
    g_autofree char *folder = g_dir_make_tmp("bax-explore-XXXXXX", NULL);

    return g_build_filename(folder, "search", NULL);
}

static void free_path(char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
}

/* ---- the alphabet ------------------------------------------------------------------ */

/*
 * A write held not at all, before it lands or before it is marked; a release; a setup without
 * and with a bitmap; teardown with success and failure; bitmap removed, busy, idle; unplug;
 * query; quit.
 */
static void test_alphabet__of_one_of_each(void **state)
{
    const ExploreBound bound = {
        .n_drives = 1, .n_chunks = 1, .n_targets = 1, .n_names = 1, .depth = 2, .n_held = 1,
    };
    Alphabet alphabet;

    (void) state;
    alphabet_init(&alphabet, &bound, 1);
    assert_int_equal(alphabet.actions->len, 3 + 1 + 2 + 2 + 3 + 1 + 2);
    alphabet_clear(&alphabet);
}

/* A, B, A then B, B then A: each for two targets, without a bitmap and with one of two. */
static void test_alphabet__drives_in_every_order(void **state)
{
    const ExploreBound bound = {
        .n_drives = 2, .n_chunks = 1, .n_targets = 2, .n_names = 2, .depth = 2,
    };
    Alphabet alphabet;
    unsigned n_setups[4] = { 0 };

    (void) state;
    for (unsigned generation = 1; generation <= 3; generation++) {
        alphabet_init(&alphabet, &bound, generation);
        for (guint i = 0; i < alphabet.actions->len; i++) {
            n_setups[generation] += alphabet_at(&alphabet, i)->kind == ACTION_SETUP;
        }
        alphabet_clear(&alphabet);
    }
    assert_int_equal(n_setups[1], 4 * 2 * 3);
    assert_int_equal(n_setups[3], 4 * 2 * 2);
}

/*
 * Every action at every position, by lines that were parsed once and by its text, and with the last
 * step in another's place: the same.
 */
static void test_lines__are_what_the_text_is_parsed_to(void **state)
{
    const ExploreBound bound = {
        .n_drives = 2, .n_chunks = 2, .n_targets = 1, .n_names = 1, .depth = 3, .n_held = 1,
        .n_faults = 1,
    };
    Scenario joined = { .lines = g_array_new(FALSE, FALSE, sizeof(ScenarioLine)) };
    Explore explore;

    (void) state;
    open_search(&explore, &bound, 0, 1);
    for (guint i = 0; i < explore.alphabet.actions->len; i++) {
        const Action *action = alphabet_at(&explore.alphabet, i);
        bool is_release = action->kind == ACTION_RELEASE;
        bool has_fault = action->fault != ACTION_NO_FAULT;
        guint n_lines;
        ExploreNode node = { .n_steps = 3, .steps = { 0, is_release ? 0 : i, i } };
        g_autoptr(Scenario) parsed = explore_scenario(&explore, &node);
        g_autoptr(GString) text = g_string_new(NULL), other = g_string_new(NULL);

        explore_lines_join(&explore, &node, &joined);
        scenario_print(parsed, text);
        scenario_print(&joined, other);
        assert_string_equal(text->str, other->str);
        n_lines = joined.lines->len - (1 + has_fault);
        node.steps[2] = 0;
        explore_lines_join_last(&explore, &node, n_lines, &joined);
        node.steps[2] = i;
        explore_lines_join_last(&explore, &node, n_lines, &joined);
        g_string_truncate(other, 0);
        scenario_print(&joined, other);
        assert_string_equal(text->str, other->str);
        for (guint k = 0; k < parsed->lines->len; k++) {
            assert_int_equal(g_array_index(parsed->lines, ScenarioLine, k).step.line,
                             g_array_index(joined.lines, ScenarioLine, k).step.line);
        }
    }
    explore_close(&explore);
    g_array_unref(joined.lines);
}

/* ---- symmetry ------------------------------------------------------------------------- */

static void test_symmetry__is_of_targets_drives_names_and_chunks(void **state)
{
    const ExploreBound bound = { .n_drives = 2, .n_chunks = 2, .n_targets = 2, .n_names = 2 };
    g_autoptr(GArray) symmetries = symmetries_new(&bound, 1);
    g_autoptr(GArray) of_generation3 = symmetries_new(&bound, 3);

    (void) state;
    assert_int_equal(symmetries->len, 2 * 2 * 2 * 2 * 2);
    assert_int_equal(of_generation3->len, 2 * 2 * 2 * 2);
}

/* Steps of every kind are told apart, under every symmetry, by what each of them has. */
static void test_symmetry__different_steps_have_different_hashes(void **state)
{
    const ExploreBound bound = {
        .n_drives = 3, .n_chunks = 4, .n_targets = 3, .n_names = 3, .depth = 12, .n_held = 1,
        .n_faults = 1,
    };
    g_autoptr(GArray) symmetries = symmetries_new(&bound, 1);
    Alphabet alphabet;

    (void) state;
    alphabet_init(&alphabet, &bound, 1);
    for (guint i = 0; i < symmetries->len; i += 17) {
        ExploreSet set;

        explore_set_init(&set);
        for (guint k = 0; k < alphabet.actions->len; k++) {
            explore_set_add(&set, symmetry_action_hash(&g_array_index(symmetries, Symmetry, i),
                                                       alphabet_at(&alphabet, k)), 0);
        }
        assert_int_equal(set.n_keys, alphabet.actions->len);
        explore_set_clear(&set);
    }
    alphabet_clear(&alphabet);
}

/* Equal things are met once: as many classes of states as there are without equal things. */
static void test_symmetry__equal_targets_count_once(void **state)
{
    ExploreBound bound = tiny;
    Explore with, without;

    (void) state;
    bound.n_preemptions = 0;
    bound.n_targets = 2;
    open_search(&with, &bound, 0, 1);
    exhaust(&with);
    bound.is_asymmetric = true;
    open_search(&without, &bound, 0, 1);
    exhaust(&without);
    assert_true(with.set.n_keys < without.set.n_keys);
    assert_int_equal(with.level.len, 0);
    explore_close(&with);
    explore_close(&without);
}

/* ---- whole searches ------------------------------------------------------------------ */

typedef struct Count {
    unsigned depth, n_preemptions, n_states, n_sequences, n_schedules, n_runs;
} Count;

static void test_explore__counts_are_exact(void **state)
{
    static const Count rows[] = {
        /* Two writes that are held are no others, since nothing follows. */
        { 1, 0, 1, 8, 8, 9 },
        { 1, 1, 1, 8, 19, 13 },
        /*
         * Before it, behind three writes, two setups, an unplug; behind a teardown, which leaves
         * all as it was, but that it was asked for.  Behind a query and a quit nothing comes.
         * Behind the write that was not held, the setups and the teardown nothing is under way.
         */
        { 2, 0, 8, 68, 68, 76 },
        { 2, 1, 24, 215, 314, 271 },
        { 2, 2, 24, 215, 964, 526 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ExploreBound bound = {
            .n_drives = 1, .n_chunks = 1, .n_targets = 1, .n_names = 1, .n_held = 1,
            .depth = rows[i].depth, .n_preemptions = rows[i].n_preemptions,
        };
        Explore explore;

        open_search(&explore, &bound, 0, 1);
        exhaust(&explore);
        assert_int_equal(explore.set.n_keys, rows[i].n_states);
        assert_int_equal(explore.counts.n_sequences, rows[i].n_sequences);
        assert_int_equal(explore.counts.n_schedules, rows[i].n_schedules);
        assert_int_equal(explore.counts.n_runs, rows[i].n_runs);
        explore_close(&explore);
    }
}

/*
 * Neither equal steps that are left out nor waiting code that is told apart by what it saw alone
 * hides anything that the code comes to.
 */
static void test_explore__reductions_lead_to_the_same_states_at_rest(void **state)
{
    static const struct {
        ExploreBound bound;
        unsigned n_states, n_states_unreduced;
    } rows[] = {
        { { .n_drives = 1, .n_chunks = 1, .n_targets = 1, .n_names = 1, .depth = 3, .n_held = 1,
            .n_preemptions = 1 }, 162, 166 },
        { { .n_drives = 1, .n_chunks = 1, .n_targets = 2, .n_names = 1, .depth = 2, .n_held = 2,
            .n_faults = 1 }, 12, 12 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Explore with, without;

        open_search(&with, &rows[i].bound, 0, 1);
        exhaust(&with);
        open_search(&without, &rows[i].bound, 0, 1);
        without.is_unreduced = true;
        exhaust(&without);
        assert_true(explore_digest_at_rest(&with) == explore_digest_at_rest(&without));
        assert_int_equal(with.set.n_keys, rows[i].n_states);
        assert_int_equal(without.set.n_keys, rows[i].n_states_unreduced);
        assert_true(with.counts.n_runs < without.counts.n_runs);
        explore_close(&with);
        explore_close(&without);
    }
}

/* Code may treat the last chunk or drive otherwise: each of them is tried behind every state. */
static void test_explore__steps_on_other_drives_and_chunks_are_not_equal(void **state)
{
    static const ExploreBound bound = {
        .n_drives = 2, .n_chunks = 2, .n_targets = 1, .n_names = 1, .depth = 2,
    };
    Explore with, without;

    (void) state;
    open_search(&with, &bound, 0, 1);
    exhaust(&with);
    open_search(&without, &bound, 0, 1);
    without.is_unreduced = true;
    exhaust(&without);
    assert_int_equal(with.counts.n_runs, without.counts.n_runs);
    explore_close(&with);
    explore_close(&without);
}

static void test_explore__pieces_of_other_sizes_come_to_the_same(void **state)
{
    ExploreBound bound = {
        .n_drives = 2, .n_chunks = 1, .n_targets = 1, .n_names = 1, .n_held = 1, .depth = 3,
        .n_preemptions = 1,
    };
    Explore few, many;

    (void) state;
    open_search(&few, &bound, 0, 1);
    open_search(&many, &bound, 0, 1);
    few.n_jobs = 1;
    many.n_jobs = 7;
    exhaust(&few);
    exhaust(&many);
    assert_true(few.n_level_sizes[2] > 8 * 7);
    assert_memory_equal(&few.counts, &many.counts, sizeof(few.counts));
    assert_int_equal(explore_digest(&few), explore_digest(&many));
    explore_close(&few);
    explore_close(&many);
}

static void test_explore__shards_come_to_the_same_states(void **state)
{
    Explore merged;

    (void) state;
    open_search(&merged, &tiny, 0, 2);
    for (unsigned shard = 0; shard < 2; shard++) {
        char *path = new_path();
        Explore explore;

        open_search(&explore, &tiny, shard, 2);
        exhaust(&explore);
        assert_true(explore.is_split);
        assert_true(explore_save(&explore, path, NULL));
        assert_true(explore_merge(&merged, path, NULL));
        explore_close(&explore);
        free_path(path);
    }
    assert_true(explore_digest(&merged) == digest_of(&tiny));
    explore_close(&merged);
}

static void test_explore__interrupted_goes_on_to_the_same_end(void **state)
{
    char *path = new_path();
    Explore one, other;
    unsigned n_pieces = 0;

    (void) state;
    open_search(&one, &tiny, 0, 1);
    exhaust(&one);
    open_search(&other, &tiny, 0, 1);
    while (explore_go_on(&other)) {
        assert_true(explore_save(&other, path, NULL));
        explore_close(&other);
        open_search(&other, &tiny, 0, 1);
        assert_true(explore_load(&other, path, NULL));
        n_pieces++;
    }
    assert_true(n_pieces >= 2);
    assert_true(explore_digest(&one) == explore_digest(&other));
    assert_int_equal(one.counts.n_runs, other.counts.n_runs);
    explore_close(&one);
    explore_close(&other);
    free_path(path);
}

static void expect_refused(const char *path, const ExploreBound *bound, unsigned n_shards,
                           const char *words)
{
    g_autoptr(GError) error = NULL;
    Explore explore;

    open_search(&explore, bound, 0, n_shards);
    assert_false(explore_load(&explore, path, &error));
    assert_non_null(strstr(error->message, words));
    explore_close(&explore);
}

static void test_explore__other_files_are_refused(void **state)
{
    ExploreBound other = tiny;
    char *path = new_path();
    g_autofree char *data = NULL;
    gsize n_bytes;
    Explore explore;

    (void) state;
    open_search(&explore, &tiny, 0, 1);
    assert_true(explore_save(&explore, path, NULL));
    explore_close(&explore);
    other.depth++;
    expect_refused(path, &other, 1, "another bound");
    expect_refused(path, &tiny, 2, "another shard");

    assert_true(g_file_get_contents(path, &data, &n_bytes, NULL));
    data[n_bytes / 2] ^= 1;
    assert_true(g_file_set_contents(path, data, n_bytes, NULL));
    expect_refused(path, &tiny, 1, "no file of an exploration");
    assert_true(g_file_set_contents(path, "short", -1, NULL));
    expect_refused(path, &tiny, 1, "no file of an exploration");
    free_path(path);
}

/* ---- the set of states --------------------------------------------------------------- */

static void test_set__fewer_preemptions_count_as_new(void **state)
{
    ExploreSet set, other;
    uint64_t n;

    (void) state;
    explore_set_init(&set);
    explore_set_init(&other);
    assert_true(explore_set_add(&set, 7, 2));
    assert_false(explore_set_add(&set, 7, 2));
    assert_true(explore_set_covers(&set, 7, 3));
    assert_false(explore_set_covers(&set, 7, 1));
    assert_true(explore_set_add(&set, 7, 1));
    for (uint64_t key = 100000; key > 0; key--) {
        explore_set_add(&set, key * 64, 0);
    }
    for (uint64_t key = 1; key <= 100000; key++) {
        explore_set_add(&other, key * 64, 0);
    }
    assert_int_equal(set.n_keys, 100001);
    assert_true(explore_set_digest(&set, 0, &n) != explore_set_digest(&other, 0, &n));
    explore_set_add(&other, 7, 0);
    assert_true(explore_set_digest(&set, 0, &n) == explore_set_digest(&other, 0, &n));
    assert_int_equal(n, 100001);
    explore_set_digest(&set, 1, &n);
    assert_int_equal(n, 100000);
    explore_set_clear(&set);
    explore_set_clear(&other);
}

/* ---- a level ------------------------------------------------------------------------- */

/* Node i has i % 3 preemptions; those with 2 were met again with fewer. */
static void test_level__is_sorted_without_what_is_outdated(void **state)
{
    enum { N_NODES = 60000 };
    ExploreLevel level = { .nodes = NULL };
    ExploreSet set;

    (void) state;
    explore_set_init(&set);
    for (unsigned i = 0; i < N_NODES; i++) {
        ExploreNode node = { .key = i + 1, .n_answers = i % 3 };

        explore_level_append(&level, &node, 1);
        explore_set_add(&set, node.key, node.n_answers == 2 ? 1 : node.n_answers);
    }
    explore_level_drop_outdated(&level, &set);
    explore_level_sort(&level);
    assert_int_equal(level.len, N_NODES / 3 * 2);
    for (unsigned i = 0; i < N_NODES / 3; i++) {
        assert_int_equal(level.nodes[i].key, 3 * i + 1);
        assert_int_equal(level.nodes[N_NODES / 3 + i].key, 3 * i + 2);
    }
    explore_level_clear(&level);
    explore_set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alphabet__of_one_of_each),
        cmocka_unit_test(test_alphabet__drives_in_every_order),
        cmocka_unit_test(test_lines__are_what_the_text_is_parsed_to),
        cmocka_unit_test(test_symmetry__is_of_targets_drives_names_and_chunks),
        cmocka_unit_test(test_symmetry__different_steps_have_different_hashes),
        cmocka_unit_test(test_symmetry__equal_targets_count_once),
        cmocka_unit_test(test_explore__counts_are_exact),
        cmocka_unit_test(test_explore__reductions_lead_to_the_same_states_at_rest),
        cmocka_unit_test(test_explore__steps_on_other_drives_and_chunks_are_not_equal),
        cmocka_unit_test(test_explore__pieces_of_other_sizes_come_to_the_same),
        cmocka_unit_test(test_explore__shards_come_to_the_same_states),
        cmocka_unit_test(test_explore__interrupted_goes_on_to_the_same_end),
        cmocka_unit_test(test_explore__other_files_are_refused),
        cmocka_unit_test(test_set__fewer_preemptions_count_as_new),
        cmocka_unit_test(test_level__is_sorted_without_what_is_outdated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
