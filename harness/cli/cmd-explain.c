/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax explain: which lines of a scenario matter for its finding.
 */
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/report/output.h"
#include "harness/shrink/explain.h"

/* As for bax shrink: many may hang, one after the other. */
#define DEFAULT_TIMEOUT_S 2

static const CliHelp help = {
    "FILE",
    "Runs a scenario again and again, each time with one thing changed: a step is taken away or\n"
    "stands earlier or later, an option is left out, success becomes failure, a write goes one\n"
    "chunk further or to another drive, a held request is not held. Prints the scenario with a\n"
    "comment behind each step that tells what came of it, and the smallest change of all with\n"
    "which the finding is gone.",
    "Examples:\n"
    "  bax explain small.scn\n"
    "  bax shrink soak-17.scn > small.scn && bax explain small.scn\n"
    "  bax explain --format json --output why.json small.scn\n"
    "\n"
    "Exit code: 0 it was explained, 2 bad input or usage, or there is no such finding, 5 our own\n"
    "fault.",
};

typedef struct ExplainArguments {
    ExplainOptions options;
    const char *output;         /* NULL: stdout */
    bool is_json;
    char **paths;
} ExplainArguments;

/* The strings in *@ret_arguments live on until the process ends, as those of argv do. */
static bool parse(int argc, char **argv, ExplainArguments *ret_arguments)
{
    static char *output, *finding, *format;
    int n_jobs = cli_default_jobs(), timeout_s = DEFAULT_TIMEOUT_S;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "human (the default) or json",
          "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
          "Write to FILE, whole or not at all", "FILE" },
        { "finding", 0, 0, G_OPTION_ARG_STRING, &finding,
          "Explain the finding of this name (default: the most severe one)", "NAME" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
          "CPU time after which a run hangs (default: 2)", "SECONDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return false;
    }
    *ret_arguments = (ExplainArguments) {
        .options = {
            .trials = { .n_jobs = n_jobs, .cpu_limit_ms = timeout_s * 1000u },
            .finding = finding,
        },
        .output = output,
        .is_json = format && strcmp(format, "json") == 0,
        .paths = argv + 1,
    };
    if (format && !ret_arguments->is_json && strcmp(format, "human") != 0) {
        cli_complain("there is no format '%s'; there are human and json", format);
        return false;
    }
    if (argc != 2) {
        cli_complain("explain wants one file, as in: bax explain a.scn");
        return false;
    }
    return cli_check_range("--jobs", n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--timeout", timeout_s, 1, CLI_MAX_TIMEOUT_S)
        && cli_check_output(output);
}

CliExit cmd_explain(const char *program G_GNUC_UNUSED, int argc, char **argv)
{
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    ExplainArguments arguments;
    Explanation explanation;

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    scenarios = cli_load_scenarios(arguments.paths);
    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    if (scenarios->len != 1) {
        return cli_complain("explain wants one file, and '%s' holds %u", arguments.paths[0],
                            scenarios->len);
    }
    if (!explain_scenario(g_ptr_array_index(scenarios, 0), &arguments.options, &explanation,
                          &error)) {
        return cli_complain("%s", error->message);
    }
    if (arguments.is_json) {
        explanation_print_json(&explanation, text);
    } else {
        explanation_print(&explanation, text);
    }
    explanation_clear(&explanation);
    if (!output_write(arguments.output, text, &error)) {
        cli_complain("%s", error->message);
        return CLI_OWN_FAULT;
    }
    return CLI_GOOD;
}
