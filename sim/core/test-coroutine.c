/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bare coroutines: switching, nesting, ending a run from anywhere in it.
 *
 * Coroutines write letters down; what they wrote is judged outside of them, because a
 * failing assertion of cmocka jumps and must not do so across stacks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "sim/core/coroutine.h"
#include "sim/core/test-aborts.h"

static char written[64];
static jmp_buf after_escape;
static char *thread_frame;      /* somewhere on the thread's own stack */

static void write_letter(char letter)
{
    size_t length = strlen(written);

    g_assert(length + 1 < sizeof(written));
    written[length] = letter;
    written[length + 1] = '\0';
}

static int begin(void **state)
{
    (void)state;
    memset(written, 0, sizeof(written));
    thread_frame = __builtin_frame_address(0);
    return 0;
}

static void yield_twice(void *opaque)
{
    const char *letters = opaque;

    write_letter(letters[0]);
    sim_coroutine_yield();
    write_letter(letters[1]);
    sim_coroutine_yield();
    write_letter(letters[2]);
}

static void test_coroutine__two_take_turns(void **state)
{
    SimCoroutine *a = sim_coroutine_new(yield_twice, "abc");
    SimCoroutine *b = sim_coroutine_new(yield_twice, "xyz");

    (void)state;
    assert_int_equal(sim_coroutine_n_alive(), 2);
    assert_string_equal(sim_coroutine_opaque(b), "xyz");
    assert_false(sim_coroutine_enter(a));
    assert_false(sim_coroutine_enter(b));
    assert_false(sim_coroutine_enter(b));
    assert_false(sim_coroutine_enter(a));
    assert_null(sim_coroutine_self());
    assert_true(sim_coroutine_enter(a));
    assert_int_equal(sim_coroutine_n_alive(), 1);
    assert_true(sim_coroutine_enter(b));
    assert_string_equal(written, "axybcz");
    assert_int_equal(sim_coroutine_n_alive(), 0);
}

static void enter_inner(void *opaque)
{
    SimCoroutine *self = sim_coroutine_self();
    SimCoroutine *inner = sim_coroutine_new(yield_twice, opaque);

    write_letter('(');
    while (!sim_coroutine_enter(inner)) {
        g_assert(sim_coroutine_self() == self);
        write_letter('-');
        sim_coroutine_yield();
    }
    g_assert(sim_coroutine_self() == self);
    write_letter(')');
}

static void test_coroutine__may_enter_another(void **state)
{
    SimCoroutine *outer = sim_coroutine_new(enter_inner, "abc");

    (void)state;
    while (!sim_coroutine_enter(outer)) {
        write_letter('.');
    }
    assert_string_equal(written, "(a-.b-.c)");
    assert_int_equal(sim_coroutine_n_alive(), 0);
}

/* Deep enough to fault if the stack were small, with traps for AddressSanitizer. */
static unsigned __attribute__((noinline)) use_stack(unsigned depth)
{
    volatile char buffer[1024];

    memset((char *)buffer, (int)depth, sizeof(buffer));
    if (depth == 0) {
        sim_coroutine_yield();
        return buffer[1023];
    }
    return use_stack(depth - 1) + (unsigned char)buffer[depth];
}

static void use_stack_and_keep_sum(void *opaque)
{
    *(unsigned *)opaque = use_stack(60);
}

static void test_coroutine__stack_survives_a_switch(void **state)
{
    unsigned sum = 0;
    SimCoroutine *co = sim_coroutine_new(use_stack_and_keep_sum, &sum);

    (void)state;
    assert_false(sim_coroutine_enter(co));
    assert_true(sim_coroutine_enter(co));
    assert_int_equal(sum, 60 * 61 / 2);
}

static void resume(void *opaque)
{
    ptrdiff_t distance = (char *)__builtin_frame_address(0) - thread_frame;

    g_assert(!sim_coroutine_self());
    /* Every coroutine's stack is further away than this. */
    g_assert(ABS(distance) < 65536);
    write_letter(*(const char *)opaque);
    longjmp(after_escape, 1);
}

/* Enters one more level each time, and escapes from the innermost. */
static void nest_and_escape(void *opaque)
{
    unsigned depth = GPOINTER_TO_UINT(opaque);
    volatile char buffer[256];

    memset((char *)buffer, 1, sizeof(buffer));
    if (depth == 0) {
        sim_coroutine_escape(resume, "!");
    }
    sim_coroutine_enter(sim_coroutine_new(nest_and_escape, GUINT_TO_POINTER(depth - 1)));
    write_letter('?');
}

static void __attribute__((noinline)) run_until_escape(unsigned depth)
{
    if (setjmp(after_escape) == 0) {
        sim_coroutine_enter(sim_coroutine_new(nest_and_escape, GUINT_TO_POINTER(depth)));
        write_letter('?');
    }
}

/* A thousand times, so that stacks left in the middle are used again and again. */
static void test_coroutine__escape_leaves_all_of_them(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        unsigned depth = i % 4;
        SimCoroutine *beside;

        written[0] = '\0';
        beside = sim_coroutine_new(yield_twice, "abc");
        sim_coroutine_enter(beside);
        run_until_escape(depth);
        assert_string_equal(written, "a!");
        assert_null(sim_coroutine_self());
        assert_int_equal(sim_coroutine_n_alive(), depth + 2);
        sim_coroutine_reset();
        assert_int_equal(sim_coroutine_n_alive(), 0);
        assert_string_equal(written, "a!");
    }
}

static void test_coroutine__escape_from_outside_jumps_too(void **state)
{
    (void)state;
    if (setjmp(after_escape) == 0) {
        sim_coroutine_escape(resume, "!");
    }
    assert_string_equal(written, "!");
}

/* Never entered, yielded once: both are taken back, and what they use is used again. */
static void test_coroutine__reset_takes_stacks_back(void **state)
{
    SimCoroutine *never_entered;
    SimCoroutine *yielded;

    (void)state;
    never_entered = sim_coroutine_new(yield_twice, "abc");
    yielded = sim_coroutine_new(use_stack_and_keep_sum, NULL);
    sim_coroutine_enter(yielded);
    sim_coroutine_reset();
    assert_int_equal(sim_coroutine_n_alive(), 0);
    assert_string_equal(written, "");
    for (unsigned i = 0; i < 2; i++) {
        SimCoroutine *again = sim_coroutine_new(yield_twice, "xyz");

        assert_true(again == never_entered || again == yielded);
        assert_false(sim_coroutine_enter(again));
    }
    assert_string_equal(written, "xx");
    sim_coroutine_reset();
}

static void enter_itself(void *opaque)
{
    (void)opaque;
    sim_coroutine_enter(sim_coroutine_self());
}

static void recurse(void)
{
    sim_coroutine_enter(sim_coroutine_new(enter_itself, NULL));
}

static void test_coroutine__misuse_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(recurse));
    assert_true(test_aborts(sim_coroutine_yield));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_coroutine__two_take_turns, begin),
        cmocka_unit_test_setup(test_coroutine__may_enter_another, begin),
        cmocka_unit_test_setup(test_coroutine__stack_survives_a_switch, begin),
        cmocka_unit_test_setup(test_coroutine__escape_leaves_all_of_them, begin),
        cmocka_unit_test_setup(test_coroutine__escape_from_outside_jumps_too, begin),
        cmocka_unit_test_setup(test_coroutine__reset_takes_stacks_back, begin),
        cmocka_unit_test_setup(test_coroutine__misuse_is_a_bug, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
