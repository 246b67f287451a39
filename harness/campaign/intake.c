/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the supervisor takes in: entries of the corpus, seeds, and what a campaign left that was
 * killed.
 */
#include "harness/campaign/campaign-private.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "harness/generate/generate.h"

/* What is no scenario (any more) is told and stays out. */
static void take_entry(Campaign *campaign, const char *name, bool is_new)
{
    g_autofree char *path = g_build_filename(campaign->options->folder, "corpus", name, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_load(path, &error);

    g_hash_table_add(campaign->entries, g_strdup(name));
    if (!scenario) {
        fprintf(stderr, "%s; it is left out\n", error->message);
        return;
    }
    /* An older bax may have thought otherwise of what may follow what. */
    scenario_repair(scenario);
    scenario_print(scenario, text);
    if (is_new) {
        campaign->last_new_us = g_get_monotonic_time();
    } else {
        Todo todo = { .entry = corpus_size(campaign->corpus) };

        g_array_append_val(campaign->todo, todo);
    }
    corpus_add_text(campaign->corpus, text->str);
}

void take_entries(Campaign *campaign, bool is_new)
{
    g_auto(GStrv) names = folder_list(campaign->options->folder, "corpus", ".scn");

    for (char **name = names; *name; name++) {
        if (!g_hash_table_contains(campaign->entries, *name)) {
            take_entry(campaign, *name, is_new);
        }
    }
}

void take_seeds(Campaign *campaign)
{
    const GPtrArray *seeds = campaign->options->seeds;

    for (guint i = 0; seeds && i < seeds->len; i++) {
        Todo todo = { .scenario = scenario_copy(g_ptr_array_index(seeds, i)) };

        scenario_repair(todo.scenario);
        g_array_append_val(campaign->todo, todo);
    }
}

void take_leftovers(Campaign *campaign)
{
    const char *folder = campaign->options->folder;

    for (unsigned i = 0; i < CAMPAIGN_MAX_JOBS && !campaign->error; i++) {
        g_autofree char *path = g_strdup_printf("%s/current-%u.scn", folder, i);
        g_autofree char *text = NULL;

        if (g_file_get_contents(path, &text, NULL, NULL)) {
            campaign->moment = moment_now(campaign);
            judge_leftover(campaign, text, LEFT_BY_CAMPAIGN);
            g_unlink(path);
        }
    }
}

void take_again(Campaign *campaign)
{
    g_auto(GStrv) names = folder_list(campaign->options->folder, "again", ".scn");

    for (char **name = names; *name; name++) {
        char *path = g_build_filename(campaign->options->folder, "again", *name, NULL);
        Todo todo = { .scenario = scenario_load(path, NULL), .file = path };

        if (todo.scenario) {
            g_array_append_val(campaign->todo, todo);
        } else {
            g_unlink(path);
            g_free(path);
        }
    }
}
