/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run: a pristine subject in a fresh world does a scenario and is judged.
 *
 * The main loop of the simulated QEMU is here: between two turns of it the monitor
 * takes commands.  When the last step is over the run goes dry: faults have stopped,
 * holds end one by one as nothing else can go on, and whatever is then not over never
 * will be.
 */
#include <setjmp.h>
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/check/check.h"
#include "harness/record.h"
#include "harness/run.h"
#include "harness/scenario/play.h"
#include "harness/scenario/schedule.h"
#include "sim/core/coroutine.h"
#include "sim/world.h"

typedef struct Run {
    const Scenario *scenario;
    const RunOptions *options;
    RunResult *result;
    SimChoices *choices;
    Stage *stage;
    Player *player;
    Checks *checks;             /* NULL: without */
    GString *answers;           /* NULL: not recorded */
    sigjmp_buf way_out;         /* of a nested loop that stands still */
} Run;

/* ---- findings of the run itself --------------------------------------------- */

static void report(Run *run, const char *name, const char *who, unsigned line,
                   const char *message)
{
    Finding finding = {
        .name = g_strdup(name),
        .who = g_strdup(who),
        .line = line,
        .message = g_strdup(message),
    };

    g_array_append_val(run->result->findings, finding);
}

static void see_complaint(const Step *step, const char *message, void *opaque)
{
    g_autoptr(GString) text = g_string_new(NULL);

    step_print(step, text);
    report(opaque, "expectation", text->str, step->line, message);
}

static void report_standstill(Run *run, const char *what)
{
    const Step *step = player_current_step(run->player);
    const StageOutcome *pending = stage_find_pending(run->stage);

    g_autofree char *message = NULL;

    if (!step && pending) {
        step = pending->step;
    }
    message = step ? g_strdup_printf("%s never ends: %s", step->kind->words, what)
                   : g_strdup(what);
    report(run, "standstill", NULL, step ? step->line : 0, message);
}

static void resume_run(void *opaque)
{
    Run *run = opaque;

    siglongjmp(run->way_out, 1);
}

static void nested_loop_stands_still(const char *what, void *opaque)
{
    report_standstill(opaque, what);
    sim_coroutine_escape(resume_run, opaque);
}

/* ---- the run ------------------------------------------------------------------ */

static bool has_stopped(const Run *run)
{
    return stage_refusal(run->stage) || stage_skip_reason(run->stage);
}

static void see_leak(const char *name, const char *function, const char *message, void *opaque)
{
    Run *run = opaque;

    checks_report(run->checks, name, function, "%s", message);
}

/* What is on the stack of a command that never ends is not lost: the command is. */
static void look_for_leaks(Run *run)
{
    if (run->checks && subject.find_leaks && sim_coroutine_n_alive() == 0) {
        subject.find_leaks(see_leak, run);
    }
}

static void go_dry(Run *run)
{
    if (run->answers) {
        run->result->bitmaps = record_bitmaps();
    }
    if (!player_is_over(run->player) || stage_find_pending(run->stage)) {
        report_standstill(run, sim_world_explain_standstill());
        return;
    }
    stage_account_all_errors(run->stage);
    digest_mix_bitmaps();
    stage_tell(run->stage, &(Deed) { .kind = DEED_RUN_DRY });
    look_for_leaks(run);
}

/*
 * A command is taken from the monitor's socket when the main loop comes to it: whatever is
 * ready may go first.
 */
static bool is_command_next(const Run *run)
{
    return stage_has_command(run->stage) &&
           !(sim_loop_is_anything_ready(sim_world_loop()) &&
             sim_choices_choose(sim_world_choices(), SIM_CHOICE_MONITOR, 2));
}

static bool turn_main_loop(Run *run)
{
    return is_command_next(run) ? stage_serve_monitor(run->stage)
                                : sim_loop_step(sim_world_loop());
}

static void run_main_loop(Run *run)
{
    while (!has_stopped(run) && turn_main_loop(run)) {
    }
    if (!has_stopped(run)) {
        go_dry(run);
    }
}

static void see_turn(unsigned n_steps, void *opaque)
{
    const Run *run = opaque;

    run->options->pause(run->stage, run->checks, n_steps, run->options->opaque);
}

static void open_run(Run *run, const RunOptions *options)
{
    run->choices->mirror = options->mirror;
    if (options->mirror) {
        options->mirror->n_answers = 0;
        options->mirror->asks_io_times = run->choices->asks_io_times;
    }
    sim_world_open(run->choices);
    if (options->without_digest) {
        sim_events_end_digest(sim_world_events());
    }
    if (options->are_calls_counted) {
        run->result->calls = g_new0(uint32_t, SIM_N_FAULT_CALLS);
        sim_faults_count(sim_world_faults(), run->result->calls);
    }
    sim_world_set_standstill(nested_loop_stands_still, run);
    subject.reset();
    run->stage = stage_new(&subject);
    stage_observe_complaints(run->stage, see_complaint, run);
    if (!options->without_checks) {
        run->checks = checks_new();
        stage_observe_deeds(run->stage, checks_see_deed, run->checks);
        sim_events_observe(sim_world_events(), checks_event_kinds(run->checks), checks_see_event,
                           run->checks);
    }
    if (options->is_recorded) {
        run->answers = g_string_new(NULL);
        stage_observe_deeds(run->stage, record_see_deed, run->answers);
    }
    sim_events_observe(sim_world_events(), STAGE_EVENTS, stage_see_event, run->stage);
    if (options->observe_deed) {
        stage_observe_deeds(run->stage, options->observe_deed, options->opaque);
    }
    if (options->observe) {
        sim_events_observe(sim_world_events(), SIM_EVENTS_ALL, options->observe, options->opaque);
    }
    run->player = player_new(run->scenario, run->stage, options->current_line);
    if (options->pause) {
        player_observe_turns(run->player, see_turn, run);
    }
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
    const Finding *left = a, *right = b;

    return (left->line > right->line) - (left->line < right->line);
}

