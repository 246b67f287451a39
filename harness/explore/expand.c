/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that follows one sequence: each step that can come next, under each schedule.
 *
 * The sequence itself is run once more, to see which steps make sense and what its state is
 * under each symmetry.  Of steps that are equal behind it only the first is run: see
 * leave_out_equal_steps().  Then every step is run behind it, first as first-come has it, and from
 * the questions of that run on with one answer changed, and so on while the bound allows.
 * Answers to questions that come after the last step was begun lead to other ends of the run
 * but to no other state.
 */
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/explore/canonical.h"
#include "harness/explore/explore.h"
#include "harness/explore/enabled.h"

typedef struct Expansion {
    const Explore *explore;
    const ExploreNode *node;
    ExploreUnit *unit;
    unsigned *current_line;
    RunResult *result;          /* of the unit: gets the finding */
    Canonical canonical;
    GArray *symmetries;
    uint64_t *base_hashes;      /* where nothing was under way last, for each symmetry */
    unsigned n_lines_since;     /* steps of the scenario since then */
    bool *is_enabled;           /* for each action */
    GArray *children;           /* of ExploreNode */
    GArray *todo;               /* of ExploreNode: schedules of the step under way */
    uint16_t *answers;          /* room for the prefix of a run */
    guint n_answers_allocated;

    /* Of the run under way. */
    unsigned n_lines;           /* its steps, as the player counts them */
    bool is_over;               /* the last step was begun */
    bool is_complete;
    bool has_quit;
    unsigned n_asked;
    unsigned n_faults;          /* that fired */
    uint64_t key;
} Expansion;

/* ---- runs -------------------------------------------------------------------- */

static unsigned fill_prefix(Expansion *expansion, const ExploreNode *node)
{
    unsigned n = node->n_answers ? node->answers[node->n_answers - 1].question + 1 : 0;

    if (n > expansion->n_answers_allocated) {
        expansion->n_answers_allocated = 2 * n;
        expansion->answers = g_renew(uint16_t, expansion->answers, 2 * n);
    }
    for (unsigned i = 0; i < n; i++) {
        expansion->answers[i] = 0;
    }
    for (unsigned i = 0; i < node->n_answers; i++) {
        expansion->answers[node->answers[i].question] = node->answers[i].answer;
    }
    return n;
}

static unsigned count_lines(const Scenario *scenario)
{
    unsigned n = 0;

    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        n += line->has_step && line->step.kind->run;
    }
    return n;
}

static void see_event(const SimEvent *event, void *opaque)
{
    Expansion *expansion = opaque;

    expansion->n_faults += event->kind == SIM_EVENT_FAULT;
}

/* The trace of the run stays in @choices, which the caller clears.  True: it found something. */
static bool run(Expansion *expansion, const Scenario *scenario, const ExploreNode *node,
                RunPauseFunc *pause, SimChoices *choices)
{
    RunOptions options = {
        .choices = choices,
        .pause = pause,
        .observe = expansion->explore->bound.n_faults ? see_event : NULL,
        .opaque = expansion,
        .current_line = expansion->current_line,
    };
    unsigned n_answers;

    n_answers = fill_prefix(expansion, node);
    sim_choices_init_prefix(choices, expansion->answers, n_answers);
    choices->is_traced = true;
    expansion->n_lines = count_lines(scenario);
    expansion->is_over = expansion->is_complete = expansion->has_quit = false;
    expansion->n_faults = 0;
    expansion->unit->current = *node;
    expansion->unit->counts.n_runs++;
    run_result_clear(expansion->result);
    run_scenario(scenario, &options, expansion->result);
    if (expansion->result->verdict == RUN_GOOD) {
        return false;
    }
    expansion->unit->has_found = expansion->result->verdict == RUN_FINDING;
    return true;
}

/* ---- the sequence itself -------------------------------------------------------- */

static const Symmetry *symmetry_at(const Expansion *expansion, guint index)
{
    return &g_array_index(expansion->symmetries, Symmetry, index);
}

