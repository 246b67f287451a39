/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of explanations: runs are made up here, so that it is known what each change comes to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "harness/shrink/explain.h"

static const char whole[] =
    "# A title.\n"
    "drive scsi0 64M\n"
    "drive scsi1 64M  # why\n"
    "\n"
    "start w1 write scsi0 0 64K hold=land delay=20ms\n"
    "setup pbs1 scsi0,scsi1\n"
    "release w1\n"
    "teardown pbs1 success\n"
    "expect graph clean\n";

static void find(RunResult *result, const char *name, const char *who)
{
    Finding finding = { g_strdup(name), g_strdup(who), 8, g_strdup("It is so."), NULL };

    g_array_append_val(result->findings, finding);
    result->verdict = RUN_FINDING;
}

static const Step *step_of(const Scenario *scenario, const char *words)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const Step *step = edit_step_at(scenario, i);

        if (step && step_is(step, words)) {
            return step;
        }
    }
    return NULL;
}

/* A write that is held in the first chunk of scsi0, and a success. */
static void run_made_up(const Scenario *scenario, const RunOptions *options,
                        RunResult *ret_result)
{
    const Step *write = step_of(scenario, "write"), *teardown = step_of(scenario, "teardown");
    const Step *setup = step_of(scenario, "setup");

    (void) options;
    *ret_result = (RunResult) { .verdict = RUN_GOOD, .findings = findings_new() };
    if (!step_of(scenario, "expect graph")) {
        find(ret_result, "expectation", "x");
    }
    if (!setup) {
        ret_result->verdict = RUN_INVALID;
        ret_result->reason = g_strdup("no setup");
    } else if (write && !write->args[3].present) {
        find(ret_result, "stale-view", "snapshot");
    } else if (write && write->args[1].number == 0 && strcmp(write->args[0].text, "scsi0") == 0
               && teardown && teardown->args[1].number == 0 && write->line < setup->line) {
        find(ret_result, "lost-write", "drive-scsi0");
    }
}

static void explain_whole(Explanation *ret_explanation, const Scenario *scenario)
{
    ExplainOptions options = {
        .trials = { .run = run_made_up, .n_jobs = 2, .cpu_limit_ms = 10000 },
    };
    g_autoptr(GError) error = NULL;

    assert_true(explain_scenario(scenario, &options, ret_explanation, &error));
    assert_null(error);
}

static void test_explain__each_line_is_judged(void **state)
{
    static const char expected[] =
        "# A title.\n"
        "drive scsi0 64M  # matters; the same one step later\n"
        "drive scsi1 64M  # does not matter\n"
        "\n"
        "start w1 write scsi0 0 64K hold=land delay=20ms  # matters; gone one step later, on "
        "scsi1, one chunk further; without hold=land: stale-view on snapshot; waited for: "
        "stale-view on snapshot; the same without delay=20ms, one step earlier\n"
        "setup pbs1 scsi0,scsi1  # cannot go; gone one step earlier; the same one step later, "
        "without scsi0, without scsi1\n"
        "release w1  # does not matter\n"
        "teardown pbs1 success  # matters; gone with failure; the same one step earlier, one step "
        "later\n"
        "expect graph clean  # does not matter\n"
        "\n"
        "# lost-write on drive-scsi0 at line 8: 4 of 7 steps matter: lines 2, 5, 6 and 8. With "
        "\"teardown\n"
        "# pbs1 success\" (line 8) it fails, with \"teardown pbs1 failure\" in its place it "
        "passes.\n";
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", whole, strlen(whole), NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Scenario) again = NULL;
    Explanation explanation;

    (void) state;
    explain_whole(&explanation, scenario);
    explanation_print(&explanation, text);
    assert_string_equal(text->str, expected);
    /* What is printed is a scenario. */
    again = scenario_parse("b.scn", text->str, text->len, NULL);
    assert_non_null(again);
    explanation_clear(&explanation);
}

