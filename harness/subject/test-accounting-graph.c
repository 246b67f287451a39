/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accounting of nodes, bitmaps and jobs: what is not given back is found, with the function
 * that took it, and nothing else is.
 *
 * The functions that the code under test would call are called directly, in a world with one
 * drive; an array stands for its static data.
 */
#include "qemu/osdep.h"
#include <setjmp.h>
#include <cmocka.h>

#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting-private.h"
#include "qemu/job.h"
#include "qobject/qdict.h"
#include "sim/world.h"
#include "system/block-backend.h"

static SimChoices choices;
static const void *statics[4];
static GString *diary;

static void see_leak(const char *name, const char *function, const char *message, void *opaque)
{
    (void)opaque;
    g_string_append_printf(diary, "%s %s: %s\n", name, function, message);
}

static void assert_leaks(const char *expected)
{
    g_string_truncate(diary, 0);
    accounting_find_leaks(statics, statics + G_N_ELEMENTS(statics), see_leak, NULL);
    assert_string_equal(diary->str, expected);
    assert_int_equal(accounting_n_blocks(), 0);
}

static int set_up(void **state)
{
    (void)state;
    memset(statics, 0, sizeof(statics));
    diary = g_string_new(NULL);
    sim_choices_init_first_come(&choices);
    sim_world_open(&choices);
    sim_world_add_drive(&(SimDriveOptions) { .name = "drive-a", .size_bytes = 1 << 20 });
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    accounting_free_all();
    sim_world_close();
    sim_choices_clear(&choices);
    g_string_free(diary, TRUE);
    return 0;
}

/* A function of its own on the stack, whatever the compiler thinks of it. */
#define CALLER __attribute__((noinline))
#define STAY() __asm__ volatile("" ::: "memory")

static BlockDriverState *drive(void)
{
    return blk_bs(blk_by_name("drive-a"));
}

CALLER static void take_node(BlockDriverState *bs)
{
    subject_account_bdrv_ref(bs);
    STAY();
}

CALLER static BdrvDirtyBitmap *make_bitmap(BlockDriverState *bs, const char *name)
{
    BdrvDirtyBitmap *bitmap = subject_account_bdrv_create_dirty_bitmap(bs, 65536, name, NULL);

    STAY();
    return bitmap;
}

CALLER static BlockDriverState *insert_filter(void)
{
    QDict *options = qdict_new();
    BlockDriverState *filter;

    qdict_put_str(options, "driver", "copy-before-write");
    qdict_put_str(options, "file", bdrv_get_node_name(drive()));
    qdict_put_str(options, "target",
                  bdrv_get_node_name(blk_bs(blk_by_name("drive-a-fleecing"))));
    filter = subject_account_bdrv_insert_node(drive(), options, BDRV_O_RDWR, &error_abort);
    STAY();
    return filter;
}

CALLER static void take_job(Job *job)
{
    WITH_JOB_LOCK_GUARD() {
        subject_account_job_ref_locked(job);
    }
    STAY();
}

static void test_graph__a_reference_is_lost(void **state)
{
    (void)state;
    take_node(drive());
    assert_leaks("leaked-node take_node: take_node() took a reference to node #block101 (raw) that "
                 "was not given back, and nothing points to it any more\n");
}

static void test_graph__what_was_given_back_is_none(void **state)
{
    BlockDriverState *filter;

    (void)state;
    take_node(drive());
    subject_account_bdrv_unref(drive());
    filter = insert_filter();
    subject_account_bdrv_cbw_drop(filter);
    subject_account_bdrv_release_dirty_bitmap(make_bitmap(drive(), NULL));
    assert_leaks("");
}

static void test_graph__a_reference_too_many_names_who_took_it_first(void **state)
{
    BlockDriverState *filter = insert_filter();

    (void)state;
    take_node(filter);
    subject_account_bdrv_unref(filter);
    assert_leaks("leaked-node insert_filter: insert_filter() took a reference to node #block103 "
                 "(copy-before-write) that was not given back, and nothing points to it any "
                 "more\n");
}

static void test_graph__what_static_data_points_to_is_none(void **state)
{
    (void)state;
    statics[1] = drive();
    take_node(drive());
    statics[2] = make_bitmap(drive(), NULL);
    assert_leaks("");
}

static void test_graph__a_bitmap_that_nobody_can_find_is_lost(void **state)
{
    (void)state;
    make_bitmap(drive(), NULL);
    make_bitmap(insert_filter(), "b0");
    assert_leaks("leaked-bitmap make_bitmap: make_bitmap() took bitmap (without a name) of node "
                 "#block101 that was not given back, and nothing points to it any more\n"
                 "leaked-node insert_filter: insert_filter() took a reference to node #block103 "
                 "(copy-before-write) that was not given back, and nothing points to it any "
                 "more\n"
                 "leaked-bitmap make_bitmap: make_bitmap() took bitmap b0 of node #block103 that "
                 "was not given back, and nothing points to it any more\n");
}

/* Whether it may stay is for the checks to say, and they can ask who made it. */
static void test_graph__a_bitmap_with_a_name_is_found_again(void **state)
{
    (void)state;
    make_bitmap(drive(), "b0");
    bdrv_create_dirty_bitmap(drive(), 65536, "of-others", NULL);
    assert_leaks("");
    assert_string_equal(accounting_maker_of_bitmap("#block101", "b0"), "make_bitmap");
    assert_null(accounting_maker_of_bitmap("#block101", "of-others"));
    assert_null(accounting_maker_of_bitmap("#block101", "none"));
    assert_null(accounting_maker_of_bitmap("#block999", "b0"));
}

/* Others may take away what the code made. */
static void test_graph__what_is_gone_is_none(void **state)
{
    (void)state;
    bdrv_release_dirty_bitmap(make_bitmap(drive(), NULL));
    bdrv_cbw_drop(insert_filter());
    assert_leaks("");
}

static int coroutine_fn run_job(Job *job, Error **errp)
{
    (void)job;
    (void)errp;
    return 0;
}

static void test_graph__a_job_that_is_held_is_lost(void **state)
{
    static const JobDriver driver = {
        .instance_size = sizeof(Job), .type = "test", .run = run_job,
    };
    Job *job = job_create("job-a", &driver, NULL, JOB_DEFAULT, NULL, NULL, &error_abort);

    (void)state;
    take_job(job);
    assert_leaks("leaked-job take_job: take_job() took a reference to job job-a that was not given "
                 "back, and nothing points to it any more\n");
    WITH_JOB_LOCK_GUARD() {
        subject_account_job_unref_locked(job);
    }
    assert_leaks("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_graph__a_reference_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_graph__what_was_given_back_is_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_graph__a_reference_too_many_names_who_took_it_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_graph__what_static_data_points_to_is_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_graph__a_bitmap_that_nobody_can_find_is_lost, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_graph__a_bitmap_with_a_name_is_found_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_graph__what_is_gone_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_graph__a_job_that_is_held_is_lost, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
