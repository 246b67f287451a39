/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax soak: random scenarios, as many as there is time for.
 *
 * The clock decides when progress is told and when --for is over, and nothing else: what the
 * runs do and find goes by the seed alone.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/isolate.h"
#include "harness/mark/mark.h"
#include "harness/scenario/schedule.h"
#include "harness/soak/soak.h"
#include "harness/subject/subject.h"

#define DEFAULT_RUNS 10000
#define RUNS_PER_PROCESS 256
#define BATCH_PROCESSES 4       /* for each job, until results are looked at */
#define MAX_STEPS 900
#define PROGRESS_US (G_USEC_PER_SEC / 2)
#define PLAIN_PROGRESS_US (10 * G_USEC_PER_SEC)

static const CliHelp help = {
    "",
    "Makes random scenarios, runs each, writes it down as text, runs that again and compares\n"
    "the two traces. Tells what was found and which interesting situations were reached.\n"
    "A run that crashes costs only itself.",
    "Examples:\n"
    "  bax soak                               ten thousand runs\n"
    "  bax soak --for 3600 --keep found/      an hour; a scenario for each finding\n"
    "  bax soak --seed 7 --runs 1000000\n"
    "  bax soak --seed 7 --print 123          the scenario of run 123 of that seed\n"
    "\n"
    "A scenario that was kept is run by bax run, and makes a good test once it is small.\n"
    "\n" CLI_EXIT_CODES,
};

typedef struct Arguments {
    gint64 n_runs;
    gint64 seed;
    gint64 print;               /* -1: no */
    int n_steps;
    int n_jobs;
    int timeout_s;
    int seconds;                /* 0: not limited */
    int max_findings;           /* 0: not limited */
    int replay_every;
    gboolean requires_marks;
    char *keep;                 /* NULL: findings are not written down */
} Arguments;

typedef struct Campaign {
    const Arguments *arguments;
    Soak soak;
    GArray *findings;           /* of SoakFinding */
    uint64_t n_done;
    uint64_t n_by_verdict[RUN_OWN_FAULT + 1];
    uint64_t n_steps;
    uint64_t digest;            /* of all digests, in order */
    char *complaint;            /* of the first run that is our own fault; owned */
    gint64 begin_us;
    gint64 told_us;
    bool is_terminal;
} Campaign;

/* ---- progress -------------------------------------------------------------- */

static double seconds_since(gint64 begin_us)
{
    return (double) MAX(g_get_monotonic_time() - begin_us, 1) / G_USEC_PER_SEC;
}

/* Seconds that are left. */
static double estimate(const Campaign *campaign, double seconds)
{
    const Arguments *arguments = campaign->arguments;

    if (arguments->seconds) {
        return MAX(arguments->seconds - seconds, 0);
    }
    return seconds / campaign->n_done * ((uint64_t) arguments->n_runs - campaign->n_done);
}

static void tell_progress(Campaign *campaign, bool is_last)
{
    gint64 now_us = g_get_monotonic_time();
    double seconds = seconds_since(campaign->begin_us);

    if (now_us - campaign->told_us < (campaign->is_terminal ? PROGRESS_US : PLAIN_PROGRESS_US)) {
        if (!is_last || !campaign->is_terminal) {
            return;
        }
    }
    campaign->told_us = now_us;
    fprintf(stderr, "%s%" G_GUINT64_FORMAT " runs, %.0f a second, %u distinct findings, %.0f s to "
            "go%s", campaign->is_terminal ? "\r" : "", campaign->n_done,
            campaign->n_done / seconds, campaign->findings->len, estimate(campaign, seconds),
            campaign->is_terminal ? "\033[K" : "\n");
    if (is_last && campaign->is_terminal) {
        fputs("\r\033[K", stderr);
    }
    fflush(stderr);
}

/* ---- findings -------------------------------------------------------------- */

