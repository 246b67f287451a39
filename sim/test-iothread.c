/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives in an iothread: what goes on at a gate, what does not, and what drained sections hold
 * back.
 *
 * The drive of the fixture has none; "drive-t" has one.
 */
#include "sim/block/test-world.h"

#include "sim/gates.h"
#include "sim/util/sim-context.h"

#define PASSES(type, name, parameters, arguments) type sim_gate_##name parameters;
#define DOES(name, parameters, arguments) void sim_gate_##name parameters;
#define FAILS(type, name, parameters, arguments, who, answer) type sim_gate_##name parameters;
#include "sim/gate-rows.h"

#define MAX_ANSWERS 16

static SimDrive *drive;
static BlockDriverState *bs;
static SimAnswer answers[MAX_ANSWERS];

/* A letter for each question, in turn: "y", the oldest task goes on, or "n". */
static void answer(TestWorld *test, const char *letters)
{
    unsigned n = 0;

    for (unsigned i = 0; letters[i]; i++) {
        if (letters[i] == 'y') {
            g_assert(n < MAX_ANSWERS);
            answers[n++] = (SimAnswer){
                SIM_CHOICE_IOTHREAD, .answer = 1, .question = i + 1,
                .event = SIM_ANSWER_ANY_EVENT,
            };
        }
    }
    sim_choices_replay(&test->choices, answers, n);
}

static int setup(void **state)
{
    test_world_setup(state);
    drive = sim_world_add_drive(&(SimDriveOptions){
        .name = "drive-t", .size_bytes = 64 * TEST_MiB, .iothread = true,
    });
    bs = blk_bs(blk_by_name("drive-t"));
    return 0;
}

static void submit(SimDrive *to, uint64_t offset)
{
    sim_drive_submit(to, &(SimRequestOptions){
        .type = SIM_REQUEST_WRITE, .offset = offset, .bytes = 512,
    });
}

static void test_iothread__request_goes_through_at_one_gate(void **state)
{
    TestWorld *test = *state;

    answer(test, "yyyyy");
    submit(drive, 0);
    assert_string_equal(test_world_events(test), "submit");
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "land mark complete");
    assert_int_equal(sim_world_n_in_flight(), 0);
    assert_int_equal(test->choices.streams[SIM_CHOICE_IOTHREAD].n_asked, 5);
}

static void test_iothread__request_goes_phase_by_phase(void **state)
{
    TestWorld *test = *state;

    answer(test, "nyyy");
    submit(drive, 0);
    test_world_events(test);
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "");
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "land");
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "");
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "mark complete");
}

static void test_iothread__first_come_does_nothing_at_gates(void **state)
{
    TestWorld *test = *state;

    submit(drive, 0);
    test_world_events(test);
    for (unsigned i = 0; i < 10; i++) {
        sim_gate_bdrv_get_node_name(bs);
    }
    assert_string_equal(test_world_events(test), "");
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "land mark complete");
}

static void test_iothread__drive_without_one_stays_with_the_loop(void **state)
{
    TestWorld *test = *state;

    answer(test, "yyyyy");
    submit(test->drive, 0);
    test_world_events(test);
    sim_gate_bdrv_get_node_name(test->bs);
    assert_int_equal(test->choices.streams[SIM_CHOICE_IOTHREAD].n_asked, 0);
    assert_string_equal(test_world_events(test), "");
}

/* What was under way is waited for; what comes then waits, and goes on behind the section. */
static void test_iothread__drained_section_holds_it_back(void **state)
{
    TestWorld *test = *state;

    answer(test, "ynnyyyyy");
    submit(drive, 0);
    sim_gate_bdrv_get_node_name(bs);
    test_world_events(test);
    sim_gate_bdrv_drained_begin(bs);
    assert_string_equal(test_world_events(test), "drain-begin land mark complete drained");
    submit(drive, 4096);
    for (unsigned i = 0; i < 5; i++) {
        sim_gate_bdrv_get_node_name(bs);
    }
    assert_string_equal(test_world_events(test), "submit queue");
    assert_int_equal(sim_rangemap_get(sim_drive_content(drive), 4096), 0);
    sim_gate_bdrv_drained_end(bs);
    assert_string_equal(test_world_events(test), "drain-end");
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "land mark complete");
}

static void insert_filter(void)
{
    QDict *options = qdict_new();

    qdict_put_str(options, "driver", "copy-before-write");
    qdict_put_str(options, "file", bdrv_get_node_name(bs));
    qdict_put_str(options, "target", bdrv_get_node_name(blk_bs(blk_by_name("drive-t-fleecing"))));
    assert_non_null(bdrv_insert_node(bs, options, BDRV_O_RDWR, &error_abort));
}

static void test_iothread__copies_what_a_write_overwrites(void **state)
{
    TestWorld *test = *state;

    answer(test, "yyyyyyy");
    insert_filter();
    submit(drive, 0);
    test_world_events(test);
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "copy land mark complete");
}

/* Time stands still within a call. */
static void test_iothread__slow_disk_stays_slow(void **state)
{
    TestWorld *test = *state;

    answer(test, "yyyyy");
    sim_drive_submit(drive, &(SimRequestOptions){
        .type = SIM_REQUEST_WRITE, .bytes = 512, .delay_ns = 20,
    });
    test_world_events(test);
    sim_gate_bdrv_get_node_name(bs);
    assert_string_equal(test_world_events(test), "");
    assert_int_equal(test->choices.streams[SIM_CHOICE_IOTHREAD].n_asked, 2);
    test_world_settle(test);
    assert_string_equal(test_world_events(test), "land mark complete");
    assert_int_equal(sim_loop_now_ns(sim_main_loop), 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_iothread__request_goes_through_at_one_gate),
        TEST(test_iothread__request_goes_phase_by_phase),
        TEST(test_iothread__first_come_does_nothing_at_gates),
        TEST(test_iothread__drive_without_one_stays_with_the_loop),
        TEST(test_iothread__drained_section_holds_it_back),
        TEST(test_iothread__copies_what_a_write_overwrites),
        TEST(test_iothread__slow_disk_stays_slow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
