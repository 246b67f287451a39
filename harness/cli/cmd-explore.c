/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax explore: every sequence of steps and every schedule within a bound.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/cli/explore-search.h"
#include "harness/explore/certificate.h"
#include "harness/subject/subject.h"

static const CliHelp help = {
    "",
    "Runs every sequence of steps that a guest, a management layer and a provider can do within\n"
    "a bound, under every schedule, and judges each. Sequences that lead to the same state\n"
    "are continued once. Ends with a certificate, or with a finding that no shorter sequence\n"
    "has.",
    "Examples:\n"
    "  bax explore                            a small bound, in seconds\n"
    "  bax explore --drives 2 --chunks 2 --targets 2 --names 2 --depth 6 --preemptions 1\n"
    "  bax explore --depth 7 --resume e.bin   can be killed, and goes on when called again\n"
    "  bax explore --shard 1/2 --resume 1.bin one half of the work\n"
    "  bax explore --merge 1.bin 2.bin        the certificate of all shards, from their files\n"
    "\n"
    "docs/exploring.md says what counts as a step and as the same state.\n"
    "\n" CLI_EXIT_CODES,
};

typedef struct Arguments {
    int n_drives, n_chunks, n_targets, n_names, depth, n_faults, n_preemptions, n_held;
    gboolean is_asymmetric, has_no_reduction;
    char *shard;
    char *resume;
    char *keep;
    char *format;
    int seconds;
    int n_jobs;
    gboolean merges;
    char **files;               /* to be merged; borrowed */
    unsigned shard_index, n_shards;
} Arguments;

/* ---- the certificate -------------------------------------------------------------------- */

static char *keep_finding(const char *folder, const RunResult *result, const char *text,
                          GError **error)
{
    const Finding *first = result->findings && result->findings->len > 0
                           ? &g_array_index(result->findings, Finding, 0) : NULL;
    g_autofree char *base = g_strdup_printf("%s-explored.scn", first ? first->name : "run");
    g_autofree char *path = g_build_filename(folder, base, NULL);

    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error)
           ? g_steal_pointer(&path) : NULL;
}

static void print_certificate(const Arguments *arguments, const Explore *explore,
                              const RunResult *result, const char *file, const char *scenario)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (g_strcmp0(arguments->format, "json") == 0) {
        certificate_print_json(explore, result, file, text);
    } else {
        certificate_print(explore, result, file, text);
        if (scenario && !file) {
            g_string_append_printf(text, "\n%s", scenario);
        }
    }
    fputs(text->str, stdout);
}

static CliExit exit_code(const RunResult *result)
{
    switch (result->verdict) {
    case RUN_CRASHED:
        return CLI_CRASHED;
    case RUN_HUNG:
        return CLI_HUNG;
    case RUN_FINDING:
        return CLI_FINDING;
    default:
        return CLI_OWN_FAULT;       /* it was to be run, and to find something again */
    }
}

static CliExit conclude(const Arguments *arguments, const Explore *explore)
{
    g_autofree char *scenario = NULL;
    g_autofree char *file = NULL;
    g_autoptr(GError) error = NULL;
    RunResult result = { 0 };
    CliExit code;

    if (explore->end != EXPLORE_FOUND) {
        print_certificate(arguments, explore, NULL, NULL, NULL);
        return CLI_GOOD;
    }
    scenario = explore_finding_text(explore, &result);
    code = exit_code(&result);
    if (code == CLI_OWN_FAULT) {
        cli_complain("the last run went otherwise before: %s", explore->found_message
                     ? explore->found_message : "it ended its process");
    }
    if (arguments->keep) {
        file = keep_finding(arguments->keep, &result, scenario, &error);
        if (!file) {
            code = cli_complain("%s", error->message);
        }
    }
    print_certificate(arguments, explore, &result, file, scenario);
    run_result_clear(&result);
    return code;
}

/* ---- options ------------------------------------------------------------------------------ */

static bool check_shard(Arguments *arguments)
{
    char rest;

    arguments->n_shards = 1;
    if (arguments->shard &&
        (sscanf(arguments->shard, "%u/%u%c", &arguments->shard_index, &arguments->n_shards,
                &rest) != 2 || arguments->n_shards < 1 ||
         arguments->n_shards > EXPLORE_MAX_SHARDS || arguments->shard_index < 1 ||
         arguments->shard_index > arguments->n_shards)) {
        cli_complain("--shard wants I/N with I from 1 to N, as in 2/4, not '%s'",
                     arguments->shard);
        return false;
    }
    arguments->shard_index -= arguments->shard != NULL;
    return true;
}

static bool check_files(Arguments *arguments, int argc, char **argv)
{
    arguments->files = argv + 1;
    if (!arguments->merges && argc > 1) {
        cli_complain("explore wants options only, not '%s'", argv[1]);
        return false;
    }
    if (arguments->merges && (argc < 2 || arguments->shard || arguments->resume)) {
        cli_complain("--merge wants the files of all shards, and neither --shard nor --resume");
        return false;
    }
    return true;
}

