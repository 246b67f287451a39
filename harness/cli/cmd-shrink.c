/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax shrink: the smallest scenario with the same finding.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/report/output.h"
#include "harness/shrink/shrink.h"

/* Less than for other commands: here many may hang, one after the other. */
#define DEFAULT_TIMEOUT_S 2

static const CliHelp help = {
    "FILE",
    "Takes away from a scenario whatever its finding does not need: steps, options, size, odd\n"
    "names. What is left has the same finding (name and place, or the words of the crash) and\n"
    "is minimal: no step, option or item of a list can go without the finding going, too.",
    "Examples:\n"
    "  bax shrink soak-17.scn > small.scn\n"
    "  bax shrink --output small.scn --finding lost-write soak-17.scn\n"
    "\n"
    "Without --output the scenario goes to stdout and what is told about it to stderr. Other\n"
    "findings that turn up on the way are written next to the output, as small-other-1.scn.\n"
    "\n"
    "Exit code: 0 it was shrunk, 2 bad input or usage, or there is no such finding, 5 our own\n"
    "fault.",
};

typedef struct ShrinkArguments {
    ShrinkOptions options;
    const char *output;         /* NULL: stdout */
    char **paths;
} ShrinkArguments;

/* The strings in *@ret_arguments live on until the process ends, as those of argv do. */
static bool parse(int argc, char **argv, ShrinkArguments *ret_arguments)
{
    static char *output, *finding;
    int n_jobs = cli_default_jobs(), timeout_s = DEFAULT_TIMEOUT_S;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
          "Write the scenario to FILE, whole or not at all", "FILE" },
        { "finding", 0, 0, G_OPTION_ARG_STRING, &finding,
          "Keep the finding of this name (default: the most severe one)", "NAME" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
          "CPU time after which a run hangs (default: 2)", "SECONDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return false;
    }
    *ret_arguments = (ShrinkArguments) {
        .options = {
            .trials = { .n_jobs = n_jobs, .cpu_limit_ms = timeout_s * 1000u },
            .finding = finding,
        },
        .output = output,
        .paths = argv + 1,
    };
    if (argc != 2) {
        cli_complain("shrink wants one file, as in: bax shrink a.scn");
        return false;
    }
    return cli_check_range("--jobs", n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--timeout", timeout_s, 1, CLI_MAX_TIMEOUT_S)
        && cli_check_output(output);
}

static bool write_text(const char *path, const char *content)
{
    g_autoptr(GString) text = g_string_new(content);
    g_autoptr(GError) error = NULL;

    if (!output_write(path, text, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    return true;
}

/* "small.scn" -> "small-other-1.scn" */
static char *name_other(const char *output, unsigned number)
{
    gsize n_bytes = strlen(output) - (g_str_has_suffix(output, ".scn") ? strlen(".scn") : 0);

    return g_strdup_printf("%.*s-other-%u.scn", (int) n_bytes, output, number);
}

static bool write_others(const ShrinkResult *result, const char *output, FILE *told)
{
    bool ok = true;

    for (guint i = 0; i < result->others->len; i++) {
        const ShrinkOther *other = &g_array_index(result->others, ShrinkOther, i);
        g_autofree char *path = output ? name_other(output, i + 1) : NULL;

        fprintf(told, "Met on the way: %s%s%s%s%s\n", other->name, other->who ? " on " : "",
                other->who ? other->who : "", path ? ", in " : " (--output keeps it)",
                path ? path : "");
        ok = (!path || write_text(path, other->text)) && ok;
    }
    return ok;
}

/* Times are for people: no two runs have the same. */
static void tell(const ShrinkResult *result, gint64 took_us, FILE *told)
{
    fprintf(told, "%s%s%s: %u step%s to %u, %u runs", result->name, result->who ? " on " : "",
            result->who ? result->who : "", result->n_steps_before,
            result->n_steps_before == 1 ? "" : "s", result->n_steps, result->n_runs);
    if (isatty(fileno(told))) {
        fprintf(told, ", %u.%u s", (unsigned) (took_us / 1000000),
                (unsigned) (took_us / 100000 % 10));
    }
    fprintf(told, "\n%s\n", result->is_minimal
            ? "Minimal: without any one of its steps, options or items the finding is gone."
            : "Not minimal: the runs were used up.");
}

CliExit cmd_shrink(const char *program G_GNUC_UNUSED, int argc, char **argv)
{
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(GError) error = NULL;
    gint64 start_us = g_get_monotonic_time();
    ShrinkArguments arguments;
    ShrinkResult result;
    FILE *told;
    bool ok;

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    scenarios = cli_load_scenarios(arguments.paths);
    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    if (scenarios->len != 1) {
        return cli_complain("shrink wants one file, and '%s' holds %u", arguments.paths[0],
                            scenarios->len);
    }
    if (!shrink_scenario(g_ptr_array_index(scenarios, 0), &arguments.options, &result, &error)) {
        return cli_complain("%s", error->message);
    }
    told = arguments.output ? stdout : stderr;
    ok = write_text(arguments.output, result.text);
    tell(&result, g_get_monotonic_time() - start_us, told);
    ok = write_others(&result, arguments.output, told) && ok;
    shrink_result_clear(&result);
    return ok ? CLI_GOOD : CLI_OWN_FAULT;
}
