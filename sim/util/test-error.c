/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error objects and reports: who gets an error, who frees it, what is told to whom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "sim/core/test-aborts.h"
#include "sim/util/sim-context.h"
#include "sim/util/sim-error.h"

static char reported[256];

static void keep_reports(const SimEvent *event, void *opaque)
{
    (void)opaque;
    if (event->kind == SIM_EVENT_REPORT) {
        g_strlcat(reported, event->text, sizeof(reported));
        g_strlcat(reported, "|", sizeof(reported));
    }
}

static SimEvents events;

static int begin(void **state)
{
    (void)state;
    reported[0] = '\0';
    sim_events_init(&events, NULL);
    sim_events_observe(&events, SIM_EVENTS_ALL, keep_reports, NULL);
    sim_events = &events;
    return 0;
}

static int end(void **state)
{
    (void)state;
    sim_events = NULL;
    return sim_errors_alive() != 0;
}

static void test_error__set_fills_in(void **state)
{
    Error *error = NULL;

    (void)state;
    errno = ERANGE;
    error_setg(&error, "no drive '%s'", "scsi0");
    assert_int_equal(errno, ERANGE);
    assert_string_equal(error_get_pretty(error), "no drive 'scsi0'");
    assert_int_equal(error_get_class(error), ERROR_CLASS_GENERIC_ERROR);
    error_free_or_abort(&error);
    assert_null(error);

    error_setg_errno(&error, ENOENT, "open");
    assert_string_equal(error_get_pretty(error), "open: No such file or directory");
    error_free_or_abort(&error);
    error_setg_errno(&error, 0, "open");
    assert_string_equal(error_get_pretty(error), "open");
    error_free_or_abort(&error);

    error_set(&error, ERROR_CLASS_DEVICE_NOT_FOUND, "device '%s'", "x");
    assert_int_equal(error_get_class(error), ERROR_CLASS_DEVICE_NOT_FOUND);
    assert_string_equal(QapiErrorClass_str((QapiErrorClass)error_get_class(error)),
                        "DeviceNotFound");
    error_free(error);
    error_free(NULL);
}

static void test_error__nobody_wants_it(void **state)
{
    (void)state;
    error_setg(NULL, "lost");
    error_prepend(NULL, "lost");
    error_append_hint(NULL, "lost");
    error_propagate(NULL, NULL);
    assert_int_equal(sim_errors_alive(), 0);
}

static void test_error__texts_are_joined(void **state)
{
    Error *error = NULL;
    Error *copy;

    (void)state;
    error_setg(&error, "inner");
    error_prepend(&error, "outer %d: ", 1);
    error_append_hint(&error, "Try %s.", "this");
    error_append_hint(&error, " Or that.");
    copy = error_copy(error);
    error_free(error);
    assert_string_equal(error_get_pretty(copy), "outer 1: inner");
    warn_report_err(copy);
    assert_string_equal(reported, "warning: outer 1: inner|Try this. Or that.|");
}

/* What is there stays; the newer one is freed. */
static void test_error__propagate_keeps_the_first(void **state)
{
    Error *target = NULL;
    Error *first = NULL;
    Error *second = NULL;

    (void)state;
    error_setg(&first, "first");
    error_setg(&second, "second");
    error_propagate_prepend(&target, first, "in %s: ", "setup");
    error_propagate(&target, second);
    assert_string_equal(error_get_pretty(target), "in setup: first");
    assert_int_equal(sim_errors_alive(), 1);
    error_propagate(NULL, target);
}

static bool fail_with_guard(Error **errp)
{
    ERRP_GUARD();

    error_setg(errp, "inner");
    error_prepend(errp, "outer: ");
    return *errp != NULL;
}

static void test_error__guard_works_without_a_target(void **state)
{
    Error *error = NULL;

    (void)state;
    assert_true(fail_with_guard(NULL));
    assert_int_equal(sim_errors_alive(), 0);
    assert_true(fail_with_guard(&error));
    assert_string_equal(error_get_pretty(error), "outer: inner");
    error_free(error);
}

static void set_twice(void)
{
    Error *error = NULL;

    error_setg(&error, "first");
    error_setg(&error, "second");
}

static void set_abort(void)
{
    error_setg(&error_abort, "cannot be");
}

static void set_fatal(void)
{
    fail_with_guard(&error_fatal);
}

static void test_error__misuse_and_special_targets_abort(void **state)
{
    (void)state;
    assert_true(test_aborts(set_twice));
    assert_true(test_aborts(set_abort));
    assert_true(test_aborts(set_fatal));
    error_setg(&error_warn, "watch out");
    assert_string_equal(reported, "warning: watch out|");
}

static void test_error__leaks_are_named(void **state)
{
    Error *first = NULL;
    Error *second = NULL;
    SimErrorSite site;
    int line;

    (void)state;
    error_setg(&first, "first");
    line = __LINE__ - 1;
    error_setg(&second, "second");
    assert_int_equal(sim_errors_alive(), 2);
    assert_true(sim_errors_site_at(0, &site));
    assert_string_equal(site.file, "test-error.c");
    assert_int_equal(site.line, line);
    assert_string_equal(site.function, "test_error__leaks_are_named");
    assert_string_equal(site.message, "first");
    error_free(first);
    assert_true(sim_errors_site_at(0, &site));
    assert_string_equal(site.message, "second");
    assert_false(sim_errors_site_at(1, &site));
    sim_errors_reset();
    assert_int_equal(sim_errors_alive(), 0);
    assert_false(sim_errors_site_at(0, &site));
}

static void test_report__has_its_prefix(void **state)
{
    Error *error = NULL;

    (void)state;
    error_report("a %d", 1);
    warn_report("b %s", "2");
    info_report("c");
    error_setg(&error, "d");
    error_reportf_err(error, "e: ");
    assert_string_equal(reported, "a 1|warning: b 2|info: c|e: d|");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_error__set_fills_in),
        TEST(test_error__nobody_wants_it),
        TEST(test_error__texts_are_joined),
        TEST(test_error__propagate_keeps_the_first),
        TEST(test_error__guard_works_without_a_target),
        TEST(test_error__misuse_and_special_targets_abort),
        TEST(test_error__leaks_are_named),
        TEST(test_report__has_its_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