static char *scenario_text(const Campaign *campaign, const SoakFinding *finding)
{
    g_autoptr(Scenario) scenario = soak_scenario(&campaign->soak, finding->first_run);
    GString *text = g_string_new(NULL);

    g_string_printf(text, "# Run %" G_GUINT64_FORMAT " of seed %" G_GINT64_FORMAT
                    " finds %s%s%s.\n", finding->first_run, campaign->arguments->seed,
                    finding->name, finding->who ? " on " : "", finding->who ? finding->who : "");
    if (finding->schedule) {
        g_autofree char *recorded = schedule_replace(scenario, finding->schedule);

        g_string_append(text, recorded);
    } else {
        scenario_print(scenario, text);
    }
    return g_string_free(text, FALSE);
}

static bool keep_finding(const Campaign *campaign, SoakFinding *finding)
{
    g_autofree char *base = g_strdup_printf("%s-%" G_GINT64_FORMAT "-%" G_GUINT64_FORMAT ".scn",
                                            finding->name, campaign->arguments->seed,
                                            finding->first_run);
    g_autofree char *path = g_build_filename(campaign->arguments->keep, base, NULL);
    g_autofree char *text = scenario_text(campaign, finding);
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    finding->file = g_steal_pointer(&path);
    return true;
}

static bool keep_findings(Campaign *campaign)
{
    for (guint i = 0; campaign->arguments->keep && i < campaign->findings->len; i++) {
        SoakFinding *finding = &g_array_index(campaign->findings, SoakFinding, i);

        if (!finding->file && !keep_finding(campaign, finding)) {
            return false;
        }
    }
    return true;
}

/* ---- the runs -------------------------------------------------------------- */

static void see_result(Campaign *campaign, uint64_t index, const RunResult *result)
{
    campaign->n_by_verdict[result->verdict]++;
    campaign->n_steps += result->n_steps;
    campaign->digest = (campaign->digest ^ result->digest) * UINT64_C(0x100000001b3);
    soak_findings_add(campaign->findings, index, result);
    if (!campaign->complaint && result->reason) {
        campaign->complaint = g_strdup_printf("run %" G_GUINT64_FORMAT ": %s", index,
                                              result->reason);
    }
}

static void run_batch(Campaign *campaign, unsigned n)
{
    IsolateOptions options = {
        .n_jobs = campaign->arguments->n_jobs,
        .cpu_limit_ms = campaign->arguments->timeout_s * 1000u,
        .runs_per_process = RUNS_PER_PROCESS,
    };
    g_autofree RunResult *results = g_new0(RunResult, n);

    campaign->soak.first = campaign->n_done;
    isolate_runs(n, &options, soak_run, &campaign->soak, results);
    for (unsigned i = 0; i < n; i++) {
        see_result(campaign, campaign->n_done + i, &results[i]);
        run_result_clear(&results[i]);
    }
    campaign->n_done += n;
}

static bool is_enough(const Campaign *campaign)
{
    const Arguments *arguments = campaign->arguments;

    if (arguments->max_findings && campaign->findings->len >= (guint) arguments->max_findings) {
        return true;
    }
    if (arguments->seconds) {
        return seconds_since(campaign->begin_us) >= arguments->seconds;
    }
    return campaign->n_done >= (uint64_t) arguments->n_runs;
}

static bool run_campaign(Campaign *campaign)
{
    const Arguments *arguments = campaign->arguments;
    uint64_t batch = (uint64_t) arguments->n_jobs * RUNS_PER_PROCESS * BATCH_PROCESSES;

    while (!is_enough(campaign)) {
        uint64_t left = (uint64_t) arguments->n_runs - campaign->n_done;

        run_batch(campaign, arguments->seconds ? batch : MIN(batch, left));
        if (!keep_findings(campaign)) {
            return false;
        }
        tell_progress(campaign, is_enough(campaign));
    }
    return true;
}

/* ---- the summary ----------------------------------------------------------- */

static void print_findings(const Campaign *campaign)
{
    for (guint i = 0; i < campaign->findings->len; i++) {
        const SoakFinding *finding = &g_array_index(campaign->findings, SoakFinding, i);
        g_autoptr(GString) message = g_string_new(NULL);

        report_append_indented(message, "  ", finding->message);
        printf("\n%s%s%s: %" G_GUINT64_FORMAT " runs, first %" G_GUINT64_FORMAT "\n%s",
               finding->name, finding->who ? " on " : "", finding->who ? finding->who : "",
               finding->n_runs, finding->first_run, message->str);
        if (finding->file) {
            printf("  scenario: %s\n", finding->file);
        } else {
            printf("  scenario: bax soak --seed %" G_GINT64_FORMAT " --steps %d --print %"
                   G_GUINT64_FORMAT "\n", campaign->arguments->seed, campaign->arguments->n_steps,
                   finding->first_run);
        }
    }
}

