/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one source of choices: streams, schedulers, the record and what diverges from it.
 *
 * With first-come a question costs two counters and a comparison: only answers other than
 * 0 are written down.
 */
#include "sim/core/choices.h"

#include <glib.h>
#include <string.h>

#include "sim/core/prng.h"

/*
 * Where going on as if nothing were the matter is by far the most likely answer, random
 * schedulers give it in so many of 8 cases before they draw among all.  Where that would still
 * be too seldom, @has_gaps: see draw_after_gap().
 */
static const struct {
    const char *name;
    unsigned n_eighths_first;
    bool has_gaps;
} purposes[SIM_N_PURPOSES] = {
    [SIM_CHOICE_LOOP] = { .name = "loop" },
    [SIM_CHOICE_BOTTOM_HALVES] = { .name = "bottom-halves" },
    [SIM_CHOICE_POLL] = { .name = "poll", .n_eighths_first = 4 },
    [SIM_CHOICE_MONITOR] = { .name = "monitor" },
    [SIM_CHOICE_HOLD] = { .name = "hold" },
    [SIM_CHOICE_IO_TIME] = { .name = "io-time", .n_eighths_first = 6 },
    [SIM_CHOICE_IOTHREAD] = { .name = "iothread", .has_gaps = true },
};

const char *sim_purpose_name(SimPurpose purpose)
{
    g_assert(purpose < SIM_N_PURPOSES);
    return purposes[purpose].name;
}

/* ---- life ------------------------------------------------------------------- */

static void init(SimChoices *choices, SimScheduler scheduler)
{
    memset(choices, 0, sizeof(*choices));
    choices->scheduler = scheduler;
}

void sim_choices_init_first_come(SimChoices *choices)
{
    init(choices, SIM_SCHEDULER_FIRST_COME);
}

/* Streams begin at numbers that another generator draws, so that they have nothing in common. */
static void init_streams(SimChoices *choices, uint64_t seed)
{
    SimPrng prng;

    sim_prng_init(&prng, seed);
    choices->priority_state = sim_prng_next(&prng);
    for (unsigned i = 0; i < SIM_N_PURPOSES; i++) {
        choices->streams[i].random_state = sim_prng_next(&prng);
    }
}

void sim_choices_init_seeded(SimChoices *choices, uint64_t seed)
{
    init(choices, SIM_SCHEDULER_SEEDED);
    init_streams(choices, seed);
}

static uint64_t draw_below(uint64_t *random_state, uint64_t n)
{
    SimPrng prng = { *random_state };
    uint64_t number = sim_prng_below(&prng, n);

    *random_state = prng.state;
    return number;
}

void sim_choices_init_pct(SimChoices *choices, uint64_t seed, uint32_t n_changes,
                          uint32_t n_questions)
{
    g_assert(n_changes <= SIM_PCT_MAX_CHANGES);
    g_assert(n_questions >= 1);

    init(choices, SIM_SCHEDULER_PCT);
    init_streams(choices, seed);
    choices->n_changes = n_changes;
    for (unsigned i = 0; i < n_changes; i++) {
        uint32_t point = 1 + draw_below(&choices->priority_state, n_questions);
        unsigned k = i;

        for (; k > 0 && choices->change_points[k - 1] > point; k--) {
            choices->change_points[k] = choices->change_points[k - 1];
        }
        choices->change_points[k] = point;
    }
}

void sim_choices_init_prefix(SimChoices *choices, const uint16_t *answers, uint32_t n_answers)
{
    init(choices, SIM_SCHEDULER_PREFIX);
    choices->prefix = answers;
    choices->n_prefix = n_answers;
}

void sim_choices_init_recorded(SimChoices *choices, const SimAnswer *answers,
                               uint32_t n_answers)
{
    init(choices, SIM_SCHEDULER_FIRST_COME);
    sim_choices_replay(choices, answers, n_answers);
}

void sim_choices_replay(SimChoices *choices, const SimAnswer *answers, uint32_t n_answers)
{
    g_assert(choices->n_asked == 0);
    choices->recorded = answers;
    for (uint32_t i = n_answers; i-- > 0; ) {
        SimPurpose purpose = answers[i].purpose;
        bool is_last = i + 1 == n_answers || answers[i + 1].purpose != purpose;

        g_assert(purpose < SIM_N_PURPOSES);
        g_assert(answers[i].question > 0);
        g_assert(i + 1 == n_answers || answers[i + 1].purpose >= purpose);
        g_assert(is_last || answers[i + 1].question > answers[i].question);
        if (is_last) {
            choices->streams[purpose].recorded_end = i + 1;
        }
        choices->streams[purpose].next_recorded = i;
        choices->streams[purpose].next_question = answers[i].question;
    }
}

void sim_choices_clear(SimChoices *choices)
{
    g_free(choices->record);
    g_free(choices->trace);
    memset(choices, 0, sizeof(*choices));
}

/* ---- PCT --------------------------------------------------------------------- */

#define FIRST_PRIORITY (UINT64_C(1) << 63)

uint64_t sim_choices_draw_priority(SimChoices *choices)
{
    return FIRST_PRIORITY | draw_below(&choices->priority_state, FIRST_PRIORITY);
}

uint64_t sim_choices_take_change(SimChoices *choices)
{
    uint32_t question = choices->streams[SIM_CHOICE_LOOP].n_asked + 1;

    if (choices->n_changes_made == choices->n_changes ||
        question < choices->change_points[choices->n_changes_made]) {
        return 0;
    }
    return choices->n_changes - choices->n_changes_made++;
}

