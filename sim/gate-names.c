/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which calls pass a gate, for who wants to say why one cannot be made to fail.
 */
#include "sim/gates.h"

#include <string.h>

#define PASSES(type, name, parameters, arguments) #name,
#define DOES(name, parameters, arguments) #name,
#define FAILS(type, name, parameters, arguments, who, answer) #name,

static const char *const names[] = {
#include "sim/gate-rows.h"
    NULL
};

bool sim_gates_have(const char *call)
{
    for (unsigned i = 0; names[i]; i++) {
        if (!strcmp(names[i], call)) {
            return true;
        }
    }
    return false;
}
