/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenario to canonical text.
 *
 * One blank between words, arguments in the order of the table, the shortest exact
 * form of every value, two blanks before a comment behind a step.
 */
#include <string.h>

#include "harness/scenario/parse.h"
#include "harness/scenario/text.h"
#include "harness/scenario/value-answers.h"

static void print_size(uint64_t bytes, GString *text)
{
    static const char suffixes[] = "KMGT";
    unsigned n_divided = 0;

    while (bytes && bytes % 1024 == 0 && n_divided < strlen(suffixes)) {
        bytes /= 1024;
        n_divided++;
    }
    number_print(bytes, text);
    if (n_divided) {
        g_string_append_c(text, suffixes[n_divided - 1]);
    }
}

static void print_duration(uint64_t duration_ns, GString *text)
{
    static const char *const units[] = { "ns", "us", "ms", "s" };
    unsigned n_divided = 0;

    while (duration_ns && duration_ns % 1000 == 0 && n_divided + 1 < G_N_ELEMENTS(units)) {
        duration_ns /= 1000;
        n_divided++;
    }
    number_print(duration_ns, text);
    g_string_append(text, units[n_divided]);
}

static void print_ranges(const StepArg *arg, GString *text)
{
    if (!arg->ranges) {
        g_string_append(text, arg->all ? "all" : "none");
        return;
    }
    for (uint32_t i = 0; i < sim_rangemap_count(arg->ranges); i++) {
        const SimRange *range = sim_rangemap_at(arg->ranges, i);

        if (i > 0) {
            g_string_append_c(text, ',');
        }
        print_size(range->start, text);
        g_string_append_c(text, '+');
        print_size(range->end - range->start, text);
    }
}

static void print_choice(const ArgSpec *spec, const StepArg *arg, GString *text)
{
    Word choice = choices_get(spec->choices, arg->number);

    g_string_append_len(text, choice.start, choice.length);
}

static void print_value(const ArgSpec *spec, const StepArg *arg, GString *text)
{
    switch (spec->type) {
    case ARG_DRIVE:
        g_string_append(text, arg->text);
        break;
    case ARG_DRIVES:
        if (strcmp(arg->text, "*") == 0) {
            g_string_append_c(text, '*');
        } else {
            text_print(arg->text, TEXT_LIST, text);
        }
        break;
    case ARG_SIZE:
        print_size(arg->number, text);
        break;
    case ARG_NUMBER:
        number_print(arg->number, text);
        break;
    case ARG_DURATION:
        print_duration(arg->number, text);
        break;
    case ARG_NAME:
        text_print(arg->text, TEXT_NAME, text);
        break;
    case ARG_TEXT:
        text_print(arg->text, TEXT_QUOTED, text);
        break;
    case ARG_WORD:
        print_choice(spec, arg, text);
        break;
    case ARG_RANGES:
        print_ranges(arg, text);
        break;
    case ARG_ANSWERS:
        answers_print(arg, text);
        break;
    }
}

void step_print(const Step *step, GString *text)
{
    const ArgSpec *specs = step->kind->args;

    if (step->label) {
        g_string_append(text, "start ");
        g_string_append(text, step->label);
        g_string_append_c(text, ' ');
    }
    g_string_append(text, step->kind->words);
    for (unsigned i = 0; i < STEP_MAX_ARGS && specs[i].name; i++) {
        if (!specs[i].optional) {
            g_string_append_c(text, ' ');
            print_value(&specs[i], &step->args[i], text);
        }
    }
    for (unsigned i = 0; i < STEP_MAX_ARGS && specs[i].name; i++) {
        if (specs[i].optional && step->args[i].present) {
            g_string_append_c(text, ' ');
            g_string_append(text, specs[i].name);
            g_string_append_c(text, '=');
            print_value(&specs[i], &step->args[i], text);
        }
    }
}

void scenario_print_line(const ScenarioLine *line, GString *text)
{
    if (line->has_step) {
        step_print(&line->step, text);
    }
    if (line->comment) {
        g_string_append(text, line->has_step ? "  " : "");
        g_string_append(text, line->comment);
    }
}

void scenario_print(const Scenario *scenario, GString *text)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        scenario_print_line(&g_array_index(scenario->lines, ScenarioLine, i), text);
        g_string_append_c(text, '\n');
    }
}

/* What stands for a value in a usage line. */
static const char *placeholder(const ArgSpec *spec)
{
    switch (spec->type) {
    case ARG_DRIVE:
        return "DRIVE";
    case ARG_DRIVES:
        return "DRIVE,...";
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
        return spec->choices;
    case ARG_RANGES:
        return "RANGES";
    case ARG_ANSWERS:
        return "ANSWERS";
    }
    g_assert_not_reached();
}

void step_kind_print_usage(const StepKind *kind, GString *text)
{
    g_string_append(text, kind->words);
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        const ArgSpec *spec = &kind->args[i];

        if (spec->optional) {
            continue;
        }
        if (spec->type == ARG_WORD || spec->type == ARG_TEXT) {
            g_string_append_printf(text, " %s", placeholder(spec));
        } else {
            g_autofree char *name = g_ascii_strup(spec->name, -1);

            g_string_append_printf(text, " %s", name);
        }
    }
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        const ArgSpec *spec = &kind->args[i];

        if (spec->optional) {
            g_string_append_printf(text, " [%s=%s]", spec->name, placeholder(spec));
        }
    }
}