/* ---- asking ------------------------------------------------------------------- */

static uint64_t now(const SimChoices *choices)
{
    return choices->clock ? *choices->clock : 0;
}

/* So small that malloc() has it at hand: few runs have more answers other than 0. */
#define FIRST_RECORD 16

static void append_to_record(SimChoices *choices, const SimAnswer *answer)
{
    if (choices->n_record == choices->n_record_allocated) {
        choices->n_record_allocated = MAX(FIRST_RECORD, 2 * choices->n_record_allocated);
        choices->record = g_renew(SimAnswer, choices->record, choices->n_record_allocated);
    }
    choices->record[choices->n_record++] = *answer;
    if (choices->mirror && choices->mirror->n_answers++ < choices->mirror->n_allocated) {
        choices->mirror->answers[choices->mirror->n_answers - 1] = *answer;
    }
}

static void append_to_trace(SimChoices *choices, unsigned n, unsigned answer)
{
    if (choices->n_trace == choices->n_trace_allocated) {
        choices->n_trace_allocated = MAX(64, 2 * choices->n_trace_allocated);
        choices->trace = g_renew(SimTraced, choices->trace, choices->n_trace_allocated);
    }
    choices->trace[choices->n_trace++] = (SimTraced) { answer, n };
}

/*
 * Never 0, but before it comes a gap of answers 0: none in a quarter of all cases, 15 in the mean,
 * up to 127.  An iothread is asked at each call of the code under test, of which a command has
 * some dozens: so it does much at one of them and nothing at the next ones.
 */
static unsigned draw_after_gap(uint64_t *random_state, uint32_t *gap, unsigned n)
{
    if (*gap == 0) {
        *gap = 1 + draw_below(random_state, UINT64_C(1) << draw_below(random_state, 8));
    }
    return --*gap > 0 ? 0 : 1 + draw_below(random_state, n - 1);
}

static unsigned draw_answer(SimChoices *choices, SimPurpose purpose, unsigned n)
{
    uint64_t *random_state = &choices->streams[purpose].random_state;
    unsigned n_eighths_first = purposes[purpose].n_eighths_first;

    if (purposes[purpose].has_gaps) {
        return draw_after_gap(random_state, &choices->streams[purpose].gap, n);
    }
    if (n_eighths_first && draw_below(random_state, 8) < n_eighths_first) {
        return 0;
    }
    return draw_below(random_state, n);
}

static unsigned take_recorded(SimChoices *choices, SimPurpose purpose, unsigned n)
{
    uint32_t index = choices->streams[purpose].next_recorded++;
    const SimAnswer *recorded = &choices->recorded[index];
    bool is_alike = (!recorded->n_alternatives || recorded->n_alternatives == n) &&
                    (recorded->event == SIM_ANSWER_ANY_EVENT || recorded->event == now(choices));

    choices->streams[purpose].next_question =
        index + 1 < choices->streams[purpose].recorded_end ? recorded[1].question : 0;
    if ((!is_alike || recorded->answer >= n) && !choices->has_diverged) {
        choices->has_diverged = true;
        choices->divergence = (SimDivergence) {
            .index = index, .n_alternatives = n, .event = now(choices),
        };
    }
    return recorded->answer % n;
}

static unsigned consult_scheduler(SimChoices *choices, SimPurpose purpose, unsigned n,
                                  unsigned suggested)
{
    switch (choices->scheduler) {
    case SIM_SCHEDULER_FIRST_COME:
        return 0;
    case SIM_SCHEDULER_PCT:
        return suggested < n ? suggested : draw_answer(choices, purpose, n);
    case SIM_SCHEDULER_SEEDED:
        return draw_answer(choices, purpose, n);
    case SIM_SCHEDULER_PREFIX:
        return choices->n_asked <= choices->n_prefix ? choices->prefix[choices->n_asked - 1] % n
                                                     : 0;
    }
    g_assert_not_reached();
}

unsigned sim_choices_ask(SimChoices *choices, SimPurpose purpose, unsigned n, unsigned suggested)
{
    uint32_t question = ++choices->streams[purpose].n_asked;
    unsigned answer;

    g_assert(n >= 2);
    g_assert(n <= SIM_MAX_ALTERNATIVES);
    choices->n_asked++;
    /* Always, so that a recorded answer takes no number from those after it. */
    answer = consult_scheduler(choices, purpose, n, suggested);
    if (question == choices->streams[purpose].next_question) {
        answer = take_recorded(choices, purpose, n);
    }
    if (choices->is_traced) {
        append_to_trace(choices, n, answer);
    }
    if (answer > 0) {
        append_to_record(choices, &(SimAnswer) {
            .purpose = purpose,
            .answer = answer,
            .n_alternatives = n,
            .question = question,
            .event = now(choices),
        });
    }
    return answer;
}

/* ---- after a run ---------------------------------------------------------------- */

bool sim_choices_find_divergence(const SimChoices *choices, SimDivergence *ret_divergence)
{
    *ret_divergence = choices->divergence;
    if (choices->has_diverged) {
        return true;
    }
    for (unsigned i = 0; i < SIM_N_PURPOSES; i++) {
        if (choices->streams[i].next_question > 0) {
            *ret_divergence = (SimDivergence) {
                .index = choices->streams[i].next_recorded, .is_never_asked = true,
            };
            return true;
        }
    }
    return false;
}
