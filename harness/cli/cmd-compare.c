/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax compare: two programs run the same scenarios; where do they differ?
 *
 * The programs are asked as anybody would ask them, so they may be of two build folders, and
 * of two states of a patch.
 */
#include <gio/gio.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/cli/compare.h"
#include "harness/report/output.h"

static const CliHelp help = {
    "PROGRAM_A PROGRAM_B PATH...",
    "Lets two programs run the same scenarios and lists, scenario by scenario, where verdicts,\n"
    "findings, answers or the bitmaps at the end differ. Findings are the same if name, who and\n"
    "line are; names of nodes do not count. A scenario that one of them skips is not compared.",
    "Examples:\n"
    "  bax compare ./bax-v1 ./bax-v2 scenarios/\n"
    "  bax compare --format json build/dev/bax build/dev/bax-reference3 scenarios/setup/\n"
    "\n"
    "Exit code: 0 all the same, 1 something differs, 2 bad input or usage, or a program that\n"
    "cannot be run or gives no report, 5 our own fault.",
};

/* Printable; "" if nothing was said. */
static char *first_line(GBytes *said)
{
    gsize n_bytes = g_bytes_get_size(said);
    g_autofree char *words = n_bytes > 0 ? g_strndup(g_bytes_get_data(said, NULL), n_bytes)
                                         : g_strdup("");

    words[strcspn(words, "\n")] = '\0';
    return report_printable(words);
}

static bool fail(GError **error, const char *program, const char *why)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "'%s' %s", program, why);
    return false;
}

/* What @program says on stdout; false and a sentence if it cannot be run or says nothing. */
static bool ask(const char *program, char *const *paths, GBytes **ret_json, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GBytes) json = NULL;
    g_autoptr(GBytes) said = NULL;
    g_autoptr(GError) reason = NULL;

    g_ptr_array_add(argv, (char *) program);
    g_ptr_array_add(argv, (char *) "run");
    g_ptr_array_add(argv, (char *) "--format=json");
    g_ptr_array_add(argv, (char *) "--");
    for (; *paths; paths++) {
        g_ptr_array_add(argv, *paths);
    }
    g_ptr_array_add(argv, NULL);
    process = g_subprocess_newv((const char *const *) argv->pdata,
                                G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                &reason);
    if (!process
        || !g_subprocess_communicate(process, NULL, NULL, &json, &said, &reason)) {
        g_autofree char *why = g_strdup_printf("cannot be run: %s", reason->message);

        return fail(error, program, why);
    }
    if (g_bytes_get_size(json) == 0) {
        g_autofree char *line = first_line(said);
        g_autofree char *why = g_strdup_printf("gave no report%s%s", *line ? ": " : "", line);

        return fail(error, program, why);
    }
    *ret_json = g_steal_pointer(&json);
    return true;
}

static ComparedReport *run(const char *program, char *const *paths)
{
    g_autoptr(GBytes) json = NULL;
    g_autoptr(GError) error = NULL;
    ComparedReport *report = NULL;

    if (ask(program, paths, &json, &error)) {
        report = compared_report_parse(program, g_bytes_get_data(json, NULL),
                                       g_bytes_get_size(json), &error);
    }
    if (!report) {
        cli_complain("%s", error->message);
    }
    return report;
}

static CliExit compare(char *const *programs, char *const *paths, bool is_json)
{
    g_autoptr(ComparedReport) a = run(programs[0], paths);
    g_autoptr(ComparedReport) b = a ? run(programs[1], paths) : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    bool differs;

    if (!b) {
        return CLI_BAD_INPUT;
    }
    differs = is_json ? compare_print_json(a, b, text) : compare_print_human(a, b, text);
    if (!output_write(NULL, text, &error)) {
        cli_complain("%s", error->message);
        return CLI_OWN_FAULT;
    }
    return differs ? CLI_FINDING : CLI_GOOD;
}

CliExit cmd_compare(const char *program, int argc, char **argv)
{
    static char *format;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "human (the default) or json",
          "FORMAT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    bool is_json;

    (void) program;
    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return CLI_BAD_INPUT;
    }
    is_json = g_strcmp0(format, "json") == 0;
    if (format && !is_json && strcmp(format, "human") != 0) {
        return cli_complain("there is no format '%s' to compare in; there are human and json",
                            format);
    }
    if (argc < 4) {
        return cli_complain("compare wants two programs and files or folders, as in: "
                            "bax compare ./bax-a ./bax-b scenarios/");
    }
    return compare(argv + 1, argv + 3, is_json);
}
