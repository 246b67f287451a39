/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax check: scenarios are read, and not run.
 */
#include <stdio.h>

#include "harness/cli/cli.h"

static const CliHelp help = {
    "PATH...",
    "Reads scenarios and reports every mistake with file, line and column; runs nothing.",
    "Examples:\n"
    "  bax check scenarios/\n"
    "  bax check new.scn && bax run new.scn\n"
    "\n"
    "Exit code: 0 no mistake, 2 a mistake or wrong usage.",
};

CliExit cmd_check(const char *program, int argc, char **argv)
{
    const GOptionEntry entries[] = { { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL } };
    g_autoptr(GPtrArray) scenarios = NULL;

    (void) program;
    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return CLI_BAD_INPUT;
    }
    if (argc < 2) {
        return cli_complain("check wants files or folders, as in: bax check scenarios/");
    }
    scenarios = cli_load_scenarios(argv + 1);
    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    printf("%u scenario%s, no mistake\n", scenarios->len, scenarios->len == 1 ? "" : "s");
    return CLI_GOOD;
}
