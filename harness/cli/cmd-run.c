/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax run: scenarios are run, judged and reported.
 */
#include <stdio.h>

#include "harness/cli/cli.h"
#include "harness/mirror.h"
#include "harness/report/output.h"

#define MAX_RUNS 10000000

typedef struct RunArguments {
    const ReportFormat *format;
    const char *output;         /* NULL: stdout */
    const char *known;          /* NULL: nothing is accepted */
    const char *record;         /* NULL: the schedule is not written down */
    const char *schedule_words; /* NULL: each scenario has its own */
    CliBatch batch;
    char **paths;               /* borrowed */
} RunArguments;

static const CliHelp help = {
    "PATH...",
    "Runs scenarios: the files named, and all *.scn in the folders named. Each runs in a\n"
    "process of its own, so a crash is a finding and the others go on. Nothing is run if\n"
    "any of the files has a mistake in it.",
    "Examples:\n"
    "  bax run scenarios/                     all of them, report for people\n"
    "  bax run --repeat 10 scenarios/         ten times each: are the traces equal?\n"
    "  bax run --format junit --output report.xml scenarios/\n"
    "  bax run --format json scenarios/teardown/\n"
    "  bax run --known accepted.txt scenarios/\n"
    "  bax run --seed 7 scenarios/            other orders of events, at random\n"
    "  bax run --schedule 'pct seed=7 changes=3' scenarios/\n"
    "  bax run --seed 7 --record found.scn a.scn\n"
    "  bax run --gdb a.scn                    stop in gdb when the step of the finding begins\n"
    "  bax run --gdb=7 a.scn                  ... when that of line 7 begins\n"
    "\n"
    "What --schedule may say is what stands behind 'schedule' in a scenario (bax help steps\n"
    "schedule). What --record writes runs the same way without any option.\n"
    "\n"
    "A line of the file that --known names accepts a finding for now:\n"
    "  lost-write teardown/keeps-both.scn drive-scsi0  # fixed in version 3 of the patch\n"
    "name, scenario or *, who (left out: whoever), and a reason, which there must be. What is\n"
    "accepted is reported and does not count for the exit code, crashes neither; nor does one\n"
    "that no longer occurs, which is reported too.\n"
    "\n" CLI_EXIT_CODES,
};

/* The strings in *@ret_arguments live on until the process ends, as those of argv do. */
static bool parse(int argc, char **argv, RunArguments *ret_arguments)
{
    static char *format, *output, *known, *record, *seed, *schedule, *words;
    static Scenario *schedule_scenario;
    int n_repeats = 1, n_jobs = cli_default_jobs();
    int timeout_s = CLI_DEFAULT_TIMEOUT_S;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &format,
          "human (the default), json, tap or junit", "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
          "Write the report to FILE, whole or not at all, and to stdout one for people", "FILE" },
        { "known", 'k', 0, G_OPTION_ARG_FILENAME, &known,
          "Findings named in FILE are accepted for now: they do not fail the run", "FILE" },
        { "seed", 's', 0, G_OPTION_ARG_STRING, &seed,
          "The same as --schedule seed=N", "N" },
        { "schedule", 0, 0, G_OPTION_ARG_STRING, &schedule,
          "Run each scenario with this schedule instead of its own", "WORDS" },
        { "record", 0, 0, G_OPTION_ARG_FILENAME, &record,
          "Write the scenario with the schedule that its run had to FILE", "FILE" },
        { "repeat", 'r', 0, G_OPTION_ARG_INT, &n_repeats,
          "Run each N times, in fresh processes, and compare their traces", "N" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
          "CPU time after which a run hangs (default: 10)", "SECONDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return false;
    }
    ret_arguments->format = report_find_format(format ? format : "human");
    ret_arguments->output = output;
    ret_arguments->known = known;
    ret_arguments->record = record;
    if (!cli_parse_schedule(seed, schedule, &words, &schedule_scenario)) {
        return false;
    }
    ret_arguments->schedule_words = words;
    ret_arguments->batch = (CliBatch) {
        .n_repeats = n_repeats,
        .n_jobs = n_jobs,
        .cpu_limit_ms = timeout_s * 1000u,
        .is_recorded = true,
        .keeps_schedule = record != NULL,
        .schedule = schedule_scenario,
    };
    ret_arguments->paths = argv + 1;
    if (!ret_arguments->format) {
        cli_complain("there is no format '%s'; there are human, json, tap and junit", format);
        return false;
    }
    if (argc < 2) {
        cli_complain("run wants files or folders, as in: bax run scenarios/");
        return false;
    }
    return cli_check_range("--repeat", n_repeats, 1, MAX_RUNS)
        && cli_check_range("--jobs", n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--timeout", timeout_s, 1, CLI_MAX_TIMEOUT_S) && cli_check_output(output)
        && cli_check_output(record);
}