/* The number of marks that could have been reached and were not. */
static unsigned print_marks(const Campaign *campaign)
{
    const SoakTally *tally = campaign->soak.tally;
    unsigned n_never = 0;

    printf("\nRuns that came to interesting situations:\n");
    for (unsigned i = 0; i < mark_count(); i++) {
        if (tally->n_marks[i]) {
            printf("  %10" G_GUINT64_FORMAT "  %s\n", tally->n_marks[i], mark_infos[i].name);
        }
    }
    for (unsigned i = 0; i < mark_count(); i++) {
        if (!tally->n_marks[i] && mark_can_be_reached(&mark_infos[i], subject.generation)) {
            printf("%s  never       %s: %s\n", n_never++ ? "" : "\n", mark_infos[i].name,
                   mark_infos[i].sentence);
        }
    }
    return n_never;
}

static void print_counts(const Campaign *campaign)
{
    double seconds = seconds_since(campaign->begin_us);

    printf("\n%" G_GUINT64_FORMAT " random runs, %.1f steps each, in %.0f s (%.0f a second):",
           campaign->n_done, (double) campaign->n_steps / MAX(campaign->n_done, 1), seconds,
           campaign->n_done / seconds);
    for (unsigned i = 0; i <= RUN_OWN_FAULT; i++) {
        if (campaign->n_by_verdict[i]) {
            printf(" %" G_GUINT64_FORMAT " %s;", campaign->n_by_verdict[i],
                   report_verdict_name(i));
        }
    }
    printf(" %u distinct findings.\n", campaign->findings->len);
    printf("Runs that had the same digest again, from their recorded text:\nReplayed: %"
           G_GUINT64_FORMAT "\nDigest of all traces: %016" G_GINT64_MODIFIER "x\n"
           "Code under test: %s (generation %u). Seed %" G_GINT64_FORMAT ".\n",
           campaign->soak.tally->n_replayed, campaign->digest, subject.name, subject.generation,
           campaign->arguments->seed);
}

static CliExit summarise(const Campaign *campaign)
{
    static const CliExit codes[] = {
        [RUN_GOOD] = CLI_GOOD,
        [RUN_FINDING] = CLI_FINDING,
        [RUN_INVALID] = CLI_OWN_FAULT,      /* random scenarios are always valid */
        [RUN_CRASHED] = CLI_CRASHED,
        [RUN_HUNG] = CLI_HUNG,
        [RUN_SKIPPED] = CLI_OWN_FAULT,
        [RUN_OWN_FAULT] = CLI_OWN_FAULT,
    };
    CliExit code = CLI_GOOD;

    print_findings(campaign);
    if (print_marks(campaign) && campaign->arguments->requires_marks) {
        code = CLI_FINDING;
    }
    print_counts(campaign);
    if (campaign->complaint) {
        cli_complain("%s", campaign->complaint);
    }
    for (unsigned i = 0; i <= RUN_OWN_FAULT; i++) {
        code = campaign->n_by_verdict[i] ? cli_worse(code, codes[i]) : code;
    }
    return code;
}

/* ---- options --------------------------------------------------------------- */

static bool check(const Arguments *arguments, int argc, char **argv)
{
    if (argc > 1) {
        cli_complain("soak wants options only, not '%s'", argv[1]);
        return false;
    }
    return cli_check_range("--runs", arguments->n_runs, 1, G_MAXINT64 / 2)
        && cli_check_range("--seed", arguments->seed, 0, G_MAXINT64)
        && cli_check_range("--steps", arguments->n_steps, 1, MAX_STEPS)
        && cli_check_range("--jobs", arguments->n_jobs, 1, CLI_MAX_JOBS)
        && cli_check_range("--timeout", arguments->timeout_s, 1, CLI_MAX_TIMEOUT_S)
        && cli_check_range("--for", arguments->seconds, 0, G_MAXINT)
        && cli_check_range("--findings", arguments->max_findings, 0, G_MAXINT)
        && cli_check_range("--replay", arguments->replay_every, 0, G_MAXINT);
}

