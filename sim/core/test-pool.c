/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools: every object is zeroed and one's own, whatever was given back before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/core/pool.h"

#define N_OBJECTS 8

typedef struct Object {
    uint64_t words[5];
} Object;

static void assert_zeroed(const Object *object)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(object->words); i++) {
        assert_int_equal(object->words[i], 0);
    }
}

/* Fills all, gives every other one back and takes as many again. */
static void test_pool__objects_are_zeroed_and_apart(void **state)
{
    SimPool pool = { NULL };
    Object *objects[N_OBJECTS];

    (void)state;
    for (unsigned i = 0; i < N_OBJECTS; i++) {
        objects[i] = sim_pool_new(&pool, Object);
        assert_zeroed(objects[i]);
        memset(objects[i], 0xa5, sizeof(Object));
    }
    for (unsigned i = 0; i < N_OBJECTS; i += 2) {
        sim_pool_free(&pool, objects[i]);
    }
    for (unsigned i = 0; i < N_OBJECTS; i += 2) {
        objects[i] = sim_pool_new(&pool, Object);
        assert_zeroed(objects[i]);
        memset(objects[i], i, sizeof(Object));
    }
    for (unsigned i = 0; i < N_OBJECTS; i++) {
        uint8_t expected[sizeof(Object)];

        memset(expected, i % 2 ? 0xa5 : i, sizeof(expected));
        assert_memory_equal(objects[i], expected, sizeof(expected));
        sim_pool_free(&pool, objects[i]);
    }
}

#ifndef SIM_POOL_IS_HEAP
static void test_pool__last_back_is_first_out(void **state)
{
    SimPool pool = { NULL };
    Object *a = sim_pool_new(&pool, Object), *b = sim_pool_new(&pool, Object);

    (void)state;
    sim_pool_free(&pool, a);
    sim_pool_free(&pool, b);
    assert_ptr_equal(sim_pool_new(&pool, Object), b);
    assert_ptr_equal(sim_pool_new(&pool, Object), a);
    g_free(a);
    g_free(b);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool__objects_are_zeroed_and_apart),
#ifndef SIM_POOL_IS_HEAP
        cmocka_unit_test(test_pool__last_back_is_first_out),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
