/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario with other faults: what stays, what goes, and where the faults stand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/faults.h"

static const char text[] =
    "# A title.\n"
    "bax 1\n"
    "needs generation 1 to=3\n"
    "schedule seed=7\n"
    "\n"
    "drive scsi0 64M  # the first\n"
    "allow errors\n"
    "fault bdrv_open on=scsi0\n"
    "start w1 write scsi0 0 64K\n"
    "expect pending w1\n"
    "clear-faults\n"
    "setup a scsi0 bitmap=b\n"
    "expect error \"x\"\n";

static void assert_prints(const Scenario *scenario, const char *expected)
{
    g_autoptr(GString) printed = g_string_new(NULL);

    assert_non_null(scenario);
    scenario_print(scenario, printed);
    assert_string_equal(printed->str, expected);
}

static void test_faults__take_the_place_of_the_scenarios_own(void **state)
{
    const FaultChoice faults[] = {
        { sim_fault_find_call("bdrv_getlength"), 2, 0 },
        { sim_fault_find_call("cbw-write"), 1, UINT64_C(60000000000) },
    };
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, sizeof(text) - 1, NULL);
    g_autoptr(Scenario) other = faults_apply(scenario, faults, 2, "b.scn", "New.", NULL);

    (void)state;
    assert_string_equal(other->path, "b.scn");
    assert_string_equal(other->title, "New.");
    assert_prints(other,
                  "# New.\n"
                  "bax 1\n"
                  "needs generation 1 to=3\n"
                  "schedule seed=7\n"
                  "allow errors\n"
                  "fault bdrv_getlength nth=2\n"
                  "fault cbw-write delay=60s\n"
                  "drive scsi0 64M\n"
                  "start w1 write scsi0 0 64K\n"
                  "setup a scsi0 bitmap=b\n");
}

static void test_faults__step_is_left_out_if_the_others_can_do_without(void **state)
{
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, sizeof(text) - 1, NULL);
    g_autoptr(Scenario) other = faults_apply(scenario, NULL, 0, "a.scn", "New.", NULL);
    g_autoptr(Scenario) shorter = faults_without_step(other, 7);

    (void)state;
    assert_prints(shorter,
                  "# New.\n"
                  "bax 1\n"
                  "needs generation 1 to=3\n"
                  "schedule seed=7\n"
                  "allow errors\n"
                  "drive scsi0 64M\n"
                  "setup a scsi0 bitmap=b\n");
    assert_null(faults_without_step(other, 6));     /* the drive */
    assert_null(faults_without_step(other, 1));     /* no step there */
    assert_null(faults_without_step(other, 100));
}

static void test_faults__are_described_in_short(void **state)
{
    const FaultChoice faults[] = {
        { sim_fault_find_call("bdrv_open"), 2, 0 },
        { sim_fault_find_call("cbw-write"), 1, 1500 },
        { sim_fault_find_call("cbw-read"), 3, UINT64_C(60000000000) },
    };
    g_autofree char *words = faults_describe(faults, 3);
    g_autofree char *nothing = faults_describe(NULL, 0);

    (void)state;
    assert_string_equal(words, "bdrv_open:2+cbw-write:1:1500ns+cbw-read:3:60s");
    assert_string_equal(nothing, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults__take_the_place_of_the_scenarios_own),
        cmocka_unit_test(test_faults__step_is_left_out_if_the_others_can_do_without),
        cmocka_unit_test(test_faults__are_described_in_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
