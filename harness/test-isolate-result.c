/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result that test-isolate-result.h promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/test-isolate-result.h"

static void add_finding(RunResult *result, const char *name, const char *who, unsigned line,
                        const char *message)
{
    Finding finding = { g_strdup(name), g_strdup(who), line, g_strdup(message), NULL };

    g_array_append_val(result->findings, finding);
}

void isolated_result_init(RunResult *ret_result)
{
    *ret_result = (RunResult) {
        .verdict = RUN_FINDING,
        .digest = UINT64_MAX - 1,
        .n_events = UINT64_C(1) << 63,
        .virtual_ns = UINT64_MAX,
        .n_steps = 12,
        .reason = g_strdup("a \"reason\"\nof two lines"),
        .answers = g_strdup("3: setup: ok\n"),
        .bitmaps = g_strdup("drive-scsi0 b0: none\n"),
        .findings = findings_new(),
    };
    add_finding(ret_result, "lost-write", "drive-scsi0", 9, "chunk 2 is clean");
    add_finding(ret_result, "crash", NULL, 0, "");
}

void assert_isolated_result_is_whole(const RunResult *result)
{
    RunResult wanted;

    isolated_result_init(&wanted);
    assert_int_equal(result->verdict, wanted.verdict);
    assert_true(result->digest == wanted.digest);
    assert_true(result->n_events == wanted.n_events);
    assert_true(result->virtual_ns == wanted.virtual_ns);
    assert_int_equal(result->n_steps, wanted.n_steps);
    assert_string_equal(result->reason, wanted.reason);
    assert_string_equal(result->answers, wanted.answers);
    assert_string_equal(result->bitmaps, wanted.bitmaps);
    assert_int_equal(result->findings->len, wanted.findings->len);
    for (guint i = 0; i < wanted.findings->len; i++) {
        const Finding *is = &g_array_index(result->findings, Finding, i);
        const Finding *want = &g_array_index(wanted.findings, Finding, i);

        assert_string_equal(is->name, want->name);
        assert_true(g_strcmp0(is->who, want->who) == 0);
        assert_int_equal(is->line, want->line);
        assert_string_equal(is->message, want->message);
    }
    run_result_clear(&wanted);
}