static void look_at_node(Stage *stage, const Checks *checks, unsigned n_steps, void *opaque)
{
    Expansion *expansion = opaque;

    if (n_steps + expansion->n_lines_since == expansion->n_lines) {
        bool is_complete = canonical_look(&expansion->canonical, stage, checks);

        g_assert(is_complete);
        for (guint i = 0; i < expansion->symmetries->len; i++) {
            expansion->base_hashes[i] = canonical_hash(&expansion->canonical,
                                                       symmetry_at(expansion, i));
        }
    }
    if (n_steps == expansion->n_lines) {
        enabled_find(&expansion->explore->alphabet, expansion->node, stage,
                     expansion->is_enabled);
    }
}

/* ---- what a step leads to --------------------------------------------------------- */

static uint64_t smallest_hash(const Expansion *expansion)
{
    uint64_t smallest = UINT64_MAX;

    for (guint i = 0; i < expansion->symmetries->len; i++) {
        smallest = MIN(smallest, canonical_hash(&expansion->canonical,
                                                symmetry_at(expansion, i)));
    }
    return smallest;
}

static void look_at_child(Stage *stage, const Checks *checks, unsigned n_steps, void *opaque)
{
    Expansion *expansion = opaque;

    if (n_steps == expansion->n_lines) {
        expansion->is_over = true;
        expansion->has_quit = stage->has_quit;
        expansion->n_asked = sim_world_choices()->n_asked;
        expansion->is_complete = canonical_look(&expansion->canonical, stage, checks);
        if (expansion->is_complete) {
            expansion->key = smallest_hash(expansion);
        }
    }
}

/* By its place since then; one that was held before it, by itself if there can be others. */
static unsigned name_held(const Expansion *expansion, const ExploreNode *child, unsigned step)
{
    if (step >= child->n_steps_base) {
        return step - child->n_steps_base;
    }
    return 128 + (expansion->explore->bound.n_held > 1 ? step : 0);
}

/* Something is under way: the state of before, and all that was done since. */
static uint64_t hash_way(const Expansion *expansion, const ExploreNode *child, guint symmetry)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;
    uint64_t hash = explore_mix(expansion->base_hashes[symmetry], 2);

    for (unsigned k = child->n_steps_base; k < child->n_steps; k++) {
        Action action = *alphabet_at(alphabet, child->steps[k]);

        if (action.kind == ACTION_RELEASE) {
            action.step = name_held(expansion, child, action.step);
        }
        hash = explore_mix(hash, symmetry_action_hash(symmetry_at(expansion, symmetry),
                                                      &action));
    }
    for (unsigned k = 0; k < child->n_answers; k++) {
        if (child->answers[k].question >= child->n_asked_base) {
            hash = explore_mix(hash, (child->answers[k].question - child->n_asked_base)
                                     * 65536u + child->answers[k].answer);
        }
    }
    return hash;
}

static uint64_t smallest_way(const Expansion *expansion, const ExploreNode *child)
{
    uint64_t smallest = UINT64_MAX;

    for (guint i = 0; i < expansion->symmetries->len; i++) {
        smallest = MIN(smallest, hash_way(expansion, child, i));
    }
    return smallest;
}

static void add_child(Expansion *expansion, const ExploreNode *done)
{
    const ExploreNode *node = expansion->node;
    ExploreNode child = *done;
    const Action *action = alphabet_at(&expansion->explore->alphabet,
                                       child.steps[child.n_steps - 1]);

    if (!expansion->is_over || expansion->has_quit || action->kind == ACTION_QUERY ||
        expansion->n_faults < child.n_faults ||
        (child.n_answers && child.answers[child.n_answers - 1].question >= expansion->n_asked)) {
        return;
    }
    child.n_asked = expansion->n_asked;
    child.n_steps_base = expansion->is_complete ? child.n_steps : node->n_steps_base;
    child.n_asked_base = expansion->is_complete ? child.n_asked : node->n_asked_base;
    child.key = expansion->is_complete ? expansion->key : smallest_way(expansion, &child);
    child.key = explore_mix(child.key, child.n_faults);
    child.key += !child.key;
    if (!explore_set_covers(&expansion->explore->set, child.key, child.n_answers)) {
        g_array_append_val(expansion->children, child);
    }
}

