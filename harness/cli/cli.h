/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of bax, and what they share.
 *
 * A command is one file, cmd-NAME.c, and one row in main.c.  It reads its own options,
 * answers on stdout, complains on stderr, and returns an exit code.
 */
#ifndef HARNESS_CLI_CLI_H
#define HARNESS_CLI_CLI_H

#include <glib.h>
#include <stdbool.h>

#include "harness/report/known.h"
#include "harness/report/report.h"
#include "harness/scenario/scenario.h"

typedef enum CliExit {
    CLI_GOOD = 0,
    CLI_FINDING = 1,
    CLI_BAD_INPUT = 2,          /* and wrong usage */
    CLI_CRASHED = 3,            /* the code under test did */
    CLI_HUNG = 4,               /* the code under test did */
    CLI_OWN_FAULT = 5,
} CliExit;

/* For --help of every command that runs scenarios. */
#define CLI_EXIT_CODES \
    "Exit code: 0 all good, 1 a finding, 2 bad input or usage, 3 the code under test\n" \
    "crashed, 4 it hung, 5 our own fault. Of several the worst counts: 5, 3, 4, 1, 2."

typedef struct Command {
    const char *name;           /* as typed: "run" */
    const char *arguments;      /* for the list of commands: "PATH..." */
    const char *summary;        /* one line */
    /* argv[0] is the name of the command; *@program how bax itself was called. */
    CliExit (*run)(const char *program, int argc, char **argv);
} Command;

CliExit cmd_run(const char *program, int argc, char **argv);
CliExit cmd_check(const char *program, int argc, char **argv);
CliExit cmd_show(const char *program, int argc, char **argv);
CliExit cmd_shrink(const char *program, int argc, char **argv);
CliExit cmd_explain(const char *program, int argc, char **argv);
CliExit cmd_compare(const char *program, int argc, char **argv);
CliExit cmd_explore(const char *program, int argc, char **argv);
CliExit cmd_faults(const char *program, int argc, char **argv);
CliExit cmd_soak(const char *program, int argc, char **argv);
CliExit cmd_fuzz(const char *program, int argc, char **argv);
CliExit cmd_bench(const char *program, int argc, char **argv);
CliExit cmd_help(const char *program, int argc, char **argv);
/* What `bax --version` prints. */
CliExit cli_print_version(void);

/* ---- shared ------------------------------------------------------------------ */

/* The worst of the verdicts, as an exit code; findings that are known do not count. */
CliExit cli_exit_code(const Report *report);
/* What counts for the exit code if both happened. */
CliExit cli_worse(CliExit a, CliExit b);

/* "bax: MESSAGE" on stderr; returns CLI_BAD_INPUT. */
CliExit cli_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

typedef struct CliHelp {
    const char *usage;          /* behind the name of the command: "PATH..." */
    const char *summary;        /* what the command does, in whole sentences */
    const char *description;    /* examples and exit codes */
} CliHelp;

/*
 * Reads options; on --help prints and ends the process with 0.  A mistake is complained
 * about here: false.  What is left in @argv is the command's own name and its arguments.
 */
bool cli_parse_options(const CliHelp *help, const GOptionEntry *entries, int *argc, char ***argv);

/*
 * Parses every scenario among @paths (NULL-terminated) and in the folders among them.  NULL if
 * any has a mistake: all of them have been complained about then, one sentence each.
 */
GPtrArray *cli_load_scenarios(char *const *paths);      /* of Scenario *, owned */

/* False: the file was complained about.  *@ret_known: NULL if @path is. */
bool cli_load_known(const char *path, Known **ret_known);

/* Those of options; complains and is false if it is not from @min to @max. */
bool cli_check_range(const char *option, gint64 value, gint64 min, gint64 max);
/* The same for a file that is to be written; NULL is good. */
bool cli_check_output(const char *output);

#define CLI_DEFAULT_TIMEOUT_S 10
#define CLI_MAX_TIMEOUT_S 86400
#define CLI_MAX_JOBS 256
/* As many as there are processors. */
int cli_default_jobs(void);

typedef struct CliBatch {
    unsigned n_repeats;         /* runs of each scenario, at least 1 */
    unsigned n_jobs;            /* at least 1 */
    unsigned cpu_limit_ms;      /* of one run */
    bool is_recorded;           /* keep answers and bitmaps as text */
    bool keeps_schedule;        /* and the schedule */
    const Scenario *schedule;   /* its schedule counts for all of them; borrowed; NULL: each has
                                   its own */
    SimRecord *mirror;          /* of the only run; borrowed; may be NULL */
    SimObserverFunc *observe;   /* in the run's process; may be NULL */
    void *opaque;
} CliBatch;

/*
 * Runs each in processes of its own and adds what came of it to the report, in the order of
 * @scenarios, which must outlive the report.  Runs of one scenario that differ are a finding
 * "nondeterminism".
 */
void cli_run_batch(const GPtrArray *scenarios, const CliBatch *batch, Report *report);

/*
 * The schedule that "--seed @seed" or "--schedule @words" asks for; both may be NULL, then so is
 * *@ret_words and *@ret_schedule.  False: it was complained about.
 */
bool cli_parse_schedule(const char *seed, const char *words, char **ret_words,
                        Scenario **ret_schedule);

/* To the finding of a run that crashed or hung, adds the step that was under way. */
void cli_explain_death(const Scenario *scenario, RunResult *result);

/*
 * Takes --gdb and --gdb=LINE out of @argv.  True: it was there, and the process should become
 * gdb; *@ret_line is LINE as it was given, or NULL.
 */
bool cli_take_gdb_option(int *argc, char **argv, const char **ret_line);
/* How gdb is called to stop when the step of @line begins; the caller's. */
char **cli_gdb_command(const char *gdb, const char *bax, const char *file, unsigned line);
/* Becomes gdb.  @line NULL: that of the finding.  Returns only on a mistake, which is told. */
CliExit cli_exec_gdb(char *const *paths, const char *line);

/* Sets what a report says of this program. */
void cli_init_report(Report *report, const char *program);

#endif
