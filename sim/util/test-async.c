/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bottom halves: never inline, first in first out, once however often scheduled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qemu/coroutine.h"
#include "qemu/main-loop.h"
#include "sim/util/test-world.h"

static void write_letter(void *opaque)
{
    g_assert(!qemu_in_coroutine());
    test_write(*(const char *)opaque);
}

static void write_and_schedule_more(void *opaque)
{
    test_write(*(const char *)opaque);
    aio_bh_schedule_oneshot(qemu_get_current_aio_context(), write_letter, "z");
}

static void test_bottom_half__runs_later_and_in_order(void **state)
{
    AioContext *context = qemu_get_aio_context();

    (void)state;
    assert_ptr_equal(context, qemu_get_current_aio_context());
    aio_bh_schedule_oneshot(context, write_and_schedule_more, "a");
    aio_bh_schedule_oneshot(context, write_letter, "b");
    assert_string_equal(test_written, "");
    assert_int_equal(sim_bottom_halves_alive(), 2);
    test_run_loop();
    assert_string_equal(test_written, "abz");
    assert_int_equal(sim_bottom_halves_alive(), 0);
}

static void test_bottom_half__schedule_cancel_delete(void **state)
{
    QEMUBH *a = aio_bh_new(qemu_get_aio_context(), write_letter, "a");
    QEMUBH *b = qemu_bh_new(write_letter, "b");

    (void)state;
    qemu_bh_schedule(a);
    qemu_bh_schedule(b);
    qemu_bh_schedule(a);
    test_run_loop();
    assert_string_equal(test_written, "ab");
    qemu_bh_schedule(b);
    qemu_bh_schedule(a);
    qemu_bh_cancel(b);
    test_run_loop();
    assert_string_equal(test_written, "aba");
    qemu_bh_schedule(a);
    qemu_bh_delete(a);
    qemu_bh_delete(b);
    test_run_loop();
    assert_string_equal(test_written, "aba");
    assert_int_equal(sim_bottom_halves_alive(), 0);
}

static QEMUBH *self_deleting;

static void delete_itself(void *opaque)
{
    (void)opaque;
    qemu_bh_delete(self_deleting);
    test_write('d');
}

static void test_bottom_half__may_delete_itself(void **state)
{
    (void)state;
    self_deleting = qemu_bh_new(delete_itself, NULL);
    qemu_bh_schedule(self_deleting);
    test_run_loop();
    assert_string_equal(test_written, "d");
    assert_int_equal(sim_bottom_halves_alive(), 0);
}

static void yield_once(void *opaque)
{
    const char *letters = opaque;

    test_write(letters[0]);
    aio_co_schedule(qemu_get_current_aio_context(), qemu_coroutine_self());
    qemu_coroutine_yield();
    test_write(letters[1]);
}

/* As in QEMU one bottom half enters all that are scheduled when it runs. */
static void test_aio_co_schedule__one_bottom_half_for_all(void **state)
{
    AioContext *context = qemu_get_aio_context();

    (void)state;
    aio_bh_schedule_oneshot(context, write_letter, "1");
    aio_co_schedule(context, qemu_coroutine_create(yield_once, "ab"));
    aio_bh_schedule_oneshot(context, write_letter, "2");
    aio_co_schedule(context, qemu_coroutine_create(yield_once, "xy"));
    assert_string_equal(test_written, "");
    test_run_loop();
    assert_string_equal(test_written, "1ax2by");
}

static void test_bottom_half__reset_takes_all_back(void **state)
{
    (void)state;
    aio_bh_schedule_oneshot(qemu_get_aio_context(), write_letter, "a");
    qemu_bh_new(write_letter, "b");
    assert_int_equal(sim_bottom_halves_alive(), 2);
    sim_context_reset();
    assert_int_equal(sim_bottom_halves_alive(), 0);
    assert_false(sim_loop_step(sim_main_loop));
    assert_string_equal(test_written, "");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, test_world_open, test_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(test_bottom_half__runs_later_and_in_order),
        IN_WORLD(test_bottom_half__schedule_cancel_delete),
        IN_WORLD(test_bottom_half__may_delete_itself),
        IN_WORLD(test_aio_co_schedule__one_bottom_half_for_all),
        IN_WORLD(test_bottom_half__reset_takes_all_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
