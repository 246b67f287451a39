/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the timeline: known events, and where each stands on the page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "harness/report/timeline.h"

static void test_timeline__a_column_for_each_drive(void **state)
{
    const char *drives[] = { "drive-scsi0", "drive-scsi1", NULL };
    Timeline *timeline = timeline_new(drives);
    g_autoptr(GString) text = g_string_new(NULL);
    const SimEvent submit = {
        .kind = SIM_EVENT_SUBMIT, .who = "drive-scsi1", .offset = 12 << 20, .bytes = 65536,
        .number = 3,
    };
    const SimEvent land = {
        .kind = SIM_EVENT_LAND, .who = "drive-scsi0", .bytes = 513, .number = 2, .ret = -EIO,
        .time_ns = UINT64_C(12000000045),
    };
    const SimEvent mark = {
        .kind = SIM_EVENT_MARK, .who = "#block104", .bytes = 4096, .number = 2,
        .time_ns = UINT64_C(12000000045),
    };
    const SimEvent report = {
        .kind = SIM_EVENT_REPORT, .who = "", .text = "a warning", .time_ns = land.time_ns,
    };
    const SimEvent answer = {
        .kind = SIM_EVENT_ANSWER, .who = "", .number = 7, .ret = -EBUSY, .time_ns = land.time_ns,
    };

    (void) state;
    timeline_add_header(timeline, text);
    timeline_add_step(timeline, 7, "write scsi1 12M 64K", text);
    timeline_add_event(timeline, &submit, "drive-scsi1", text);
    timeline_add_event(timeline, &land, "drive-scsi0", text);
    timeline_add_event(timeline, &mark, "drive-scsi0", text);
    timeline_add_event(timeline, &report, NULL, text);
    timeline_add_event(timeline, &answer, NULL, text);
    assert_string_equal(text->str,
        "        seconds  drive-scsi0                               drive-scsi1\n"
        "                 * of no drive\n"
        "\n"
        "line 7: write scsi1 12M 64K\n"
        "    0.000000000                                            #3 submit 12M+64K\n"
        "   12.000000045  #2 land 0+513: EIO\n"
        "                 #2 mark #block104 0+4K\n"
        "                 * report a warning\n"
        "                 * answer to line 7: EBUSY\n");
    timeline_free(timeline);
}

static void test_timeline__too_many_drives_share_a_column(void **state)
{
    const char *drives[] = { "d0", "d1", "d2", "d3", "d4", NULL };
    Timeline *timeline = timeline_new(drives);
    g_autoptr(GString) text = g_string_new(NULL);
    const SimEvent event = { .kind = SIM_EVENT_COMPLETE, .who = "d4", .number = 1 };

    (void) state;
    timeline_add_header(timeline, text);
    timeline_add_event(timeline, &event, "d4", text);
    assert_string_equal(text->str,
        "        seconds  all drives\n"
        "    0.000000000  #1 complete d4\n");
    timeline_free(timeline);
}

/* Blanks are where lines break; a word without any is cut. */
static void test_timeline__no_line_is_wider_than_the_page(void **state)
{
    const char *drives[] = { "d0", "d1", "d2", "d3", NULL };
    Timeline *timeline = timeline_new(drives);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *long_word = g_strnfill(300, 'x');
    const char *words[] = { long_word, "these are rather many words for a column of this size" };
    g_auto(GStrv) lines = NULL;
    unsigned n_letters = 0;

    (void) state;
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        const SimEvent event = { .kind = SIM_EVENT_FAULT, .who = "d3", .text = words[i] };

        timeline_add_event(timeline, &event, "d3", text);
        timeline_add_event(timeline, &event, NULL, text);
    }
    lines = g_strsplit(text->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        assert_true(strlen(*line) <= 100);
        for (const char *c = *line; *c != '\0'; c++) {
            n_letters += *c == 'x';
        }
    }
    assert_int_equal(n_letters, 600);
    timeline_free(timeline);
}

static void test_timeline__ranges_are_short_and_exact(void **state)
{
    static const struct {
        uint64_t offset;
        uint64_t bytes;
        const char *text;
    } rows[] = {
        { 0, 0, "0+0" },
        { 1, 512, "1+512" },
        { 1024, 1536, "1K+1536" },
        { 4 << 20, UINT64_C(1) << 30, "4M+1G" },
        { UINT64_C(16) << 40, UINT64_C(1) << 50, "16T+1024T" },
        { UINT64_MAX, 3 << 10, "18446744073709551615+3K" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        timeline_append_range(text, rows[i].offset, rows[i].bytes);
        assert_string_equal(text->str, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeline__a_column_for_each_drive),
        cmocka_unit_test(test_timeline__too_many_drives_share_a_column),
        cmocka_unit_test(test_timeline__no_line_is_wider_than_the_page),
        cmocka_unit_test(test_timeline__ranges_are_short_and_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
