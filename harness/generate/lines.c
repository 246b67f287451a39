/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a scenario as they come and go, and the pass that makes a scenario valid.
 */
#include "harness/generate/generate-private.h"

static void clear_line(void *opaque)
{
    ScenarioLine *line = opaque;

    g_free(line->comment);
    step_clear(&line->step);
}

static GArray *lines_new(guint n_expected)
{
    GArray *lines = g_array_sized_new(FALSE, TRUE, sizeof(ScenarioLine), n_expected);

    g_array_set_clear_func(lines, clear_line);
    return lines;
}

Scenario *scenario_new(void)
{
    Scenario *scenario = g_new0(Scenario, 1);

    scenario->path = g_strdup("generated.scn");
    scenario->title = g_strdup("generated.scn");
    scenario->lines = lines_new(48);
    return scenario;
}

Step *line_step(const Scenario *scenario, guint index)
{
    return &g_array_index(scenario->lines, ScenarioLine, index).step;
}

void lines_insert(Scenario *scenario, guint index, const Step *step)
{
    ScenarioLine line = { .has_step = true, .step = *step };

    g_array_insert_val(scenario->lines, index, line);
}

void step_copy(Step *target, const Step *source)
{
    *target = *source;
    target->label = g_strdup(source->label);
    for (unsigned i = 0; i < STEP_MAX_ARGS && source->kind->args[i].name; i++) {
        target->args[i].text = g_strdup(source->args[i].text);
        target->args[i].answers = g_memdup2(source->args[i].answers, source->args[i].n_answers
                                            * sizeof(source->args[i].answers[0]));
        if (source->args[i].ranges) {
            target->args[i].ranges = g_new0(SimRangeMap, 1);
            sim_rangemap_copy(target->args[i].ranges, source->args[i].ranges);
        }
    }
}

Scenario *scenario_copy(const Scenario *scenario)
{
    Scenario *copy = g_new0(Scenario, 1);

    copy->path = g_strdup(scenario->path);
    copy->title = g_strdup(scenario->title);
    copy->lines = lines_new(scenario->lines->len);
    g_array_set_size(copy->lines, scenario->lines->len);
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *from = &g_array_index(scenario->lines, ScenarioLine, i);
        ScenarioLine *to = &g_array_index(copy->lines, ScenarioLine, i);

        to->comment = g_strdup(from->comment);
        to->has_step = from->has_step;
        if (from->has_step) {
            step_copy(&to->step, &from->step);
        }
    }
    return copy;
}

/* ---- repair ---------------------------------------------------------------- */

static void put_line(GArray *lines, Step *step)
{
    ScenarioLine *line;

    g_array_set_size(lines, lines->len + 1);
    line = &g_array_index(lines, ScenarioLine, lines->len - 1);
    line->has_step = true;
    line->step = *step;
    line->step.line = lines->len;
    step->label = NULL;
    step->kind = NULL;      /* then it has no arguments either */
}

/* What every scenario begins with that nobody wrote by hand. */
static void put_preamble(GArray *lines)
{
    Step version = { .kind = find_kind("bax") }, allow = { .kind = find_kind("allow errors") };

    step_set_number(&version, 0, SCENARIO_LANGUAGE_VERSION);
    put_line(lines, &version);
    put_line(lines, &allow);
}

bool step_is_heading(const Step *step)
{
    KindRole role = kind_facts(step->kind)->role;

    return role == ROLE_SCHEDULER || role == ROLE_ANSWERS;
}

static void admit_lines(Scenario *scenario, Ledger *ledger, GArray *lines, bool are_headings)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && line->step.kind && step_is_heading(&line->step) == are_headings
            && ledger_admit(ledger, &line->step)) {
            put_line(lines, &line->step);
        }
    }
}

void scenario_repair(Scenario *scenario)
{
    GArray *lines = lines_new(scenario->lines->len + 2);
    Ledger ledger;

    ledger_init(&ledger);
    put_preamble(lines);
    admit_lines(scenario, &ledger, lines, true);
    admit_lines(scenario, &ledger, lines, false);
    ledger_clear(&ledger);
    g_array_unref(scenario->lines);
    scenario->lines = lines;
}
