/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checks: promises that hold at every step of every run.
 *
 * Each check is one file and one row here.  It sees the world's events and the actors'
 * deeds, asks the model (harness/check/model.h) what must be, looks at the world from
 * outside (sim/world.h), and reports what is broken.  It never looks into the code
 * under test.
 */
#ifndef HARNESS_CHECK_CHECK_H
#define HARNESS_CHECK_CHECK_H

#include "harness/actor/deed.h"
#include "harness/check/finding.h"
#include "sim/core/event.h"

typedef struct Checks Checks;

typedef struct Check {
    const char *name;           /* of the file and of the section in docs/invariants.md */
    const char *promise;        /* one sentence */
    /* Each may be NULL.  The model has seen the event or deed before any check does. */
    uint64_t events;            /* kinds that on_event() is called for: SIM_EVENTS_OF() */
    void (*on_event)(Checks *checks, const SimEvent *event);
    unsigned deeds;             /* kinds that on_deed() is called for: DEEDS_OF() */
    void (*on_deed)(Checks *checks, const Deed *deed);
} Check;

/* NULL-terminated. */
extern const Check *const all_checks[];

/* Begins to observe the open world.  One at a time. */
Checks *checks_new(void);
void checks_free(Checks *checks);
/* Kinds of events that the model or any check wants to see. */
uint64_t checks_event_kinds(const Checks *checks);
/* A DeedObserverFunc and a SimObserverFunc; @opaque is the Checks. */
void checks_see_deed(const Deed *deed, void *opaque);
void checks_see_event(const SimEvent *event, void *opaque);

/* In the order of being found; each distinct (name, who) once.  Borrowed. */
const GArray *checks_findings(const Checks *checks);
/* For checks, and for the run's own findings (expectation, standstill, crash). */
void checks_report(Checks *checks, const char *name, const char *who, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

#endif