static bool check(Arguments *arguments, int argc, char **argv)
{
    if (arguments->format && strcmp(arguments->format, "text") != 0 &&
        strcmp(arguments->format, "json") != 0) {
        cli_complain("--format wants text or json, not '%s'", arguments->format);
        return false;
    }
    return cli_check_range("--drives", arguments->n_drives, 1, EXPLORE_MAX_DRIVES)
        && cli_check_range("--chunks", arguments->n_chunks, 1, EXPLORE_MAX_CHUNKS)
        && cli_check_range("--targets", arguments->n_targets, 1, EXPLORE_MAX_TARGETS)
        && cli_check_range("--names", arguments->n_names, 1, EXPLORE_MAX_NAMES)
        && cli_check_range("--depth", arguments->depth, 1, EXPLORE_MAX_DEPTH)
        && cli_check_range("--faults", arguments->n_faults, 0, EXPLORE_MAX_FAULTS)
        && cli_check_range("--preemptions", arguments->n_preemptions, 0, EXPLORE_MAX_PREEMPTIONS)
        && cli_check_range("--held", arguments->n_held, 0, EXPLORE_MAX_DEPTH)
        && cli_check_range("--jobs", arguments->n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--for", arguments->seconds, 0, G_MAXINT)
        && check_shard(arguments) && check_files(arguments, argc, argv);
}

static bool parse(int argc, char **argv, Arguments *arguments)
{
    const GOptionEntry entries[] = {
        { "drives", 0, 0, G_OPTION_ARG_INT, &arguments->n_drives, "Drives (default: 1)", "N" },
        { "chunks", 0, 0, G_OPTION_ARG_INT, &arguments->n_chunks,
          "Chunks of each drive, of 4M (default: 2)", "N" },
        { "targets", 0, 0, G_OPTION_ARG_INT, &arguments->n_targets, "Targets (default: 1)", "N" },
        { "names", 0, 0, G_OPTION_ARG_INT, &arguments->n_names,
          "Names for bitmaps (default: 1)", "N" },
        { "depth", 0, 0, G_OPTION_ARG_INT, &arguments->depth,
          "Steps of a sequence, at most (default: 4)", "N" },
        { "faults", 0, 0, G_OPTION_ARG_INT, &arguments->n_faults,
          "Calls that fail in a run, at most (default: 0)", "N" },
        { "preemptions", 0, 0, G_OPTION_ARG_INT, &arguments->n_preemptions,
          "Deviations from first-come in a run, at most (default: 1)", "N" },
        { "held", 0, 0, G_OPTION_ARG_INT, &arguments->n_held,
          "Writes held at a time, at most (default: 1)", "N" },
        { "asymmetric", 0, 0, G_OPTION_ARG_NONE, &arguments->is_asymmetric,
          "Equal drives, chunks, targets and names count each on its own", NULL },
        { "no-reduction", 0, 0, G_OPTION_ARG_NONE, &arguments->has_no_reduction,
          "All steps are tried, and code that waits is told apart by the way there", NULL },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &arguments->n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "for", 0, 0, G_OPTION_ARG_INT, &arguments->seconds,
          "End after so long, with the batch under way", "SECONDS" },
        { "resume", 'r', 0, G_OPTION_ARG_FILENAME, &arguments->resume,
          "Go on from FILE if it is there, and keep it up to date", "FILE" },
        { "shard", 0, 0, G_OPTION_ARG_STRING, &arguments->shard,
          "Only part I of N of the work", "I/N" },
        { "merge", 0, 0, G_OPTION_ARG_NONE, &arguments->merges,
          "Put the files of all shards together", NULL },
        { "keep", 'k', 0, G_OPTION_ARG_FILENAME, &arguments->keep,
          "Write the scenario of the finding into DIR", "DIR" },
        { "format", 'f', 0, G_OPTION_ARG_STRING, &arguments->format,
          "Of the certificate: text or json (default: text)", "FORMAT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    *arguments = (Arguments) {
        .n_drives = 1, .n_chunks = 2, .n_targets = 1, .n_names = 1, .depth = 4,
        .n_preemptions = 1, .n_held = 1,
        .n_jobs = cli_default_jobs(),
    };
    return cli_parse_options(&help, entries, &argc, &argv) && check(arguments, argc, argv);
}

static void set_bound(ExploreBound *bound, const Arguments *arguments)
{
    *bound = (ExploreBound) {
        .n_drives = arguments->n_drives,
        .n_chunks = arguments->n_chunks,
        .n_targets = arguments->n_targets,
        .n_names = arguments->n_names,
        .depth = arguments->depth,
        .n_faults = arguments->n_faults,
        .n_preemptions = arguments->n_preemptions,
        .n_held = arguments->n_held,
        .is_asymmetric = arguments->is_asymmetric,
    };
}

CliExit cmd_explore(const char *program G_GNUC_UNUSED, int argc, char **argv)
{
    static Arguments arguments;     /* strings in it live on until the process ends */
    ExploreSearch search = { 0 };
    CliExit code = CLI_BAD_INPUT;

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    if (arguments.keep && g_mkdir_with_parents(arguments.keep, 0777) != 0) {
        return cli_complain("cannot make the folder %s: %s", arguments.keep, g_strerror(errno));
    }
    set_bound(&search.explore.bound, &arguments);
    search.explore.shard = arguments.shard_index;
    search.explore.n_shards = arguments.n_shards;
    search.explore.n_jobs = arguments.n_jobs;
    search.explore.is_unreduced = arguments.has_no_reduction;
    search.path = arguments.resume;
    search.seconds = arguments.seconds;
    explore_open(&search.explore);
    if (arguments.merges ? explore_search_merge(&search, arguments.files)
                         : explore_search_run(&search)) {
        code = conclude(&arguments, &search.explore);
    }
    explore_close(&search.explore);
    return code;
}
