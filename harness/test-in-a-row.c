/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing leaks from run to run: each scenario has the same trace in a process of its own and
 * as one of many in a row, whatever ran before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/isolate.h"

typedef struct Row {
    GPtrArray *scenarios;
    bool is_backwards;
} Row;

static unsigned scenario_of(const Row *row, unsigned index)
{
    return row->is_backwards ? row->scenarios->len - 1 - index : index;
}

static void run_one(unsigned index, unsigned *current_line, RunResult *ret_result, void *opaque)
{
    const Row *row = opaque;
    RunOptions options = { .current_line = current_line };

    run_scenario(g_ptr_array_index(row->scenarios, scenario_of(row, index)), &options,
                 ret_result);
}

static GPtrArray *load_scenarios(void)
{
    static const char *const folders[] = { BAX_SOURCE_DIR "/scenarios", NULL };
    g_auto(GStrv) paths = scenario_find_files(folders, NULL);
    GPtrArray *scenarios = g_ptr_array_new_with_free_func((GDestroyNotify) scenario_free);

    assert_non_null(paths);
    for (char **path = paths; *path; path++) {
        Scenario *scenario = scenario_load(*path, NULL);

        assert_non_null(scenario);
        g_ptr_array_add(scenarios, scenario);
    }
    return scenarios;
}

/* Results by the scenario's place in the list. */
static RunResult *run_all(Row *row, unsigned runs_per_process)
{
    IsolateOptions options = {
        .n_jobs = 2, .cpu_limit_ms = 10000, .runs_per_process = runs_per_process,
    };
    unsigned n = row->scenarios->len;
    g_autofree RunResult *results = g_new0(RunResult, n);
    RunResult *in_place = g_new0(RunResult, n);

    isolate_runs(n, &options, run_one, row, results);
    for (unsigned i = 0; i < n; i++) {
        in_place[scenario_of(row, i)] = results[i];
    }
    return in_place;
}

static void assert_same(const Row *row, const RunResult *alone, RunResult *in_a_row)
{
    for (unsigned i = 0; i < row->scenarios->len; i++) {
        const Scenario *scenario = g_ptr_array_index(row->scenarios, i);

        if (alone[i].verdict != in_a_row[i].verdict || alone[i].digest != in_a_row[i].digest) {
            fail_msg("%s runs otherwise after other scenarios", scenario->path);
        }
        run_result_clear(&in_a_row[i]);
    }
}

static void test_runs__same_alone_and_in_a_row(void **state)
{
    g_autoptr(GPtrArray) scenarios = load_scenarios();
    Row forwards = { scenarios, false }, backwards = { scenarios, true };
    g_autofree RunResult *alone = run_all(&forwards, 1);
    g_autofree RunResult *in_order = run_all(&forwards, scenarios->len);
    g_autofree RunResult *in_reverse = run_all(&backwards, scenarios->len);

    (void) state;
    assert_same(&forwards, alone, in_order);
    assert_same(&backwards, alone, in_reverse);
    for (unsigned i = 0; i < scenarios->len; i++) {
        assert_true(alone[i].verdict == RUN_GOOD || alone[i].verdict == RUN_SKIPPED);
        run_result_clear(&alone[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs__same_alone_and_in_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
