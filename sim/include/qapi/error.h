/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error objects.
 *
 * Stands in for QEMU's include/qapi/error.h.  A function that can fail takes an
 * Error **errp and sets it on failure:
 *  - NULL: the caller does not want to know, no object is made;
 *  - &error_abort: reported, then the program aborts;
 *  - &error_fatal: reported, and QEMU would exit with status 1; here it aborts too, so
 *    that nobody can take that for the ordinary end of a program;
 *  - &error_warn: reported as a warning;
 *  - else *errp must be NULL and becomes the new error, which is the caller's.
 * Setting an error keeps errno.
 */
#ifndef ERROR_H
#define ERROR_H

#include <glib.h>
#include <stdarg.h>

#include "qapi/qapi-types-error.h"
#include "qemu/typedefs.h"

typedef enum ErrorClass {
    ERROR_CLASS_GENERIC_ERROR = QAPI_ERROR_CLASS_GENERICERROR,
    ERROR_CLASS_COMMAND_NOT_FOUND = QAPI_ERROR_CLASS_COMMANDNOTFOUND,
    ERROR_CLASS_DEVICE_NOT_ACTIVE = QAPI_ERROR_CLASS_DEVICENOTACTIVE,
    ERROR_CLASS_DEVICE_NOT_FOUND = QAPI_ERROR_CLASS_DEVICENOTFOUND,
    ERROR_CLASS_KVM_MISSING_CAP = QAPI_ERROR_CLASS_KVMMISSINGCAP,
} ErrorClass;

extern Error *error_abort;
extern Error *error_fatal;
extern Error *error_warn;

#define error_setg(errp, ...) \
    error_setg_internal((errp), __FILE__, __LINE__, __func__, __VA_ARGS__)
/* Appends ": " and the words for @os_errno (positive; 0: nothing). */
#define error_setg_errno(errp, os_errno, ...) \
    error_setg_errno_internal((errp), __FILE__, __LINE__, __func__, (os_errno), __VA_ARGS__)
#define error_set(errp, error_class, ...) \
    error_set_internal((errp), __FILE__, __LINE__, __func__, (error_class), __VA_ARGS__)

void error_setg_internal(Error **errp, const char *file, int line, const char *function,
                         const char *format, ...) G_GNUC_PRINTF(5, 6);
void error_setg_errno_internal(Error **errp, const char *file, int line, const char *function,
                               int os_errno, const char *format, ...) G_GNUC_PRINTF(6, 7);
void error_set_internal(Error **errp, const char *file, int line, const char *function,
                        ErrorClass error_class, const char *format, ...) G_GNUC_PRINTF(6, 7);

const char *error_get_pretty(const Error *error);   /* valid until it is changed or freed */
ErrorClass error_get_class(const Error *error);

/* These two want an error there, unless @errp is NULL. */
void error_prepend(Error *const *errp, const char *format, ...) G_GNUC_PRINTF(2, 3);
void error_vprepend(Error *const *errp, const char *format, va_list arguments) G_GNUC_PRINTF(2, 0);
/* Hints are for people only: reported with the error, not part of its message. */
void error_append_hint(Error *const *errp, const char *format, ...) G_GNUC_PRINTF(2, 3);

/*
 * Hands @error (taken; NULL: nothing happens) on to @target_errp.  An error that is
 * there already stays, and @error is freed.
 */
void error_propagate(Error **target_errp, Error *error);
void error_propagate_prepend(Error **target_errp, Error *error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

Error *error_copy(const Error *error);
void error_free(Error *error);                      /* NULL is fine */
void error_free_or_abort(Error **errp);             /* asserts that there is one */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Error, error_free)

/* Report and free. */
void error_report_err(Error *error);
void warn_report_err(Error *error);
void error_reportf_err(Error *error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void warn_reportf_err(Error *error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/*
 * At the start of a function with a parameter errp: from here on errp can be
 * dereferenced, and what it holds at the end goes to the caller's.
 */
#define ERRP_GUARD()                                                                \
    g_auto(ErrorPropagator) error_propagator_ = { NULL, errp };                     \
    errp = errp == NULL || errp == &error_fatal ? &error_propagator_.error : errp

typedef struct ErrorPropagator {
    Error *error;
    Error **target_errp;
} ErrorPropagator;

static inline void error_propagator_clear(ErrorPropagator *propagator)
{
    error_propagate(propagator->target_errp, propagator->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ErrorPropagator, error_propagator_clear)

#endif
