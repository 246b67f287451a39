/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax run --gdb: a debugger that stands at the step of the finding.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "harness/shrink/edit.h"
#include "harness/shrink/same.h"
#include "harness/shrink/trials.h"

#define CPU_LIMIT_MS 10000
/* For who thinks before the next command. */
#define TIMEOUT_S "86400"

bool cli_take_gdb_option(int *argc, char **argv, const char **ret_line)
{
    bool is_there = false;
    int n_kept = 0;

    *ret_line = NULL;
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--gdb") == 0) {
            is_there = true;
        } else if (g_str_has_prefix(argv[i], "--gdb=")) {
            is_there = true;
            *ret_line = argv[i] + strlen("--gdb=");
        } else {
            argv[n_kept++] = argv[i];
        }
    }
    argv[n_kept] = NULL;
    *argc = n_kept;
    return is_there;
}

/* Takes @command. */
static void add_ex(GPtrArray *argv, char *command)
{
    g_ptr_array_add(argv, g_strdup("-ex"));
    g_ptr_array_add(argv, command);
}

/* The line is read as the plain number that it is, so that no debug information is needed. */
static void add_break(GPtrArray *argv, const char *function, const char *relation, unsigned line)
{
    add_ex(argv, g_strdup_printf("break %s if *(unsigned *) &player_line_under_way %s %u",
                                 function, relation, line));
}

char **cli_gdb_command(const char *gdb, const char *bax, const char *file, unsigned line)
{
    static const char *const functions[] = {
        "qmp_backup_access_setup", "qmp_backup_access_teardown", "backup_access_teardown",
        "qmp_backup", "qmp_backup_cancel",
    };
    const char *const run[] = {
        "--args", bax, "run", "--jobs", "1", "--timeout", TIMEOUT_S, "--", file,
    };
    GPtrArray *argv = g_ptr_array_new();

    g_ptr_array_add(argv, g_strdup(gdb));
    g_ptr_array_add(argv, g_strdup("-q"));
    add_ex(argv, g_strdup("set follow-fork-mode child"));
    /* Code under test need not have all of the functions. */
    add_ex(argv, g_strdup("set breakpoint pending on"));
    add_break(argv, "player_step_begins", "==", line);
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        add_break(argv, functions[i], ">=", line);
    }
    add_ex(argv, g_strdup("run"));
    for (gsize i = 0; i < G_N_ELEMENTS(run); i++) {
        g_ptr_array_add(argv, g_strdup(run[i]));
    }
    g_ptr_array_add(argv, NULL);
    return (char **) g_ptr_array_free(argv, FALSE);
}

static bool has_step(const Scenario *scenario, guint64 line)
{
    return line >= 1 && line <= scenario->lines->len && edit_step_at(scenario, line - 1);
}

static unsigned first_line(const Scenario *scenario)
{
    unsigned line = 1;

    while (line < scenario->lines->len && !has_step(scenario, line)) {
        line++;
    }
    return line;
}

/* 0 and a sentence: there is none.  What is found behind the last step begins with the first. */
static unsigned find_line(const Scenario *scenario, GError **error)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    TrialOptions options = { .n_jobs = 1, .cpu_limit_ms = CPU_LIMIT_MS };
    const Finding *finding;
    unsigned line = 0;
    RunResult result;

    g_ptr_array_add(alone, (gpointer) scenario);
    trials_run(&options, alone, &result);
    finding = finding_choose_or_fail(scenario, &result, NULL, "debug", error);
    if (finding) {
        line = finding->line > 0 ? finding->line : first_line(scenario);
    }
    run_result_clear(&result);
    return line;
}

static bool take_line(const Scenario *scenario, const char *words, unsigned *ret_line)
{
    g_autoptr(GError) error = NULL;
    guint64 number;

    if (!words) {
        *ret_line = find_line(scenario, &error);
        if (error) {
            cli_complain("%s; --gdb=LINE stops anywhere", error->message);
        }
        return *ret_line > 0;
    }
    if (!g_ascii_string_to_unsigned(words, 10, 1, G_MAXUINT, &number, NULL)
        || !has_step(scenario, number)) {
        cli_complain("--gdb wants a line of %s with a step, not '%s'", scenario->path, words);
        return false;
    }
    *ret_line = number;
    return true;
}

CliExit cli_exec_gdb(char *const *paths, const char *line)
{
    g_autoptr(GPtrArray) scenarios = cli_load_scenarios(paths);
    g_autofree char *gdb = g_find_program_in_path("gdb");
    g_autofree char *bax = g_file_read_link("/proc/self/exe", NULL);
    const Scenario *scenario;
    unsigned number;

    if (!scenarios) {
        return CLI_BAD_INPUT;
    }
    scenario = g_ptr_array_index(scenarios, 0);
    if (scenarios->len != 1 || paths[1]) {
        return cli_complain("--gdb wants one file, as in: bax run --gdb a.scn");
    }
    if (!gdb) {
        return cli_complain("--gdb wants gdb, which is not installed");
    }
    if (take_line(scenario, line, &number)) {
        g_auto(GStrv) command = cli_gdb_command(gdb, bax ? bax : "bax", scenario->path, number);

        execv(gdb, command);
        cli_complain("%s cannot be run: %s", gdb, g_strerror(errno));
    }
    return CLI_BAD_INPUT;
}
