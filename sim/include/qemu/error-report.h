/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the person in front of QEMU.
 *
 * Stands in for QEMU's include/qemu/error-report.h.  A message becomes a
 * SIM_EVENT_REPORT whose text begins as QEMU prints it: "warning: ", "info: ", and
 * nothing for errors.
 */
#ifndef QEMU_ERROR_REPORT_H
#define QEMU_ERROR_REPORT_H

#include <glib.h>
#include <stdarg.h>

void error_report(const char *format, ...) G_GNUC_PRINTF(1, 2);
void warn_report(const char *format, ...) G_GNUC_PRINTF(1, 2);
void info_report(const char *format, ...) G_GNUC_PRINTF(1, 2);

void error_vreport(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);
void warn_vreport(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);
void info_vreport(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);

/* Text as it is, such as the hints of an error. */
void error_printf(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
