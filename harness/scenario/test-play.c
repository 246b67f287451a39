/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The player and the run: what goes after what, and how a run ends.
 *
 * A subject that keeps a diary takes the place of the code under test; the diary of
 * a run is compared as a whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/actor/test-subject.h"

#define DRIVE "drive scsi0 64M\n"

static void assert_run(const char *text, const char *diary, uint64_t virtual_ns)
{
    RunResult result;

    test_run(text, NULL, &result);
    assert_string_equal(test_diary->str, diary);
    if (result.findings->len > 0) {
        fail_msg("%s", g_array_index(result.findings, Finding, 0).message);
    }
    assert_int_equal(result.verdict, RUN_GOOD);
    assert_int_equal(result.virtual_ns, virtual_ns);
    run_result_clear(&result);
}

static void test_play__step_without_label_is_waited_for(void **state)
{
    (void)state;
    assert_run(DRIVE
               "write scsi0 0 64K delay=2ms\n"
               "setup slow scsi0\n"
               "teardown a failure\n",
               "complete #1|setup slow drive-scsi0|setup-ends slow|teardown a failure", 3000000);
}

static void test_play__started_step_is_not_waited_for(void **state)
{
    (void)state;
    assert_run(DRIVE
               "start w1 write scsi0 0 64K delay=2ms\n"
               "start s1 setup slow scsi0\n"
               "write scsi0 0 64K\n"
               "expect pending w1\n"
               "wait s1\n"
               "expect done s1\n"
               "expect pending w1\n"
               "wait w1\n"
               "expect done w1\n",
               "setup slow drive-scsi0|complete #2|setup-ends slow|complete #1", 2000000);
}

static void test_play__held_request_waits_for_release(void **state)
{
    (void)state;
    assert_run(DRIVE
               "start w1 write scsi0 0 64K hold=land\n"
               "write scsi0 0 64K\n"
               "sleep 5s\n"
               "expect held w1\n"
               "release w1\n"
               "wait w1\n",
               "complete #2|complete #1", 5000000000);
}

/* The delay keeps the request from its hold until after the release. */
static void test_play__early_release_lets_request_pass_its_hold(void **state)
{
    (void)state;
    assert_run(DRIVE
               "start w1 write scsi0 0 64K hold=complete delay=1ms\n"
               "release w1\n"
               "expect pending w1\n"
               "sleep 2ms\n"
               "expect done w1\n",
               "complete #1", 2000000);
}

/* The drained section runs the loop nested: steps go on there, but no command begins. */
static void test_play__commands_begin_in_the_main_loop_only(void **state)
{
    (void)state;
    assert_run(DRIVE
               "start w1 write scsi0 0 64K hold=land\n"
               "start s1 setup drains scsi0\n"
               "start s2 setup b scsi0\n"
               "write scsi0 0 64K error=EIO\n"
               "wait s2\n",
               "setup drains drive-scsi0|complete #1|setup b drive-scsi0|setup-ends b|"
               "setup-ends drains|complete #2", 0);
}

static void test_play__quit_waits_for_the_guest_and_ends_all(void **state)
{
    RunResult result;

    (void)state;
    assert_run(DRIVE
               "start w1 write scsi0 0 64K delay=1ms\n"
               "quit\n"
               "expect done w1\n",
               "complete #1|quit", 1000000);
    test_run(DRIVE "quit\nwrite scsi0 0 64K\n", NULL, &result);
    assert_int_equal(result.verdict, RUN_INVALID);
    assert_string_equal(result.reason, "test.scn:3: write: QEMU has quit; only expectations may "
                        "follow");
    run_result_clear(&result);
}

static void test_play__devlist_keeps_what_names_no_drive(void **state)
{
    (void)state;
    assert_run(DRIVE "drive scsi1 64M\nsetup a \"scsi0;:scsi1,x,\"\n",
               "setup a drive-scsi0;:drive-scsi1,x,|setup-ends a", 0);
    assert_run(DRIVE "setup a *\n", "setup a -|setup-ends a", 0);
}

/* ---- how a run ends ------------------------------------------------------------ */

static void assert_one_finding(const char *text, const char *name, const char *who, unsigned line,
                               const char *message)
{
    RunResult result;
    const Finding *finding;

    test_run(text, NULL, &result);
    assert_int_equal(result.verdict, RUN_FINDING);
    assert_int_equal(result.findings->len, 1);
    finding = &g_array_index(result.findings, Finding, 0);
    assert_string_equal(finding->name, name);
    if (who) {
        assert_string_equal(finding->who, who);
    }
    assert_int_equal(finding->line, line);
    assert_string_equal(finding->message, message);
    run_result_clear(&result);
}

