/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to people: no dirty bitmap of these tests has any. */
#include "qemu/osdep.h"
#include "qemu/error-report.h"

void error_report(const char *format, ...)
{
    (void)format;
    g_assert_not_reached();
}

void warn_report(const char *format, ...)
{
    (void)format;
    g_assert_not_reached();
}

void error_printf(const char *format, ...)
{
    (void)format;
    g_assert_not_reached();
}
