/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gates: a fault fails the call of the code under test just as QEMU would, and no other call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "qapi/error.h"
#include "qobject/qdict.h"

#include "sim/block/test-world.h"
#include "sim/gates.h"

#define PASSES(type, name, parameters, arguments) type sim_gate_##name parameters;
#define DOES(name, parameters, arguments) void sim_gate_##name parameters;
#define FAILS(type, name, parameters, arguments, who, answer) type sim_gate_##name parameters;
#include "sim/gate-rows.h"

static void add_fault(const char *call, const char *who, uint32_t nth, int error)
{
    const char *row = sim_fault_find_call(call);

    assert_non_null(row);
    assert_true(sim_faults_add(sim_world_faults(), row, who, nth, false, error));
}

static void assert_error(Error **error, const char *text)
{
    assert_non_null(*error);
    assert_non_null(strstr(error_get_pretty(*error), text));
    error_free(*error);
    *error = NULL;
}

static void test_gate__number_becomes_the_error(void **state)
{
    TestWorld *test = *state;
    BlockDriverInfo info;

    add_fault("bdrv_getlength", NULL, 2, ETIMEDOUT);
    add_fault("bdrv_get_info", NULL, 1, ENOMEDIUM);
    assert_int_equal(sim_gate_bdrv_getlength(test->bs), bdrv_getlength(test->bs));
    assert_int_equal(sim_gate_bdrv_getlength(test->bs), -ETIMEDOUT);
    assert_int_equal(sim_gate_bdrv_getlength(test->bs), bdrv_getlength(test->bs));
    assert_int_equal(sim_gate_bdrv_get_info(test->bs, &info), -ENOMEDIUM);
    assert_int_equal(sim_gate_bdrv_get_info(test->bs, &info), 0);
}

static void test_gate__bool_becomes_the_bad_answer(void **state)
{
    TestWorld *test = *state;
    Error *error = NULL;

    add_fault("bdrv_co_is_inserted", NULL, 1, EIO);
    add_fault("bdrv_op_is_blocked", NULL, 1, EIO);
    assert_false(sim_gate_bdrv_co_is_inserted(test->bs));
    assert_true(sim_gate_bdrv_co_is_inserted(test->bs));
    assert_true(sim_gate_bdrv_op_is_blocked(test->bs, BLOCK_OP_TYPE_BACKUP_SOURCE, &error));
    assert_error(&error, "is busy");
    assert_false(sim_gate_bdrv_op_is_blocked(test->bs, BLOCK_OP_TYPE_BACKUP_SOURCE, &error));
}

static void test_gate__bitmap_is_not_made(void **state)
{
    TestWorld *test = *state;
    BdrvDirtyBitmap *bitmap;
    Error *error = NULL;

    add_fault("bdrv_create_dirty_bitmap", NULL, 1, EIO);
    add_fault("bdrv_dirty_bitmap_create_successor", "drive-a", 1, EIO);
    assert_null(sim_gate_bdrv_create_dirty_bitmap(test->bs, 65536, "b", &error));
    assert_error(&error, "could not get length");
    assert_null(bdrv_find_dirty_bitmap(test->bs, "b"));
    bitmap = sim_gate_bdrv_create_dirty_bitmap(test->bs, 65536, "b", &error);
    assert_non_null(bitmap);
    assert_int_equal(sim_gate_bdrv_dirty_bitmap_create_successor(bitmap, &error), -EIO);
    assert_error(&error, "could not get length");
    assert_false(bdrv_dirty_bitmap_has_successor(bitmap));
}

/* The options are taken, as the leak checker would see. */
static void test_gate__node_is_not_opened(void **state)
{
    TestWorld *test = *state;
    QDict *options = qdict_new();
    Error *error = NULL;

    add_fault("bdrv_insert_node", "drive-a", 1, EIO);
    add_fault("bdrv_open", "drive-a", 1, EACCES);
    qdict_put_str(options, "driver", "copy-before-write");
    assert_null(sim_gate_bdrv_insert_node(test->bs, options, 0, &error));
    assert_error(&error, "Could not create node");
    options = qdict_new();
    qdict_put_str(options, "driver", "snapshot-access");
    qdict_put_str(options, "file", bdrv_get_node_name(test->bs));
    assert_null(sim_gate_bdrv_open(NULL, NULL, options, 0, &error));
    assert_error(&error, "Could not open node");
}

static void test_gate__counts_only_what_passes_it(void **state)
{
    uint32_t counts[SIM_N_FAULT_CALLS] = { 0 };
    TestWorld *test = *state;
    unsigned total = 0;

    sim_faults_count(sim_world_faults(), counts);
    bdrv_getlength(test->bs);
    sim_gate_bdrv_getlength(test->bs);
    sim_gate_bdrv_getlength(test->bs);
    assert_true(sim_gate_bdrv_co_is_inserted(test->bs));
    for (unsigned i = 0; i < SIM_N_FAULT_CALLS; i++) {
        unsigned expected = strcmp(sim_fault_calls[i], "bdrv_getlength") == 0 ? 2
                            : strcmp(sim_fault_calls[i], "bdrv_co_is_inserted") == 0 ? 1 : 0;

        assert_int_equal(counts[i], expected);
        total += counts[i];
    }
    assert_int_equal(total, 3);
}

static void test_gate__names_are_known(void **state)
{
    (void)state;
    assert_true(sim_gates_have("bdrv_merge_dirty_bitmap"));
    assert_true(sim_gates_have("bdrv_open"));
    assert_false(sim_gates_have("cbw-read"));
    assert_false(sim_gates_have("bdrv_"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_gate__number_becomes_the_error),
        TEST(test_gate__bool_becomes_the_bad_answer),
        TEST(test_gate__bitmap_is_not_made),
        TEST(test_gate__node_is_not_opened),
        TEST(test_gate__counts_only_what_passes_it),
        TEST(test_gate__names_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
