/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of checks, and what they share: the model and the list of findings.
 */
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"

const Check *const all_checks[] = {
    &check_lost_write,
    &check_dirty_without_cause,
    &check_true_picture,
    &check_restorable_chain,
    &check_one_point_in_time,
    &check_all_or_nothing,
    &check_nothing_left_behind,
    &check_true_answers,
    &check_guest_goes_on,
    &check_no_crash,
    &check_targets_apart,
    &check_true_archive,
    NULL,
};

struct Checks {
    Model *model;
    GArray *findings;
    unsigned line;
    uint64_t events;            /* kinds that any check wants */
};

static void clear_finding(gpointer finding)
{
    finding_clear(finding);
}

Checks *checks_new(void)
{
    Checks *checks = g_new0(Checks, 1);

    for (const Check *const *check = all_checks; *check; check++) {
        g_assert(((*check)->events != 0) == ((*check)->on_event != NULL));
        g_assert(((*check)->deeds != 0) == ((*check)->on_deed != NULL));
        checks->events |= (*check)->events;
    }
    checks->model = model_new(subject.generation);
    checks->findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    g_array_set_clear_func(checks->findings, clear_finding);
    return checks;
}

void checks_free(Checks *checks)
{
    if (checks) {
        model_free(checks->model);
        g_array_unref(checks->findings);
        g_free(checks);
    }
}

Model *checks_model(const Checks *checks)
{
    return checks->model;
}

const GArray *checks_findings(const Checks *checks)
{
    return checks->findings;
}

uint64_t checks_event_kinds(const Checks *checks)
{
    return MODEL_EVENTS | SIM_EVENTS_OF(SIM_EVENT_COMMAND) | checks->events;
}

void checks_see_deed(const Deed *deed, void *opaque)
{
    Checks *checks = opaque;

    if (deed->line) {
        checks->line = deed->line;
    }
    model_see_deed(checks->model, deed);
    for (const Check *const *check = all_checks; *check; check++) {
        if ((*check)->deeds & DEEDS_OF(deed->kind)) {
            (*check)->on_deed(checks, deed);
        }
    }
}

void checks_see_event(const SimEvent *event, void *opaque)
{
    Checks *checks = opaque;

    if (event->kind == SIM_EVENT_COMMAND) {
        checks->line = event->number;
    }
    model_see_event(checks->model, event);
    if (!(checks->events & SIM_EVENTS_OF(event->kind))) {
        return;
    }
    for (const Check *const *check = all_checks; *check; check++) {
        if ((*check)->events & SIM_EVENTS_OF(event->kind)) {
            (*check)->on_event(checks, event);
        }
    }
}

static bool is_reported(const Checks *checks, const char *name, const char *who)
{
    for (unsigned i = 0; i < checks->findings->len; i++) {
        const Finding *finding = &g_array_index(checks->findings, Finding, i);

        if (strcmp(finding->name, name) == 0 && g_strcmp0(finding->who, who) == 0) {
            return true;
        }
    }
    return false;
}

void checks_report(Checks *checks, const char *name, const char *who, const char *format, ...)
{
    Finding finding;
    va_list arguments;

    if (is_reported(checks, name, who)) {
        return;
    }
    va_start(arguments, format);
    finding = (Finding){
        .name = g_strdup(name),
        .who = g_strdup(who),
        .line = checks->line,
        .message = g_strdup_vprintf(format, arguments),
    };
    va_end(arguments);
    g_array_append_val(checks->findings, finding);
}
