/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax: can QEMU's backup code lose a guest write?
 *
 * The life of a run: a command reads scenarios (harness/scenario), gives each a process of
 * its own (harness/isolate.c), where it is run and judged (harness/run.c), and reports what
 * came of it (harness/report).
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"

static const Command commands[] = {
    { "run", "PATH...", "run scenarios, judge them, report", cmd_run },
    { "check", "PATH...", "read scenarios, report mistakes", cmd_check },
    { "show", "FILE", "one run as a timeline", cmd_show },
    { "shrink", "FILE", "the smallest scenario with the same finding", cmd_shrink },
    { "explain", "FILE", "which lines matter for the finding, and which do not", cmd_explain },
    { "compare", "A B PATH...", "two programs: where do they differ?", cmd_compare },
    { "explore", "", "every sequence and schedule within a bound", cmd_explore },
    { "faults", "PATH...", "each call fails in turn: what breaks?", cmd_faults },
    { "soak", "", "random scenarios, as many as there is time for", cmd_soak },
    { "fuzz", "", "a campaign: random scenarios that learn what is new", cmd_fuzz },
    { "bench", "", "cycles per second", cmd_bench },
    { "help", "steps", "the steps of the scenario language", cmd_help },
};

static CliExit print_help(void)
{
    printf("Usage: bax COMMAND [ARGUMENT...]\n\n"
           "Exercises the backup access code of QEMU in a simulated QEMU: can it lose a guest\n"
           "write, give a wrong picture of the disk, crash, hang, or leave something behind?\n\n"
           "Commands (each has --help with examples):\n");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        printf("  %-7s %-11s  %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
    }
    printf("\nbax --version tells which files are real and from where, and which are simulated.\n\n"
           "Examples:\n"
           "  bax run scenarios/\n"
           "  bax show scenarios/teardown/success-clears-what-was-backed-up.scn\n\n"
           CLI_EXIT_CODES "\n");
    return CLI_GOOD;
}

static CliExit dispatch(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;

    if (!word) {
        return cli_complain("a command is missing (see bax --help)");
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0
        || (strcmp(word, "help") == 0 && argc == 2)) {
        return print_help();
    }
    if (strcmp(word, "--version") == 0) {
        return cli_print_version();
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(word, commands[i].name) == 0) {
            return commands[i].run(argv[0], argc - 1, argv + 1);
        }
    }
    return cli_complain("there is no command '%s' (see bax --help)", word);
}

int main(int argc, char **argv)
{
    CliExit code;

    setlocale(LC_CTYPE, "");
    g_set_prgname("bax");
    code = dispatch(argc, argv);
    /* An answer that did not arrive is none. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && code != CLI_OWN_FAULT) {
        cli_complain("cannot write to stdout");
        code = CLI_OWN_FAULT;
    }
    return code;
}
