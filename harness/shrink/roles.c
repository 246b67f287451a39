/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which arguments of a step are names, and of what.
 */
#include "harness/shrink/roles.h"

#include <string.h>

#define SEPARATORS ",;:"

NameRole role_of(const ArgSpec *spec)
{
    static const struct {
        const char *name;
        NameRole role;
    } rows[] = {
        { "target", NAME_TARGET },
        { "bitmap", NAME_BITMAP },
        { "name", NAME_BITMAP },
        { "source", NAME_BITMAP },
        { "label", NAME_LABEL },
        { "write", NAME_LABEL },
    };

    if (spec->type == ARG_DRIVE) {
        return NAME_DRIVE;
    }
    if (spec->type == ARG_DRIVES) {
        return NAME_DRIVES;
    }
    for (gsize i = 0; spec->type == ARG_NAME && i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(spec->name, rows[i].name) == 0) {
            return rows[i].role;
        }
    }
    return NAME_NONE;
}

unsigned step_n_args(const Step *step)
{
    unsigned n = 0;

    while (n < STEP_MAX_ARGS && step->kind->args[n].name) {
        n++;
    }
    return n;
}

bool step_is(const Step *step, const char *words)
{
    return strcmp(step->kind->words, words) == 0;
}

bool step_is_expectation(const Step *step)
{
    return g_str_has_prefix(step->kind->words, "expect ");
}

const char *step_name(const Step *step, NameRole role)
{
    for (unsigned i = 0; i < step_n_args(step); i++) {
        if (step->args[i].text && role_of(&step->kind->args[i]) == role) {
            return step->args[i].text;
        }
    }
    return NULL;
}

const char *drives_next_item(const char **at, gsize *ret_n_bytes)
{
    const char *item = *at;

    if (!item) {
        return NULL;
    }
    *ret_n_bytes = strcspn(item, SEPARATORS);
    *at = item[*ret_n_bytes] ? item + *ret_n_bytes + 1 : NULL;
    return item;
}