/* Findings of checks and of the run itself, by line; of one line those of checks first. */
static void collect_findings(Run *run)
{
    const GArray *found = run->checks ? checks_findings(run->checks) : NULL;

    for (guint i = 0; found && i < found->len; i++) {
        const Finding *finding = &g_array_index(found, Finding, found->len - 1 - i);
        Finding copy = {
            .name = g_strdup(finding->name),
            .who = g_strdup(finding->who),
            .line = finding->line,
            .message = g_strdup(finding->message),
        };

        g_array_prepend_val(run->result->findings, copy);
    }
    g_array_sort(run->result->findings, compare_lines);
}

static void judge(Run *run)
{
    RunResult *result = run->result;

    if (stage_skip_reason(run->stage)) {
        result->verdict = RUN_SKIPPED;
        result->reason = g_strdup(stage_skip_reason(run->stage));
    } else if (stage_refusal(run->stage)) {
        result->verdict = RUN_INVALID;
        result->reason = g_strdup_printf("%s:%s", run->scenario->path, stage_refusal(run->stage));
    } else {
        result->verdict = result->findings->len > 0 ? RUN_FINDING : RUN_GOOD;
    }
}

static void close_run(Run *run)
{
    RunResult *result = run->result;

    result->digest = sim_world_events()->digest;
    result->n_events = sim_world_events()->n_emitted;
    result->virtual_ns = sim_loop_now_ns(sim_world_loop());
    result->n_steps = player_n_steps(run->player);
    if (run->answers) {
        result->answers = g_string_free(run->answers, FALSE);
    }
    collect_findings(run);
    judge(run);
    player_free(run->player);
    if (run->checks) {
        checks_free(run->checks);
    }
    stage_free(run->stage);
    if (subject.free_all) {
        subject.free_all();
    }
    sim_world_close();
    sim_coroutine_reset();
}

/* @schedule: the scenario's, or NULL if the choices are the caller's. */
static void keep_schedule(Run *run, const RunOptions *options, const Schedule *schedule)
{
    const SimChoices *choices = run->choices;

    if (schedule && run->result->verdict != RUN_SKIPPED) {
        run->result->divergence = schedule_explain_divergence(schedule, choices);
    }
    if (options->keeps_schedule) {
        run->result->schedule = schedule_print(choices->asks_io_times, choices->record,
                                               choices->n_record);
    }
}

/* A function of its own: what a jump comes back to has no variables that it could clobber. */
static void run_until_it_ends(Run *run)
{
    if (sigsetjmp(run->way_out, 0) == 0) {
        run_main_loop(run);
    }
}

static void run_with_choices(Run *run, const Schedule *schedule)
{
    open_run(run, run->options);
    run_until_it_ends(run);
    close_run(run);
    keep_schedule(run, run->options, schedule);
}

void run_scenario(const Scenario *scenario, const RunOptions *options, RunResult *ret_result)
{
    static const RunOptions no_options;
    SimChoices own_choices;
    Schedule schedule;
    Run run = { .scenario = scenario, .result = ret_result };

    options = options ? options : &no_options;
    run.options = options;
    memset(ret_result, 0, sizeof(*ret_result));
    ret_result->findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    g_array_set_clear_func(ret_result->findings, (GDestroyNotify)finding_clear);
    if (options->choices) {
        run.choices = options->choices;
        run_with_choices(&run, NULL);
        return;
    }
    run.choices = &own_choices;
    schedule_open(&schedule, options->schedule ? options->schedule : scenario, &own_choices);
    run_with_choices(&run, &schedule);
    sim_choices_clear(&own_choices);
    schedule_close(&schedule);
}

char *run_recorded_scenario(const Scenario *scenario, const RunResult *result, GError **error)
{
    g_autofree char *text = schedule_replace(scenario, result->schedule);
    g_autoptr(Scenario) again = scenario_parse(scenario->path, text, strlen(text), error);

    return again ? g_steal_pointer(&text) : NULL;
}

void run_result_clear(RunResult *result)
{
    g_free(result->reason);
    g_free(result->answers);
    g_free(result->bitmaps);
    g_free(result->schedule);
    g_free(result->divergence);
    g_free(result->calls);
    if (result->findings) {
        g_array_unref(result->findings);
    }
    memset(result, 0, sizeof(*result));
}
