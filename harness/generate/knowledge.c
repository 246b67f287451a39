/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of kinds of steps beyond their rows in the actors' tables.
 *
 * A kind without a row here is an ordinary step that comes up with the usual weight, with
 * values by the types and names of its arguments.
 */
#include <string.h>

#include "harness/generate/generate-private.h"

#define USUAL_WEIGHT 8
#define N_PLACES 256

G_STATIC_ASSERT(N_PLACES >= 2 * MAX_KINDS);

static const struct {
    const char *words;
    KindRole role;
    unsigned weight;
} known_kinds[] = {
    { "bax", ROLE_NEVER, 0 },
    { "allow errors", ROLE_NEVER, 0 },
    { "schedule", ROLE_SCHEDULER, 0 },
    { "schedule pct", ROLE_SCHEDULER, 0 },
    { "schedule answers", ROLE_ANSWERS, 0 },
    { "drive", ROLE_DRIVE, 0 },
    { "fault", ROLE_FAULT, 14 },
    { "clear-faults", ROLE_CLEAR_FAULTS, 3 },
    { "release", ROLE_RELEASE, 16 },
    { "wait", ROLE_STEP, 14 },
    { "sleep", ROLE_STEP, 8 },
    { "write", ROLE_STEP, 70 },
    { "zero", ROLE_STEP, 10 },
    { "discard", ROLE_STEP, 12 },
    { "read", ROLE_STEP, 6 },
    { "flush", ROLE_STEP, 3 },
    { "setup", ROLE_SETUP, 38 },
    { "teardown", ROLE_TEARDOWN, 36 },
    { "query", ROLE_STEP, 8 },
    { "quit", ROLE_QUIT, 0 },
    { "resize", ROLE_RESIZE, 3 },
    { "unplug", ROLE_UNPLUG, 1 },
    { "export", ROLE_EXPORT, 6 },
    { "bitmap-add", ROLE_STEP, 4 },
    { "bitmap-remove", ROLE_STEP, 3 },
    { "bitmap-clear", ROLE_STEP, 2 },
    { "bitmap-enable", ROLE_STEP, 2 },
    { "bitmap-disable", ROLE_STEP, 2 },
    { "bitmap-merge", ROLE_STEP, 2 },
    { "bitmap-set", ROLE_BITMAP_SET, 4 },
    { "backup", ROLE_BACKUP, 8 },
    { "backup-cancel", ROLE_STEP, 4 },
    { "wait-jobs", ROLE_STEP, 3 },
    { "copy", ROLE_STEP, 10 },
    { "provider-read", ROLE_STEP, 14 },
    { "provider-discard", ROLE_STEP, 4 },
};

unsigned kind_find_arg(const StepKind *kind, const char *name)
{
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        if (strcmp(kind->args[i].name, name) == 0) {
            return i;
        }
    }
    return NO_ARG;
}

static unsigned find_drive_arg(const StepKind *kind)
{
    for (unsigned i = 0; i < STEP_MAX_ARGS && kind->args[i].name; i++) {
        if (kind->args[i].type == ARG_DRIVE) {
            return i;
        }
    }
    return NO_ARG;
}

/* What it needs and expects is not for chance to say. */
static bool is_about_the_file(const StepKind *kind)
{
    return g_str_has_prefix(kind->words, "expect ") || g_str_has_prefix(kind->words, "needs ");
}

static uint64_t find_unit(const ArgSpec *spec)
{
    return spec->type == ARG_SIZE && spec->choices ? g_ascii_strtoull(spec->choices, NULL, 10) : 1;
}

static KindFacts find_facts(const StepKind *kind)
{
    KindFacts facts = {
        .kind = kind,
        .role = is_about_the_file(kind) ? ROLE_NEVER : ROLE_STEP,
        .drive_at = find_drive_arg(kind),
        .offset_at = kind_find_arg(kind, "offset"),
        .bytes_at = kind_find_arg(kind, "bytes"),
        .hold_at = kind_find_arg(kind, "hold"),
        .target_at = kind_find_arg(kind, "target"),
        .error_at = kind_find_arg(kind, "error"),
        .delay_at = kind_find_arg(kind, "delay"),
    };

    facts.weight = facts.role == ROLE_NEVER ? 0 : USUAL_WEIGHT;
    for (gsize i = 0; i < G_N_ELEMENTS(known_kinds); i++) {
        if (strcmp(known_kinds[i].words, kind->words) == 0) {
            facts.role = known_kinds[i].role;
            facts.weight = known_kinds[i].weight;
        }
    }
    while (facts.n_args < STEP_MAX_ARGS && kind->args[facts.n_args].name) {
        facts.units[facts.n_args] = find_unit(&kind->args[facts.n_args]);
        facts.n_args++;
    }
    facts.changes_disk = facts.hold_at != NO_ARG && strcmp(kind->words, "read") != 0
        && strcmp(kind->words, "flush") != 0;
    return facts;
}

/* Where the facts of @kind are, or are to be; the address decides how long this takes, no more. */
static const KindFacts **find_place(const StepKind *kind)
{
    static const KindFacts *places[N_PLACES];
    unsigned at = (uintptr_t)kind / sizeof(*kind) % N_PLACES;

    while (places[at] && places[at]->kind != kind) {
        at = (at + 1) % N_PLACES;
    }
    return &places[at];
}

const KindFacts *kinds_all(unsigned *ret_n)
{
    static KindFacts facts[MAX_KINDS];
    static unsigned n;

    if (n == 0) {
        for (const StepKind *const *table = step_kind_tables; *table; table++) {
            for (const StepKind *kind = *table; kind->words; kind++) {
                g_assert(n < MAX_KINDS);
                *find_place(kind) = &facts[n];
                facts[n++] = find_facts(kind);
            }
        }
    }
    *ret_n = n;
    return facts;
}

/* Asked for every step of every scenario that is made or changed. */
const KindFacts *kind_facts(const StepKind *kind)
{
    unsigned n;
    const KindFacts *facts;

    kinds_all(&n);
    facts = *find_place(kind);
    g_assert(facts);
    return facts;
}

const StepKind *find_kind(const char *words)
{
    unsigned n;
    const KindFacts *facts = kinds_all(&n);

    while (n-- > 0) {
        if (strcmp(facts[n].kind->words, words) == 0) {
            return facts[n].kind;
        }
    }
    g_assert_not_reached();
}

unsigned count_choices(const ArgSpec *spec)
{
    unsigned n = 1;

    for (const char *at = spec->choices; *at; at++) {
        n += *at == '|';
    }
    return n;
}

unsigned find_choice(const ArgSpec *spec, const char *word)
{
    size_t length = strlen(word);
    const char *at = spec->choices;

    for (unsigned i = 0; ; i++) {
        if (strncmp(at, word, length) == 0 && (at[length] == '\0' || at[length] == '|')) {
            return i;
        }
        at = strchr(at, '|');
        g_assert(at);
        at++;
    }
}
