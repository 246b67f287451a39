/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a scenario up to a step: its labels.
 */
#include <string.h>

#include "harness/generate/ledger-private.h"

/* ---- labels ---------------------------------------------------------------- */

static bool bears(const KnownLabel *label, const char *name)
{
    return strcmp(label->alias ? label->alias : label->name, name) == 0;
}

/* The newest label that is called so, else any that will do; NULL: none will. */
static const KnownLabel *find_label(const Ledger *ledger, const char *name, bool of_request)
{
    unsigned n = ledger->n_labels, first = ledger_number_of(name);

    for (unsigned i = n; i-- > 0; ) {
        if (bears(&ledger->labels[i], name)) {
            return !of_request || ledger->labels[i].is_request ? &ledger->labels[i] : NULL;
        }
    }
    for (unsigned i = 0; i < n; i++) {
        const KnownLabel *label = &ledger->labels[(first + i) % n];

        if (!of_request || label->is_request) {
            return label;
        }
    }
    return NULL;
}

bool ledger_settle_label(const Ledger *ledger, const KindFacts *facts, Step *step, unsigned index)
{
    const KnownLabel *label = find_label(ledger, step->args[index].text,
                                         facts->role == ROLE_RELEASE);

    if (label && strcmp(label->name, step->args[index].text) != 0) {
        step_set_text(step, index, label->name);
    }
    return label;
}

static bool is_taken(const Ledger *ledger, const char *name)
{
    for (unsigned i = 0; i < ledger->n_labels; i++) {
        if (strcmp(ledger->labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "x7": short, and not taken.  The caller's. */
static char *make_label(const Ledger *ledger)
{
    char name[] = "x000";

    for (unsigned number = ledger->n_labels; ; number++) {
        name[1] = '0' + number / 100 % 10;
        name[2] = '0' + number / 10 % 10;
        name[3] = '0' + number % 10;
        if (!is_taken(ledger, name)) {
            return g_strdup(name);
        }
    }
}

/* The step's own label: taken away where it cannot be, made another one where it is taken. */
void ledger_settle_own_label(Ledger *ledger, const KindFacts *facts, Step *step)
{
    KnownLabel *label = &ledger->labels[ledger->n_labels];

    if (step->label && (!facts->kind->can_start || ledger->n_labels == MAX_LABELS
                        || strlen(step->label) > MAX_NAME_BYTES)) {
        g_clear_pointer(&step->label, g_free);
    }
    if (!step->label) {
        if (facts->hold_at != NO_ARG) {
            step_drop_arg(step, facts->hold_at);
        }
        return;
    }
    *label = (KnownLabel) { .is_request = facts->hold_at != NO_ARG };
    if (is_taken(ledger, step->label)) {
        label->alias = step->label;
        step->label = make_label(ledger);
    }
    label->name = step->label;
    ledger->n_labels++;
}
