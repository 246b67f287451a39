/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options, complaints and exit codes: the same manners for every command.
 */
#include <stdio.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/report/output.h"
#include "harness/scenario/schedule.h"
#include "harness/subject/subject.h"

CliExit cli_complain(const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "bax: %s\n", message);
    return CLI_BAD_INPUT;
}

bool cli_parse_options(const CliHelp *help, const GOptionEntry *entries, int *argc, char ***argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(help->usage);
    g_autofree char *name = g_strdup_printf("bax %s", (*argv)[0]);
    g_autofree char *program = g_strdup(g_get_prgname());
    g_autoptr(GError) error = NULL;
    bool ok;

    /* The usage line names the program and the command. */
    g_set_prgname(name);
    g_option_context_set_summary(context, help->summary);
    g_option_context_set_description(context, help->description);
    g_option_context_add_main_entries(context, entries, NULL);
    ok = g_option_context_parse(context, argc, argv, &error);
    if (!ok) {
        cli_complain("%s (see %s --help)", error->message, name);
    }
    g_set_prgname(program);
    return ok;
}

bool cli_parse_schedule(const char *seed, const char *words, char **ret_words,
                        Scenario **ret_schedule)
{
    g_autoptr(GError) error = NULL;

    *ret_words = NULL;
    *ret_schedule = NULL;
    if (seed && words) {
        cli_complain("--seed and --schedule say the same in two ways; expected one of them");
        return false;
    }
    if (!seed && !words) {
        return true;
    }
    *ret_words = seed ? g_strconcat("seed=", seed, NULL) : g_strdup(words);
    *ret_schedule = schedule_parse_words(seed ? "--seed" : "--schedule", *ret_words, &error);
    if (error) {
        cli_complain("%s", error->message);
        g_clear_pointer(ret_words, g_free);
        return false;
    }
    return true;
}

bool cli_check_range(const char *option, gint64 value, gint64 min, gint64 max)
{
    if (value < min || value > max) {
        cli_complain("%s wants a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not %"
                     G_GINT64_FORMAT, option, min, max, value);
        return false;
    }
    return true;
}

bool cli_check_output(const char *output)
{
    g_autoptr(GError) error = NULL;

    if (output && !output_check(output, &error)) {
        cli_complain("%s", error->message);
        return false;
    }
    return true;
}

int cli_default_jobs(void)
{
    return (int) MIN(g_get_num_processors(), CLI_MAX_JOBS);
}

CliExit cli_worse(CliExit a, CliExit b)
{
    static const unsigned char ranks[] = {
        [CLI_GOOD] = 0,
        [CLI_BAD_INPUT] = 1,
        [CLI_FINDING] = 2,
        [CLI_HUNG] = 3,
        [CLI_CRASHED] = 4,
        [CLI_OWN_FAULT] = 5,
    };

    return ranks[a] >= ranks[b] ? a : b;
}

CliExit cli_exit_code(const Report *report)
{
    static const unsigned char codes[] = {
        [RUN_GOOD] = CLI_GOOD,
        [RUN_FINDING] = CLI_FINDING,
        [RUN_INVALID] = CLI_BAD_INPUT,
        [RUN_CRASHED] = CLI_CRASHED,
        [RUN_HUNG] = CLI_HUNG,
        [RUN_SKIPPED] = CLI_GOOD,
        [RUN_OWN_FAULT] = CLI_OWN_FAULT,
    };
    CliExit worst = CLI_GOOD;

    for (guint i = 0; i < report->entries->len; i++) {
        const ReportEntry *entry = &g_array_index(report->entries, ReportEntry, i);

        worst = cli_worse(worst, (CliExit) codes[report_new_verdict(&entry->result)]);
    }
    return worst;
}

void cli_init_report(Report *report, const char *program)
{
    report_init(report);
    report->program = program;
    report->subject_name = subject.name;
    report->subject_generation = subject.generation;
    report->has_colours = isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR");
}
