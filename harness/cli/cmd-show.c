/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax show: one run as a timeline, event by event.
 *
 * The run's process prints as it goes, so that a crash shows how far it came; the verdict
 * follows when it has ended.
 */
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/report/output.h"
#include "harness/report/timeline.h"
#include "sim/world.h"

#define CPU_LIMIT_MS 10000

static const CliHelp help = {
    "FILE",
    "Runs one scenario and prints what happened: its steps as headings, below each the\n"
    "events that followed, at their virtual time, a column for each drive.",
    "Examples:\n"
    "  bax show scenarios/teardown/success-clears-what-was-backed-up.scn\n"
    "  bax show crash.scn | less\n"
    "  bax show --seed 7 a.scn                another order of events\n"
    "\n" CLI_EXIT_CODES,
};

typedef struct Show {
    const Scenario *scenario;
    Timeline *timeline;
} Show;

/* Device names of the drives that the scenario makes, in order. */
static char **find_drives(const Scenario *scenario)
{
    GPtrArray *drives = g_ptr_array_new();

    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && strcmp(line->step.kind->words, "drive") == 0) {
            g_ptr_array_add(drives, g_strconcat("drive-", line->step.args[0].text, NULL));
        }
    }
    g_ptr_array_add(drives, NULL);
    return (char **) g_ptr_array_free(drives, FALSE);
}

/* The drive with that device name or node, or else the one whose name @who is made from. */
static const char *find_drive_of(const char *who)
{
    const char *found = NULL;

    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);
        const char *name = sim_drive_name(drive);
        const char *node_name = sim_drive_is_inserted(drive) ? sim_drive_node_name(drive) : NULL;

        if (strcmp(name, who) == 0 || (node_name && strcmp(node_name, who) == 0)) {
            return name;
        }
        if (g_str_has_prefix(who, name) && who[strlen(name)] == '-'
            && (!found || strlen(name) > strlen(found))) {
            found = name;
        }
    }
    return found;
}

static bool print_step(const Show *show, unsigned line_number, GString *text)
{
    for (guint i = 0; i < show->scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(show->scenario->lines, ScenarioLine, i);

        if (line->has_step && line->step.line == line_number) {
            g_autoptr(GString) words = g_string_new(NULL);

            step_print(&line->step, words);
            timeline_add_step(show->timeline, line_number, words->str, text);
            return true;
        }
    }
    return false;
}

static void show_event(const SimEvent *event, void *opaque)
{
    const Show *show = opaque;
    g_autoptr(GString) text = g_string_new(NULL);

    if (event->kind != SIM_EVENT_COMMAND || !print_step(show, event->number, text)) {
        timeline_add_event(show->timeline, event, find_drive_of(event->who), text);
    }
    /* At once: the next event may be the last. */
    fwrite(text->str, 1, text->len, stdout);
    fflush(stdout);
}

static void append_verdict(const Report *report, GString *text)
{
    const ReportEntry *entry = &g_array_index(report->entries, ReportEntry, 0);
    const RunResult *result = &entry->result;
    g_autofree char *digest = report_digest(result);

    report_print_outcome(report, entry, text);
    g_string_append_printf(text, "\n%s", report_verdict_name(result->verdict));
    if (digest) {
        g_string_append_printf(
            text, ": %u steps, %" G_GUINT64_FORMAT " events, digest %s", result->n_steps,
            result->n_events, digest);
    }
    g_string_append_c(text, '\n');
}

static CliExit show_scenarios(const char *program, const GPtrArray *scenarios,
                              const Scenario *schedule, const char *words)
{
    const Scenario *scenario = g_ptr_array_index(scenarios, 0);
    g_auto(GStrv) drives = find_drives(scenario);
    Show show = { scenario, timeline_new((const char *const *) drives) };
    CliBatch batch = {
        .n_repeats = 1,
        .n_jobs = 1,
        .cpu_limit_ms = CPU_LIMIT_MS,
        .schedule = schedule,
        .observe = show_event,
        .opaque = &show,
    };
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Report report;
    CliExit code;

    g_string_append_printf(text, "%s\n%s\n\n", scenario->title, scenario->path);
    timeline_add_header(show.timeline, text);
    fwrite(text->str, 1, text->len, stdout);
    g_string_truncate(text, 0);

    cli_init_report(&report, program);
    report.schedule = words;
    cli_run_batch(scenarios, &batch, &report);
    append_verdict(&report, text);
    code = cli_exit_code(&report);
    if (!output_write(NULL, text, &error)) {
        cli_complain("%s", error->message);
        code = CLI_OWN_FAULT;
    }
    report_clear(&report);
    timeline_free(show.timeline);
    return code;
}

CliExit cmd_show(const char *program, int argc, char **argv)
{
    static char *seed, *schedule;
    const GOptionEntry entries[] = {
        { "seed", 's', 0, G_OPTION_ARG_STRING, &seed, "The same as --schedule seed=N", "N" },
        { "schedule", 0, 0, G_OPTION_ARG_STRING, &schedule,
          "Run it with this schedule instead of its own, as bax run does", "WORDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    g_autoptr(GPtrArray) scenarios = NULL;
    g_autoptr(Scenario) schedule_scenario = NULL;
    g_autofree char *words = NULL;

    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return CLI_BAD_INPUT;
    }
    if (!cli_parse_schedule(seed, schedule, &words, &schedule_scenario)) {
        return CLI_BAD_INPUT;
    }
    if (argc != 2) {
        return cli_complain("show wants one file, as in: bax show a.scn");
    }
    scenarios = cli_load_scenarios(argv + 1);
    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    if (scenarios->len != 1) {
        return cli_complain("show wants one file, and '%s' holds %u", argv[1], scenarios->len);
    }
    return show_scenarios(program, scenarios, schedule_scenario, words);
}
