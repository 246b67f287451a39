/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax faults: every call that a scenario's run makes fails, one after the other.
 */
#include <glib/gstdio.h>
#include <unistd.h>

#include "harness/cli/faults-search.h"
#include "harness/report/output.h"

#define DEFAULT_LIMIT 32
#define MAX_LIMIT 1000000
#define DEFAULT_MAX_PAIRS 1000
#define PROGRESS_US (G_USEC_PER_SEC / 2)
#define PLAIN_PROGRESS_US (10 * G_USEC_PER_SEC)

static const CliHelp help = {
    "PATH...",
    "Runs each scenario once for every call of it that can fail: the 1st, 2nd, 3rd ... such\n"
    "call fails, and every slow one also takes 1 s or 60 s more. What the scenario expects\n"
    "and its own faults are left out, since a fault changes what comes: what counts are\n"
    "broken promises, crashes, hangs and standstills that are not there without the fault.\n"
    "A step that cannot be done after the fault is left out, too.",
    "Examples:\n"
    "  bax faults scenarios/teardown/\n"
    "  bax faults --pairs scenarios/setup/second-one-is-refused.scn\n"
    "  bax faults --keep found scenarios/    findings as scenarios, one file each\n"
    "  bax faults --known accepted.txt scenarios/\n"
    "\n"
    "Progress goes to stderr: on a terminal one line, else a line every ten seconds.\n"
    "--known is what it is for bax run; the scenario that a line names is the one whose calls\n"
    "fail. A finding that no longer occurs is not told.\n"
    "\n"
    "docs/faults.md tells what breaks so in the real world.\n"
    "\n" CLI_EXIT_CODES,
};

typedef struct FaultArguments {
    FaultSearch search;
    const char *known;          /* NULL: nothing is accepted */
    char **paths;               /* borrowed */
} FaultArguments;

/* The strings in *@ret_arguments live on until the process ends, as those of argv do. */
static bool parse(int argc, char **argv, FaultArguments *ret_arguments)
{
    static char *keep, *known;
    int n_jobs = cli_default_jobs(), timeout_s = CLI_DEFAULT_TIMEOUT_S;
    int limit = DEFAULT_LIMIT, max_pairs = DEFAULT_MAX_PAIRS;
    gboolean wants_pairs = FALSE;
    const GOptionEntry entries[] = {
        { "pairs", 'p', 0, G_OPTION_ARG_NONE, &wants_pairs,
          "Then two calls fail in one run, every two of them", NULL },
        { "max-pairs", 0, 0, G_OPTION_ARG_INT, &max_pairs,
          "At most N pairs of each scenario (default: 1000)", "N" },
        { "limit", 'l', 0, G_OPTION_ARG_INT, &limit,
          "Of one call in one scenario only the first N fail (default: 32)", "N" },
        { "keep", 'k', 0, G_OPTION_ARG_FILENAME, &keep,
          "Write the scenario of each finding to a file in DIR, which is made if need be", "DIR" },
        { "known", 0, 0, G_OPTION_ARG_FILENAME, &known,
          "Findings that FILE lists do not count", "FILE" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
          "CPU time after which a run hangs (default: 10)", "SECONDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return false;
    }
    if (argc < 2) {
        cli_complain("faults wants files or folders, as in: bax faults scenarios/teardown/");
        return false;
    }
    if (!cli_check_range("--jobs", n_jobs, 1, CLI_MAX_JOBS) ||
        !cli_check_range("--timeout", timeout_s, 1, CLI_MAX_TIMEOUT_S) ||
        !cli_check_range("--limit", limit, 1, MAX_LIMIT) ||
        !cli_check_range("--max-pairs", max_pairs, 1, MAX_LIMIT)) {
        return false;
    }
    ret_arguments->search = (FaultSearch) {
        .n_jobs = n_jobs,
        .cpu_limit_ms = timeout_s * 1000u,
        .max_occurrences = limit,
        .max_pairs = wants_pairs ? max_pairs : 0,
        .keep = keep,
    };
    ret_arguments->known = known;
    ret_arguments->paths = argv + 1;
    return true;
}

/* Before the runs, so that their results are not lost for a mistyped name. */
static bool make_folder(const char *keep)
{
    g_autofree char *probe = NULL;
    g_autoptr(GError) error = NULL;

    if (!keep) {
        return true;
    }
    probe = g_build_filename(keep, "finding.scn", NULL);
    if (g_mkdir_with_parents(keep, 0777) != 0 || !output_check(probe, &error)) {
        cli_complain("cannot write to the folder %s", keep);
        return false;
    }
    return true;
}

static bool write_out(const GString *text)
{
    g_autoptr(GError) error = NULL;

    if (!output_write(NULL, text, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    return true;
}

/* ---- progress -------------------------------------------------------------- */

typedef struct Progress {
    guint n_scenarios;
    gint64 begin_us;
    gint64 told_us;
    bool is_terminal;
} Progress;

static void tell_progress(const FaultSearch *search, void *opaque)
{
    Progress *progress = opaque;
    gint64 now_us = g_get_monotonic_time();

    if (now_us - progress->told_us < (progress->is_terminal ? PROGRESS_US : PLAIN_PROGRESS_US)) {
        return;
    }
    progress->told_us = now_us;
    fprintf(stderr, "%s%u of %u scenarios, %" G_GUINT64_FORMAT " runs, %.0f a second, %u with "
            "findings%s", progress->is_terminal ? "\r" : "", search->n_scenarios,
            progress->n_scenarios, search->n_runs,
            (double) search->n_runs * G_USEC_PER_SEC / (double) (now_us - progress->begin_us),
            search->report.entries->len, progress->is_terminal ? "\033[K" : "\n");
    fflush(stderr);
}

static void end_line(const Progress *progress)
{
    if (progress->is_terminal) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

/* ---- the search ------------------------------------------------------------ */

/* What is found is told at once: a search over many scenarios takes its time. */
static bool search_one(FaultSearch *search, const Scenario *scenario)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n_before = search->report.entries->len;
    bool ok = fault_search_scenario(search, scenario);

    fault_search_print_findings(search, n_before, text);
    if (text->len > 0) {
        end_line(search->progress_opaque);
    }
    return write_out(text) && ok;
}

static bool search_all(FaultSearch *search, const GPtrArray *scenarios)
{
    gint64 now_us = g_get_monotonic_time();
    Progress progress = { scenarios->len, now_us, now_us, isatty(STDERR_FILENO) };
    bool ok = true;

    search->progress = tell_progress;
    search->progress_opaque = &progress;
    for (guint i = 0; i < scenarios->len && ok; i++) {
        ok = search_one(search, g_ptr_array_index(scenarios, i));
    }
    end_line(&progress);
    return ok;
}

CliExit cmd_faults(const char *program, int argc, char **argv)
{
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(GString) summary = g_string_new(NULL);
    g_autoptr(Known) known = NULL;
    FaultArguments arguments;
    CliExit code;
    bool ok;

    if (!parse(argc, argv, &arguments) || !cli_load_known(arguments.known, &known)) {
        return CLI_BAD_INPUT;
    }
    scenarios = cli_load_scenarios(arguments.paths);
    if (!scenarios || !make_folder(arguments.search.keep)) {
        return CLI_BAD_INPUT;
    }
    fault_search_init(&arguments.search, program);
    arguments.search.known = known;
    ok = search_all(&arguments.search, scenarios);
    fault_search_print_summary(&arguments.search, summary);
    ok = write_out(summary) && ok;
    code = ok ? cli_exit_code(&arguments.search.report) : CLI_OWN_FAULT;
    fault_search_clear(&arguments.search);
    return code;
}
