/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the person in front of QEMU.
 *
 * Stands in for QEMU's util/error-report.c.  They become events of the world; outside
 * of one, as in unit tests, they go to stderr.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sim/util/sim-context.h"

static void emit(const char *text)
{
    SimEvent event = {
        .kind = SIM_EVENT_REPORT,
        .who = "",
        .text = text,
    };

    if (sim_events) {
        sim_events_emit(sim_events, &event);
    } else {
        fprintf(stderr, "%s\n", text);
    }
}

G_GNUC_PRINTF(2, 0)
static void report(const char *prefix, const char *format, va_list arguments)
{
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    g_autofree char *text = g_strconcat(prefix, message, NULL);

    emit(text);
}

void error_vreport(const char *format, va_list arguments)
{
    report("", format, arguments);
}

void warn_vreport(const char *format, va_list arguments)
{
    report("warning: ", format, arguments);
}

void info_vreport(const char *format, va_list arguments)
{
    report("info: ", format, arguments);
}

void error_report(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_vreport(format, arguments);
    va_end(arguments);
}

void warn_report(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    warn_vreport(format, arguments);
    va_end(arguments);
}

void info_report(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    info_vreport(format, arguments);
    va_end(arguments);
}

void error_printf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report("", format, arguments);
    va_end(arguments);
}
