/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step: one line of a scenario, ready to be done.
 *
 * Every kind of step is a row in the table of the actor that does it: its words,
 * its arguments, one sentence of help, and the function.  Parser, printer,
 * documentation and mutator live from the table alone, so a new kind of step is
 * added in one place.
 */
#ifndef HARNESS_ACTOR_STEP_H
#define HARNESS_ACTOR_STEP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/core/choices.h"
#include "sim/core/rangemap.h"

typedef enum ArgType {
    ARG_DRIVE,          /* scsi0: a drive that an earlier step made; device name "drive-scsi0" */
    ARG_DRIVES,         /* scsi0,scsi1: as written, separators and all; "*": all writable drives */
    ARG_SIZE,           /* bytes: 512, 64K, 4M, 1G, 2T; text form is the shortest exact one */
    ARG_NUMBER,         /* plain decimal */
    ARG_DURATION,       /* 10ns, 5us, 20ms, 45s; held in ns */
    ARG_NAME,           /* target, bitmap or label: bare word, or "quoted" with \" \\ \xNN */
    ARG_TEXT,           /* always "quoted" */
    ARG_WORD,           /* one of the words in @choices; number is its index */
    ARG_RANGES,         /* 0+4M,12M+4M  or  none  or  all */
    ARG_ANSWERS,        /* 17:2/3@131,20:1: questions of the world, ascending, and their answers */
} ArgType;

typedef struct ArgSpec {
    const char *name;       /* "offset"; in key=value form the key */
    ArgType type;
    const char *choices;    /* ARG_WORD: "success|failure"; ARG_SIZE, ARG_RANGES: "512": only
                               multiples of it */
    bool optional;          /* written as name=value, after the positional ones, in table order */
} ArgSpec;

#define STEP_MAX_ARGS 8

typedef struct Step Step;
typedef struct Stage Stage;

/* What a step came to. */
typedef enum StepState {
    STEP_DONE,              /* finished: the next step may go */
    STEP_WAITING,           /* finishes later: stage_finish_step() is called then */
    STEP_INVALID,           /* the scenario is wrong: stage_refuse_step() said why */
} StepState;

typedef struct StepKind {
    const char *words;              /* "write", "expect bitmap" */
    const char *summary;            /* one sentence for documentation and --help */
    ArgSpec args[STEP_MAX_ARGS];    /* ends with a NULL name */
    bool can_start;                 /* may stand behind "start LABEL" */
    bool is_heading;                /* says something of the whole file, before all other steps */
    StepState (*run)(Stage *stage, const Step *step);   /* NULL: read before the run, passed over */
} StepKind;

typedef struct StepArg {
    uint64_t number;        /* SIZE, NUMBER, DURATION, WORD (index) */
    char *text;             /* DRIVE, DRIVES, NAME, TEXT; owned */
    SimRangeMap *ranges;    /* RANGES: those listed; owned; NULL: "none" or "all" */
    bool all;               /* RANGES: "all" */
    SimAnswer *answers;     /* ANSWERS: at least one, their purpose not set; owned */
    uint32_t n_answers;
    bool present;
} StepArg;

struct Step {
    const StepKind *kind;
    unsigned line;          /* 1 based, in its file */
    char *label;            /* "start LABEL ...": owned; NULL: waits for its end */
    StepArg args[STEP_MAX_ARGS];
};

/*
 * NULL-terminated table of tables: every kind of step there is, in the order of the docs.
 * Each table ends with a row whose words are NULL.
 */
extern const StepKind *const step_kind_tables[];

void step_clear(Step *step);

#endif
