/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cases of fuzz_merge for code that settles bitmaps out of reach: through its QMP commands.
 *
 * A case becomes a scenario of one drive: a first backup, what was written before the point in
 * time, setup, what was written after it, teardown, and the areas that must then be dirty.  Nobody
 * meddles, chunks are as the code makes them, and of the laws only the model's holds here.
 * The checks are off: fuzz_backup_access has them.
 */
#include "fuzz/finding.h"
#include "fuzz/merge-areas.h"
#include "harness/run.h"

#define SECTOR_BYTES 512
/* A write copies old data chunk by chunk, all of them at once: longer ones only take longer. */
#define MAX_WRITE_BYTES (INT64_C(1) << 26)

/* Disks have whole sectors, and so have writes. */
static void align(MergeCase *merge)
{
    merge->size = (merge->size + SECTOR_BYTES - 1) & -SECTOR_BYTES;
    for (unsigned i = 0; i < merge->n_writes; i++) {
        MergeWrite *write = &merge->writes[i];
        int64_t end = (write->offset + write->bytes + SECTOR_BYTES - 1) & -SECTOR_BYTES;

        write->offset &= -SECTOR_BYTES;
        write->bytes = MIN(end - write->offset, MAX_WRITE_BYTES);
    }
}

static void print_writes(GString *text, const MergeCase *merge, bool is_after)
{
    for (unsigned i = 0; i < merge->n_writes; i++) {
        const MergeWrite *write = &merge->writes[i];

        if (is_after ? write->is_after : write->is_before) {
            g_string_append_printf(text, "write scsi0 %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                                   write->offset, write->bytes);
        }
    }
}

static void print_expectation(GString *text, const MergeCase *merge)
{
    MergeAreas areas;

    merge_areas_expect(&areas, merge);
    g_string_append(text, "expect bitmap scsi0 b0 ");
    for (unsigned i = 0; i < areas.n_areas; i++) {
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT, i ? "," : "",
                               areas.areas[i].start, areas.areas[i].end - areas.areas[i].start);
    }
    g_string_append(text, areas.n_areas ? "\n" : "none\n");
    g_string_append(text, "expect bitmaps scsi0 1\nexpect flag scsi0 b0 enabled\n"
                          "expect graph clean\n");
}

static Scenario *make_scenario(const MergeCase *merge)
{
    static const char setup[] = "setup b0 scsi0 bitmap=b0\n";
    g_autoptr(GString) text = g_string_new(NULL);
    Scenario *scenario;

    g_string_append_printf(text, "drive scsi0 %" G_GINT64_FORMAT "\n%steardown b0 success\n",
                           merge->size, setup);
    print_writes(text, merge, false);
    g_string_append(text, setup);
    print_writes(text, merge, true);
    g_string_append_printf(text, "teardown b0 %s\n", merge->success ? "success" : "failure");
    print_expectation(text, merge);
    scenario = scenario_parse("case", text->str, text->len, NULL);
    g_assert(scenario);
    return scenario;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    static const RunOptions options = { .without_checks = true };
    g_autoptr(Scenario) scenario = NULL;
    RunResult result;
    MergeCase merge;

    merge_case_read(&merge, data, n_bytes, true);
    merge.granularity = MERGE_CHUNK_BYTES;
    align(&merge);
    scenario = make_scenario(&merge);
    run_scenario(scenario, &options, &result);
    if (result.findings->len > 0) {
        const Finding *finding = &g_array_index(result.findings, Finding, 0);
        g_autoptr(GString) text = g_string_new(NULL);

        scenario_print(scenario, text);
        fuzz_finding(g_str_equal(finding->name, "expectation") ? "merge-wrong" : finding->name,
                     "line %u: %s\n%s", finding->line, finding->message, text->str);
    }
    g_assert(result.verdict == RUN_GOOD);
    run_result_clear(&result);
    return 0;
}
