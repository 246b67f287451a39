/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The player: does a scenario's steps one after the other.
 */
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/scenario/play.h"
#include "sim/core/pool.h"

static SimPool players;

struct Player {
    const Scenario *scenario;
    Stage *stage;
    unsigned *current_line;
    SimTask task;
    guint next_line;            /* index in the scenario's lines */
    unsigned n_steps;
    const Step *step;           /* is waited for; NULL: none */
    bool is_in_step;            /* its function is on the stack */
    bool is_step_over;
    bool is_over;
    PlayerTurnFunc *see_turn;   /* NULL: nobody wants to know */
    void *see_turn_opaque;
};

unsigned player_line_under_way;

static void turn(void *opaque);

static void see_finish(const Step *step, void *opaque)
{
    Player *player = opaque;

    if (player->step != step || player->is_step_over) {
        return;
    }
    player->is_step_over = true;
    if (!player->is_in_step) {
        sim_loop_post(sim_world_loop(), &player->task);
    }
}

Player *player_new(const Scenario *scenario, Stage *stage, unsigned *current_line)
{
    Player *player = sim_pool_new(&players, Player);

    player->scenario = scenario;
    player->stage = stage;
    player->current_line = current_line;
    player->task = (SimTask) {
        .run = turn, .opaque = player, .what = "step", .lane = SIM_LANE_STEP,
    };
    stage_observe_finish(stage, see_finish, player);
    sim_loop_post(sim_world_loop(), &player->task);
    return player;
}

void player_free(Player *player)
{
    sim_loop_cancel(sim_world_loop(), &player->task);
    stage_observe_finish(player->stage, NULL, NULL);
    sim_pool_free(&players, player);
}

void player_observe_turns(Player *player, PlayerTurnFunc *notify, void *opaque)
{
    player->see_turn = notify;
    player->see_turn_opaque = opaque;
}

bool player_is_over(const Player *player)
{
    return player->is_over;
}

const Step *player_current_step(const Player *player)
{
    return player->step;
}

unsigned player_n_steps(const Player *player)
{
    return player->n_steps;
}

static bool is_expectation(const Step *step)
{
    return strncmp(step->kind->words, "expect ", 7) == 0;
}

/* A started step is only begun then; its end is told by the deeds that belong to it. */
static void end_step(Player *player, const Step *step)
{
    StageEntry *entry = stage_entry_of(player->stage, step);

    if (entry) {
        stage_conclude(player->stage, entry);
    }
    if (stage_take_new_answer(player->stage)) {
        digest_mix_bitmaps();
    }
    stage_tell(player->stage, &(Deed) { .kind = DEED_STEP_DONE, .line = step->line });
    player->step = NULL;
}

static const Step *take_step(Player *player)
{
    const GArray *lines = player->scenario->lines;

    while (player->next_line < lines->len) {
        const ScenarioLine *line = &g_array_index(lines, ScenarioLine, player->next_line++);

        if (line->has_step && line->step.kind->run) {
            return &line->step;
        }
        if (line->has_step) {
            sim_events_skip_line(sim_world_events());
        }
    }
    return NULL;
}

static StepState run_step(Player *player, const Step *step)
{
    StepState state;

    if (player->stage->has_quit && !is_expectation(step)) {
        return stage_refuse_step(player->stage, step,
                                 "QEMU has quit; only expectations may follow");
    }
    player->step = step;
    player->is_in_step = true;
    player->is_step_over = false;
    state = step->kind->run(player->stage, step);
    player->is_in_step = false;
    return state == STEP_WAITING && (player->is_step_over || step->label) ? STEP_DONE : state;
}

__attribute__((noinline, used)) void player_step_begins(void)
{
    /* A function without an effect would not be called. */
    __asm__ volatile("" : : : "memory");
}

/* False: the player has to wait, or the scenario is wrong and ends here. */
static bool do_step(Player *player, const Step *step)
{
    StepState state;

    player->n_steps++;
    player_line_under_way = step->line;
    player_step_begins();
    if (player->current_line) {
        *player->current_line = step->line;
    }
    if (!is_expectation(step)) {
        stage_account_error(player->stage);
    }
    sim_events_emit(sim_world_events(), &(SimEvent) {
        .kind = SIM_EVENT_COMMAND,
        .who = step->label ? step->label : "",
        .number = step->line,
        .text = step->kind->words,
    });
    state = run_step(player, step);
    if (state == STEP_DONE) {
        end_step(player, step);
    }
    return state == STEP_DONE;
}

/* One step a turn: between two of them anything may happen that the choices let happen. */
static void turn(void *opaque)
{
    Player *player = opaque;
    const Step *step;

    if (player->step) {
        end_step(player, player->step);
    }
    if (player->see_turn) {
        player->see_turn(player->n_steps, player->see_turn_opaque);
    }
    step = take_step(player);
    if (!step) {
        /* What is still under way meets no more faults: everything must come to an end. */
        sim_faults_clear(sim_world_faults());
        sim_faults_count(sim_world_faults(), NULL);
        stage_close_exports(player->stage);
        player->is_over = true;
    } else if (do_step(player, step)) {
        sim_loop_post(sim_world_loop(), &player->task);
    }
}
