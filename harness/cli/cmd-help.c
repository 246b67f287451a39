/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax help: what the steps of the scenario language are, from the tables that the parser uses.
 */
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"

#define PAGE_WIDTH 100
#define SENTENCE_INDENT 4
#define ARGUMENT_INDENT 8

static const CliHelp help = {
    "steps [WORD]",
    "Lists the steps that a scenario can hold: their words, arguments and meaning. With a\n"
    "WORD, only those whose words hold it.",
    "Examples:\n"
    "  bax help steps\n"
    "  bax help steps expect\n"
    "\n"
    "Exit code: 0, or 2 if there is nothing to tell.",
};

static const char *type_words(const ArgSpec *arg)
{
    switch (arg->type) {
    case ARG_DRIVE:
        return "DRIVE";
    case ARG_DRIVES:
        return "DRIVE[,DRIVE...]";
    case ARG_SIZE:
        return "SIZE";
    case ARG_NUMBER:
        return "NUMBER";
    case ARG_DURATION:
        return "DURATION";
    case ARG_NAME:
        return "NAME";
    case ARG_TEXT:
        return "\"TEXT\"";
    case ARG_WORD:
        return arg->choices;
    case ARG_RANGES:
        return "RANGES";
    case ARG_ANSWERS:
        return "ANSWERS";
    }
    g_assert_not_reached();
}

/* The caller's: what the argument is for, or the words that it can be. */
static char *describe_argument(const ArgSpec *arg)
{
    if (arg->optional) {
        return g_strdup_printf("[%s=%s]", arg->name, type_words(arg));
    } else if (arg->type == ARG_WORD) {
        return g_strdup(arg->choices);
    }
    return g_strdup_printf("<%s>", arg->name);
}

/* Prints @word behind what stands on the line, or on a new one if it would go too far. */
static void print_word(const char *word, unsigned indent, unsigned *column)
{
    unsigned width = strlen(word);

    if (*column + 1 + width > PAGE_WIDTH) {
        printf("\n%*s%s", indent, "", word);
        *column = indent + width;
    } else {
        bool is_first = *column == indent && indent == SENTENCE_INDENT;

        printf("%s%s", is_first ? "" : " ", word);
        *column += width + !is_first;
    }
}

static void print_sentence(const char *sentence)
{
    g_auto(GStrv) words = g_strsplit(sentence, " ", -1);
    unsigned column = SENTENCE_INDENT;

    printf("%*s", SENTENCE_INDENT, "");
    for (char **word = words; *word; word++) {
        print_word(*word, SENTENCE_INDENT, &column);
    }
    printf("\n");
}

static void print_kind(const StepKind *kind)
{
    unsigned column = strlen(kind->words);

    printf("%s", kind->words);
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        g_autofree char *argument = describe_argument(&kind->args[i]);

        print_word(argument, ARGUMENT_INDENT, &column);
    }
    printf("\n");
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        if (!kind->args[i].optional && kind->args[i].type != ARG_WORD) {
            printf("    <%s>: %s\n", kind->args[i].name, type_words(&kind->args[i]));
        }
    }
    print_sentence(kind->summary);
    if (kind->can_start) {
        print_sentence("May stand behind \"start LABEL\".");
    }
    printf("\n");
}

static unsigned print_kinds(const char *word)
{
    unsigned n_printed = 0;

    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            if (!word || strstr(kind->words, word)) {
                print_kind(kind);
                n_printed++;
            }
        }
    }
    return n_printed;
}

CliExit cmd_help(const char *program, int argc, char **argv)
{
    const GOptionEntry entries[] = { { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL } };

    (void) program;
    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return CLI_BAD_INPUT;
    }
    if (argc < 2 || argc > 3 || strcmp(argv[1], "steps") != 0) {
        return cli_complain("there is \"bax help steps\", and --help with every command");
    }
    if (print_kinds(argc == 3 ? argv[2] : NULL) == 0) {
        return cli_complain("there is no step with '%s' in its words", argv[2]);
    }
    return CLI_GOOD;
}
