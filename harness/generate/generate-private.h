/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this folder share: what is known of kinds of steps, what is known of a
 * scenario up to a step, and random values.
 */
#ifndef HARNESS_GENERATE_GENERATE_PRIVATE_H
#define HARNESS_GENERATE_GENERATE_PRIVATE_H

#include "harness/generate/generate.h"

/* ---- kinds (knowledge.c) --------------------------------------------------- */

/* What a kind of step is to a scenario, beyond its arguments. */
typedef enum KindRole {
    ROLE_STEP,
    ROLE_NEVER,             /* has no place: expectations, and what is put in front anyway */
    ROLE_SCHEDULER,         /* in front; there is one at most */
    ROLE_ANSWERS,           /* of a recorded schedule */
    ROLE_DRIVE,
    ROLE_QUIT,              /* nothing may follow */
    ROLE_FAULT,
    ROLE_CLEAR_FAULTS,
    ROLE_SETUP,
    ROLE_TEARDOWN,
    ROLE_RESIZE,
    ROLE_UNPLUG,            /* its drive has no medium any more */
    ROLE_BITMAP_SET,
    ROLE_EXPORT,
    ROLE_BACKUP,
    ROLE_RELEASE,           /* its label is that of a guest request */
} KindRole;

#define NO_ARG STEP_MAX_ARGS

typedef struct KindFacts {
    const StepKind *kind;
    KindRole role;
    unsigned weight;        /* how often, compared with others; 0: not by chance */
    unsigned n_args;
    unsigned drive_at;      /* places of arguments by name; NO_ARG: there is none */
    unsigned offset_at;
    unsigned bytes_at;
    unsigned hold_at;       /* only guest requests have one */
    unsigned target_at;
    unsigned error_at;
    unsigned delay_at;
    uint64_t units[STEP_MAX_ARGS];  /* that a size is a multiple of */
    bool changes_disk;
} KindFacts;

#define MAX_KINDS 96

const KindFacts *kinds_all(unsigned *ret_n);
const KindFacts *kind_facts(const StepKind *kind);
/* The place of an argument; NO_ARG. */
unsigned kind_find_arg(const StepKind *kind, const char *name);
unsigned count_choices(const ArgSpec *spec);
/* The place of a word among the choices, which have it. */
unsigned find_choice(const ArgSpec *spec, const char *word);
const StepKind *find_kind(const char *words);

/* ---- a scenario up to a step (ledger.c) ------------------------------------ */

typedef struct KnownDrive {
    const char *name;       /* borrowed from the step */
    uint64_t size_bytes;    /* the least that it may have: whether a resize succeeds is not known */
    uint64_t most_bytes;    /* the most */
    bool has_medium;
    bool is_writable;
    bool has_requests;      /* some have labels, and may be under way */
} KnownDrive;

typedef struct KnownLabel {
    const char *name;       /* borrowed from the step */
    char *alias;            /* what steps behind call it, if it had to be renamed; owned */
    bool is_request;
} KnownLabel;

#define MAX_LABELS 128
#define MAX_RECENT 8
#define MAX_ACTIVE 4

typedef struct Ledger {
    KnownDrive drives[GENERATE_MAX_DRIVES];
    unsigned n_drives;
    KnownLabel labels[MAX_LABELS];
    unsigned n_labels;
    unsigned n_faults;
    unsigned n_steps;
    bool has_scheduler;
    uint32_t last_questions[SIM_N_PURPOSES];    /* with a recorded answer */
    bool may_have_access;                   /* there is no telling when, from here on */
    bool has_export;
    bool has_quit;
    uint64_t recent_offsets[MAX_RECENT];
    unsigned n_recent;                      /* ever */
    const char *active_targets[MAX_ACTIVE]; /* set up and not torn down, as far as can be told */
    const char *active_bitmaps[MAX_ACTIVE]; /* of these; NULL: it has none */
    unsigned n_active;
    const char *last_target;                /* torn down last; NULL: none was yet */
    const char *last_bitmap;                /* of that; NULL: it had none */
} Ledger;

void ledger_init(Ledger *ledger);
void ledger_clear(Ledger *ledger);
/* Brings @step into order for this place and takes note of it; false: it has no place here. */
bool ledger_admit(Ledger *ledger, Step *step);

/* ---- random steps (values.c) ----------------------------------------------- */

/* What one scenario is made of: each has its own mixture ("swarm testing"). */
typedef struct Taste {
    unsigned weights[MAX_KINDS];        /* by place in kinds_all() */
    unsigned total_weight;
    unsigned percent_started;
    unsigned percent_held;              /* of the started requests */
    unsigned percent_errors;
    unsigned percent_delays;
    unsigned percent_loyal;             /* how often the usual target and bitmap are meant */
    unsigned percent_odd_names;         /* that are reserved, empty, or as long as can be */
    unsigned percent_iothreads;         /* of the drives */
    unsigned percent_situations;        /* how often several steps that belong together come */
    uint32_t situations;                /* which, a bit for each; see situations.c */
} Taste;

#define MAX_SITUATIONS 32

bool happens(SimPrng *prng, unsigned percent);
void taste_init(Taste *taste, SimPrng *prng, const GenerateOptions *options);
/* A step by chance that @ledger will most likely admit.  @step is zeroed. */
void step_generate(Step *step, const Ledger *ledger, const Taste *taste, SimPrng *prng);
void step_generate_of(Step *step, const KindFacts *facts, const Ledger *ledger,
                      const Taste *taste, SimPrng *prng);
/* Gives one argument another value. */
void step_change_arg(Step *step, unsigned index, const Ledger *ledger, const Taste *taste,
                     SimPrng *prng);
/* One that no step has yet, so that it is started. */
void step_set_label(Step *step, const Ledger *ledger);
void step_set_text(Step *step, unsigned index, const char *text);
void step_set_number(Step *step, unsigned index, uint64_t number);
void step_drop_arg(Step *step, unsigned index);

/* ---- steps that belong together (situations.c and those beside it) --------- */

typedef struct Situation {
    Scenario *scenario;
    guint at;               /* the line where the next step goes */
    Ledger *ledger;         /* up to there */
    const Taste *taste;
    SimPrng *prng;
} Situation;

/* Nothing if there is no drive yet. */
void situation_emit(Situation *situation);
/* The end of a scenario: QEMU's, maybe in the middle of something. */
void situation_emit_end(Situation *situation);

/* ---- lines (lines.c) ------------------------------------------------------- */

Scenario *scenario_new(void);
bool step_is_heading(const Step *step);
void step_copy(Step *target, const Step *source);
/* Takes what @step holds. */
void lines_insert(Scenario *scenario, guint index, const Step *step);
Step *line_step(const Scenario *scenario, guint index);

#endif
