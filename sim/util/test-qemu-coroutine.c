/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's coroutines: entering, waking from inside, sleeping, and misuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qemu/coroutine.h"
#include "qemu/main-loop.h"
#include "sim/core/coroutine.h"
#include "sim/core/test-aborts.h"
#include "sim/util/test-world.h"

static void write_and_yield(void *opaque)
{
    const char *letters = opaque;

    test_write(letters[0]);
    qemu_coroutine_yield();
    test_write(letters[1]);
}

static void test_qemu_coroutine__enter_runs_to_yield(void **state)
{
    Coroutine *co = qemu_coroutine_create(write_and_yield, "ab");

    (void)state;
    assert_string_equal(test_written, "");
    assert_false(qemu_in_coroutine());
    assert_non_null(qemu_coroutine_self());
    qemu_coroutine_enter(co);
    assert_false(qemu_coroutine_entered(co));
    assert_string_equal(test_written, "a");
    qemu_coroutine_enter(co);
    assert_string_equal(test_written, "ab");
    assert_int_equal(sim_coroutine_n_alive(), 0);
}

typedef struct Pair {
    Coroutine *first;
    Coroutine *second;
} Pair;

/* Entering nests, waking does not. */
static void enter_then_wake(void *opaque)
{
    Pair *pair = opaque;

    g_assert(qemu_in_coroutine());
    test_write('(');
    qemu_coroutine_enter(pair->first);
    test_write('-');
    aio_co_enter(qemu_get_current_aio_context(), pair->second);
    test_write(')');
}

static void test_qemu_coroutine__waking_waits_for_the_waker(void **state)
{
    Pair pair = {
        qemu_coroutine_create(write_and_yield, "ab"),
        qemu_coroutine_create(write_and_yield, "xy"),
    };

    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(enter_then_wake, &pair));
    assert_string_equal(test_written, "(a-)x");
    aio_co_wake(pair.second);
    aio_co_wake(pair.first);
    assert_string_equal(test_written, "(a-)xyb");
}

static void write_only(void *opaque)
{
    test_write(*(const char *)opaque);
}

static void wake_two(void *opaque)
{
    const char *letters = opaque;

    test_write(letters[0]);
    aio_co_wake(qemu_coroutine_create(write_only, (void *)(letters + 1)));
    aio_co_wake(qemu_coroutine_create(write_only, (void *)(letters + 2)));
}

static void wake_wakers(void *opaque)
{
    (void)opaque;
    test_write('(');
    aio_co_wake(qemu_coroutine_create(wake_two, "abc"));
    aio_co_wake(qemu_coroutine_create(wake_two, "xyz"));
    qemu_coroutine_yield();
}

/* Depth first: what was woken last goes before what is pending. */
static void test_qemu_coroutine__woken_run_depth_first(void **state)
{
    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(wake_wakers, NULL));
    assert_string_equal(test_written, "(abcxyz");
}

static void enter_self_if_inactive(void *opaque)
{
    (void)opaque;
    g_assert(qemu_coroutine_entered(qemu_coroutine_self()));
    qemu_coroutine_enter_if_inactive(qemu_coroutine_self());
    test_write('a');
    qemu_coroutine_yield();
    test_write('b');
}

static void test_qemu_coroutine__enter_if_inactive(void **state)
{
    Coroutine *co = qemu_coroutine_create(enter_self_if_inactive, NULL);

    (void)state;
    qemu_coroutine_enter_if_inactive(co);
    assert_string_equal(test_written, "a");
    qemu_coroutine_enter_if_inactive(co);
    assert_string_equal(test_written, "ab");
}

static QemuCoSleep shared_sleep;

static void sleep_for_a_while(void *opaque)
{
    (void)opaque;
    qemu_co_sleep_ns(QEMU_CLOCK_REALTIME, 500);
    test_write('a' + qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / 500);
    qemu_co_sleep_ns(QEMU_CLOCK_REALTIME, 1000);
    test_write('a' + qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / 500);
    qemu_co_sleep_ns_wakeable(&shared_sleep, QEMU_CLOCK_REALTIME, 100000);
    test_write('z');
}

