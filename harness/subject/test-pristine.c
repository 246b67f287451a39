/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static data of the code under test is put back, its memory is watched, and it sees virtual
 * time: the whole way from compiler and objcopy to the run, on code of our own.
 */
#include "qemu/osdep.h"
#include <setjmp.h>
#include <cmocka.h>

#include "harness/subject/accounting-private.h"
#include "harness/subject/pristine.h"
#include "harness/subject/test-pristine-code.h"
#include "sim/world.h"

static void test_pristine__every_run_is_the_first(void **state)
{
    (void)state;
    for (unsigned run = 0; run < 3; run++) {
        subject_restore_pristine();
        assert_int_equal(test_pristine_counter, 7);
        assert_string_equal(test_pristine_word, "first");
        assert_int_equal(test_pristine_n_texts(), 0);
        assert_int_equal(test_pristine_n_inits, 1);
        assert_string_equal(test_pristine_call(), "1 4 1 99");
        assert_string_equal(test_pristine_call(), "2 6 2 98");
        assert_int_equal(test_pristine_counter, 9);
        assert_int_equal(test_pristine_n_texts(), 2);
    }
    subject_restore_pristine();
}

static void count_leaks(const char *name, const char *function, const char *message, void *opaque)
{
    assert_string_equal(name, "leaked-memory");
    assert_string_equal(function, "test_pristine_lose");
    assert_non_null(strstr(message, " 8 bytes"));
    ++*(unsigned *)opaque;
}

/* What static data holds is the code's own affair. */
static void test_pristine__leaks_are_told_from_state(void **state)
{
    unsigned n_leaks = 0;

    (void)state;
    subject_restore_pristine();
    test_pristine_call();
    test_pristine_call();
    subject_find_leaks(count_leaks, &n_leaks);
    assert_int_equal(n_leaks, 0);
    test_pristine_lose();
    subject_find_leaks(count_leaks, &n_leaks);
    assert_int_equal(n_leaks, 1);
    subject_restore_pristine();
    subject_find_leaks(count_leaks, &n_leaks);
    assert_int_equal(n_leaks, 1);
}

static void test_pristine__time_is_virtual(void **state)
{
    SimChoices choices;

    (void)state;
    sim_choices_init_first_come(&choices);
    sim_world_open(&choices);
    assert_int_equal(test_pristine_time(), 1577836800);
    sim_world_close();
    sim_choices_clear(&choices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pristine__every_run_is_the_first),
        cmocka_unit_test(test_pristine__leaks_are_told_from_state),
        cmocka_unit_test(test_pristine__time_is_virtual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
