/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of step kinds for the tests of the language.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "harness/scenario/test-kinds.h"

static const StepKind test_step_kinds[] = {
    { .words = "bax", .args = { { "version", ARG_NUMBER, NULL, false } } },
    {
        .words = "drive",
        .args = {
            { "name", ARG_DRIVE, NULL, false },
            { "size", ARG_SIZE, "512", false },
            { "fleecing", ARG_SIZE, "512", true },
            { "read-only", ARG_WORD, "yes|no", true },
        },
    }, {
        .words = "write",
        .args = {
            { "drive", ARG_DRIVE, NULL, false },
            { "offset", ARG_SIZE, "512", false },
            { "bytes", ARG_SIZE, "512", false },
            { "hold", ARG_WORD, "submitted|landed|marked", true },
            { "delay", ARG_DURATION, NULL, true },
        },
        .can_start = true,
    }, {
        .words = "setup",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drives", ARG_DRIVES, NULL, false },
            { "bitmap", ARG_NAME, NULL, true },
        },
        .can_start = true,
    }, {
        .words = "teardown",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "result", ARG_WORD, "success|failure", false },
        },
        .can_start = true,
    },
    { .words = "wait", .args = { { "label", ARG_NAME, NULL, false } } },
    { .words = "sleep", .args = { { "duration", ARG_DURATION, NULL, false } } },
    {
        .words = "fault",
        .args = {
            { "call", ARG_NAME, NULL, false },
            { "on", ARG_DRIVE, NULL, true },
            { "nth", ARG_NUMBER, NULL, true },
        },
    },
    { .words = NULL },
};

static const StepKind test_expect_kinds[] = {
    { .words = "expect", .args = { { "size", ARG_SIZE, NULL, false } } },
    { .words = "expect error", .args = { { "text", ARG_TEXT, NULL, false } } },
    {
        .words = "expect bitmap",
        .args = {
            { "drive", ARG_DRIVE, NULL, false },
            { "bitmap", ARG_NAME, NULL, false },
            { "ranges", ARG_RANGES, NULL, false },
        },
    },
    { .words = "look left" },
    { .words = "look right" },
    { .words = NULL },
};

const StepKind *const step_kind_tables[] = { test_step_kinds, test_expect_kinds, NULL };

const char test_canonical_text[] =
    "# Success clears what was backed up.\n"
    "bax 1\n"
    "\n"
    "drive scsi0 64M\n"
    "drive virtio-1.x_y 9223372036854775296 fleecing=1536K read-only=no  # odd\n"
    "drive tiny 0 read-only=yes\n"
    "write scsi0 0 512\n"
    "write scsi0 1T 2G hold=landed delay=45s\n"
    "start w1 write scsi0 12M 64K hold=submitted\n"
    "# \xc3\xbc and \xff and \ttabs are fine here # too\n"
    "start s1 setup pbs1 * bitmap=b0\n"
    "setup \"\" \"\"\n"
    "setup \"a b\" scsi0,,scsi1;x:y bitmap=\"#\\\"\\\\\\x01\\xff\"\n"
    "setup \"x\"*32 \",\"*40 bitmap=\"\\x09\"*1024\n"
    "setup xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \"a/b\"\n"
    "start t teardown pbs1 failure\n"
    "wait w1\n"
    "sleep 0ns\n"
    "sleep 1001us  #\n"
    "sleep 20ms\n"
    "sleep 999ns\n"
    "fault bdrv_insert_node on=tiny nth=18\n"
    "expect 1000\n"
    "expect error \"Node 'x' # is busy\"\n"
    "expect error \"\"\n"
    "expect bitmap scsi0 b0 none\n"
    "expect bitmap scsi0 b0 all\n"
    "expect bitmap scsi0 b0 0+4M,12M+4M,9223372036854775806+1\n"
    "look left\n"
    "look right\n"
    "\n"
    "#\n";

char *test_reprint(const char *text, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("x.scn", text, n_bytes, &error);
    GString *printed;

    assert_string_equal(error ? error->message : "", "");
    assert_non_null(scenario);
    printed = g_string_new(NULL);
    scenario_print(scenario, printed);
    return g_string_free(printed, FALSE);
}

char *test_error(const char *text, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse("x.scn", text, n_bytes, &error);

    assert_null(scenario);
    assert_non_null(error);
    assert_true(error->domain == SCENARIO_ERROR);
    return g_strdup(error->message);
}
