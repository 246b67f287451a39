/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one source of choices.
 *
 * Everything that QEMU could do in another way is a question to this source: "which of
 * these n?"  The same answers give the same run, byte for byte.
 *
 * Each question has a purpose, and each purpose is a stream of its own: it has its own
 * pseudo-random numbers and counts its own questions from 1.  So one question more of one
 * purpose shifts no answer of another.  The answer 0 is always what first-come says.  All
 * answers other than 0 are kept: they are the record, and a run is replayed from its record
 * alone.
 */
#ifndef SIM_CORE_CHOICES_H
#define SIM_CORE_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

typedef enum SimPurpose {
    SIM_CHOICE_LOOP,            /* which of the ready tasks runs next */
    SIM_CHOICE_BOTTOM_HALVES,   /* how many bottom halves one pass takes besides the oldest */
    SIM_CHOICE_POLL,            /* a nested loop has got what it waited for: one task more? */
    SIM_CHOICE_MONITOR,         /* a command waits: does a task of the loop go first? */
    SIM_CHOICE_HOLD,            /* nothing else can go on: which held request is let go */
    SIM_CHOICE_IO_TIME,         /* how long an I/O takes */
    SIM_CHOICE_IOTHREAD,        /* what an iothread does meanwhile, if anything */
    SIM_N_PURPOSES
} SimPurpose;

/* For words to choose from, in the order of the enumeration. */
#define SIM_PURPOSE_NAMES "loop|bottom-halves|poll|monitor|hold|io-time|iothread"
/* "loop", "bottom-halves", ... */
const char *sim_purpose_name(SimPurpose purpose);

typedef enum SimScheduler {
    SIM_SCHEDULER_FIRST_COME,   /* always 0: what became runnable first goes first */
    SIM_SCHEDULER_SEEDED,       /* pseudo-random from a seed */
    SIM_SCHEDULER_PCT,          /* by random priorities with a few changes, see below */
    SIM_SCHEDULER_PREFIX,       /* the given answers to all questions in turn, then 0 */
} SimScheduler;

/* A question and its answer. */
typedef struct SimAnswer {
    SimPurpose purpose;
    uint16_t answer;
    uint16_t n_alternatives;    /* 0: not known */
    uint32_t question;          /* number of the question within its purpose, from 1 */
    uint64_t event;             /* events emitted before it; SIM_ANSWER_ANY_EVENT: not known */
} SimAnswer;

#define SIM_ANSWER_ANY_EVENT UINT64_MAX

/* Where a run went another way than the record that it is replayed from. */
typedef struct SimDivergence {
    uint32_t index;             /* of the recorded answer */
    bool is_never_asked;        /* the question never came; else: */
    uint16_t n_alternatives;    /* ... what it was really like */
    uint64_t event;
} SimDivergence;

/* A copy of the record where it outlives the process, if the caller has it there. */
typedef struct SimRecord {
    bool asks_io_times;
    uint32_t n_answers;         /* those that there was no room for count too */
    uint32_t n_allocated;
    SimAnswer answers[];
} SimRecord;

/* One question of a trace. */
typedef struct SimTraced {
    uint16_t answer;
    uint16_t n_alternatives;
} SimTraced;

#define SIM_PCT_MAX_CHANGES 64

typedef struct SimChoices {
    SimScheduler scheduler;
    bool asks_io_times;         /* set by who wants SIM_CHOICE_IO_TIME to be asked at all */
    bool is_traced;             /* set by who wants @trace */
    SimRecord *mirror;          /* borrowed; NULL: none */
    const uint64_t *clock;      /* events emitted so far; borrowed; NULL: none are */

    struct {
        uint64_t random_state;
        uint32_t gap;               /* see draw_after_gap(); 0: none is drawn */
        uint32_t n_asked;           /* questions with more than one possible answer so far */
        uint32_t next_question;     /* the next one with a recorded answer; 0: none has */
        uint32_t next_recorded;     /* ... its index */
        uint32_t recorded_end;
    } streams[SIM_N_PURPOSES];

    const SimAnswer *recorded;  /* borrowed; NULL: none */
    bool has_diverged;
    SimDivergence divergence;   /* the first one */

    const uint16_t *prefix;     /* borrowed */
    uint32_t n_prefix;
    uint32_t n_asked;           /* of all purposes */

    uint64_t priority_state;
    uint32_t change_points[SIM_PCT_MAX_CHANGES];    /* questions of the loop, ascending */
    uint32_t n_changes;
    uint32_t n_changes_made;

    SimAnswer *record;          /* answers other than 0 in the order of asking; owned */
    uint32_t n_record;
    uint32_t n_record_allocated;
    SimTraced *trace;           /* with @is_traced all answers; owned */
    uint32_t n_trace;
    uint32_t n_trace_allocated;
} SimChoices;

void sim_choices_init_first_come(SimChoices *choices);
void sim_choices_init_seeded(SimChoices *choices, uint64_t seed);
/*
 * PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs", ASPLOS 2010): each task gets a random priority, the highest
 * runs; at @n_changes random questions of the first @n_questions of the loop, the one that
 * would run falls below all others.  Other purposes are answered as seeded does.
 * @n_changes at most SIM_PCT_MAX_CHANGES, @n_questions at least 1.
 */
void sim_choices_init_pct(SimChoices *choices, uint64_t seed, uint32_t n_changes,
                          uint32_t n_questions);
/* The n-th question, whatever its purpose, is answered by @answers[n]; borrowed. */
void sim_choices_init_prefix(SimChoices *choices, const uint16_t *answers, uint32_t n_answers);
/* First-come but for @answers, see sim_choices_replay(). */
void sim_choices_init_recorded(SimChoices *choices, const SimAnswer *answers,
                               uint32_t n_answers);
/*
 * @answers go before what the scheduler says.  They are borrowed until @choices is cleared,
 * sorted by purpose, and the questions of a purpose ascend.  Before the first question.
 */
void sim_choices_replay(SimChoices *choices, const SimAnswer *answers, uint32_t n_answers);
void sim_choices_clear(SimChoices *choices);

/* See sim_choices_choose(); @suggested is what the scheduler says, if it is PCT. */
unsigned sim_choices_ask(SimChoices *choices, SimPurpose purpose, unsigned n,
                         unsigned suggested);

#define SIM_MAX_ALTERNATIVES UINT16_MAX

/*
 * A number below @n.  Needs 1 <= n <= SIM_MAX_ALTERNATIVES.  With n == 1 nothing is asked, counted or
 * recorded.  A recorded answer that is too large is taken modulo @n.
 */
static inline unsigned sim_choices_choose(SimChoices *choices, SimPurpose purpose, unsigned n)
{
    return n == 1 ? 0 : sim_choices_ask(choices, purpose, n, n);
}

/* ---- for the loop, when the scheduler is PCT ------------------------------- */

/* For a task that has none yet; never 0. */
uint64_t sim_choices_draw_priority(SimChoices *choices);
/* The priority that the task falls to which would go next; 0: it keeps its own. */
uint64_t sim_choices_take_change(SimChoices *choices);

/* ---- after a run ------------------------------------------------------------ */

/* True if the run went another way than what it is replayed from: where it first did. */
bool sim_choices_find_divergence(const SimChoices *choices, SimDivergence *ret_divergence);

#endif