static bool write_report(const Report *report, const ReportFormat *format, const char *output)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    format->print(report, text);
    if (!output_write(output, text, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    return true;
}

static bool write_reports(Report *report, const RunArguments *arguments)
{
    bool ok = true;

    if (arguments->output) {
        bool has_colours = report->has_colours;

        report->has_colours = false;
        ok = write_report(report, arguments->format, arguments->output);
        report->has_colours = has_colours;
        return write_report(report, report_find_format("human"), NULL) && ok;
    }
    return write_report(report, arguments->format, NULL);
}

/* A run that died left its schedule in the mirror. */
static bool write_recorded(const GPtrArray *scenarios, const RunArguments *arguments,
                           const Report *report)
{
    RunResult *result = &g_array_index(report->entries, ReportEntry, 0).result;
    g_autoptr(GString) text = NULL;
    g_autoptr(GError) error = NULL;
    char *recorded;

    if (!result->schedule) {
        result->schedule = mirror_print(arguments->batch.mirror);
    }
    recorded = result->schedule
        ? run_recorded_scenario(g_ptr_array_index(scenarios, 0), result, &error) : NULL;
    if (recorded) {
        text = g_string_new(recorded);
        g_free(recorded);
        if (output_write(arguments->record, text, &error)) {
            return true;
        }
    }
    cli_complain("%s", error ? error->message : "the schedule of the run is too long to be kept");
    return false;
}

CliExit cmd_run(const char *program, int argc, char **argv)
{
    const char *gdb_line;
    bool wants_gdb = cli_take_gdb_option(&argc, argv, &gdb_line);
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(Known) known = NULL;
    RunArguments arguments;
    Report report;
    CliExit code;

    if (!parse(argc, argv, &arguments) || !cli_load_known(arguments.known, &known)) {
        return CLI_BAD_INPUT;
    }
    if (wants_gdb) {
        return cli_exec_gdb(arguments.paths, gdb_line);
    }
    scenarios = cli_load_scenarios(arguments.paths);
    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    if (scenarios->len > MAX_RUNS / arguments.batch.n_repeats) {
        return cli_complain("%u scenarios times %u are too many runs", scenarios->len,
                            arguments.batch.n_repeats);
    }
    if (arguments.record && scenarios->len != 1) {
        return cli_complain("--record wants one scenario, not %u", scenarios->len);
    }
    arguments.batch.mirror = arguments.record ? mirror_new(MIRROR_DEFAULT_ANSWERS) : NULL;
    cli_init_report(&report, program);
    report.schedule = arguments.schedule_words;
    cli_run_batch(scenarios, &arguments.batch, &report);
    if (known) {
        known_apply(known, &report);
    }
    code = cli_exit_code(&report);
    if (!write_reports(&report, &arguments)) {
        code = CLI_OWN_FAULT;
    }
    if (arguments.record && !write_recorded(scenarios, &arguments, &report)) {
        code = CLI_OWN_FAULT;
    }
    mirror_free(arguments.batch.mirror);
    report_clear(&report);
    return code;
}
