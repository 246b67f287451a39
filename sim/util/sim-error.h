/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which Error objects exist: what QEMU cannot tell and a check wants to know.
 *
 * An Error that nobody frees is a leak of whoever made or received it.
 */
#ifndef SIM_UTIL_SIM_ERROR_H
#define SIM_UTIL_SIM_ERROR_H

#include <stdbool.h>

#include "qemu/typedefs.h"

typedef struct SimErrorSite {
    const Error *error;
    const char *file;           /* without its folders */
    int line;
    const char *function;
    const char *message;        /* valid until the error is changed or freed */
} SimErrorSite;

unsigned sim_errors_alive(void);
/* Where the error was made, oldest first: @index 0, 1, ...  False: no more. */
bool sim_errors_site_at(unsigned index, SimErrorSite *ret_site);
/* Frees all that is left; no pointer to one may be used any more. */
void sim_errors_reset(void);

#endif