/* ---- schedules ----------------------------------------------------------------------- */

static void add_schedules(Expansion *expansion, const ExploreNode *done,
                          const SimChoices *choices)
{
    uint32_t from = expansion->node->n_asked;

    if (done->n_answers == expansion->explore->bound.n_preemptions) {
        return;
    }
    if (done->n_answers) {
        from = MAX(from, done->answers[done->n_answers - 1].question + 1u);
    }
    for (uint32_t i = from; i < choices->n_trace; i++) {
        for (uint16_t answer = 1; answer < choices->trace[i].n_alternatives; answer++) {
            ExploreNode schedule = *done;

            g_assert(i <= UINT16_MAX);
            schedule.answers[schedule.n_answers++] = (ExploreAnswer) { i, answer };
            g_array_append_val(expansion->todo, schedule);
        }
    }
}

/* True: one of them found something. */
static bool expand_step(Expansion *expansion, unsigned action)
{
    ExploreNode first = *expansion->node;
    g_autoptr(Scenario) scenario = NULL;

    first.steps[first.n_steps++] = action;
    first.n_faults += alphabet_at(&expansion->explore->alphabet, action)->fault
                      != ACTION_NO_FAULT;
    scenario = explore_scenario(expansion->explore, &first);
    expansion->unit->counts.n_sequences++;
    g_array_set_size(expansion->todo, 0);
    g_array_append_val(expansion->todo, first);
    for (guint i = 0; i < expansion->todo->len; i++) {
        ExploreNode schedule = g_array_index(expansion->todo, ExploreNode, i);
        SimChoices choices;

        expansion->unit->counts.n_schedules++;
        if (run(expansion, scenario, &schedule, look_at_child, &choices)) {
            sim_choices_clear(&choices);
            return true;
        }
        add_child(expansion, &schedule);
        add_schedules(expansion, &schedule, &choices);
        sim_choices_clear(&choices);
    }
    return false;
}

/* ---- equal steps --------------------------------------------------------------------- */

/* Drives and chunks come one after the other, and code may treat the last otherwise. */
static bool is_of_names_alone(const Symmetry *symmetry)
{
    for (unsigned i = 0; i < EXPLORE_MAX_DRIVES; i++) {
        for (unsigned k = 0; k < EXPLORE_MAX_CHUNKS; k++) {
            if (symmetry->drives[i] != i || symmetry->chunks[i][k] != k) {
                return false;
            }
        }
    }
    return true;
}

/* The state of the sequence is the same when its things have the names of @symmetry. */
static bool is_symmetric(const Expansion *expansion, guint symmetry)
{
    const ExploreNode *node = expansion->node;

    if (!is_of_names_alone(symmetry_at(expansion, symmetry))) {
        return false;
    }
    if (node->n_steps_base == node->n_steps) {
        return expansion->base_hashes[symmetry] == expansion->base_hashes[0];
    }
    return hash_way(expansion, node, symmetry) == hash_way(expansion, node, 0);
}

static void leave_out_equal_to(Expansion *expansion, unsigned first, guint symmetry,
                               const uint64_t *hashes)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;
    uint64_t hash = symmetry_action_hash(symmetry_at(expansion, symmetry),
                                         alphabet_at(alphabet, first));

    for (unsigned i = first + 1; hash != hashes[first] && i < alphabet->actions->len; i++) {
        if (hashes[i] == hash) {
            expansion->is_enabled[i] = false;
            return;
        }
    }
}

/*
 * Where a symmetry leaves the state as it is, a step and what it becomes under that symmetry lead
 * to runs that differ in names alone: the same questions, the same findings, the same states.  That
 * holds for names of targets and bitmaps; see docs/decisions/0016 for drives and chunks.
 * Only the first of them is run.  It is also the one that would be continued, so that the search
 * meets the same states by the same sequences.  A release is of one write and equal to no other.
 */
