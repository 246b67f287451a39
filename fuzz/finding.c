/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding ends the process. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/finding.h"

void fuzz_finding(const char *name, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "bax: finding %s: ", name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}
