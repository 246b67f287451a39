/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small changes of a scenario, and the scenarios that they give.
 *
 * An edit is described first and made later, on a copy: a thousand of them cost nothing until
 * they are tried.  What depends on a thing goes with it: the steps of a drive, the steps that
 * name a label.  What comes out is a scenario that the parser accepts, or nothing.
 *
 * Lines are counted from 0 here, as in Scenario.lines.
 */
#ifndef HARNESS_SHRINK_EDIT_H
#define HARNESS_SHRINK_EDIT_H

#include "harness/shrink/roles.h"

typedef enum EditKind {
    EDIT_REMOVE,            /* the steps of the lines from @line to @to */
    EDIT_REMOVE_TWO,        /* those of @line and @to */
    EDIT_REMOVE_TARGET,     /* all steps of the target of @line */
    EDIT_REMOVE_ACCESS,     /* a setup and what is done with it, to the end of the access */
    EDIT_DROP_OPTION,       /* @arg */
    EDIT_DROP_ITEM,         /* item number @value of the list @arg */
    EDIT_DROP_ANSWERS,      /* recorded answers of @arg from number @value to @to */
    EDIT_BARE_ANSWERS,      /* of the schedule: what there was to choose from, and when, goes */
    EDIT_UNLABEL,           /* a started step is waited for instead, and not held */
    EDIT_SET_KIND,          /* as @words say; the arguments are those of the old one */
    EDIT_MERGE,             /* the request of @line covers that of @to, too, which goes */
    EDIT_SET_NUMBER,        /* @arg becomes @value */
    EDIT_SET_TEXT,          /* @arg becomes @words */
    EDIT_MOVE,              /* the step of @line stands where that of @to did */
    EDIT_ALLOW_ERRORS,      /* in front; all expectations go but that of @line (none: UINT_MAX) */
    EDIT_DROP_EXPECTATIONS, /* the same without "allow errors" */
} EditKind;

typedef struct Edit {
    EditKind kind;
    unsigned line;
    unsigned to;
    unsigned arg;
    uint64_t value;
    const char *words;      /* borrowed: of the scenario, or static */
} Edit;

/* A new scenario; NULL: it would be none.  The path is that of @scenario. */
Scenario *edit_apply(const Scenario *scenario, const Edit *edit);

/* A copy without comments and empty lines. */
Scenario *edit_without_comments(const Scenario *scenario);

/* NULL if the line has no step. */
const Step *edit_step_at(const Scenario *scenario, unsigned line);
/* Without those of its schedule. */
unsigned edit_n_steps(const Scenario *scenario);

/* Marks in @gone, which has an element for each line, what goes with those marked already. */
void edit_mark_dependents(const Scenario *scenario, bool *gone);

#endif
