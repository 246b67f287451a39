/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of features: what is new about a run, and what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>

#include "harness/campaign/features.h"

typedef struct Fixture {
    uint8_t *seen;
    Features *features;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->seen = g_malloc0(FEATURES_MAX);
    /* Of edges the test itself has some. */
    fixture->features = features_new(fixture->seen, false);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    features_free(fixture->features);
    g_free(fixture->seen);
    g_free(fixture);
    return 0;
}

/* A run of these events, ended by one of kind SIM_N_EVENT_KINDS. */
static unsigned run(const Fixture *fixture, const SimEvent *events)
{
    features_begin(fixture->features);
    for (; events->kind != SIM_N_EVENT_KINDS; events++) {
        features_see_event(events, fixture->features);
    }
    return features_end(fixture->features);
}

#define END { .kind = SIM_N_EVENT_KINDS }
#define LAND(drive) { .kind = SIM_EVENT_LAND, .who = drive }
#define MARK(drive) { .kind = SIM_EVENT_MARK, .who = drive }

static void test_features__same_run_has_nothing_new(void **state)
{
    const SimEvent events[] = { LAND("a"), MARK("a"), LAND("b"), END };

    assert_true(run(*state, events) > 0);
    assert_int_equal(run(*state, events), 0);
}

static void test_features__names_of_drives_do_not_matter(void **state)
{
    const SimEvent events[] = { LAND("a"), MARK("a"), LAND("b"), END };
    const SimEvent others[] = { LAND("x"), MARK("x"), LAND("y"), END };

    run(*state, events);
    assert_int_equal(run(*state, others), 0);
}

/* First one new pair; then the same on another drive, which has a beginning of its own. */
static void test_features__order_and_drive_matter(void **state)
{
    const SimEvent events[] = { LAND("a"), MARK("a"), LAND("a"), MARK("a"), END };
    const SimEvent across[] = { LAND("a"), MARK("b"), LAND("a"), MARK("b"), END };

    run(*state, events);
    assert_int_equal(run(*state, across), 5);
    assert_int_equal(run(*state, across), 0);
}

static void test_features__results_and_counts_matter(void **state)
{
    const SimEvent good[] = { LAND("a"), END };
    const SimEvent bad[] = { { .kind = SIM_EVENT_LAND, .who = "a", .ret = -EIO }, END };
    const SimEvent twice[] = { LAND("a"), LAND("a"), END };

    run(*state, good);
    assert_int_equal(run(*state, bad), 2);          /* alone, and on its drive */
    assert_int_equal(run(*state, twice), 3);        /* two in a row, so many of them */
}

static unsigned run_deed(const Fixture *fixture, const Deed *deed)
{
    features_begin(fixture->features);
    features_see_deed(deed, fixture->features);
    return features_end(fixture->features);
}

static void test_features__answers_matter(void **state)
{
    PBSBitmapInfo info = { .action = 1 };
    PBSBitmapInfoList list = { .value = &info };
    Deed deed = { .kind = DEED_QUERY_ANSWERED, .bitmap_infos = &list };

    run_deed(*state, &deed);
    assert_int_equal(run_deed(*state, &deed), 0);
    info.action++;
    assert_int_equal(run_deed(*state, &deed), 1);
    deed.bitmap_infos = NULL;
    deed.error = "drive 'x' is busy";
    assert_int_equal(run_deed(*state, &deed), 1);
    deed.error = "drive 'y' is busy";
    assert_int_equal(run_deed(*state, &deed), 0);
}

static void test_words__what_differs_from_run_to_run_is_left_out(void **state)
{
    (void) state;
    assert_true(features_hash_words("drive-scsi0 is busy") == features_hash_words("#12 is busy"));
    assert_true(features_hash_words("'a' is busy") == features_hash_words("'bc' is busy"));
    assert_true(features_hash_words("a is busy") != features_hash_words("a is gone"));
    assert_true(features_hash_words(NULL) != features_hash_words(""));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_features__same_run_has_nothing_new),
        TEST(test_features__names_of_drives_do_not_matter),
        TEST(test_features__order_and_drive_matter),
        TEST(test_features__results_and_counts_matter),
        TEST(test_features__answers_matter),
        cmocka_unit_test(test_words__what_differs_from_run_to_run_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
