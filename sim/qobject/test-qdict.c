/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries: types, order, long texts, references, and a shadow of plain arrays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "qobject/qdict.h"
#include "sim/core/prng.h"
#include "sim/core/test-aborts.h"
#include "sim/qobject/sim-qdict.h"

#define LONG_TEXT "a text that is a good deal longer than what fits into an entry itself"

static void test_qdict__types(void **state)
{
    QDict *dict = qdict_new();

    (void)state;
    qdict_put_str(dict, "driver", "copy-before-write");
    qdict_put_int(dict, "cbw-timeout", 45);
    qdict_put_bool(dict, "read-only", true);
    assert_string_equal(qdict_get_try_str(dict, "driver"), "copy-before-write");
    assert_string_equal(qdict_get_str(dict, "driver"), "copy-before-write");
    assert_int_equal(qdict_get_int(dict, "cbw-timeout"), 45);
    assert_int_equal(qdict_get_try_int(dict, "cbw-timeout", 7), 45);
    assert_true(qdict_get_bool(dict, "read-only"));
    assert_true(qdict_get_try_bool(dict, "read-only", false));

    assert_null(qdict_get_try_str(dict, "cbw-timeout"));
    assert_int_equal(qdict_get_try_int(dict, "driver", 7), 7);
    assert_int_equal(qdict_get_try_int(dict, "none", -7), -7);
    assert_true(qdict_get_try_bool(dict, "cbw-timeout", true));
    assert_null(qdict_get_try_str(dict, "drive"));
    assert_int_equal(qdict_size(dict), 3);
    qobject_unref(dict);
    assert_int_equal(sim_qdicts_alive(), 0);
}

/* A new value keeps the place of its key; a deleted key comes last when it returns. */
static void test_qdict__order(void **state)
{
    QDict *dict = qdict_new();
    g_autoptr(GString) keys = g_string_new(NULL);

    (void)state;
    qdict_put_str(dict, "a", "1");
    qdict_put_str(dict, "b", "2");
    qdict_put_str(dict, "c", "3");
    qdict_put_int(dict, "a", 4);
    qdict_del(dict, "c");
    qdict_del(dict, "none");
    qdict_put_bool(dict, "d", false);
    qdict_del(dict, "b");
    qdict_put_str(dict, "b", "5");
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        g_string_append(keys, qdict_entry_key(e));
    }
    assert_string_equal(keys->str, "adb");
    assert_int_equal(qdict_get_int(dict, "a"), 4);
    qobject_unref(dict);
}

static void test_qdict__long_texts(void **state)
{
    QDict *dict = qdict_new();

    (void)state;
    qdict_put_str(dict, LONG_TEXT, "short");
    qdict_put_str(dict, "key", LONG_TEXT LONG_TEXT);
    assert_string_equal(qdict_get_str(dict, LONG_TEXT), "short");
    assert_string_equal(qdict_get_str(dict, "key"), LONG_TEXT LONG_TEXT);
    qdict_put_str(dict, "key", qdict_get_str(dict, "key") + strlen(LONG_TEXT));
    assert_string_equal(qdict_get_str(dict, "key"), LONG_TEXT);
    qdict_put_str(dict, "key", qdict_get_str(dict, "key") + strlen(LONG_TEXT) - 6);
    assert_string_equal(qdict_get_str(dict, "key"), "itself");
    qdict_put_str(dict, "key", qdict_get_str(dict, "key") + 2);
    assert_string_equal(qdict_get_str(dict, "key"), "self");
    qobject_unref(dict);
}

static void test_qdict__references(void **state)
{
    QDict *dict = qdict_new();

    (void)state;
    qdict_put_int(dict, "a", 1);
    assert_ptr_equal(qobject_ref(dict), dict);
    qobject_unref(dict);
    assert_int_equal(qdict_get_int(dict, "a"), 1);
    assert_int_equal(sim_qdicts_alive(), 1);
    qobject_unref(dict);
    qobject_unref((QDict *)NULL);
    assert_int_equal(sim_qdicts_alive(), 0);

    dict = qdict_new();
    assert_int_equal(qdict_size(dict), 0);
    qobject_ref(dict);
    qdict_new();
    sim_qdicts_reset();
    assert_int_equal(sim_qdicts_alive(), 0);
}

#define N_KEYS 20

/* Random operations against arrays that are indexed by key. */
static void test_qdict__equals_a_shadow(void **state)
{
    QDict *dict = qdict_new();
    bool is_there[N_KEYS] = { false };
    int64_t values[N_KEYS] = { 0 };
    SimPrng prng;

    (void)state;
    sim_prng_init(&prng, 3);
    for (unsigned i = 0; i < 5000; i++) {
        unsigned index = sim_prng_below(&prng, N_KEYS);
        g_autofree char *key = g_strdup_printf("key-%u%s", index, index % 3 ? "" : LONG_TEXT);
        size_t n = 0;

        if (sim_prng_below(&prng, 3) == 0) {
            qdict_del(dict, key);
            is_there[index] = false;
        } else {
            qdict_put_int(dict, key, i);
            is_there[index] = true;
            values[index] = i;
        }
        for (unsigned k = 0; k < N_KEYS; k++) {
            g_autofree char *other = g_strdup_printf("key-%u%s", k, k % 3 ? "" : LONG_TEXT);

            n += is_there[k];
            assert_int_equal(!!qdict_haskey(dict, other), is_there[k]);
            assert_int_equal(qdict_get_try_int(dict, other, -1), is_there[k] ? values[k] : -1);
        }
        assert_int_equal(qdict_size(dict), n);
    }
    qobject_unref(dict);
}

static void get_missing(void)
{
    qdict_get_int(qdict_new(), "none");
}

static void unref_twice(void)
{
    QDict *dict = qdict_new();

    qobject_unref(dict);
    qobject_unref(dict);
}

static void test_qdict__misuse_is_a_bug(void **state)
{
    (void)state;
    assert_true(test_aborts(get_missing));
    assert_true(test_aborts(unref_twice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qdict__types),
        cmocka_unit_test(test_qdict__order),
        cmocka_unit_test(test_qdict__long_texts),
        cmocka_unit_test(test_qdict__references),
        cmocka_unit_test(test_qdict__equals_a_shadow),
        cmocka_unit_test(test_qdict__misuse_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
