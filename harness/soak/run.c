/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One random run: made, run, written down as text, and run again from that.
 */
#include <string.h>

#include "harness/generate/generate.h"
#include "harness/mark/mark.h"
#include "harness/scenario/schedule.h"
#include "harness/soak/soak.h"

/* Runs are independent: neighbours share no random numbers. */
static void seed_run(SimPrng *prng, const Soak *soak, uint64_t index)
{
    SimPrng mixer;

    sim_prng_init(&mixer, soak->seed ^ index * UINT64_C(0xd6e8feb86659fd93));
    sim_prng_init(prng, sim_prng_next(&mixer));
}

Scenario *soak_scenario(const Soak *soak, uint64_t index)
{
    GenerateOptions options = { .n_steps = soak->n_steps };
    SimPrng prng;

    seed_run(&prng, soak, index);
    return generate_scenario(&prng, &options);
}

static void count_marks(SoakTally *tally, uint64_t reached)
{
    for (unsigned i = 0; i < mark_count(); i++) {
        if (reached >> i & 1) {
            __atomic_fetch_add(&tally->n_marks[i], 1, __ATOMIC_RELAXED);
        }
    }
}

/* ---- again, from text ------------------------------------------------------ */

static void report_difference(RunResult *result, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void report_difference(RunResult *result, const char *format, ...)
{
    Finding finding = { .name = g_strdup("nondeterminism") };
    va_list arguments;

    va_start(arguments, format);
    finding.message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_array_append_val(result->findings, finding);
    if (result->verdict == RUN_GOOD) {
        result->verdict = RUN_FINDING;
    }
}

static void compare(RunResult *result, const RunResult *again, SoakTally *tally)
{
    if (again->divergence) {
        report_difference(result, "From its recorded text: %s", again->divergence);
        return;
    }
    if (again->digest != result->digest || again->findings->len != result->findings->len) {
        report_difference(result, "Digest %016" G_GINT64_MODIFIER "x with %u findings, and from "
                          "its recorded text %016" G_GINT64_MODIFIER "x with %u. The same "
                          "scenario must run the same way every time.", result->digest,
                          result->findings->len, again->digest, again->findings->len);
        return;
    }
    __atomic_fetch_add(&tally->n_replayed, 1, __ATOMIC_RELAXED);
}

static void replay(const Scenario *scenario, const RunOptions *options, RunResult *result,
                   SoakTally *tally)
{
    g_autofree char *text = NULL;
    g_autoptr(Scenario) parsed = NULL;
    g_autoptr(GError) error = NULL;
    RunResult again;

    text = schedule_replace(scenario, result->schedule);
    parsed = scenario_parse(scenario->path, text, strlen(text), &error);
    if (!parsed) {
        report_difference(result, "What was printed cannot be read: %s", error->message);
        return;
    }
    run_scenario(parsed, &(RunOptions) { .current_line = options->current_line }, &again);
    compare(result, &again, tally);
    run_result_clear(&again);
}

/* ---- the run --------------------------------------------------------------- */

void soak_run(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const Soak *soak = opaque;
    uint64_t number = soak->first + index;
    g_autoptr(Scenario) scenario = soak_scenario(soak, number);
    Marks *marks = marks_new();
    RunOptions options = {
        .observe = marks_see_event,
        .observe_deed = marks_see_deed,
        .opaque = marks,
        .current_line = current_line,
        .keeps_schedule = true,
    };

    run_scenario(scenario, &options, ret_result);
    count_marks(soak->tally, marks_reached(marks));
    marks_free(marks);
    if (soak->replay_every && number % soak->replay_every == 0) {
        replay(scenario, &options, ret_result, soak->tally);
    }
    if (ret_result->verdict == RUN_GOOD) {
        g_clear_pointer(&ret_result->schedule, g_free);
    }
}