static bool parse(int argc, char **argv, Arguments *arguments)
{
    const GOptionEntry entries[] = {
        { "runs", 'n', 0, G_OPTION_ARG_INT64, &arguments->n_runs,
          "How many (default: 10000)", "N" },
        { "for", 0, 0, G_OPTION_ARG_INT, &arguments->seconds,
          "Go on for so long instead, whatever --runs says", "SECONDS" },
        { "seed", 's', 0, G_OPTION_ARG_INT64, &arguments->seed,
          "Other scenarios (default: 1)", "N" },
        { "steps", 0, 0, G_OPTION_ARG_INT, &arguments->n_steps,
          "Steps of a scenario, about (default: 30)", "N" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &arguments->n_jobs,
          "Processes at a time (default: as many as there are processors)", "N" },
        { "timeout", 't', 0, G_OPTION_ARG_INT, &arguments->timeout_s,
          "CPU time after which a run hangs (default: 10)", "SECONDS" },
        { "keep", 'k', 0, G_OPTION_ARG_FILENAME, &arguments->keep,
          "Write a scenario for each distinct finding into DIR", "DIR" },
        { "findings", 0, 0, G_OPTION_ARG_INT, &arguments->max_findings,
          "End when there are so many distinct ones (default: go on)", "N" },
        { "replay", 0, 0, G_OPTION_ARG_INT, &arguments->replay_every,
          "Replay every Nth run only; 0: none (default: 1)", "N" },
        { "require-marks", 0, 0, G_OPTION_ARG_NONE, &arguments->requires_marks,
          "A situation that was never reached is a failure, too", NULL },
        { "print", 0, 0, G_OPTION_ARG_INT64, &arguments->print,
          "Print the scenario of one run and do nothing else", "RUN" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };

    *arguments = (Arguments) {
        .n_runs = DEFAULT_RUNS,
        .seed = 1,
        .print = -1,
        .n_steps = 30,
        .n_jobs = cli_default_jobs(),
        .timeout_s = CLI_DEFAULT_TIMEOUT_S,
        .replay_every = 1,
    };
    return cli_parse_options(&help, entries, &argc, &argv) && check(arguments, argc, argv);
}

static bool make_folder(const char *folder)
{
    if (folder && g_mkdir_with_parents(folder, 0777) != 0) {
        cli_complain("cannot make the folder %s: %s", folder, g_strerror(errno));
        return false;
    }
    return true;
}

static CliExit print_scenario(const Soak *soak, uint64_t index)
{
    g_autoptr(Scenario) scenario = soak_scenario(soak, index);
    g_autoptr(GString) text = g_string_new(NULL);

    scenario_print(scenario, text);
    fputs(text->str, stdout);
    return CLI_GOOD;
}

CliExit cmd_soak(const char *program G_GNUC_UNUSED, int argc, char **argv)
{
    static Arguments arguments;     /* strings in it live on until the process ends */
    Campaign campaign = { .arguments = &arguments };
    CliExit code = CLI_OWN_FAULT;

    if (!parse(argc, argv, &arguments)) {
        return CLI_BAD_INPUT;
    }
    campaign.soak = (Soak) {
        .seed = arguments.seed,
        .n_steps = arguments.n_steps,
        .replay_every = arguments.replay_every,
    };
    if (arguments.print >= 0) {
        return print_scenario(&campaign.soak, arguments.print);
    }
    if (!make_folder(arguments.keep)) {
        return CLI_BAD_INPUT;
    }
    campaign.soak.tally = mmap(NULL, sizeof(SoakTally), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert(campaign.soak.tally != MAP_FAILED);
    campaign.findings = soak_findings_new();
    campaign.begin_us = campaign.told_us = g_get_monotonic_time();
    campaign.is_terminal = isatty(STDERR_FILENO);
    if (run_campaign(&campaign)) {
        code = summarise(&campaign);
    }
    g_array_unref(campaign.findings);
    g_free(campaign.complaint);
    munmap(campaign.soak.tally, sizeof(SoakTally));
    return code;
}
