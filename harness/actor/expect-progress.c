/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations of how things went: steps that were started, the provider's last
 * look, faults.
 */
#include <errno.h>
#include <string.h>

#include "harness/actor/ranges.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

typedef enum Progress {
    PROGRESS_PENDING,
    PROGRESS_HELD,
    PROGRESS_DONE,
    PROGRESS_FAILED,
} Progress;

static const char *const progress_words[] = { "pending", "held", "done", "failed" };

static Progress progress_of(const StageOutcome *outcome)
{
    if (outcome->is_done) {
        return outcome->ret < 0 ? PROGRESS_FAILED : PROGRESS_DONE;
    }
    return outcome->request_number && sim_world_is_held(outcome->request_number)
               ? PROGRESS_HELD : PROGRESS_PENDING;
}

static StepState expect_progress(Stage *stage, const Step *step, Progress wanted)
{
    StageEntry *entry = stage_find_entry(stage, step->args[0].text);
    Progress found;

    if (!entry) {
        return stage_refuse_step(stage, step, "no step was started as '%s'", step->args[0].text);
    }
    found = progress_of(&entry->outcome);
    if (found == PROGRESS_FAILED && wanted == PROGRESS_FAILED) {
        entry->is_error_accounted = true;
    }
    /* What is held is pending all the same. */
    if (found != wanted && !(found == PROGRESS_HELD && wanted == PROGRESS_PENDING)) {
        const char *error = entry->outcome.error;

        stage_complain(stage, step, "expected '%s' %s, it is %s%s%s", step->args[0].text,
                       progress_words[wanted], progress_words[found], error ? ": " : "",
                       error ? error : "");
    }
    return STEP_DONE;
}

static StepState run_pending(Stage *stage, const Step *step)
{
    return expect_progress(stage, step, PROGRESS_PENDING);
}

static StepState run_held(Stage *stage, const Step *step)
{
    return expect_progress(stage, step, PROGRESS_HELD);
}

static StepState run_done(Stage *stage, const Step *step)
{
    return expect_progress(stage, step, PROGRESS_DONE);
}

static StepState run_failed(Stage *stage, const Step *step)
{
    return expect_progress(stage, step, PROGRESS_FAILED);
}

/* ---- the provider's last look ------------------------------------------------ */

#define READ_CHOICES "ok|denied|failed"

static const char *const read_words[] = { "ok", "denied", "failed" };

static StepState run_read(Stage *stage, const Step *step)
{
    const StageLook *look = &stage->look;
    unsigned found = look->ret == 0 ? 0 : look->ret == -EACCES ? 1 : 2;

    if (!look->is_there) {
        return stage_refuse_step(stage, step, "there was no provider-read");
    }
    if (found != step->args[0].number) {
        stage_complain(stage, step, "expected the provider's read %s, it was %s%s%s",
                       read_words[step->args[0].number], read_words[found],
                       found == 2 ? ": " : "", found == 2 ? g_strerror(-look->ret) : "");
    }
    return STEP_DONE;
}

static StepState run_sees(Stage *stage, const Step *step)
{
    const StageLook *look = &stage->look;
    SimRangeMap wanted = { 0 }, found = { 0 };
    uint64_t number;

    if (!look->is_there) {
        return stage_refuse_step(stage, step, "there was no provider-read");
    }
    if (!expect_find_write(stage, step, step->args[0].text, &number)) {
        return STEP_INVALID;
    }
    if (look->ret < 0) {
        stage_complain(stage, step, "the provider's read saw nothing: %s",
                       g_strerror(-look->ret));
        return STEP_DONE;
    }
    if (step->args[1].all) {
        sim_rangemap_set(&wanted, look->offset, look->offset + look->bytes, 1);
    } else if (step->args[1].ranges) {
        sim_rangemap_copy(&wanted, step->args[1].ranges);
    }
    ranges_of_value(&look->content, number, look->offset, look->offset + look->bytes, &found);
    if (!ranges_cover_same(&wanted, &found)) {
        g_autofree char *wanted_text = ranges_show(&wanted);
        g_autofree char *found_text = ranges_show(&found);

        stage_complain(stage, step, "expected the provider to see '%s' at: %s\nit saw it at: %s",
                       step->args[0].text, wanted_text, found_text);
    }
    sim_rangemap_clear(&wanted);
    sim_rangemap_clear(&found);
    return STEP_DONE;
}

/* ---- faults -------------------------------------------------------------------- */

static StepState run_fired(Stage *stage, const Step *step)
{
    const char *call = sim_fault_find_call(step->args[0].text);
    uint64_t n_fired = 0;

    if (!call) {
        return stage_refuse_step(stage, step, "there is no call '%s' that could be made to fail",
                                 step->args[0].text);
    }
    for (unsigned i = 0; stage->fired && i < stage->fired->len; i++) {
        n_fired += stage->fired->pdata[i] == call;
    }
    if (step->args[1].present && n_fired != step->args[1].number) {
        stage_complain(stage, step, "expected %s to fail %" G_GUINT64_FORMAT " times, it failed %"
                       G_GUINT64_FORMAT " times", call, step->args[1].number, n_fired);
    } else if (!step->args[1].present && n_fired == 0) {
        stage_complain(stage, step, "expected %s to fail, it never did", call);
    }
    return STEP_DONE;
}

#define LABEL_ARG { "label", ARG_NAME, NULL, false }

const StepKind expect_progress_step_kinds[] = {
    {
        .words = "expect pending",
        .summary = "The started step is not over yet.",
        .args = { LABEL_ARG },
        .run = run_pending,
    }, {
        .words = "expect held",
        .summary = "The started request stands before the phase of its hold.",
        .args = { LABEL_ARG },
        .run = run_held,
    }, {
        .words = "expect done",
        .summary = "The started step is over and has succeeded.",
        .args = { LABEL_ARG },
        .run = run_done,
    }, {
        .words = "expect failed",
        .summary = "The started step is over and has failed.",
        .args = { LABEL_ARG },
        .run = run_failed,
    }, {
        .words = "expect read",
        .summary = "How the provider's last look went; denied: that range is not part of the "
                   "picture, or the snapshot is broken.",
        .args = { { "result", ARG_WORD, READ_CHOICES, false } },
        .run = run_read,
    }, {
        .words = "expect sees",
        .summary = "The provider's last look saw the started write at exactly these ranges; "
                   "'nothing' stands for what was never written.",
        .args = {
            { "write", ARG_NAME, NULL, false },
            { "ranges", ARG_RANGES, NULL, false },
        },
        .run = run_sees,
    }, {
        .words = "expect fired",
        .summary = "The call was made to fail since the run began: at all, or so many times.",
        .args = {
            { "call", ARG_NAME, NULL, false },
            { "times", ARG_NUMBER, NULL, true },
        },
        .run = run_fired,
    },
    { .words = NULL },
};