static void test_run__command_that_never_ends_is_a_standstill(void **state)
{
    (void)state;
    assert_one_finding(DRIVE "setup hangs scsi0\nwrite scsi0 0 64K\n", "standstill", NULL, 2,
                       "setup never ends: nothing is under way in the block layer");
    assert_one_finding(DRIVE "start s1 setup hangs scsi0\nwrite scsi0 0 64K\n", "standstill",
                       NULL, 2, "setup never ends: nothing is under way in the block layer");
    assert_run(DRIVE "write scsi0 0 64K\n", "complete #1", 0);
}

/* From within a coroutine and from outside of all; the next run is as good as new. */
static void test_run__nested_loop_that_stands_still_is_left(void **state)
{
    (void)state;
    assert_one_finding(DRIVE "start w1 write scsi0 0 64K delay=1ms\nsetup polls scsi0\n",
                       "standstill", NULL, 3,
                       "setup never ends: the main loop is polled (main loop)");
    assert_one_finding(DRIVE "setup clings scsi0\nquit\n", "standstill", NULL, 3,
                       "quit never ends: the main loop is polled (main loop)");
    assert_run(DRIVE "setup a scsi0\nwrite scsi0 0 64K\n",
               "setup a drive-scsi0|setup-ends a|complete #1", 0);
}

static void test_run__unexpected_error_is_a_finding(void **state)
{
    (void)state;
    assert_one_finding(DRIVE "setup fails scsi0\nwrite scsi0 0 64K\n", "expectation",
                       "setup fails scsi0", 2, "setup failed: no luck");
    assert_one_finding(DRIVE "setup fails scsi0\n", "expectation", "setup fails scsi0", 2,
                       "setup failed: no luck");
    assert_one_finding(DRIVE "start s1 setup fails scsi0\nwrite scsi0 0 64K\n", "expectation",
                       "start s1 setup fails scsi0", 2, "setup failed: no luck");
    assert_one_finding(DRIVE "setup fails scsi0\nexpect graph clean\nwrite scsi0 0 64K\n",
                       "expectation", "setup fails scsi0", 2, "setup failed: no luck");
}

static void test_run__awaited_error_is_none(void **state)
{
    (void)state;
    assert_run(DRIVE "setup fails scsi0\nexpect graph clean\nexpect error \"luck\"\n",
               "setup fails drive-scsi0", 0);
    assert_run(DRIVE "start s1 setup fails scsi0\nwrite scsi0 0 64K\nwait s1\n"
               "expect error \"luck\"\n", "setup fails drive-scsi0|complete #1", 0);
    assert_run(DRIVE "start s1 setup fails scsi0\nexpect failed s1\n",
               "setup fails drive-scsi0", 0);
}

static void test_run__allowed_error_is_none(void **state)
{
    (void)state;
    assert_run(DRIVE "allow errors\nsetup fails scsi0\n", "setup fails drive-scsi0", 0);
    assert_run(DRIVE "allow errors\nstart s1 setup fails scsi0\n", "setup fails drive-scsi0", 0);
    assert_one_finding(DRIVE "setup fails scsi0\nallow errors\n", "expectation",
                       "setup fails scsi0", 2, "setup failed: no luck");
}

static void test_run__other_generation_is_skipped(void **state)
{
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        { "needs generation 2\n", NULL },
        { "needs generation 1 to=3\n", NULL },
        { "needs generation 1\n",
          "needs generation 1 of the interface, 'test' is of generation 2" },
        { "needs generation 3 to=4\n",
          "needs generation 3 to 4 of the interface, 'test' is of generation 2" },
    };

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        RunResult result;

        test_run(cases[i].text, NULL, &result);
        assert_int_equal(result.verdict, cases[i].reason ? RUN_SKIPPED : RUN_GOOD);
        if (cases[i].reason) {
            assert_string_equal(result.reason, cases[i].reason);
        }
        run_result_clear(&result);
    }
}

