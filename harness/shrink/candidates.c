/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Candidates are tried, several at a time; the first in order that keeps the finding is adopted.
 *
 * Those behind the first good one are wasted: so batches begin small and grow while nothing is
 * found.  Those that crash or hang cost more.
 */
#include <string.h>

#include "harness/shrink/shrink-private.h"

#define FIRST_BATCH 4

typedef struct Batch {
    GPtrArray *scenarios;       /* of Scenario */
    GPtrArray *digests;         /* of char * */
    GArray *indexes;            /* of unsigned: which edit each is */
} Batch;

/* ---- what a run says ----------------------------------------------------------- */

bool shrinker_breaks_expectations(const Shrinker *shrinker, const Scenario *scenario,
                                  const RunResult *result)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *likeness = NULL;

        if (strcmp(finding->name, "expectation") == 0) {
            likeness = finding_likeness(scenario, finding);
            if (strcmp(likeness, shrinker->likeness) != 0) {
                return true;
            }
        }
    }
    return false;
}

static bool keeps(const Shrinker *shrinker, const Scenario *scenario, const RunResult *result)
{
    return finding_find_like(scenario, result, shrinker->likeness)
        && !(shrinker->is_strict && shrinker_breaks_expectations(shrinker, scenario, result));
}

char *shrinker_text(const Scenario *scenario)
{
    GString *text = g_string_new(NULL);

    scenario_print(scenario, text);
    return g_string_free(text, FALSE);
}

static void add_other(Shrinker *shrinker, const Scenario *scenario, const Finding *finding)
{
    ShrinkOther other = {
        .name = g_strdup(finding->name),
        .who = g_strdup(finding->who),
        .text = shrinker_text(scenario),
    };

    g_array_append_val(shrinker->result->others, other);
}

/* Expectations are made for the whole scenario: that a part of it breaks them says nothing. */
void shrinker_see_others(Shrinker *shrinker, const Scenario *scenario, const RunResult *result,
                         bool is_new)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *likeness = NULL;

        if (strcmp(finding->name, "expectation") == 0) {
            continue;
        }
        likeness = finding_likeness(scenario, finding);
        if (strcmp(likeness, shrinker->likeness) != 0
            && g_hash_table_add(shrinker->met, g_steal_pointer(&likeness)) && is_new) {
            add_other(shrinker, scenario, finding);
        }
    }
}

void shrinker_adopt(Shrinker *shrinker, Scenario *scenario, const Finding *finding)
{
    g_free(shrinker->result->name);
    g_free(shrinker->result->who);
    shrinker->result->name = g_strdup(finding->name);
    shrinker->result->who = g_strdup(finding->who);
    scenario_free(shrinker->best);
    shrinker->best = scenario;
}

/* ---- batches --------------------------------------------------------------------- */

static void free_scenario(gpointer scenario)
{
    scenario_free(scenario);
}

static void batch_init(Batch *batch)
{
    batch->scenarios = g_ptr_array_new_with_free_func(free_scenario);
    batch->digests = g_ptr_array_new_with_free_func(g_free);
    batch->indexes = g_array_new(FALSE, FALSE, sizeof(unsigned));
}

static void batch_clear(Batch *batch)
{
    g_ptr_array_unref(batch->scenarios);
    g_ptr_array_unref(batch->digests);
    g_array_unref(batch->indexes);
}

/* Takes @scenario, which may be NULL; what was refused before is not tried again. */
static void batch_add(const Shrinker *shrinker, Batch *batch, Scenario *scenario, unsigned index)
{
    g_autofree char *text = scenario ? shrinker_text(scenario) : NULL;
    g_autofree char *best = shrinker_text(shrinker->best);
    g_autofree char *digest = text ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1)
                                   : NULL;

    if (!text || strcmp(text, best) == 0 || g_hash_table_contains(shrinker->refused, digest)) {
        scenario_free(scenario);
        return;
    }
    g_ptr_array_add(batch->scenarios, scenario);
    g_ptr_array_add(batch->digests, g_steal_pointer(&digest));
    g_array_append_val(batch->indexes, index);
}

/* True: the first that keeps the finding was adopted, *@ret_index says which edit it was. */
static bool batch_try(Shrinker *shrinker, Batch *batch, unsigned *ret_index)
{
    unsigned n = batch->scenarios->len;
    g_autofree RunResult *results = g_new0(RunResult, n);
    bool is_found = false;

    if (n == 0) {
        return false;
    }
    trials_run(&shrinker->trials, batch->scenarios, results);
    shrinker->result->n_runs += n;
    for (unsigned i = 0; i < n; i++) {
        Scenario *scenario = g_ptr_array_index(batch->scenarios, i);

        shrinker_see_others(shrinker, scenario, &results[i], true);
        if (!keeps(shrinker, scenario, &results[i])) {
            g_hash_table_add(shrinker->refused, g_ptr_array_index(batch->digests, i));
            batch->digests->pdata[i] = NULL;
        } else if (!is_found) {
            is_found = true;
            *ret_index = g_array_index(batch->indexes, unsigned, i);
            shrinker_adopt(shrinker, scenario,
                           finding_find_like(scenario, &results[i], shrinker->likeness));
            batch->scenarios->pdata[i] = NULL;
        }
        run_result_clear(&results[i]);
    }
    return is_found;
}

bool shrinker_try_edits(Shrinker *shrinker, const GArray *edits, unsigned *at)
{
    unsigned n_wanted = MIN(FIRST_BATCH, shrinker->max_batch);
    bool is_found = false;

    while (!is_found && *at < edits->len && !shrinker_must_end(shrinker)) {
        Batch batch;

        batch_init(&batch);
        while (*at < edits->len && batch.scenarios->len < n_wanted) {
            const Edit *edit = &g_array_index(edits, Edit, *at);

            batch_add(shrinker, &batch, edit_apply(shrinker->best, edit), (*at)++);
        }
        is_found = batch_try(shrinker, &batch, at);
        n_wanted = MIN(2 * n_wanted, shrinker->max_batch);
        batch_clear(&batch);
    }
    return is_found;
}

bool shrinker_try_one(Shrinker *shrinker, Scenario *scenario)
{
    unsigned index;
    Batch batch;
    bool is_found;

    batch_init(&batch);
    batch_add(shrinker, &batch, scenario, 0);
    is_found = batch_try(shrinker, &batch, &index);
    batch_clear(&batch);
    return is_found;
}

bool shrinker_must_end(const Shrinker *shrinker)
{
    return shrinker->result->n_runs >= shrinker->max_runs ||
           (shrinker->must_stop && *shrinker->must_stop);
}

/* What was adopted is gone, so the next thing has its number. */
bool shrinker_run_pass(Shrinker *shrinker, PassFunc *pass, unsigned chunk)
{
    unsigned at = 0;
    bool is_smaller = false, is_found;

    do {
        g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));

        pass(shrinker->best, chunk, edits);
        is_found = shrinker_try_edits(shrinker, edits, &at);
        is_smaller = is_smaller || is_found;
    } while (is_found);
    return is_smaller;
}
