/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exploration as it goes on: its progress on stderr, its file, its end when time is over.
 *
 * The clock decides when progress is told, when the search is written down and when --for is
 * over, and nothing else: what comes of a bound is the same every time.
 */
#ifndef HARNESS_CLI_EXPLORE_SEARCH_H
#define HARNESS_CLI_EXPLORE_SEARCH_H

#include "harness/explore/explore.h"

typedef struct ExploreSearch {
    Explore explore;            /* the caller opens and closes it */
    const char *path;           /* of its file; borrowed; NULL: it has none */
    unsigned seconds;           /* it may take; 0: as long as it takes */
    gint64 begin_us, told_us;
    gint64 saved_us, save_takes_us;
    uint64_t n_runs_before;     /* of the calls before this one */
    bool is_terminal;
} ExploreSearch;

/* Each returns false when it has complained. */

/* From its file, if there is one, to its end or until time is over. */
bool explore_search_run(ExploreSearch *search);
/* From the files of all shards, each once; @paths ends with NULL. */
bool explore_search_merge(ExploreSearch *search, char **paths);

#endif
