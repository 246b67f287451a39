/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distinct findings, a folder each.
 *
 * Findings are the same if the shrunk scenarios have the same name and place of it and the same
 * kinds of steps in the same order.  A folder is filled beside its place and then put there.
 */
#include "harness/campaign/campaign-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "harness/report/report.h"
#include "harness/shrink/same.h"
#include "harness/subject/subject.h"

/* Kinds alone: numbers and names may differ. */
static void append_skeleton(GString *text, const Scenario *scenario)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && !line->step.kind->is_heading) {
            g_string_append(text, line->step.kind->words);
            g_string_append_c(text, ';');
        }
    }
}

/* What the folder of the finding is called. */
static char *name_folder(const Scenario *shrunk, const Finding *finding)
{
    g_autofree char *likeness = finding_likeness(shrunk, finding);
    g_autoptr(GString) key = g_string_new(likeness);

    append_skeleton(key, shrunk);
    return g_strdup_printf("%s-%012" G_GINT64_MODIFIER "x", finding->name,
                           sim_event_hash(key->str) >> 16);
}

static void fail(Campaign *campaign, const char *path)
{
    if (!campaign->error) {
        g_set_error(&campaign->error, G_FILE_ERROR, g_file_error_from_errno(errno),
                    "cannot write %s: %s", path, g_strerror(errno));
    }
}

static void write_part(Campaign *campaign, const char *name, const char *text)
{
    g_autofree char *where = g_build_filename("new-finding", name, NULL);

    if (!campaign->error) {
        folder_write(campaign->options->folder, where, text, SUPERVISOR, &campaign->error);
    }
}

static void write_folder(Campaign *campaign, const char *path, const char *original,
                         const char *shrunk, const char *report)
{
    g_autofree char *when = moment_print(&campaign->moment);
    g_autofree char *new_path = g_build_filename(campaign->options->folder, "new-finding", NULL);

    folder_remove(campaign->options->folder, "new-finding");
    if (g_mkdir(new_path, 0777) != 0) {
        fail(campaign, new_path);
        return;
    }
    write_part(campaign, "original.scn", original);
    write_part(campaign, "shrunk.scn", shrunk);
    write_part(campaign, "report.txt", report);
    write_part(campaign, "first-met.txt", when + strlen("# "));
    if (!campaign->error && g_rename(new_path, path) != 0) {
        fail(campaign, path);
    }
}

static unsigned count_unknown(const Report *report)
{
    ReportCounts counts = report_count(report);

    return counts.n_findings - counts.n_known;
}

/* Takes what *@result owns. */
static void write_and_tell(Campaign *campaign, const char *folder_name, const char *original,
                           const char *shrunk, const char *title, RunResult *result)
{
    const CampaignOptions *options = campaign->options;
    g_autofree char *path = g_build_filename(options->folder, "findings", folder_name, NULL);
    g_autofree char *file = g_build_filename(path, "shrunk.scn", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    Report report;

    report_init(&report);
    report.program = options->program;
    report.subject_name = subject.name;
    report.subject_generation = subject.generation;
    report_add(&report, file, title, result);
    if (options->known) {
        known_apply(options->known, &report);
    }
    report_print_human(&report, text);
    write_folder(campaign, path, original, shrunk, text->str);
    if (!campaign->error) {
        campaign->n_findings++;
        campaign->n_new_findings++;
        campaign->n_unknown += count_unknown(&report);
        campaign->last_new_us = g_get_monotonic_time();
        options->tell_finding(&report, options->opaque);
    }
    report_clear(&report);
}

static bool is_there(const Campaign *campaign, const char *folder_name)
{
    g_autofree char *path = g_build_filename(campaign->options->folder, "findings", folder_name,
                                             NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Run once more by the name that its file will have: the report may speak of it. */
static void tell_as_stored(Campaign *campaign, const char *folder_name, const char *original,
                           const char *shrunk)
{
    g_autofree char *path = g_build_filename(campaign->options->folder, "findings", folder_name,
                                             "shrunk.scn", NULL);
    g_autoptr(Scenario) scenario = scenario_parse(path, shrunk, strlen(shrunk), NULL);
    RunResult result;

    run_alone(campaign, scenario, &result);
    campaign->options->explain_death(scenario, &result);
    write_and_tell(campaign, folder_name, original, shrunk, scenario->title, &result);
    run_result_clear(&result);
}

void store_finding(Campaign *campaign, const char *original, const char *shrunk, const char *name)
{
    g_autoptr(Scenario) scenario = scenario_parse("shrunk", shrunk, strlen(shrunk), NULL);
    g_autofree char *folder_name = NULL;
    const Finding *finding;
    RunResult result;

    if (!scenario) {
        store_unrepeatable(campaign, original, name);
        return;
    }
    run_alone(campaign, scenario, &result);
    finding = finding_choose(&result, name);
    folder_name = finding ? name_folder(scenario, finding) : NULL;
    if (!finding) {
        store_unrepeatable(campaign, original, name);
    } else if (!is_there(campaign, folder_name)) {
        tell_as_stored(campaign, folder_name, original, shrunk);
    }
    run_result_clear(&result);
}

/* What "nondeterminism" and "own-fault" are told of is kept as it is, once for the same words. */
static void store_as_it_is(Campaign *campaign, const char *text, const char *name,
                           const char *words, RunResult *result)
{
    g_autofree char *folder_name = g_strdup_printf("%s-%012" G_GINT64_MODIFIER "x", name,
                                                   sim_event_hash(words) >> 16);

    if (!is_there(campaign, folder_name)) {
        write_and_tell(campaign, folder_name, text, text, "", result);
    }
}

void store_own_fault(Campaign *campaign, const char *text, const char *reason)
{
    RunResult result = {
        .verdict = RUN_OWN_FAULT, .reason = g_strdup(reason), .findings = findings_new(),
    };

    store_as_it_is(campaign, text, "own-fault", reason, &result);
    run_result_clear(&result);
}

void store_unrepeatable(Campaign *campaign, const char *text, const char *name)
{
    g_autofree char *likeness = g_strdup_printf("nondeterminism\n%s", name);
    RunResult result = { .verdict = RUN_FINDING, .findings = findings_new() };
    Finding finding = {
        .name = g_strdup("nondeterminism"),
        .message = g_strdup_printf(
            "A process that did many runs in a row met '%s' in this one; alone it shows nothing of "
            "it. Either a run changes what the next one finds, or the code under test reads what "
            "it should not.", name),
    };

    g_array_append_val(result.findings, finding);
    store_as_it_is(campaign, text, "nondeterminism", likeness, &result);
    run_result_clear(&result);
}
