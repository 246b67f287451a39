/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CoMutex and CoQueue: fairness, hand-over, order of waking, and misuse.
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

static CoMutex mutex;
static CoQueue queue;

static int open_with_locks(void **state)
{
    qemu_co_mutex_init(&mutex);
    qemu_co_queue_init(&queue);
    return test_world_open(state);
}

/* Holds the mutex over a yield; the letter in upper case says that it gave it up. */
static void hold_over_yield(void *opaque)
{
    char letter = *(const char *)opaque;

    qemu_co_mutex_lock(&mutex);
    qemu_co_mutex_assert_locked(&mutex);
    test_write(letter);
    aio_co_schedule(qemu_get_aio_context(), qemu_coroutine_self());
    qemu_coroutine_yield();
    test_write(g_ascii_toupper(letter));
    qemu_co_mutex_unlock(&mutex);
}

/* Who waits longest is next; they never overlap. */
static void test_co_mutex__is_fair(void **state)
{
    (void)state;
    for (const char *letter = "abcd"; *letter; letter++) {
        qemu_coroutine_enter(qemu_coroutine_create(hold_over_yield, (void *)letter));
    }
    assert_string_equal(test_written, "a");
    test_run_loop();
    assert_string_equal(test_written, "aAbBcCdD");
    assert_int_equal(sim_coroutine_n_alive(), 0);
}

/* Unlocks and locks again at once: somebody waits, so it has to queue behind. */
static void lock_twice_in_turn(void *opaque)
{
    hold_over_yield(opaque);
    qemu_co_mutex_lock(&mutex);
    test_write('+');
    qemu_co_mutex_unlock(&mutex);
}

static void test_co_mutex__unlocking_hands_over(void **state)
{
    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(lock_twice_in_turn, "a"));
    qemu_coroutine_enter(qemu_coroutine_create(hold_over_yield, "b"));
    test_run_loop();
    assert_string_equal(test_written, "aAbB+");
}

static void hold_in_guards(void *opaque)
{
    (void)opaque;
    WITH_QEMU_LOCK_GUARD(&mutex) {
        qemu_co_mutex_assert_locked(&mutex);
        test_write('a');
        break;
    }
    g_assert(!mutex.locked);
    {
        QEMU_LOCK_GUARD(&mutex);
        qemu_co_mutex_assert_locked(&mutex);
        test_write('b');
    }
    g_assert(!mutex.locked);
}

static void test_co_mutex__guards_unlock(void **state)
{
    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(hold_in_guards, NULL));
    assert_string_equal(test_written, "ab");
}

static void wait_in_queue(void *opaque)
{
    qemu_co_queue_wait(&queue, NULL);
    test_write(*(const char *)opaque);
}

static void wait_in_front(void *opaque)
{
    qemu_co_queue_wait_flags(&queue, NULL, CO_QUEUE_WAIT_FRONT);
    test_write(*(const char *)opaque);
}

static void wake_next_then_all(void *opaque)
{
    (void)opaque;
    g_assert(qemu_co_queue_next(&queue));
    test_write('(');
    qemu_co_queue_restart_all(&queue);
    g_assert(qemu_co_queue_empty(&queue));
    g_assert(!qemu_co_queue_next(&queue));
    test_write(')');
}

static void test_co_queue__wakes_in_order(void **state)
{
    (void)state;
    assert_true(qemu_co_queue_empty(&queue));
    qemu_coroutine_enter(qemu_coroutine_create(wait_in_front, "b"));
    qemu_coroutine_enter(qemu_coroutine_create(wait_in_queue, "c"));
    qemu_coroutine_enter(qemu_coroutine_create(wait_in_front, "a"));
    qemu_coroutine_enter(qemu_coroutine_create(wait_in_queue, "d"));
    assert_false(qemu_co_queue_empty(&queue));
    qemu_coroutine_enter(qemu_coroutine_create(wake_next_then_all, NULL));
    assert_string_equal(test_written, "()abcd");
}

static void wait_with_mutex(void *opaque)
{
    qemu_co_mutex_lock(&mutex);
    qemu_co_queue_wait(&queue, &mutex);
    qemu_co_mutex_assert_locked(&mutex);
    test_write(*(const char *)opaque);
    qemu_co_mutex_unlock(&mutex);
}

/* The lock is free while they wait, and theirs again after. */
static void test_co_queue__gives_the_lock_up(void **state)
{
    (void)state;
    qemu_coroutine_enter(qemu_coroutine_create(wait_with_mutex, "a"));
    qemu_coroutine_enter(qemu_coroutine_create(wait_with_mutex, "b"));
    assert_false(mutex.locked);
    assert_true(qemu_co_enter_next(&queue, NULL));
    assert_string_equal(test_written, "a");
    assert_true(qemu_co_enter_next(&queue, NULL));
    assert_false(qemu_co_enter_next(&queue, NULL));
    assert_string_equal(test_written, "ab");
    assert_false(mutex.locked);
}

static void end_with_mutex(void *opaque)
{
    (void)opaque;
    qemu_co_mutex_lock(&mutex);
}

static void unlock_what_another_holds(void *opaque)
{
    (void)opaque;
    qemu_co_mutex_unlock(&mutex);
}

static void leak_mutex(void)
{
    qemu_coroutine_enter(qemu_coroutine_create(end_with_mutex, NULL));
}

static void steal_mutex(void)
{
    qemu_coroutine_enter(qemu_coroutine_create(hold_over_yield, "a"));
    qemu_coroutine_enter(qemu_coroutine_create(unlock_what_another_holds, NULL));
}

static void unlock_unlocked(void)
{
    qemu_coroutine_enter(qemu_coroutine_create(unlock_what_another_holds, NULL));
}

static void test_co_mutex__misuse_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(leak_mutex));
    assert_true(test_aborts(steal_mutex));
    assert_true(test_aborts(unlock_unlocked));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_with_locks, test_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(test_co_mutex__is_fair),
        IN_WORLD(test_co_mutex__unlocking_hands_over),
        IN_WORLD(test_co_mutex__guards_unlock),
        IN_WORLD(test_co_queue__wakes_in_order),
        IN_WORLD(test_co_queue__gives_the_lock_up),
        IN_WORLD(test_co_mutex__misuse_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
