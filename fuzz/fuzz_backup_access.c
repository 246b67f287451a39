/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole runs of the code under test, with all checks.
 *
 * The input is a scenario as text.  What does not parse costs next to nothing; what does is run
 * from a pristine start, in this process, and a finding ends it.  Expectations are promises of
 * whoever wrote a scenario; in what became of it here they may be broken.
 */
#include <stdio.h>

#include "fuzz/finding.h"
#include "harness/run.h"

static void tell(const RunResult *result)
{
    const Finding *worst = NULL;

    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        if (g_str_equal(finding->name, "expectation")) {
            continue;
        }
        fprintf(stderr, "input:%u: %s%s%s\n  %s\n", finding->line, finding->name,
                finding->who ? " on " : "", finding->who ? finding->who : "", finding->message);
        worst = worst ? worst : finding;
    }
    if (worst) {
        fuzz_finding(worst->name, "see above");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    g_autoptr(Scenario) scenario = scenario_parse("input", (const char *)data, n_bytes, NULL);
    RunVerdict verdict;
    RunResult result;

    if (!scenario) {
        return FUZZ_REJECTED;
    }
    run_scenario(scenario, NULL, &result);
    verdict = result.verdict;
    if (verdict == RUN_FINDING) {
        tell(&result);
    }
    run_result_clear(&result);
    return verdict == RUN_INVALID || verdict == RUN_SKIPPED ? FUZZ_REJECTED : 0;
}
