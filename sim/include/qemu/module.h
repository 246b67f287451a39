/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that set a file's static state up when the program starts.
 *
 * Stands in for QEMU's include/qemu/module.h.  opts_init(function) and its like go
 * after the function; constructors register them before main().
 */
#ifndef QEMU_MODULE_H
#define QEMU_MODULE_H

#include <glib.h>

typedef enum {
    MODULE_INIT_BLOCK,
    MODULE_INIT_OPTS,
    MODULE_INIT_QOM,
    MODULE_INIT_MAX
} module_init_type;

#define block_init(function) module_init(function, MODULE_INIT_BLOCK)
#define opts_init(function) module_init(function, MODULE_INIT_OPTS)
#define type_init(function) module_init(function, MODULE_INIT_QOM)

#define module_init(function, type)                                                 \
    static void __attribute__((constructor)) G_PASTE(register_, function)(void)     \
    {                                                                               \
        register_module_init(function, type);                                       \
    }

void register_module_init(void (*function)(void), module_init_type type);
/*
 * Calls the functions of @type in the order of registration.  QEMU does so once in
 * its life; here every call does, because every world is a new life.
 */
void module_call_init(module_init_type type);

#endif