static void test_run__wrong_steps_are_named(void **state)
{
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        { "write scsi0 64M 64K\n", "2: write: drive 'scsi0' ends at 67108864" },
        { "write scsi0 63M 2M\n", "2: write: drive 'scsi0' ends at 67108864" },
        { "write scsi0 0 0\n", "2: write: a request of no bytes" },
        { "write scsi0 0 64K hold=land\n",
          "2: write: a request that is held needs a label: start LABEL write ..." },
        { "fault nonsense\n",
          "2: fault: there is no call 'nonsense' that could be made to fail" },
        { "fault bdrv_open nth=0\n", "2: fault: nth counts from 1" },
        { "fault bdrv_open error=EIO delay=1s\n",
          "2: fault: a call fails with an error or takes its time, not both" },
        { "fault bdrv_open delay=1s\n",
          "2: fault: 'bdrv_open' takes no time; the calls that do are marked 'slow' in "
          "docs/faults.md" },
        { "fault bdrv_merge_dirty_bitmap\n",
          "2: fault: 'bdrv_merge_dirty_bitmap' never fails by itself in QEMU; what makes it refuse "
          "is the state of a bitmap or a job, see docs/faults.md" },
        { "drive x 64M fleecing=no fleecing-size=1M\n",
          "2: drive: fleecing-size wants a fleecing image" },
        { "bitmap-add scsi0 b0\nbitmap-set scsi0 b0 read-only\nwrite scsi0 0 64K\n",
          "4: write: QEMU would assert: bitmap 'b0' is enabled, and bitmap-set made it "
          "read-only" },
        { "drive x 0\n", "2: drive: a drive has at least 512 bytes" },
        { "drive x 64M medium=no\nwrite x 0 64K\n", "3: write: drive 'x' has no medium" },
        { "drive x 64M read-only=yes\nzero x 0 64K\n", "3: zero: drive 'x' is read-only" },
        { "bitmap-set scsi0 b0 busy\n",
          "2: bitmap-set: drive 'scsi0' has no bitmap 'b0' that could become so" },
        { "start s1 setup a scsi0\nrelease s1\n", "3: release: 's1' is no guest request" },
        { "expect read ok\n", "2: expect read: there was no provider-read" },
    };

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(DRIVE, cases[i].text, NULL);
        g_autofree char *reason = g_strconcat("test.scn:", cases[i].reason, NULL);
        RunResult result;

        test_run(text, NULL, &result);
        assert_int_equal(result.verdict, RUN_INVALID);
        assert_string_equal(result.reason, reason);
        run_result_clear(&result);
    }
}

/* The same choices give the same run; other choices play the same steps. */
static void test_run__digest_follows_choices_alone(void **state)
{
    static const char text[] = DRIVE
        "start w1 write scsi0 0 64K\nstart w2 write scsi0 1M 64K\nstart s1 setup drains scsi0\n"
        "start w3 write scsi0 0 64K\nwait s1\n";
    uint64_t digests[32];
    unsigned n_other = 0;

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(digests); i++) {
        SimChoices choices;
        RunResult result;

        sim_choices_init_seeded(&choices, i / 2);
        test_run(text, &choices, &result);
        assert_int_equal(result.verdict, RUN_GOOD);
        assert_int_equal(result.n_steps, 6);
        digests[i] = result.digest;
        run_result_clear(&result);
        sim_choices_clear(&choices);
        if (i % 2 == 1) {
            assert_int_equal(digests[i], digests[i - 1]);
        }
        n_other += digests[i] != digests[0];
    }
    assert_int_not_equal(n_other, 0);
}

static uint64_t digest_of(const char *step)
{
    g_autofree char *text = g_strconcat(DRIVE, step, "\n", NULL);
    RunResult result;
    uint64_t digest;

    test_run(text, NULL, &result);
    digest = result.digest;
    run_result_clear(&result);
    return digest;
}

/* The events of each pair are the same. */
static void test_run__digest_has_answers_and_bitmaps(void **state)
{
    static const char *const pairs[][2] = {
        { "setup a scsi0 bitmap=b0", "setup a scsi0 bitmap=b1" },
        { "bitmap-add scsi0 b0", "bitmap-add scsi0 b1" },
        { "bitmap-add scsi0 b0 granularity=1M", "bitmap-add scsi0 b0 granularity=2M" },
        { "bitmap-add scsi0 b0", "bitmap-add scsi0 b0 disabled=yes" },
    };

    (void)state;
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
        assert_int_equal(digest_of(pairs[i][0]), digest_of(pairs[i][0]));
        assert_int_not_equal(digest_of(pairs[i][0]), digest_of(pairs[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_play__step_without_label_is_waited_for),
        cmocka_unit_test(test_play__started_step_is_not_waited_for),
        cmocka_unit_test(test_play__held_request_waits_for_release),
        cmocka_unit_test(test_play__early_release_lets_request_pass_its_hold),
        cmocka_unit_test(test_play__commands_begin_in_the_main_loop_only),
        cmocka_unit_test(test_play__quit_waits_for_the_guest_and_ends_all),
        cmocka_unit_test(test_play__devlist_keeps_what_names_no_drive),
        cmocka_unit_test(test_run__command_that_never_ends_is_a_standstill),
        cmocka_unit_test(test_run__nested_loop_that_stands_still_is_left),
        cmocka_unit_test(test_run__unexpected_error_is_a_finding),
        cmocka_unit_test(test_run__awaited_error_is_none),
        cmocka_unit_test(test_run__allowed_error_is_none),
        cmocka_unit_test(test_run__other_generation_is_skipped),
        cmocka_unit_test(test_run__wrong_steps_are_named),
        cmocka_unit_test(test_run__digest_follows_choices_alone),
        cmocka_unit_test(test_run__digest_has_answers_and_bitmaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
