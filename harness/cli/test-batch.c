/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of batch.c with real runs, which an observer disturbs: it crashes, or makes the
 * trace of each process another one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/cli/cli.h"
#include "sim/world.h"

static const char text[] =
    "# One write.\n"
    "drive scsi0 64M\n"
    "write scsi0 0 4M\n";

typedef struct Fixture {
    GPtrArray *scenarios;
    Report report;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->scenarios = g_ptr_array_new_with_free_func((GDestroyNotify) scenario_free);
    g_ptr_array_add(fixture->scenarios, scenario_parse("a.scn", text, strlen(text), NULL));
    g_ptr_array_add(fixture->scenarios, scenario_parse("b.scn", text, strlen(text), NULL));
    report_init(&fixture->report);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    report_clear(&fixture->report);
    g_ptr_array_unref(fixture->scenarios);
    g_free(fixture);
    return 0;
}

static const RunResult *result_at(const Fixture *fixture, guint index)
{
    return &g_array_index(fixture->report.entries, ReportEntry, index).result;
}

static void test_batch__equal_runs_are_good(void **state)
{
    Fixture *fixture = *state;
    CliBatch batch = { .n_repeats = 5, .n_jobs = 3, .cpu_limit_ms = 10000 };

    cli_run_batch(fixture->scenarios, &batch, &fixture->report);
    assert_int_equal(fixture->report.entries->len, 2);
    assert_int_equal(fixture->report.n_repeats, 5);
    assert_int_equal(result_at(fixture, 0)->verdict, RUN_GOOD);
    assert_int_equal(result_at(fixture, 1)->verdict, RUN_GOOD);
    assert_int_not_equal(result_at(fixture, 0)->digest, 0);
    assert_true(result_at(fixture, 0)->digest == result_at(fixture, 1)->digest);
    assert_string_equal(g_array_index(fixture->report.entries, ReportEntry, 1).file, "b.scn");
    assert_string_equal(g_array_index(fixture->report.entries, ReportEntry, 1).title, "One write.");
}

static void mix_in_the_process(const SimEvent *event, void *opaque)
{
    pid_t pid = getpid();

    (void) event;
    (void) opaque;
    sim_events_mix(sim_world_events(), &pid, sizeof(pid));
}

static void test_batch__runs_that_differ_are_a_finding(void **state)
{
    Fixture *fixture = *state;
    CliBatch batch = {
        .n_repeats = 3, .n_jobs = 2, .cpu_limit_ms = 10000, .observe = mix_in_the_process,
    };

    cli_run_batch(fixture->scenarios, &batch, &fixture->report);
    for (guint i = 0; i < 2; i++) {
        const RunResult *result = result_at(fixture, i);
        const Finding *finding = &g_array_index(result->findings, Finding, 0);

        assert_int_equal(result->verdict, RUN_FINDING);
        assert_int_equal(result->findings->len, 1);
        assert_string_equal(finding->name, "nondeterminism");
        assert_true(g_str_has_prefix(finding->message, "Run 1: ok, digest "));
        assert_non_null(strstr(finding->message, "\nRun 2: ok, digest "));
    }
}

static void crash_at_the_write(const SimEvent *event, void *opaque)
{
    (void) opaque;
    if (event->kind == SIM_EVENT_LAND) {
        signal(SIGABRT, SIG_DFL);
        fprintf(stderr, "qemu: /q/block/io.c:5: f: Assertion `a' failed.\n");
        abort();
    }
}

static void test_batch__a_crash_tells_the_step_under_way(void **state)
{
    Fixture *fixture = *state;
    CliBatch batch = {
        .n_repeats = 1, .n_jobs = 1, .cpu_limit_ms = 10000, .observe = crash_at_the_write,
    };
    const Finding *finding;

    cli_run_batch(fixture->scenarios, &batch, &fixture->report);
    assert_int_equal(result_at(fixture, 0)->verdict, RUN_CRASHED);
    assert_int_equal(result_at(fixture, 0)->findings->len, 1);
    finding = &g_array_index(result_at(fixture, 0)->findings, Finding, 0);
    assert_string_equal(finding->name, "crash");
    assert_int_equal(finding->line, 3);
    assert_string_equal(finding->message,
                        "qemu: /q/block/io.c:5: f: Assertion `a' failed.\n"
                        "The process ended by SIGABRT.\n"
                        "The step under way: write scsi0 0 4M");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_batch__equal_runs_are_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batch__runs_that_differ_are_a_finding, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_batch__a_crash_tells_the_step_under_way, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