static void test_explain__machines_get_the_same(void **state)
{
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", whole, strlen(whole), NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root, *step, *pair;
    Explanation explanation;

    (void) state;
    explain_whole(&explanation, scenario);
    explanation_print_json(&explanation, text);
    assert_true(json_parser_load_from_data(parser, text->str, text->len, NULL));
    root = json_node_get_object(json_parser_get_root(parser));
    assert_string_equal(json_object_get_string_member(root, "file"), "a.scn");
    assert_int_equal(json_object_get_int_member(root, "runs"), explanation.n_runs);
    step = json_array_get_object_element(json_object_get_array_member(root, "steps"), 1);
    assert_int_equal(json_object_get_int_member(step, "line"), 3);
    assert_string_equal(json_object_get_string_member(step, "step"), "drive scsi1 64M");
    assert_false(json_object_get_boolean_member(step, "matters"));
    pair = json_object_get_object_member(root, "pair");
    assert_int_equal(json_object_get_int_member(pair, "line"), 8);
    assert_string_equal(json_object_get_string_member(pair, "change"), "with failure");
    assert_string_equal(json_object_get_string_member(pair, "outcome"), "gone");
    explanation_clear(&explanation);
}

/* With nothing but removals to choose from, the pair is one of them. */
static void test_explain__a_removal_can_be_the_pair(void **state)
{
    static const char text[] = "drive scsi0 64M\nsetup a scsi0\n"
                               "start w1 write scsi0 0 64K hold=land\nquery\n";
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, strlen(text), NULL);
    Change changes[] = {
        { .kind = CHANGE_REMOVAL, .edit = { EDIT_REMOVE, .line = 1, .to = 1 },
          .outcome = OUTCOME_GONE },
        { .kind = CHANGE_REMOVAL, .edit = { EDIT_REMOVE, .line = 3, .to = 3 },
          .outcome = OUTCOME_SAME },
    };
    GArray *array = g_array_new(FALSE, FALSE, sizeof(Change));
    Explanation explanation = {
        .scenario = scenario, .name = (char *) "crash", .changes = array,
    };
    g_autofree char *with = NULL, *without = NULL;

    (void) state;
    g_array_append_vals(array, changes, 2);
    without = explanation_summary(&explanation);
    assert_string_equal(without, "crash: 1 of 2 steps matter: line 2. No single change makes the "
                                 "finding go.");
    explanation.pair = &g_array_index(array, Change, 0);
    with = explanation_summary(&explanation);
    assert_string_equal(with, "crash: 1 of 2 steps matter: line 2. With \"setup a scsi0\" (line 2) "
                              "it fails, without it this finding is gone.");
    g_array_unref(array);
}

/* The last answer takes its line along; one of several does not. */
static void test_explain__an_answer_can_be_the_pair(void **state)
{
    static const struct {
        const char *text;
        const char *summary;
    } rows[] = {
        { "schedule answers loop 3:1\nquery\n",
          "crash: 0 of 0 steps matter. With \"schedule answers loop 3:1\" (line 1) it fails, "
          "without answer 3 it passes." },
        { "schedule answers loop 3:1,4:1\nquery\n",
          "crash: 0 of 0 steps matter. With \"schedule answers loop 3:1,4:1\" (line 1) it fails, "
          "with \"schedule answers loop 4:1\" in its place it passes." },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Scenario) scenario = scenario_parse("a.scn", rows[i].text, strlen(rows[i].text),
                                                      NULL);
        g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(Change));
        Change change = {
            .kind = CHANGE_OPTION, .what = (char *) "without answer 3", .is_good = true,
            .edit = { EDIT_DROP_ANSWERS, .arg = 1 }, .outcome = OUTCOME_GONE,
        };
        Explanation explanation = {
            .scenario = scenario, .name = (char *) "crash", .changes = none, .pair = &change,
        };
        g_autofree char *summary = explanation_summary(&explanation);

        assert_string_equal(summary, rows[i].summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain__each_line_is_judged),
        cmocka_unit_test(test_explain__machines_get_the_same),
        cmocka_unit_test(test_explain__an_answer_can_be_the_pair),
        cmocka_unit_test(test_explain__a_removal_can_be_the_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
