/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sequence that has a finding, as a scenario with its schedule.
 */
#include <string.h>

#include "harness/explore/explore.h"
#include "harness/isolate.h"
#include "harness/mirror.h"
#include "harness/scenario/schedule.h"

#define CPU_LIMIT_MS 10000

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
