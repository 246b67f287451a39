/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax fuzz: a campaign in a folder.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/campaign/campaign.h"
#include "harness/cli/cli.h"

#define DEFAULT_FOLDER "bax-fuzz"
#define MAX_STEPS 900
#define PROGRESS_US (G_USEC_PER_SEC / 2)
#define PLAIN_PROGRESS_US (10 * G_USEC_PER_SEC)
#define EXIT_AT_ONCE 130        /* as a shell says of a program that SIGINT ended */

static const CliHelp help = {
    "",
    "Runs random scenarios and changes of those that did something new, on all processors, and\n"
    "keeps each distinct finding as a small scenario. All of it is in one folder; a campaign in\n"
    "a folder that exists goes on from there, also after kill -9. Without --for, --runs or\n"
    "--first it ends with Ctrl-C; a second one ends it at once.",
    "Examples:\n"
    "  bax fuzz                               in bax-fuzz/, until Ctrl-C\n"
    "  bax fuzz --dir night --for 8h\n"
    "  bax fuzz --first --for 10m             for a CI: the first finding is enough\n"
    "  bax fuzz --jobs 1 --seed 7 --runs 50000    the same each time, in a new folder\n"
    "  bax fuzz --seeds scenarios/ --known accepted.txt --for 1h\n"
    "\n"
    "FOLDER/findings/NAME-HASH/ has original.scn, shrunk.scn and report.txt. What --known says\n"
    "is described in bax run --help; there is no scenario to name, so say * in its place.\n"
    "\n" CLI_EXIT_CODES "\nFindings that the folder had before do not count.",
};

typedef struct Arguments {
    CampaignOptions campaign;
    char *folder;
    char *time;                 /* "10m"; NULL: no limit */
    char *known;
    char **seeds;               /* NULL: none */
    gint64 max_runs;
    gint64 seed;
    int n_steps;
    int n_jobs;
    int timeout_s;
    gboolean ends_at_first;
} Arguments;

typedef struct Teller {
    CliExit code;               /* the worst so far */
    gint64 told_us;
    bool is_terminal;
    bool has_colours;
    bool has_line;              /* of progress, on the terminal */
} Teller;

/* ---- signals --------------------------------------------------------------- */

static volatile int n_interrupts;

static void interrupt(int number G_GNUC_UNUSED)
{
    if (n_interrupts++ > 0) {
        _exit(EXIT_AT_ONCE);
    }
}

/* ---- telling --------------------------------------------------------------- */

static void clear_line(Teller *teller)
{
    if (teller->has_line) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        teller->has_line = false;
    }
}

static void tell_progress(const CampaignProgress *progress, void *opaque)
{
    Teller *teller = opaque;
    gint64 now_us = g_get_monotonic_time();

    if (now_us - teller->told_us < (teller->is_terminal ? PROGRESS_US : PLAIN_PROGRESS_US)) {
        return;
    }
    teller->told_us = now_us;
    teller->has_line = teller->is_terminal;
    fprintf(stderr, "%s%" G_GUINT64_FORMAT " runs, %.0f a second; %u in the corpus, %"
            G_GUINT64_FORMAT " features; %u findings; nothing new for %.0f s%s",
            teller->is_terminal ? "\r" : "", progress->n_runs, progress->runs_per_second,
            progress->n_entries, progress->n_features, progress->n_findings,
            progress->seconds_since_new, teller->is_terminal ? "\033[K" : "\n");
    fflush(stderr);
}

static void tell_finding(const Report *report, void *opaque)
{
    Teller *teller = opaque;
    g_autoptr(GString) text = g_string_new(NULL);
    Report coloured = *report;

    clear_line(teller);
    coloured.has_colours = teller->has_colours;
    report_print_outcome(&coloured, &g_array_index(report->entries, ReportEntry, 0), text);
    fputs(text->str, stdout);
    fflush(stdout);
    teller->code = cli_worse(teller->code, cli_exit_code(report));
}

static void summarise(const CampaignProgress *progress, const char *folder)
{
    printf("\n%" G_GUINT64_FORMAT " runs in %.0f s; %u in the corpus, %" G_GUINT64_FORMAT
           " features; %u new finding%s, %u in %s/findings.\n", progress->n_runs,
           progress->seconds, progress->n_entries, progress->n_features,
           progress->n_new_findings, progress->n_new_findings == 1 ? "" : "s",
           progress->n_findings, folder);
}

/* ---- options --------------------------------------------------------------- */

/* "90", "90s", "10m", "8h"; 0: it is none of these. */
static unsigned parse_time(const char *text)
{
    static const struct {
        const char *unit;
        unsigned seconds;
    } rows[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 } };
    gsize n_digits = strspn(text, "0123456789");
    g_autofree char *digits = g_strndup(text, n_digits);
    guint64 number;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(text + n_digits, rows[i].unit) == 0) {
            return g_ascii_string_to_unsigned(digits, 10, 1, G_MAXINT / rows[i].seconds, &number,
                                              NULL) ? number * rows[i].seconds : 0;
        }
    }
    return 0;
}

