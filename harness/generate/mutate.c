/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random changes of scenarios.
 *
 * A change may leave anything behind, and the next one takes it as it is: the pass at the end makes
 * the scenario valid again.
 */
#include <string.h>

#include "harness/generate/generate-private.h"

#define MAX_BLOCK 6

/* ---- the state before a line ----------------------------------------------- */

/* Of a valid scenario; lines that are not admitted do no harm. */
static void look_up_to(Ledger *ledger, const Scenario *scenario, guint index)
{
    ledger_init(ledger);
    for (guint i = 0; i < index; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step) {
            ledger_admit(ledger, line_step(scenario, i));
        }
    }
}

/* ---- changes --------------------------------------------------------------- */

typedef void ChangeFunc(Scenario *scenario, const Taste *taste, SimPrng *prng);

/* How many lines from @first on. */
static guint pick_length(const Scenario *scenario, guint first, SimPrng *prng)
{
    guint n = 1 + sim_prng_below(prng, MAX_BLOCK);

    return MIN(n, scenario->lines->len - first);
}

static guint pick_line(const Scenario *scenario, SimPrng *prng)
{
    return sim_prng_below(prng, scenario->lines->len);
}

static void insert_kind(Scenario *scenario, const KindFacts *facts, const Taste *taste,
                        SimPrng *prng)
{
    guint index = sim_prng_below(prng, scenario->lines->len + 1);
    Ledger ledger;
    Step step;

    look_up_to(&ledger, scenario, index);
    if (facts) {
        step_generate_of(&step, facts, &ledger, taste, prng);
    } else {
        step_generate(&step, &ledger, taste, prng);
    }
    ledger_clear(&ledger);
    lines_insert(scenario, index, &step);
}

static void insert(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    insert_kind(scenario, NULL, taste, prng);
}

static void insert_situation(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    guint index = sim_prng_below(prng, scenario->lines->len + 1);
    Ledger ledger;

    look_up_to(&ledger, scenario, index);
    situation_emit(&(Situation) { scenario, index, &ledger, taste, prng });
    ledger_clear(&ledger);
}

static void insert_fault(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    insert_kind(scenario, kind_facts(find_kind("fault")), taste, prng);
}

static void insert_drive(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    char name[] = "scsi0";
    Ledger ledger;
    Step step;

    ledger_init(&ledger);
    step_generate_of(&step, kind_facts(find_kind("drive")), &ledger, taste, prng);
    name[4] += sim_prng_below(prng, 4);
    step_set_text(&step, 0, name);
    lines_insert(scenario, 0, &step);
}

static void change_scheduler(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    const char *words = happens(prng, 25) ? "schedule pct" : "schedule";
    Ledger ledger;
    Step step;

    /* In front of any other, so it is the one that counts. */
    ledger_init(&ledger);
    step_generate_of(&step, kind_facts(find_kind(words)), &ledger, taste, prng);
    lines_insert(scenario, 0, &step);
}

/* The end that there is goes first: nothing may follow it. */
static void append_quit(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    GArray *lines = scenario->lines;
    const ScenarioLine *last = &g_array_index(lines, ScenarioLine, lines->len - 1);
    Ledger ledger;

    if (last->has_step && kind_facts(last->step.kind)->role == ROLE_QUIT) {
        g_array_set_size(lines, lines->len - 1);
    }
    look_up_to(&ledger, scenario, lines->len);
    situation_emit_end(&(Situation) { scenario, lines->len, &ledger, taste, prng });
    ledger_clear(&ledger);
}

static void remove_one(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    g_array_remove_index(scenario->lines, pick_line(scenario, prng));
}

static void remove_block(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    guint first = pick_line(scenario, prng);
    guint n = pick_length(scenario, first, prng);

    g_array_remove_range(scenario->lines, first, n);
}

static void repeat(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    guint from = pick_line(scenario, prng);
    guint to = sim_prng_below(prng, scenario->lines->len + 1);
    Step step;

    if (g_array_index(scenario->lines, ScenarioLine, from).has_step) {
        step_copy(&step, line_step(scenario, from));
        lines_insert(scenario, to, &step);
    }
}

static void swap(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    ScenarioLine *a = &g_array_index(scenario->lines, ScenarioLine, pick_line(scenario, prng));
    ScenarioLine *b = &g_array_index(scenario->lines, ScenarioLine, pick_line(scenario, prng));
    ScenarioLine kept = *a;

    *a = *b;
    *b = kept;
}

