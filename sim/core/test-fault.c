/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Injected faults: which occurrence of which call fails, and whose.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "sim/core/fault.h"
#include "sim/core/test-aborts.h"

static void add(SimFaults *faults, const char *call, const char *who, uint32_t nth,
                bool from_then_on, int error)
{
    const char *row = sim_fault_find_call(call);

    assert_non_null(row);
    assert_true(sim_faults_add(faults, row, who, nth, from_then_on, error));
}

static void test_fault__calls_have_distinct_names(void **state)
{
    (void)state;
    for (unsigned i = 0; sim_fault_calls[i]; i++) {
        assert_ptr_equal(sim_fault_find_call(sim_fault_calls[i]), sim_fault_calls[i]);
    }
    assert_null(sim_fault_find_call("bdrv_no_such_call"));
}

static void test_fault__once_means_once(void **state)
{
    SimFaults faults = { 0 };

    (void)state;
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "x"), 0);
    add(&faults, "bdrv_open", NULL, 2, false, EIO);
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "x"), 0);
    assert_int_equal(sim_faults_check(&faults, "bdrv_insert_node", "x"), 0);
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "y"), -EIO);
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "x"), 0);
    sim_faults_clear(&faults);
}

static void test_fault__from_then_on_goes_on_until_cleared(void **state)
{
    SimFaults faults = { 0 };

    (void)state;
    add(&faults, "cbw-write", "drive-scsi0", 2, true, ENOSPC);
    assert_int_equal(sim_faults_check(&faults, "cbw-write", "drive-scsi0"), 0);
    assert_int_equal(sim_faults_check(&faults, "cbw-write", "drive-scsi1"), 0);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(sim_faults_check(&faults, "cbw-write", "drive-scsi0"), -ENOSPC);
        assert_int_equal(sim_faults_check(&faults, "cbw-write", "drive-scsi1"), 0);
    }
    assert_int_equal(sim_faults_check(&faults, "cbw-write", NULL), 0);
    sim_faults_clear(&faults);
    assert_int_equal(sim_faults_check(&faults, "cbw-write", "drive-scsi0"), 0);
}

/* The second fault counts the call that the first one made fail. */
static void test_fault__faults_count_for_themselves(void **state)
{
    SimFaults faults = { 0 };

    (void)state;
    add(&faults, "guest-write", NULL, 1, false, EIO);
    add(&faults, "guest-write", NULL, 2, false, ENOSPC);
    add(&faults, "guest-write", NULL, 2, false, EPERM);
    assert_int_equal(sim_faults_check(&faults, "guest-write", "a"), -EIO);
    assert_int_equal(sim_faults_check(&faults, "guest-write", "a"), -ENOSPC);
    assert_int_equal(sim_faults_check(&faults, "guest-write", "a"), 0);
    sim_faults_clear(&faults);
}

static void test_fault__names_are_copied_and_room_ends(void **state)
{
    SimFaults faults = { 0 };
    char who[] = "drive-a";

    (void)state;
    for (unsigned i = 0; i < SIM_MAX_FAULTS; i++) {
        add(&faults, "bdrv_open", who, 1, true, EIO);
    }
    assert_false(sim_faults_add(&faults, sim_fault_find_call("bdrv_open"), who, 1, true, EIO));
    who[6] = 'b';
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "drive-b"), 0);
    assert_int_equal(sim_faults_check(&faults, "bdrv_open", "drive-a"), -EIO);
    sim_faults_clear(&faults);
}

static void check_misspelt(void)
{
    SimFaults faults = { 0 };

    sim_faults_add(&faults, sim_fault_find_call("bdrv_open"), NULL, 1, true, EIO);
    sim_faults_check(&faults, "bdrv_opne", NULL);
}

static void test_fault__misspelt_call_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(check_misspelt));
}

static void test_fault__delay_takes_time_and_does_not_fail(void **state)
{
    SimFaults faults = { 0 };
    const char *call = sim_fault_find_call("cbw-write");
    uint64_t delay_ns = 0;

    (void)state;
    assert_true(sim_faults_add_delay(&faults, call, NULL, 2, false, 700));
    assert_true(sim_faults_add_delay(&faults, call, NULL, 1, true, 11));
    assert_int_equal(sim_faults_check_delay(&faults, "cbw-write", "x", &delay_ns), 0);
    assert_int_equal(delay_ns, 11);
    assert_int_equal(sim_faults_check_delay(&faults, "cbw-write", "x", &delay_ns), 0);
    assert_int_equal(delay_ns, 11 + 711);
    sim_faults_clear(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault__calls_have_distinct_names),
        cmocka_unit_test(test_fault__once_means_once),
        cmocka_unit_test(test_fault__delay_takes_time_and_does_not_fail),
        cmocka_unit_test(test_fault__from_then_on_goes_on_until_cleared),
        cmocka_unit_test(test_fault__faults_count_for_themselves),
        cmocka_unit_test(test_fault__names_are_copied_and_room_ends),
        cmocka_unit_test(test_fault__misspelt_call_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
