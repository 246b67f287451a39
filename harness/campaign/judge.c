/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What workers left is looked at: run alone, shrunk, kept if it is new.
 */
#include "harness/campaign/campaign-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "harness/generate/generate.h"
#include "harness/mirror.h"
#include "harness/shrink/same.h"
#include "harness/shrink/shrink.h"

/* A campaign has more to do than to make a finding as small as it gets. */
#define MAX_SHRINK_RUNS 3000
#define MAX_HANGING_RUNS 150

static void run_and_keep_schedule(const Scenario *scenario, const RunOptions *options,
                                  RunResult *ret_result)
{
    RunOptions keeping = *options;

    keeping.keeps_schedule = true;
    run_scenario(scenario, &keeping, ret_result);
}

void run_alone(Campaign *campaign, const Scenario *scenario, RunResult *ret_result)
{
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    TrialOptions options = {
        .run = run_and_keep_schedule,
        .n_jobs = 1,
        .cpu_limit_ms = campaign->options->cpu_limit_ms,
        .mirror = campaign->mirror,
        .is_alone = true,
        .ends_at_once = true,
    };

    g_ptr_array_add(one, (gpointer) scenario);
    trials_run(&options, one, ret_result);
    if (!ret_result->schedule) {
        ret_result->schedule = mirror_print(campaign->mirror);
    }
}

/* The text of the run with all that was left to chance; if that is too long, without. */
static char *record(const Scenario *scenario, const RunResult *result, const Finding *finding)
{
    g_autofree char *text = result->schedule ? run_recorded_scenario(scenario, result, NULL) : NULL;

    if (!text) {
        GString *plain = g_string_new(NULL);

        scenario_print(scenario, plain);
        text = g_string_free(plain, FALSE);
    }
    return g_strdup_printf("# Found by bax fuzz: %s%s%s.\n%s", finding->name,
                           finding->who ? " on " : "", finding->who ? finding->who : "", text);
}

static void queue(Campaign *campaign, const char *name, const char *text)
{
    g_autofree char *file = campaign_file_name(name, text);
    g_autofree char *where = g_build_filename("queue", file, NULL);
    g_autofree char *when = moment_print(&campaign->moment);
    g_autofree char *whole = g_strconcat(when, text, NULL);

    if (!campaign->error) {
        folder_write(campaign->options->folder, where, whole, SUPERVISOR, &campaign->error);
    }
}

/* Once each: what is met on the way to one finding is met on the way to its likes, too. */
static void queue_other(Campaign *campaign, const ShrinkOther *other)
{
    g_autoptr(Scenario) scenario = scenario_parse("input", other->text, strlen(other->text), NULL);
    Finding finding = { .name = other->name, .who = other->who, .message = other->name };
    g_autofree char *words = scenario ? finding_likeness(scenario, &finding) : NULL;
    uint64_t likeness = words ? sim_event_hash(words) : 0;

    if (words && met_count(campaign->shared, likeness) == 0) {
        queue(campaign, other->name, other->text);
        met_add(campaign->shared, likeness, 1);
    }
}

/* An interrupt ends it, and the next call begins it anew. */
static void shrink_and_store(Campaign *campaign, const Scenario *scenario,
                             const RunResult *result, const Finding *finding)
{
    g_autofree char *original = record(scenario, result, finding);
    ShrinkOptions options = {
        .trials = {
            .n_jobs = 1, .cpu_limit_ms = campaign->options->cpu_limit_ms, .ends_at_once = true,
        },
        .finding = finding->name,
        .max_runs = strcmp(finding->name, "hang") == 0 ? MAX_HANGING_RUNS : MAX_SHRINK_RUNS,
        .must_stop = campaign->options->must_stop,
    };
    ShrinkResult shrunk;

    if (!shrink_scenario(scenario, &options, &shrunk, NULL)) {
        store_finding(campaign, original, original, finding->name);
        return;
    }
    if (!campaign_is_interrupted(campaign)) {
        store_finding(campaign, original, shrunk.text, finding->name);
    }
    for (guint i = 0; i < shrunk.others->len; i++) {
        queue_other(campaign, &g_array_index(shrunk.others, ShrinkOther, i));
    }
    shrink_result_clear(&shrunk);
}

/* ---- the queue ------------------------------------------------------------- */