static void leave_out_equal_steps(Expansion *expansion)
{
    const Alphabet *alphabet = &expansion->explore->alphabet;
    g_autofree uint64_t *hashes = g_new(uint64_t, alphabet->actions->len);

    for (unsigned i = 0; i < alphabet->actions->len; i++) {
        hashes[i] = symmetry_action_hash(symmetry_at(expansion, 0), alphabet_at(alphabet, i));
    }
    for (guint k = 1; k < expansion->symmetries->len; k++) {
        unsigned n = is_symmetric(expansion, k) ? alphabet->actions->len : 0;

        for (unsigned i = 0; i < n; i++) {
            leave_out_equal_to(expansion, i, k, hashes);
        }
    }
}

/* ---- the unit ---------------------------------------------------------------------- */

static void open_expansion(Expansion *expansion, const ExploreBatch *batch, unsigned index)
{
    const Explore *explore = batch->explore;

    expansion->explore = explore;
    expansion->node = &g_array_index(explore->level, ExploreNode, batch->first + index);
    expansion->unit = &batch->units[index];
    canonical_open(&expansion->canonical, &explore->alphabet);
    expansion->symmetries = symmetries_new(&explore->alphabet.bound,
                                           explore->alphabet.generation);
    expansion->base_hashes = g_new0(uint64_t, expansion->symmetries->len);
    expansion->is_enabled = g_new0(bool, explore->alphabet.actions->len);
    expansion->children = g_array_new(FALSE, FALSE, sizeof(ExploreNode));
    expansion->todo = g_array_new(FALSE, FALSE, sizeof(ExploreNode));
    for (unsigned i = expansion->node->n_steps_base; i < expansion->node->n_steps; i++) {
        const Action *action = alphabet_at(&explore->alphabet, expansion->node->steps[i]);

        expansion->n_lines_since += action->fault == ACTION_NO_FAULT ? 1 : 2;
    }
}

static void close_expansion(Expansion *expansion)
{
    canonical_close(&expansion->canonical);
    g_array_unref(expansion->symmetries);
    g_array_unref(expansion->children);
    g_array_unref(expansion->todo);
    g_free(expansion->base_hashes);
    g_free(expansion->is_enabled);
    g_free(expansion->answers);
}

/* Each key once, with the fewest preemptions. */
static void hand_over_children(Expansion *expansion, const ExploreBatch *batch)
{
    ExploreSet set;
    uint64_t first;
    guint n = 0;

    explore_set_init(&set);
    for (unsigned n_used = 0; n_used <= EXPLORE_MAX_PREEMPTIONS; n_used++) {
        for (guint i = 0; i < expansion->children->len; i++) {
            ExploreNode child = g_array_index(expansion->children, ExploreNode, i);

            if (child.n_answers == n_used && explore_set_add(&set, child.key, n_used)) {
                g_array_append_val(expansion->todo, child);
                n++;
            }
        }
    }
    explore_set_clear(&set);
    first = __atomic_fetch_add(batch->n_children, n, __ATOMIC_RELAXED);
    g_assert(first + n <= batch->n_children_max);
    if (n > 0) {
        memcpy(batch->children + first, expansion->todo->data, n * sizeof(ExploreNode));
    }
    expansion->unit->first_child = first;
    expansion->unit->n_children = n;
}

void explore_expand(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const ExploreBatch *batch = opaque;
    Expansion expansion = { .current_line = current_line, .result = ret_result };
    g_autoptr(Scenario) scenario = NULL;
    SimChoices choices;
    bool has_ended;

    open_expansion(&expansion, batch, index);
    scenario = explore_scenario(batch->explore, expansion.node);
    memset(ret_result, 0, sizeof(*ret_result));
    has_ended = run(&expansion, scenario, expansion.node, look_at_node, &choices);
    sim_choices_clear(&choices);
    if (!has_ended && !batch->explore->tries_equal_steps) {
        leave_out_equal_steps(&expansion);
    }
    for (unsigned i = 0; !has_ended && i < batch->explore->alphabet.actions->len; i++) {
        has_ended = expansion.is_enabled[i] && expand_step(&expansion, i);
    }
    g_array_set_size(expansion.todo, 0);
    if (!has_ended) {
        hand_over_children(&expansion, batch);
    }
    close_expansion(&expansion);
}
