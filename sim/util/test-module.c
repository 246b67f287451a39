/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that register themselves before main().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qemu/module.h"

static unsigned n_opts_calls;
static unsigned n_block_calls;

static void count_opts(void)
{
    n_opts_calls++;
}

static void count_block(void)
{
    n_block_calls++;
}

opts_init(count_opts);
block_init(count_block);

static void test_module__every_call_runs_its_own_type(void **state)
{
    (void)state;
    assert_int_equal(n_opts_calls, 0);
    module_call_init(MODULE_INIT_OPTS);
    module_call_init(MODULE_INIT_OPTS);
    assert_int_equal(n_opts_calls, 2);
    assert_int_equal(n_block_calls, 0);
    module_call_init(MODULE_INIT_BLOCK);
    assert_int_equal(n_block_calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_module__every_call_runs_its_own_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
