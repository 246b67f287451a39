/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exploration as it goes on: its progress on stderr, its file, its end when time is over.
 */
#include <stdio.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/cli/explore-search.h"

#define PROGRESS_US (G_USEC_PER_SEC / 2)
#define PLAIN_PROGRESS_US (10 * G_USEC_PER_SEC)
#define SAVE_US (20 * G_USEC_PER_SEC)
#define SAVE_SHARE 50           /* of the time, at most one part in so many goes into it */

/* ---- progress --------------------------------------------------------------------- */

static double seconds_since(gint64 begin_us)
{
    return (double) MAX(g_get_monotonic_time() - begin_us, 1) / G_USEC_PER_SEC;
}

/*
 * Sequences that are still to be continued: of this level, and of those to come, if each grows
 * as much as the last one did.
 */
static double estimate_left(const Explore *explore)
{
    double done = explore->n_done, size = explore->level.len;
    double next = done > 0 ? explore->next_level.len * size / done : 0;
    double growth = size > 0 ? next / size : 0, left = size - done;

    for (unsigned level = explore->n_steps + 1; level < explore->bound.depth; level++) {
        left += next;
        next *= growth;
    }
    return left;
}

static void print_eta(const ExploreSearch *search, double n_done_here)
{
    double seconds = seconds_since(search->begin_us);
    double left = estimate_left(&search->explore) / MAX(n_done_here, 1) * seconds;

    if (search->seconds) {
        left = MIN(left, MAX(search->seconds - seconds, 0));
    }
    fprintf(stderr, left < 600 ? ", %.0f s to go" : ", %.0f min to go",
            left < 600 ? left : left / 60);
}

static void tell_progress(ExploreSearch *search, double n_done_here, bool is_last)
{
    const Explore *explore = &search->explore;
    gint64 now_us = g_get_monotonic_time();
    bool is_due = now_us - search->told_us >= (search->is_terminal ? PROGRESS_US
                                                                   : PLAIN_PROGRESS_US);

    if (is_last && search->is_terminal) {
        fputs("\r\033[K", stderr);
    } else if (is_due && !is_last) {
        search->told_us = now_us;
        fprintf(stderr, "%sstep %u of %u: %u of %u states, %" G_GUINT64_FORMAT " in all, %"
                G_GUINT64_FORMAT " runs, %.0f a second", search->is_terminal ? "\r" : "",
                explore->n_steps + 1, explore->bound.depth, explore->n_done,
                explore->level.len, explore->set.n_keys, explore->counts.n_runs,
                (explore->counts.n_runs - search->n_runs_before)
                / seconds_since(search->begin_us));
        print_eta(search, n_done_here);
        fputs(search->is_terminal ? "\033[K" : "\n", stderr);
    }
    fflush(stderr);
}

/* ---- the search ----------------------------------------------------------------------- */

static bool save(ExploreSearch *search)
{
    gint64 begin_us = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;

    if (search->path && !explore_save(&search->explore, search->path, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    search->saved_us = g_get_monotonic_time();
    search->save_takes_us = search->saved_us - begin_us;
    return true;
}

/* Millions of states take seconds to write, in which nobody goes on. */
static bool is_save_due(const ExploreSearch *search)
{
    return g_get_monotonic_time() - search->saved_us >=
           MAX(SAVE_US, SAVE_SHARE * search->save_takes_us);
}

static bool is_time_over(const ExploreSearch *search)
{
    return search->seconds &&
           seconds_since(search->begin_us) >= search->seconds;
}

static bool search_on(ExploreSearch *search)
{
    Explore *explore = &search->explore;
    double n_done_here = 0;
    bool goes_on = true;

    while (goes_on && !is_time_over(search)) {
        guint before = explore->n_done == explore->level.len ? 0 : explore->n_done;

        goes_on = explore_go_on(explore);
        n_done_here += explore->n_done - MIN(before, explore->n_done);
        tell_progress(search, n_done_here, false);
        if (goes_on && is_save_due(search) && !save(search)) {
            return false;
        }
    }
    tell_progress(search, n_done_here, true);
    return save(search);
}

static bool load(ExploreSearch *search)
{
    const char *path = search->path;
    g_autoptr(GError) error = NULL;

    if (path && g_file_test(path, G_FILE_TEST_EXISTS) &&
        !explore_load(&search->explore, path, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    search->n_runs_before = search->explore.counts.n_runs;
    return true;
}

bool explore_search_merge(ExploreSearch *search, char **paths)
{
    Explore *explore = &search->explore;
    unsigned n = g_strv_length(paths);
    g_autofree bool *is_there = g_new0(bool, n);

    explore->n_shards = n;
    for (unsigned i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;

        if (!explore_merge(explore, paths[i], &error)) {
            cli_complain("%s", error->message);
            return false;
        }
        if (is_there[explore->shard]) {
            cli_complain("%s: shard %u of %u is there twice", paths[i],
                         explore->shard + 1, n);
            return false;
        }
        is_there[explore->shard] = true;
    }
    explore->end = explore->end == EXPLORE_FOUND ? EXPLORE_FOUND : EXPLORE_EXHAUSTED;
    explore->shard = 0;
    explore->n_shards = 1;
    return true;
}

bool explore_search_run(ExploreSearch *search)
{
    search->begin_us = search->told_us = search->saved_us = g_get_monotonic_time();
    search->is_terminal = isatty(STDERR_FILENO);
    return load(search) && search_on(search);
}