/* Takes [first, first + n) to where @to is once it is out. */
static void move_lines(GArray *lines, guint first, guint n, guint to)
{
    ScenarioLine block[MAX_BLOCK];
    ScenarioLine *all = &g_array_index(lines, ScenarioLine, 0);

    memcpy(block, all + first, n * sizeof(*all));
    memmove(all + first, all + first + n, (lines->len - first - n) * sizeof(*all));
    memmove(all + to + n, all + to, (lines->len - n - to) * sizeof(*all));
    memcpy(all + to, block, n * sizeof(*all));
}

static void move_block(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    guint first = pick_line(scenario, prng);
    guint n = pick_length(scenario, first, prng);

    move_lines(scenario->lines, first, n, sim_prng_below(prng, scenario->lines->len - n + 1));
}

/* A step of the scenario that has arguments, or NULL: not found in a few attempts. */
static Step *pick_step_with_args(Scenario *scenario, SimPrng *prng, guint *ret_index)
{
    for (unsigned i = 0; i < 8; i++) {
        const ScenarioLine *line;

        *ret_index = pick_line(scenario, prng);
        line = &g_array_index(scenario->lines, ScenarioLine, *ret_index);
        if (line->has_step && kind_facts(line->step.kind)->role != ROLE_NEVER
            && line->step.kind->args[0].name) {
            return line_step(scenario, *ret_index);
        }
    }
    return NULL;
}

static void change_arg(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    guint index;
    Step *step = pick_step_with_args(scenario, prng, &index);
    const KindFacts *facts;
    Ledger ledger;

    if (!step) {
        return;
    }
    facts = kind_facts(step->kind);
    look_up_to(&ledger, scenario, index);
    step_change_arg(step, sim_prng_below(prng, facts->n_args), &ledger, taste, prng);
    ledger_clear(&ledger);
}

/* Whether the scenario waits for a step to end. */
static void toggle_label(Scenario *scenario, const Taste *taste G_GNUC_UNUSED, SimPrng *prng)
{
    guint index;
    Step *step = pick_step_with_args(scenario, prng, &index);

    if (step && step->label) {
        g_clear_pointer(&step->label, g_free);
    } else if (step && step->kind->can_start) {
        step->label = g_strdup("x");
    }
}

static const struct {
    ChangeFunc *change;
    unsigned weight;
} changes[] = {
    { insert, 24 }, { insert_situation, 8 }, { insert_fault, 6 }, { insert_drive, 2 },
    { append_quit, 2 }, { change_scheduler, 8 },
    { remove_one, 14 }, { remove_block, 4 }, { repeat, 10 }, { swap, 8 }, { move_block, 8 },
    { change_arg, 30 }, { toggle_label, 6 },
};

static void change(Scenario *scenario, const Taste *taste, SimPrng *prng)
{
    unsigned total = 0, which = 0, at;

    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        total += changes[i].weight;
    }
    at = sim_prng_below(prng, total);
    while (at >= changes[which].weight) {
        at -= changes[which++].weight;
    }
    changes[which].change(scenario, taste, prng);
}

void scenario_mutate(Scenario *scenario, SimPrng *prng, unsigned n_times)
{
    GenerateOptions options = { .n_steps = 0 };
    Taste taste;

    while (n_times-- > 0) {
        taste_init(&taste, prng, &options);
        do {
            change(scenario, &taste, prng);
            if (scenario->lines->len == 0) {
                scenario_repair(scenario);      /* its lines in front: there is one to pick */
            }
        } while (happens(prng, 50));
    }
    scenario_repair(scenario);
}

/* ---- crossing -------------------------------------------------------------- */

static void append_lines(Scenario *scenario, const Scenario *from, guint first, guint end)
{
    for (guint i = first; i < end; i++) {
        const ScenarioLine *line = &g_array_index(from->lines, ScenarioLine, i);
        Step step;

        if (line->has_step) {
            step_copy(&step, &line->step);
            lines_insert(scenario, scenario->lines->len, &step);
        }
    }
}

Scenario *scenario_cross(const Scenario *a, const Scenario *b, SimPrng *prng)
{
    Scenario *child = scenario_new();

    append_lines(child, a, 0, sim_prng_below(prng, a->lines->len + 1));
    append_lines(child, b, sim_prng_below(prng, b->lines->len + 1), b->lines->len);
    scenario_repair(child);
    return child;
}
