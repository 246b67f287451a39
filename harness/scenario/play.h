/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The player: does a scenario's steps one after the other.
 *
 * It is a task of the world's loop, in the step lane: when first-come decides, the
 * next step goes when nothing else is ready, be it in the main loop or in a nested
 * one.  A step without label is waited for; a step behind "start LABEL" is not.
 */
#ifndef HARNESS_SCENARIO_PLAY_H
#define HARNESS_SCENARIO_PLAY_H

#include "harness/actor/stage.h"
#include "harness/scenario/scenario.h"

typedef struct Player Player;

/*
 * For the open world.  @scenario and @stage are borrowed; @current_line too, and holds
 * the line of the step under way (may be NULL).
 */
Player *player_new(const Scenario *scenario, Stage *stage, unsigned *current_line);
/* Called before each step is taken and when there is none left; @n_steps were begun. */
typedef void PlayerTurnFunc(unsigned n_steps, void *opaque);
void player_observe_turns(Player *player, PlayerTurnFunc *notify, void *opaque);
/* Before the world closes. */
void player_free(Player *player);

/* Every step was begun, and every one without label is over. */
bool player_is_over(const Player *player);
/* The step that is waited for, or NULL. */
const Step *player_current_step(const Player *player);
/*
 * For debuggers: called when a step begins, whose line is then known, even in a program without
 * debug information (bax run --gdb).
 */
void player_step_begins(void);
extern unsigned player_line_under_way;

/* Steps that were begun. */
unsigned player_n_steps(const Player *player);

#endif
