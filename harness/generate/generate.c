/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole random scenarios.
 *
 * Each has a mixture of its own ("swarm testing": A. Groce, C. Zhang, E. Eide, Y. Chen,
 * J. Regehr, ISSTA 2012): kinds of steps that are left out altogether leave room for long
 * sequences of the others, which a mixture of everything would hardly ever have.
 */
#include "harness/generate/generate-private.h"

#define DEFAULT_STEPS 30
#define DEFAULT_DRIVES 3
#define MAX_ATTEMPTS 4

/* Without these nothing that matters happens. */
static bool is_indispensable(const KindFacts *facts)
{
    return facts->role == ROLE_SETUP || facts->role == ROLE_TEARDOWN || facts->weight > 50;
}

static unsigned season(const KindFacts *facts, SimPrng *prng, const GenerateOptions *options)
{
    static const unsigned factors[] = { 0, 0, 1, 1, 1, 2, 5 };
    unsigned factor = factors[sim_prng_below(prng, G_N_ELEMENTS(factors))];

    if (options->without_faults && facts->role == ROLE_FAULT) {
        return 0;
    }
    return facts->weight * (is_indispensable(facts) ? MAX(factor, 1) : factor);
}

void taste_init(Taste *taste, SimPrng *prng, const GenerateOptions *options)
{
    static const unsigned percents_started[] = { 0, 15, 30, 60 };
    static const unsigned percents_held[] = { 0, 20, 60 };
    static const unsigned percents_errors[] = { 0, 0, 5 };
    static const unsigned percents_delays[] = { 0, 5, 25 };
    static const unsigned percents_loyal[] = { 0, 60, 90 };
    static const unsigned percents_odd_names[] = { 0, 0, 2, 8 };
    static const unsigned percents_iothreads[] = { 0, 30, 100 };
    static const unsigned percents_situations[] = { 0, 10, 35 };
    unsigned n;
    const KindFacts *facts = kinds_all(&n);

    taste->total_weight = 0;
    for (unsigned i = 0; i < n; i++) {
        taste->weights[i] = season(&facts[i], prng, options);
        taste->total_weight += taste->weights[i];
    }
    taste->percent_started = percents_started[sim_prng_below(prng, 4)];
    taste->percent_held = percents_held[sim_prng_below(prng, 3)];
    taste->percent_errors = percents_errors[sim_prng_below(prng, 3)];
    taste->percent_delays = percents_delays[sim_prng_below(prng, 3)];
    taste->percent_loyal = percents_loyal[sim_prng_below(prng, 3)];
    taste->percent_odd_names = percents_odd_names[sim_prng_below(prng, 4)];
    taste->percent_iothreads = percents_iothreads[sim_prng_below(prng, 3)];
    taste->percent_situations = percents_situations[sim_prng_below(prng, 3)];
    taste->situations = sim_prng_next(prng);
    if (options->without_holds || options->without_faults) {
        taste->percent_situations = 0;
    }
    if (options->without_holds) {
        taste->percent_held = 0;
    }
    if (options->without_faults) {
        taste->percent_errors = 0;
    }
}

static const KindFacts *facts_of(KindRole role)
{
    unsigned n;
    const KindFacts *facts = kinds_all(&n);

    while (n-- > 0) {
        if (facts[n].role == role) {
            return &facts[n];
        }
    }
    g_assert_not_reached();
}

static void append(Scenario *scenario, Ledger *ledger, Step *step)
{
    if (ledger_admit(ledger, step)) {
        lines_insert(scenario, scenario->lines->len, step);
    } else {
        step_clear(step);
    }
}

/* More often than not another order of events than first-come. */
static void append_scheduler(Scenario *scenario, Ledger *ledger, const Taste *taste,
                             SimPrng *prng)
{
    const char *words = happens(prng, 25) ? "schedule pct" : "schedule";
    Step step;

    if (happens(prng, 65)) {
        step_generate_of(&step, kind_facts(find_kind(words)), ledger, taste, prng);
        append(scenario, ledger, &step);
    }
}

static void append_drives(Scenario *scenario, Ledger *ledger, const Taste *taste, SimPrng *prng,
                          unsigned max_drives)
{
    const KindFacts *facts = facts_of(ROLE_DRIVE);
    unsigned n_drives = 1 + sim_prng_below(prng, MIN(max_drives, GENERATE_MAX_DRIVES));

    for (unsigned i = 0; i < n_drives; i++) {
        char name[] = "scsi0";
        Step step;

        name[4] = '0' + i;
        step_generate_of(&step, facts, ledger, taste, prng);
        step_set_text(&step, 0, name);
        append(scenario, ledger, &step);
    }
}

/* One, or some that belong together. */
static void append_steps(Scenario *scenario, Ledger *ledger, const Taste *taste, SimPrng *prng)
{
    Step step;

    if (happens(prng, taste->percent_situations)) {
        situation_emit(&(Situation) { scenario, scenario->lines->len, ledger, taste, prng });
    } else {
        step_generate(&step, ledger, taste, prng);
        append(scenario, ledger, &step);
    }
}

Scenario *generate_scenario(SimPrng *prng, const GenerateOptions *options)
{
    static const GenerateOptions defaults;
    Scenario *scenario = scenario_new();
    unsigned n_wanted;
    Ledger ledger;
    Taste taste;

    options = options ? options : &defaults;
    n_wanted = options->n_steps ? options->n_steps : DEFAULT_STEPS;
    n_wanted = n_wanted / 2 + 1 + sim_prng_below(prng, n_wanted);
    ledger_init(&ledger);
    taste_init(&taste, prng, options);
    append_scheduler(scenario, &ledger, &taste, prng);
    append_drives(scenario, &ledger, &taste, prng,
                  options->max_drives ? options->max_drives : DEFAULT_DRIVES);
    for (unsigned i = 0; i < n_wanted * MAX_ATTEMPTS && ledger.n_steps < n_wanted; i++) {
        append_steps(scenario, &ledger, &taste, prng);
    }
    if (happens(prng, 25)) {
        situation_emit_end(&(Situation) { scenario, scenario->lines->len, &ledger, &taste, prng });
    }
    ledger_clear(&ledger);
    scenario_repair(scenario);
    return scenario;
}