static bool check(const Arguments *arguments, int argc, char **argv)
{
    if (argc > 1) {
        cli_complain("fuzz wants options only, not '%s'", argv[1]);
        return false;
    }
    if (arguments->time && parse_time(arguments->time) == 0) {
        cli_complain("--for wants a time, as in 90, 90s, 10m or 8h, not '%s'", arguments->time);
        return false;
    }
    return cli_check_range("--runs", arguments->max_runs, 0, G_MAXINT64 / 4)
        && cli_check_range("--seed", arguments->seed, 0, G_MAXINT64 / 4)
        && cli_check_range("--steps", arguments->n_steps, 1, MAX_STEPS)
        && cli_check_range("--jobs", arguments->n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--timeout", arguments->timeout_s, 1, CLI_MAX_TIMEOUT_S);
}

static bool parse(int argc, char **argv, Arguments *arguments)
{
    const GOptionEntry entries[] = {
        { "dir", 'd', 0, G_OPTION_ARG_FILENAME, &arguments->folder,
          "Corpus, findings and state (default: " DEFAULT_FOLDER ")", "FOLDER" },
        { "for", 0, 0, G_OPTION_ARG_STRING, &arguments->time,
          "End after so long: 90, 90s, 10m, 8h", "TIME" },
        { "runs", 'n', 0, G_OPTION_ARG_INT64, &arguments->max_runs,
          "End after so many runs (default: no limit)", "N" },
        { "first", 0, 0, G_OPTION_ARG_NONE, &arguments->ends_at_first,
          "End with the first finding that is not known", NULL },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &arguments->n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "steps", 0, 0, G_OPTION_ARG_INT, &arguments->n_steps,
          "Steps of a scenario that is made anew, about (default: 30)", "N" },
        { "seed", 's', 0, G_OPTION_ARG_INT64, &arguments->seed,
          "Other scenarios (default: 1)", "N" },
        { "seeds", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->seeds,
          "Begin with these scenarios, too; may be given more than once", "PATH" },
        { "known", 'k', 0, G_OPTION_ARG_FILENAME, &arguments->known,
          "Findings named in FILE are kept and do not count", "FILE" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &arguments->timeout_s,
          "CPU time after which a run hangs (default: 10)", "SECONDS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    *arguments = (Arguments) {
        .seed = 1,
        .n_steps = 30,
        .n_jobs = cli_default_jobs(),
        .timeout_s = CLI_DEFAULT_TIMEOUT_S,
    };
    return cli_parse_options(&help, entries, &argc, &argv) && check(arguments, argc, argv);
}

/* ---- the command ----------------------------------------------------------- */

static CliExit run(const CampaignOptions *options, Teller *teller)
{
    struct sigaction on_interrupt = { .sa_handler = interrupt };
    g_autoptr(GError) error = NULL;
    CampaignProgress progress;
    bool ok;

    sigaction(SIGINT, &on_interrupt, NULL);
    sigaction(SIGTERM, &on_interrupt, NULL);
    ok = campaign_run(options, &progress, &error);
    clear_line(teller);
    if (!ok) {
        cli_complain("%s", error->message);
        return CLI_BAD_INPUT;
    }
    summarise(&progress, options->folder);
    return teller->code;
}

CliExit cmd_fuzz(const char *program, int argc, char **argv)
{
    static Arguments arguments;     /* strings in it live on until the process ends */
    g_autoptr(GPtrArray) seeds = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Known) known = NULL;
    Teller teller = {
        .told_us = g_get_monotonic_time(),
        .is_terminal = isatty(STDERR_FILENO),
        .has_colours = isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR"),
    };

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    known = arguments.known ? known_load(arguments.known, &error) : NULL;
    if (error) {
        /* FILE:LINE:COLUMN stands first, so that editors find it. */
        fprintf(stderr, "%s\n", error->message);
        return CLI_BAD_INPUT;
    }
    seeds = arguments.seeds ? cli_load_scenarios(arguments.seeds) : NULL;
    if (arguments.seeds && !seeds) {
        return CLI_BAD_INPUT;
    }
    arguments.campaign = (CampaignOptions) {
        .folder = arguments.folder ? arguments.folder : DEFAULT_FOLDER,
        .program = program,
        .known = known,
        .seeds = seeds,
        .seed = arguments.seed,
        .n_steps = arguments.n_steps,
        .n_jobs = arguments.n_jobs,
        .cpu_limit_ms = arguments.timeout_s * 1000u,
        .max_runs = arguments.max_runs,
        .max_seconds = arguments.time ? parse_time(arguments.time) : 0,
        .ends_at_first = arguments.ends_at_first,
        .explain_death = cli_explain_death,
        .tell_finding = tell_finding,
        .tell_progress = tell_progress,
        .opaque = &teller,
        .must_stop = &n_interrupts,
    };
    return run(&arguments.campaign, &teller);
}