static void test_qemu_coroutine__sleeps_on_virtual_time(void **state)
{
    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(sleep_for_a_while, NULL));
    assert_true(sim_loop_step(sim_main_loop));
    assert_true(sim_loop_step(sim_main_loop));
    assert_string_equal(test_written, "bd");
    assert_int_equal(sim_loop_now_ns(sim_main_loop), 1500);
    qemu_co_sleep_wake(&shared_sleep);
    assert_string_equal(test_written, "bdz");
    qemu_co_sleep_wake(&shared_sleep);
    assert_false(sim_loop_step(sim_main_loop));
    assert_int_equal(sim_loop_now_ns(sim_main_loop), 1500);
}

/* Whatever state they are in, and a new world finds nothing of them. */
static void test_qemu_coroutine__reset_forgets_all(void **state)
{
    (void)state;
    qemu_coroutine_create(write_and_yield, "ab");
    qemu_coroutine_enter(qemu_coroutine_create(write_and_yield, "ab"));
    qemu_coroutine_enter(qemu_coroutine_create(sleep_for_a_while, NULL));
    aio_co_schedule(qemu_get_aio_context(), qemu_coroutine_create(write_and_yield, "ab"));
    assert_int_equal(sim_coroutine_n_alive(), 4);
    sim_context_reset();
    assert_int_equal(sim_coroutine_n_alive(), 0);
    assert_false(sim_loop_step(sim_main_loop));
    assert_string_equal(test_written, "a");

    aio_co_schedule(qemu_get_aio_context(), qemu_coroutine_create(write_and_yield, "xy"));
    test_run_loop();
    assert_string_equal(test_written, "ax");
}

static void enter_itself(void *opaque)
{
    (void)opaque;
    qemu_coroutine_enter(qemu_coroutine_self());
}

static void enter_recursively(void)
{
    qemu_coroutine_enter(qemu_coroutine_create(enter_itself, NULL));
}

static void enter_scheduled(void)
{
    Coroutine *co = qemu_coroutine_create(write_and_yield, "ab");

    aio_co_schedule(qemu_get_aio_context(), co);
    qemu_coroutine_enter(co);
}

static void schedule_twice(void)
{
    Coroutine *co = qemu_coroutine_create(write_and_yield, "ab");

    aio_co_schedule(qemu_get_aio_context(), co);
    aio_co_schedule(qemu_get_aio_context(), co);
}

static void enter_sleeping(void)
{
    Coroutine *co = qemu_coroutine_create(sleep_for_a_while, NULL);

    qemu_coroutine_enter(co);
    qemu_coroutine_enter(co);
}

static void wake_twice(void *opaque)
{
    aio_co_wake(opaque);
    aio_co_wake(opaque);
}

static void wake_one_twice(void)
{
    Coroutine *co = qemu_coroutine_create(write_and_yield, "ab");

    qemu_coroutine_enter(qemu_coroutine_create(wake_twice, co));
}

static void test_qemu_coroutine__misuse_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(enter_recursively));
    assert_true(test_aborts(enter_scheduled));
    assert_true(test_aborts(schedule_twice));
    assert_true(test_aborts(enter_sleeping));
    assert_true(test_aborts(wake_one_twice));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, test_world_open, test_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(test_qemu_coroutine__enter_runs_to_yield),
        IN_WORLD(test_qemu_coroutine__waking_waits_for_the_waker),
        IN_WORLD(test_qemu_coroutine__woken_run_depth_first),
        IN_WORLD(test_qemu_coroutine__enter_if_inactive),
        IN_WORLD(test_qemu_coroutine__sleeps_on_virtual_time),
        IN_WORLD(test_qemu_coroutine__reset_forgets_all),
        IN_WORLD(test_qemu_coroutine__misuse_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
