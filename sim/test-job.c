/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs and their transactions, with a job that does nothing but wait.
 *
 * What is asserted was read in QEMU 10.0's job.c and in Proxmox VE's patch for
 * sequential transactions.
 */
#include "sim/block/test-world.h"

#include "qemu/job.h"

typedef struct WaitJob {
    Job job;
    bool may_end;
    int end_ret;
} WaitJob;

static GString *diary;              /* "a:running b:0 ...": statuses and completions, in order */

static void note(const char *id, const char *what)
{
    g_string_append_printf(diary, "%s%s:%s", diary->len ? " " : "", id, what);
}

static void see_status(const SimEvent *event, void *opaque G_GNUC_UNUSED)
{
    if (event->kind == SIM_EVENT_JOB_STATUS) {
        note(event->who, event->text);
    }
}

static int setup(void **state)
{
    test_world_setup(state);
    diary = g_string_new(NULL);
    sim_events_observe(sim_world_events(), SIM_EVENTS_ALL, see_status, NULL);
    return 0;
}

static int teardown(void **state)
{
    test_world_teardown(state);
    g_string_free(diary, TRUE);
    return 0;
}

static const char *take_diary(void)
{
    static char text[1024];

    g_strlcpy(text, diary->str, sizeof(text));
    g_string_truncate(diary, 0);
    return text;
}

/* ---- the job ------------------------------------------------------------------------ */

static int coroutine_fn wait_run(Job *common, Error **errp G_GNUC_UNUSED)
{
    WaitJob *job = container_of(common, WaitJob, job);

    while (!job->may_end && !job_is_cancelled(common)) {
        job_yield(common);
    }
    return job->end_ret;
}

static void wait_commit(Job *common)
{
    note(common->id, "commit");
}

static void wait_abort(Job *common)
{
    note(common->id, "abort");
}

static const JobDriver wait_driver = {
    .instance_size = sizeof(WaitJob),
    .type = "wait",
    .run = wait_run,
    .commit = wait_commit,
    .abort = wait_abort,
};

static void completed(void *opaque, int ret)
{
    note(opaque, ret == 0 ? "done" : g_strerror(-ret));
}

static WaitJob *create(const char *id, JobTxn *txn)
{
    return job_create(id, &wait_driver, txn, JOB_DEFAULT, completed, (void *)id, &error_abort);
}

static void end(WaitJob *job, int ret)
{
    job->may_end = true;
    job->end_ret = ret;
    job_enter(&job->job);
}

static void cancel_sync(WaitJob *job, int expected_ret)
{
    WITH_JOB_LOCK_GUARD() {
        assert_int_equal(job_cancel_sync_locked(&job->job, true), expected_ret);
    }
}

/* ---- one job -------------------------------------------------------------------------- */

static void test_job__goes_through_its_statuses(void **state)
{
    WaitJob *job = create("a", NULL);

    assert_int_equal(sim_world_n_jobs(), 1);
    job_start(&job->job);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "a:created a:running");
    end(job, 0);
    test_world_settle(*state);
    assert_string_equal(take_diary(),
                        "a:waiting a:pending a:commit a:done a:concluded a:null");
    assert_int_equal(sim_world_n_jobs(), 0);
}

static void test_job__ends_in_a_bottom_half(void **state)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    take_diary();
    end(job, 0);
    assert_string_equal(take_diary(), "");
    test_world_settle(*state);
    assert_string_not_equal(take_diary(), "");
}

static void test_job__failure_aborts(void **state)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    end(job, -EIO);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "a:created a:running a:aborting a:abort "
                                      "a:Input/output error a:concluded a:null");
}

static void test_job__reference_keeps_it(void **state)
{
    WaitJob *job = create("a", NULL);

    WITH_JOB_LOCK_GUARD() {
        job_ref_locked(&job->job);
    }
    job_start(&job->job);
    end(job, 0);
    test_world_settle(*state);
    assert_int_equal(job->job.status, JOB_STATUS_NULL);
    assert_int_equal(sim_world_n_jobs(), 0);
    WITH_JOB_LOCK_GUARD() {
        assert_ptr_equal(job_next_locked(NULL), &job->job);
        job_unref_locked(&job->job);
        assert_null(job_next_locked(NULL));
    }
}

static void test_job__pause_counts(void **state)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    job_pause(&job->job);
    job_pause(&job->job);
    job->may_end = true;
    job_resume(&job->job);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "a:created a:running a:paused");
    job_resume(&job->job);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "a:running a:waiting a:pending a:commit a:done "
                                      "a:concluded a:null");
}

static void test_job__ids_are_checked(void **state G_GNUC_UNUSED)
{
    static const struct {
        const char *id;
        const char *message;
    } cases[] = {
        { "#block101", "Invalid job ID '#block101'" },
        { "", "Invalid job ID ''" },
        { "a b", "Invalid job ID 'a b'" },
        { NULL, "An explicit job ID is required" },
        { "drive-a", "Job ID 'drive-a' already in use" },
    };
    WaitJob *job = create("drive-a", NULL);

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autoptr(Error) error = NULL;

        assert_null(job_create(cases[i].id, &wait_driver, NULL, JOB_DEFAULT, NULL, NULL, &error));
        assert_string_equal(error_get_pretty(error), cases[i].message);
    }
    job_early_fail(&job->job);
    assert_int_equal(sim_world_n_jobs(), 0);
}

