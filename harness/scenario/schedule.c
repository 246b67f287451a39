/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario's schedule: lines to choices, choices to lines.
 */
#include <string.h>

#include "harness/scenario/parse.h"
#include "harness/scenario/schedule.h"
#include "harness/scenario/value-answers.h"

#define DEFAULT_CHANGES 3
/* As many questions as a scenario of some thirty steps asks. */
#define DEFAULT_LENGTH 100

/* Comfortable to look at, and far below the limit of a line. */
#define RECORDED_LINE_BYTES 100

bool schedule_is_part(const Step *step)
{
    return strncmp(step->kind->words, "schedule", 8) == 0;
}

static bool is_kind(const Step *step, const char *words)
{
    return strcmp(step->kind->words, words) == 0;
}

/* ---- lines to choices -------------------------------------------------------- */

static uint64_t number_or(const Step *step, unsigned index, uint64_t otherwise)
{
    return step->args[index].present ? step->args[index].number : otherwise;
}

static void set_scheduler(const Step *step, SimChoices *choices)
{
    if (is_kind(step, "schedule pct")) {
        sim_choices_init_pct(choices, number_or(step, 0, 0), number_or(step, 1, DEFAULT_CHANGES),
                             number_or(step, 2, DEFAULT_LENGTH));
        choices->asks_io_times = number_or(step, 3, 1) == 0;
    } else {
        if (step->args[0].present) {
            sim_choices_init_seeded(choices, step->args[0].number);
        }
        choices->asks_io_times = number_or(step, 1, 1) == 0;
    }
}

/* Appends the answers of one line, if they have that purpose. */
static void take_answers(Schedule *schedule, const Step *step, SimPurpose purpose)
{
    const StepArg *arg = &step->args[1];

    if (step->args[0].number != purpose) {
        return;
    }
    schedule->answers = g_renew(SimAnswer, schedule->answers,
                                schedule->n_answers + arg->n_answers);
    schedule->lines = g_renew(unsigned, schedule->lines, schedule->n_answers + arg->n_answers);
    for (uint32_t i = 0; i < arg->n_answers; i++) {
        schedule->answers[schedule->n_answers] = arg->answers[i];
        schedule->answers[schedule->n_answers].purpose = purpose;
        schedule->lines[schedule->n_answers++] = step->line;
    }
}

void schedule_open(Schedule *schedule, const Scenario *scenario, SimChoices *choices)
{
    bool has_answers = false;

    *schedule = (Schedule) { .path = scenario->path };
    sim_choices_init_first_come(choices);
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (!line->has_step) {
            continue;
        }
        if (!line->step.kind->is_heading) {
            break;
        }
        if (is_kind(&line->step, "schedule answers")) {
            has_answers = true;
        } else if (schedule_is_part(&line->step)) {
            set_scheduler(&line->step, choices);
        }
    }
    for (unsigned purpose = 0; has_answers && purpose < SIM_N_PURPOSES; purpose++) {
        for (guint i = 0; i < scenario->lines->len; i++) {
            const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

            if (line->has_step && is_kind(&line->step, "schedule answers")) {
                take_answers(schedule, &line->step, purpose);
            }
        }
    }
    sim_choices_replay(choices, schedule->answers, schedule->n_answers);
}

void schedule_close(Schedule *schedule)
{
    g_free(schedule->answers);
    g_free(schedule->lines);
    memset(schedule, 0, sizeof(*schedule));
}

/* ---- divergence ----------------------------------------------------------------- */

char *schedule_explain_divergence(const Schedule *schedule, const SimChoices *choices)
{
    SimDivergence divergence;
    const SimAnswer *answer;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!sim_choices_find_divergence(choices, &divergence)) {
        return NULL;
    }
    answer = &schedule->answers[divergence.index];
    g_string_append_printf(text, "%s:%u: the run differs from its schedule, first at the answer "
                           "'%s ", schedule->path, schedule->lines[divergence.index],
                           sim_purpose_name(answer->purpose));
    answer_print(answer, text);
    if (divergence.is_never_asked) {
        g_string_append(text, "': that question never came");
    } else {
        g_string_append_printf(text, "': that question came after event %" G_GUINT64_FORMAT
                               " and had %u alternatives", divergence.event,
                               divergence.n_alternatives);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- choices to lines ------------------------------------------------------------- */

static gint compare_answers(gconstpointer a, gconstpointer b)
{
    const SimAnswer *left = a, *right = b;

    if (left->purpose != right->purpose) {
        return left->purpose < right->purpose ? -1 : 1;
    }
    return left->question < right->question ? -1 : left->question > right->question;
}

char *schedule_print(bool asks_io_times, const SimAnswer *answers, uint32_t n_answers)
{
    g_autofree SimAnswer *sorted = g_new(SimAnswer, n_answers + 1);    /* never NULL */
    g_autoptr(GString) entry = g_string_new(NULL);
    GString *text = g_string_new(asks_io_times ? "schedule io-times=yes\n" : NULL);
    gsize line_start = 0;

    for (uint32_t i = 0; i < n_answers; i++) {
        sorted[i] = answers[i];
    }
    qsort(sorted, n_answers, sizeof(*sorted), compare_answers);
    for (uint32_t i = 0; i < n_answers; i++) {
        bool is_new_line;

        g_string_truncate(entry, 0);
        answer_print(&sorted[i], entry);
        is_new_line = i == 0 || sorted[i].purpose != sorted[i - 1].purpose ||
                      text->len + 1 + entry->len - line_start > RECORDED_LINE_BYTES;
        if (is_new_line) {
            g_string_append(text, i > 0 ? "\n" : "");
            line_start = text->len;
            g_string_append_printf(text, "schedule answers %s ",
                                   sim_purpose_name(sorted[i].purpose));
        } else {
            g_string_append_c(text, ',');
        }
        g_string_append_len(text, entry->str, entry->len);
    }
    g_string_append(text, n_answers > 0 ? "\n" : "");
    return g_string_free(text, FALSE);
}

/* The index of the first line that has a step which is none of the heading; else the end. */
static guint find_body(const Scenario *scenario)
{
    guint i = 0;

    for (; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && (schedule_is_part(&line->step) || !line->step.kind->is_heading)) {
            break;
        }
    }
    return i;
}

char *schedule_replace(const Scenario *scenario, const char *schedule)
{
    GString *text = g_string_new(NULL);
    guint place = find_body(scenario);

    for (guint i = 0; i <= scenario->lines->len; i++) {
        const ScenarioLine *line;

        if (i == place) {
            g_string_append(text, schedule);
        }
        if (i == scenario->lines->len) {
            break;
        }
        line = &g_array_index(scenario->lines, ScenarioLine, i);
        if (!line->has_step || !schedule_is_part(&line->step)) {
            scenario_print_line(line, text);
            g_string_append_c(text, '\n');
        }
    }
    return g_string_free(text, FALSE);
}

Scenario *schedule_parse_words(const char *where, const char *words, GError **error)
{
    g_autofree char *line = g_strconcat("schedule ", words, NULL);

    return scenario_parse(where, line, strlen(line), error);
}
