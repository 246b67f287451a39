/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that set a file's static state up.
 *
 * Stands in for QEMU's util/module.c.  A table of fixed size, because constructors
 * fill it before anything else is set up.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"

#define MAX_FUNCTIONS 32

static struct {
    void (*function)(void);
    module_init_type type;
} registered[MAX_FUNCTIONS];
static unsigned n_registered;

void register_module_init(void (*function)(void), module_init_type type)
{
    g_assert(type < MODULE_INIT_MAX);
    g_assert(n_registered < MAX_FUNCTIONS);
    registered[n_registered].function = function;
    registered[n_registered].type = type;
    n_registered++;
}

void module_call_init(module_init_type type)
{
    for (unsigned i = 0; i < n_registered; i++) {
        if (registered[i].type == type) {
            registered[i].function();
        }
    }
}
