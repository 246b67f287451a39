/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which arguments of a step are names, and of what.
 *
 * Found by the names of the arguments in the tables of the actors, so a new kind of step that
 * calls its arguments as the others do is understood.
 */
#ifndef HARNESS_SHRINK_ROLES_H
#define HARNESS_SHRINK_ROLES_H

#include "harness/scenario/scenario.h"

typedef enum NameRole {
    NAME_NONE,
    NAME_DRIVE,
    NAME_DRIVES,            /* a list of them */
    NAME_TARGET,
    NAME_BITMAP,
    NAME_LABEL,
} NameRole;

NameRole role_of(const ArgSpec *spec);

unsigned step_n_args(const Step *step);
bool step_is(const Step *step, const char *words);
bool step_is_expectation(const Step *step);
/* The first argument of the step that plays this role; NULL: none is given. */
const char *step_name(const Step *step, NameRole role);

/* Walks a list of drives: the item at *@at, or NULL behind the last; *@at moves on. */
const char *drives_next_item(const char **at, gsize *ret_n_bytes);

#endif
