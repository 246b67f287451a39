/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error objects.
 *
 * Stands in for QEMU's util/error.c.  Unlike QEMU it keeps all errors that exist in a
 * list, so that a leaked one can be named with the place that made it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "sim/util/sim-error.h"

struct Error {
    char *message;
    char *hint;                 /* NULL: none */
    ErrorClass error_class;
    const char *file;
    int line;
    const char *function;
    Error *previous;            /* in the list of those alive, oldest first */
    Error *next;
};

/* Only their addresses mean anything. */
Error *error_abort;
Error *error_fatal;
Error *error_warn;

static Error *oldest;
static Error *newest;
static unsigned n_alive;

/* Takes @message; the place is for the caller to fill in. */
static Error *new_error(ErrorClass error_class, char *message)
{
    Error *error = g_new0(Error, 1);

    error->error_class = error_class;
    error->message = message;
    error->previous = newest;
    *(newest ? &newest->next : &oldest) = error;
    newest = error;
    n_alive++;
    return error;
}

void error_free(Error *error)
{
    if (!error) {
        return;
    }
    *(error->previous ? &error->previous->next : &oldest) = error->next;
    *(error->next ? &error->next->previous : &newest) = error->previous;
    n_alive--;
    g_free(error->message);
    g_free(error->hint);
    g_free(error);
}

void error_free_or_abort(Error **errp)
{
    g_assert(errp);
    g_assert(*errp);
    error_free(*errp);
    *errp = NULL;
}

static const char *without_folders(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash ? slash + 1 : file;
}

/* Puts @error (taken) where @errp says. */
static void hand_over(Error **errp, Error *error)
{
    if (errp == &error_abort || errp == &error_fatal) {
        fprintf(stderr, "%s:%d: %s() failed, which its caller rules out: %s\n",
                error->file, error->line, error->function, error->message);
        error_report_err(error);
        abort();
    }
    if (errp == &error_warn) {
        warn_report_err(error);
    } else if (errp && !*errp) {
        *errp = error;
    } else {
        error_free(error);
    }
}

/* Takes @message. */
static void set_error(Error **errp, const char *file, int line, const char *function,
                      ErrorClass error_class, char *message)
{
    Error *error;

    g_assert(*errp == NULL);
    error = new_error(error_class, message);
    error->file = without_folders(file);
    error->line = line;
    error->function = function;
    hand_over(errp, error);
}

void error_setg_internal(Error **errp, const char *file, int line, const char *function,
                         const char *format, ...)
{
    int saved_errno = errno;
    va_list arguments;

    if (!errp) {
        return;
    }
    va_start(arguments, format);
    set_error(errp, file, line, function, ERROR_CLASS_GENERIC_ERROR,
              g_strdup_vprintf(format, arguments));
    va_end(arguments);
    errno = saved_errno;
}

void error_setg_errno_internal(Error **errp, const char *file, int line, const char *function,
                               int os_errno, const char *format, ...)
{
    int saved_errno = errno;
    va_list arguments;
    char *message;

    if (!errp) {
        return;
    }
    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (os_errno != 0) {
        char *start = message;

        message = g_strconcat(start, ": ", strerror(os_errno), NULL);
        g_free(start);
    }
    set_error(errp, file, line, function, ERROR_CLASS_GENERIC_ERROR, message);
    errno = saved_errno;
}

void error_set_internal(Error **errp, const char *file, int line, const char *function,
                        ErrorClass error_class, const char *format, ...)
{
    int saved_errno = errno;
    va_list arguments;

    if (!errp) {
        return;
    }
    va_start(arguments, format);
    set_error(errp, file, line, function, error_class, g_strdup_vprintf(format, arguments));
    va_end(arguments);
    errno = saved_errno;
}

const char *error_get_pretty(const Error *error)
{
    return error->message;
}

ErrorClass error_get_class(const Error *error)
{
    return error->error_class;
}

void error_vprepend(Error *const *errp, const char *format, va_list arguments)
{
    g_autofree char *start = NULL;
    char *message;

    if (!errp) {
        return;
    }
    start = g_strdup_vprintf(format, arguments);
    message = g_strconcat(start, (*errp)->message, NULL);
    g_free((*errp)->message);
    (*errp)->message = message;
}

void error_prepend(Error *const *errp, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_vprepend(errp, format, arguments);
    va_end(arguments);
}

void error_append_hint(Error *const *errp, const char *format, ...)
{
    int saved_errno = errno;
    g_autofree char *more = NULL;
    va_list arguments;
    char *hint;

    if (!errp) {
        return;
    }
    g_assert(*errp);
    g_assert(errp != &error_abort);
    g_assert(errp != &error_fatal);
    va_start(arguments, format);
    more = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    hint = g_strconcat((*errp)->hint ? (*errp)->hint : "", more, NULL);
    g_free((*errp)->hint);
    (*errp)->hint = hint;
    errno = saved_errno;
}

void error_propagate(Error **target_errp, Error *error)
{
    if (error) {
        hand_over(target_errp, error);
    }
}

void error_propagate_prepend(Error **target_errp, Error *error, const char *format, ...)
{
    va_list arguments;

    if (error) {
        va_start(arguments, format);
        error_vprepend(&error, format, arguments);
        va_end(arguments);
        hand_over(target_errp, error);
    }
}

Error *error_copy(const Error *error)
{
    Error *copy = new_error(error->error_class, g_strdup(error->message));

    copy->hint = g_strdup(error->hint);
    copy->file = error->file;
    copy->line = error->line;
    copy->function = error->function;
    return copy;
}

static void report_hint(const Error *error)
{
    if (error->hint) {
        error_printf("%s", error->hint);
    }
}

void error_report_err(Error *error)
{
    error_report("%s", error->message);
    report_hint(error);
    error_free(error);
}

void warn_report_err(Error *error)
{
    warn_report("%s", error->message);
    report_hint(error);
    error_free(error);
}

void error_reportf_err(Error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_vprepend(&error, format, arguments);
    va_end(arguments);
    error_report_err(error);
}

void warn_reportf_err(Error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_vprepend(&error, format, arguments);
    va_end(arguments);
    warn_report_err(error);
}

unsigned sim_errors_alive(void)
{
    return n_alive;
}

bool sim_errors_site_at(unsigned index, SimErrorSite *ret_site)
{
    Error *error = oldest;

    while (error && index-- > 0) {
        error = error->next;
    }
    if (!error) {
        return false;
    }
    *ret_site = (SimErrorSite) {
        .error = error,
        .file = error->file,
        .line = error->line,
        .function = error->function,
        .message = error->message,
    };
    return true;
}

void sim_errors_reset(void)
{
    while (oldest) {
        error_free(oldest);
    }
}