/* ---- cancelling ------------------------------------------------------------------------- */

static void test_cancel_sync__running_job(void **state G_GNUC_UNUSED)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    take_diary();
    cancel_sync(job, -ECANCELED);
    assert_string_equal(take_diary(), "a:aborting a:abort a:Operation canceled "
                                      "a:concluded a:null");
}

static void test_cancel_sync__paused_job(void **state G_GNUC_UNUSED)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    job_pause(&job->job);
    take_diary();
    cancel_sync(job, -ECANCELED);
    assert_string_equal(take_diary(), "a:running a:aborting a:abort a:Operation canceled "
                                      "a:concluded a:null");
}

static void test_cancel_sync__job_that_never_began(void **state G_GNUC_UNUSED)
{
    WaitJob *job = create("a", NULL);

    cancel_sync(job, -ECANCELED);
    assert_string_equal(take_diary(), "a:created a:aborting a:abort a:Operation canceled "
                                      "a:concluded a:null");
}

/* Its coroutine is over, but the bottom half in which it ends has not run. */
static void test_cancel_sync__job_about_to_end(void **state)
{
    WaitJob *job = create("a", NULL);

    job_start(&job->job);
    end(job, 0);
    take_diary();
    cancel_sync(job, -ECANCELED);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "a:aborting a:abort a:Operation canceled "
                                      "a:concluded a:null");
}

/* ---- transactions ------------------------------------------------------------------------- */

static void test_txn__jobs_run_one_after_the_other(void **state)
{
    JobTxn *txn = job_txn_new_seq();
    WaitJob *a = create("a", txn);
    WaitJob *b = create("b", txn);

    take_diary();
    job_txn_start_seq(txn);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "b:running");
    end(b, 0);
    test_world_settle(*state);
    assert_string_equal(take_diary(), "b:waiting a:running");
    end(a, 0);
    test_world_settle(*state);
    assert_string_equal(take_diary(),
                        "a:waiting b:pending a:pending "
                        "b:commit b:done b:concluded b:null a:commit a:done a:concluded a:null");
    job_txn_unref(txn);
}

static void test_txn__failure_cancels_the_rest(void **state)
{
    JobTxn *txn = job_txn_new_seq();
    WaitJob *b;

    create("a", txn);
    b = create("b", txn);
    take_diary();
    job_txn_start_seq(txn);
    end(b, -EIO);
    test_world_settle(*state);
    assert_string_equal(take_diary(),
                        "b:running b:aborting b:abort b:Input/output error b:concluded b:null "
                        "a:aborting a:abort a:Operation canceled a:concluded a:null");
    job_txn_unref(txn);
}

/* What has succeeded counts for nothing when a later one fails. */
static void test_txn__late_failure_undoes_success(void **state)
{
    JobTxn *txn = job_txn_new_seq();
    WaitJob *a = create("a", txn);
    WaitJob *b = create("b", txn);

    job_txn_start_seq(txn);
    end(b, 0);
    test_world_settle(*state);
    take_diary();
    end(a, -ENOSPC);
    test_world_settle(*state);
    assert_string_equal(take_diary(),
                        "a:aborting b:aborting b:abort b:Operation canceled b:concluded b:null "
                        "a:abort a:No space left on device a:concluded a:null");
    job_txn_unref(txn);
}

static void test_txn__cancelling_one_cancels_all(void **state G_GNUC_UNUSED)
{
    JobTxn *txn = job_txn_new_seq();
    WaitJob *a = create("a", txn);

    create("b", txn);
    job_txn_start_seq(txn);
    take_diary();
    cancel_sync(a, -ECANCELED);
    assert_string_equal(take_diary(),
                        "a:aborting b:aborting b:abort b:Operation canceled b:concluded b:null "
                        "a:abort a:Operation canceled a:concluded a:null");
    assert_int_equal(sim_world_n_jobs(), 0);
    job_txn_unref(txn);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_job__goes_through_its_statuses),
        TEST(test_job__ends_in_a_bottom_half),
        TEST(test_job__failure_aborts),
        TEST(test_job__reference_keeps_it),
        TEST(test_job__pause_counts),
        TEST(test_job__ids_are_checked),
        TEST(test_cancel_sync__running_job),
        TEST(test_cancel_sync__paused_job),
        TEST(test_cancel_sync__job_that_never_began),
        TEST(test_cancel_sync__job_about_to_end),
        TEST(test_txn__jobs_run_one_after_the_other),
        TEST(test_txn__failure_cancels_the_rest),
        TEST(test_txn__late_failure_undoes_success),
        TEST(test_txn__cancelling_one_cancels_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
