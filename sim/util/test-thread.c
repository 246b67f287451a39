/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutexes of one thread: what would hang or be undefined in QEMU aborts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/thread.h"
#include "sim/core/test-aborts.h"

static QemuMutex mutex;

static void relock(void)
{
    qemu_mutex_init(&mutex);
    qemu_mutex_lock(&mutex);
    qemu_mutex_lock(&mutex);
}

static void unlock_unlocked(void)
{
    qemu_mutex_init(&mutex);
    qemu_mutex_unlock(&mutex);
}

static void destroy_locked(void)
{
    qemu_mutex_init(&mutex);
    qemu_mutex_lock(&mutex);
    qemu_mutex_destroy(&mutex);
}

static void lock_without_init(void)
{
    QemuMutex none = { 0 };

    qemu_mutex_lock(&none);
}

static void lock_in_turn(void)
{
    qemu_mutex_init(&mutex);
    qemu_mutex_lock(&mutex);
    qemu_mutex_unlock(&mutex);
    qemu_mutex_lock(&mutex);
    qemu_mutex_unlock(&mutex);
    qemu_mutex_destroy(&mutex);
}

static void test_mutex__misuse_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(relock));
    assert_true(test_aborts(unlock_unlocked));
    assert_true(test_aborts(destroy_locked));
    assert_true(test_aborts(lock_without_init));
    assert_false(test_aborts(lock_in_turn));
}

static void test_mutex__trylock_does_not_wait(void **state)
{
    (void)state;
    qemu_mutex_init(&mutex);
    assert_int_equal(qemu_mutex_trylock(&mutex), 0);
    assert_int_not_equal(qemu_mutex_trylock(&mutex), 0);
    qemu_mutex_unlock(&mutex);
    qemu_mutex_destroy(&mutex);
}

static void test_rec_mutex__counts(void **state)
{
    QemuRecMutex recursive;

    (void)state;
    qemu_rec_mutex_init(&recursive);
    qemu_rec_mutex_lock(&recursive);
    WITH_QEMU_LOCK_GUARD(&recursive) {
        assert_int_equal(recursive.depth, 2);
    }
    assert_int_equal(recursive.depth, 1);
    qemu_rec_mutex_unlock(&recursive);
    qemu_rec_mutex_destroy(&recursive);
}

static bool leave_early(unsigned how)
{
    WITH_QEMU_LOCK_GUARD(&mutex) {
        if (how == 0) {
            return mutex.locked;
        }
        if (how == 1) {
            break;
        }
    }
    return !mutex.locked;
}

static bool leave_early_from_block(void)
{
    QEMU_LOCK_GUARD(&mutex);

    return mutex.locked;
}

static void test_lock_guard__unlocks_however_it_is_left(void **state)
{
    (void)state;
    qemu_mutex_init(&mutex);
    for (unsigned how = 0; how < 3; how++) {
        assert_true(leave_early(how));
        assert_false(mutex.locked);
    }
    assert_true(leave_early_from_block());
    assert_false(mutex.locked);
    qemu_mutex_destroy(&mutex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutex__misuse_is_a_bug),
        cmocka_unit_test(test_mutex__trylock_does_not_wait),
        cmocka_unit_test(test_rec_mutex__counts),
        cmocka_unit_test(test_lock_guard__unlocks_however_it_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