/* "lost-write-0123456789abcdef.scn" -> "lost-write"; NULL: it is called otherwise. */
static char *finding_of_file(const char *file)
{
    const gsize n_behind = strlen("-0123456789abcdef.scn");
    gsize length = strlen(file);

    return length > n_behind ? g_strndup(file, length - n_behind) : NULL;
}

static bool goes_on(const Campaign *campaign)
{
    return !campaign->error && !campaign_is_interrupted(campaign);
}

static void judge_queued(Campaign *campaign, const char *text, const char *name)
{
    g_autoptr(Scenario) scenario = NULL;
    const Finding *finding;
    RunResult result;

    campaign->moment = moment_take(&text);
    scenario = scenario_parse("input", text, strlen(text), NULL);
    if (!scenario) {
        return;
    }
    run_alone(campaign, scenario, &result);
    finding = finding_choose(&result, name);
    if (finding) {
        shrink_and_store(campaign, scenario, &result, finding);
    } else {
        store_unrepeatable(campaign, text, name);
    }
    run_result_clear(&result);
}

/*
 * What is stored is taken out of the queue afterwards: killed or interrupted in between, it is
 * judged again.
 */
void judge_queue(Campaign *campaign)
{
    const char *folder = campaign->options->folder;
    bool is_any, was_any = false;

    do {
        g_auto(GStrv) files = folder_list(folder, "queue", ".scn");

        is_any = *files != NULL;
        was_any = was_any || is_any;
        for (char **file = files; *file && goes_on(campaign); file++) {
            g_autofree char *path = g_build_filename(folder, "queue", *file, NULL);
            g_autofree char *name = finding_of_file(*file);
            g_autofree char *text = NULL;

            if (name && g_file_get_contents(path, &text, NULL, NULL)) {
                judge_queued(campaign, text, name);
            }
            if (!campaign_is_interrupted(campaign)) {
                g_unlink(path);
            }
        }
    } while (is_any && goes_on(campaign));
    if (was_any && !campaign->error) {
        state_save(campaign, &campaign->error);     /* what was shrunk need not be again */
    }
}

/* ---- what was under way ---------------------------------------------------- */

/* False: it was given to them before, and they did not come to its end. */
static bool give_to_workers(Campaign *campaign, const Scenario *scenario, const char *text,
                            LeftBy left_by)
{
    g_autofree char *file = campaign_file_name(NULL, text);
    g_autofree char *where = g_build_filename("again", file, NULL);
    g_autofree char *path = g_build_filename(campaign->options->folder, where, NULL);

    if (left_by != LEFT_BY_CAMPAIGN && g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_unlink(path);
        return false;
    }
    if (!campaign->error) {
        folder_write(campaign->options->folder, where, text, SUPERVISOR, &campaign->error);
    }
    if (left_by == LEFT_BY_KILLED_WORKER) {
        Todo todo = { .scenario = scenario_copy(scenario), .file = g_steal_pointer(&path) };

        g_array_append_val(campaign->todo, todo);
    }
    return true;
}

static void judge_death(Campaign *campaign, const Scenario *scenario, const char *text,
                        const Finding *finding)
{
    g_autofree char *words = finding_likeness(scenario, finding);
    uint64_t likeness = sim_event_hash(words);

    if (met_is_next_worth_it(campaign->shared, likeness)) {
        queue(campaign, finding->name, text);
    }
    met_add(campaign->shared, likeness, 1);
}

void judge_leftover(Campaign *campaign, const char *text, LeftBy left_by)
{
    g_autoptr(Scenario) scenario = scenario_parse("input", text, strlen(text), NULL);
    const Finding *finding;
    RunResult result;

    if (*text == '\0' || !scenario) {
        return;                     /* the last input was over, or the next was not yet whole */
    }
    run_alone(campaign, scenario, &result);
    finding = finding_choose(&result, NULL);
    if (result.verdict == RUN_CRASHED || result.verdict == RUN_HUNG) {
        judge_death(campaign, scenario, text, finding);
    } else if (result.verdict == RUN_OWN_FAULT) {
        store_own_fault(campaign, text, result.reason);
    } else if (result.verdict == RUN_GOOD || result.verdict == RUN_FINDING) {
        if (left_by == LEFT_BY_DEAD_WORKER
            || !give_to_workers(campaign, scenario, text, left_by)) {
            store_unrepeatable(campaign, text, "crash");
        }
    }
    run_result_clear(&result);
}
