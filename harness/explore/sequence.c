/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sequence of steps: as a scenario, and, when it has a finding, with its schedule.
 */
#include <string.h>

#include "harness/explore/explore.h"
#include "harness/isolate.h"
#include "harness/mirror.h"
#include "harness/scenario/schedule.h"

#define CPU_LIMIT_MS 10000

Scenario *explore_scenario(const Explore *explore, const ExploreNode *node)
{
    const ExploreBound *bound = &explore->alphabet.bound;
    g_autoptr(GString) text = g_string_new("bax 1\nallow errors\n");
    g_autoptr(GError) error = NULL;
    Scenario *scenario;

    for (unsigned i = 0; i < bound->n_drives; i++) {
        g_string_append_printf(text, "drive %s %uM\n", action_drive_name(i),
                               (unsigned) (bound->n_chunks * EXPLORE_CHUNK_BYTES >> 20));
    }
    for (unsigned i = 0; i < node->n_steps; i++) {
        action_print(&explore->alphabet, alphabet_at(&explore->alphabet, node->steps[i]), i,
                     text);
    }
    scenario = scenario_parse("explored.scn", text->str, text->len, &error);
    if (!scenario) {
        g_error("%s", error->message);
    }
    return scenario;
}

/* ---- the finding ------------------------------------------------------------------ */

typedef struct Replay {
    const Scenario *scenario;
    const uint16_t *answers;
    unsigned n_answers;
    SimRecord *mirror;
} Replay;

static void run(unsigned index G_GNUC_UNUSED, unsigned *current_line, RunResult *ret_result,
                void *opaque)
{
    const Replay *replay = opaque;
    SimChoices choices;
    RunOptions options = {
        .choices = &choices,
        .mirror = replay->mirror,
        .keeps_schedule = true,
        .current_line = current_line,
    };

    sim_choices_init_prefix(&choices, replay->answers, replay->n_answers);
    run_scenario(replay->scenario, &options, ret_result);
    sim_choices_clear(&choices);
}

char *explore_finding_text(const Explore *explore, RunResult *ret_result)
{
    const ExploreNode *node = &explore->found;
    g_autoptr(Scenario) scenario = explore_scenario(explore, node);
    g_autofree char *schedule = NULL;
    unsigned n_answers = node->n_answers ? node->answers[node->n_answers - 1].question + 1 : 0;
    g_autofree uint16_t *answers = g_new0(uint16_t, n_answers + 1);
    Replay replay = {
        .scenario = scenario, .answers = answers, .n_answers = n_answers,
        .mirror = mirror_new(MIRROR_DEFAULT_ANSWERS),
    };
    IsolateOptions options = { .n_jobs = 1, .cpu_limit_ms = CPU_LIMIT_MS };

    for (unsigned i = 0; i < node->n_answers; i++) {
        answers[node->answers[i].question] = node->answers[i].answer;
    }
    isolate_runs(1, &options, run, &replay, ret_result);
    schedule = ret_result->schedule ? g_strdup(ret_result->schedule)
                                    : mirror_print(replay.mirror);
    mirror_free(replay.mirror);
    return schedule_replace(scenario, schedule ? schedule : "");
}
