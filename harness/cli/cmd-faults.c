/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax faults: every call that a scenario's run makes fails, one after the other.
 */
#include <glib/gstdio.h>

#include "harness/cli/faults-search.h"
#include "harness/report/output.h"

#define DEFAULT_TIMEOUT_S 10
#define MAX_TIMEOUT_S 86400
#define MAX_JOBS 256
#define DEFAULT_LIMIT 32
#define MAX_LIMIT 1000000
#define DEFAULT_MAX_PAIRS 1000

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
    "\n"
    "docs/faults.md tells what breaks so in the real world.\n"
    "\n" CLI_EXIT_CODES,
};

typedef struct FaultArguments {
    FaultSearch search;
    char **paths;               /* borrowed */
} FaultArguments;

static bool check_range(const char *option, int value, int max)
{
    if (value < 1 || value > max) {
        cli_complain("%s wants a number from 1 to %d, not %d", option, max, value);
        return false;
    }
    return true;
}

/* The strings in *@ret_arguments live on until the process ends, as those of argv do. */
static bool parse(int argc, char **argv, FaultArguments *ret_arguments)
{
    static char *keep;
    int n_jobs = (int) MIN(g_get_num_processors(), MAX_JOBS), timeout_s = DEFAULT_TIMEOUT_S;
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
    if (!check_range("--jobs", n_jobs, MAX_JOBS) ||
        !check_range("--timeout", timeout_s, MAX_TIMEOUT_S) ||
        !check_range("--limit", limit, MAX_LIMIT) ||
        !check_range("--max-pairs", max_pairs, MAX_LIMIT)) {
        return false;
    }
    ret_arguments->search = (FaultSearch) {
        .n_jobs = n_jobs,
        .cpu_limit_ms = timeout_s * 1000u,
        .max_occurrences = limit,
        .max_pairs = wants_pairs ? max_pairs : 0,
        .keep = keep,
    };
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

/* What is found is told at once: a search over many scenarios takes its time. */
static bool search_one(FaultSearch *search, const Scenario *scenario)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n_before = search->report.entries->len;
    bool ok = fault_search_scenario(search, scenario);

    fault_search_print_findings(search, n_before, text);
    return write_out(text) && ok;
}

CliExit cmd_faults(const char *program, int argc, char **argv)
{
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(GString) summary = g_string_new(NULL);
    FaultArguments arguments;
    bool ok = true;
    CliExit code;

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    scenarios = cli_load_scenarios(arguments.paths);
    if (!scenarios || !make_folder(arguments.search.keep)) {
        return CLI_BAD_INPUT;
    }
    fault_search_init(&arguments.search, program);
    for (guint i = 0; i < scenarios->len && ok; i++) {
        ok = search_one(&arguments.search, g_ptr_array_index(scenarios, i));
    }
    fault_search_print_summary(&arguments.search, summary);
    ok = write_out(summary) && ok;
    code = ok ? cli_exit_code(&arguments.search.report) : CLI_OWN_FAULT;
    fault_search_clear(&arguments.search);
    return code;
}
