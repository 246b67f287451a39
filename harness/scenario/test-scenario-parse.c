/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is accepted: values, canonical form, titles, limits that are just kept.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/scenario/test-kinds.h"

static void assert_prints(const char *text, const char *expected)
{
    g_autofree char *printed = test_reprint(text, strlen(text));

    assert_string_equal(printed, expected);
}

static Scenario *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Scenario *scenario = scenario_parse("dir/x.scn", text, strlen(text), &error);

    assert_string_equal(error ? error->message : "", "");
    return scenario;
}

static const Step *step_of_line(const Scenario *scenario, unsigned line)
{
    assert_true(line <= scenario->lines->len);
    return &g_array_index(scenario->lines, ScenarioLine, line - 1).step;
}

static void test_scenario__canonical_text_stays(void **state)
{
    (void)state;
    assert_prints(test_canonical_text, test_canonical_text);
    assert_prints("", "");
    assert_prints("\n", "\n");
}

static void test_scenario__other_forms_become_canonical(void **state)
{
    static const char *const cases[][2] = {
        { "drive   scsi0\t65536K", "drive scsi0 64M\n" },
        { "  drive a 0512# x \t", "drive a 512  # x\n" },
        { "drive a 1048576T\n", "drive a 1048576T\n" },
        { "drive a 0K\n", "drive a 0\n" },
        { "drive a 1 read-only=yes fleecing=1024\n", NULL },
        { "drive a 512 read-only=yes fleecing=1024\n", "drive a 512 fleecing=1K read-only=yes\n" },
        { "sleep 1000000us\n", "sleep 1s\n" },
        { "sleep 60s\n", "sleep 60s\n" },
        { "expect  \t error \"\\x41\t\xc3\"\n", "expect error \"A\\x09\\xc3\"\n" },
        { "setup \"pbs1\" \"a,b\"\n", "setup pbs1 a,b\n" },
        { "setup \"ab\"*3 \"\"*7\n", "setup ababab \"\"\n" },
        { "setup \"x\"*0031 \"xx\"*16\n",
          "setup xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \"x\"*32\n" },
        { "  \t\n   # c\n", "\n# c\n" },
        { "drive a 512\nexpect bitmap a b 512+512,1M+1024K\n",
          "drive a 512\nexpect bitmap a b 512+512,1M+1M\n" },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (cases[i][1]) {
            assert_prints(cases[i][0], cases[i][1]);
        } else {
            g_autofree char *message = test_error(cases[i][0], strlen(cases[i][0]));

            assert_string_equal(message, "x.scn:1:9: size 1 is not a multiple of 512");
        }
    }
}

static void test_scenario__values_arrive(void **state)
{
    g_autoptr(Scenario) scenario = parse(test_canonical_text);
    const Step *step = step_of_line(scenario, 9);

    (void)state;
    assert_string_equal(step->kind->words, "write");
    assert_int_equal(step->line, 9);
    assert_string_equal(step->label, "w1");
    assert_string_equal(step->args[0].text, "scsi0");
    assert_int_equal(step->args[1].number, 12 << 20);
    assert_int_equal(step->args[2].number, 64 << 10);
    assert_true(step->args[3].present);
    assert_int_equal(step->args[3].number, 0);
    assert_false(step->args[4].present);

    assert_int_equal(step_of_line(scenario, 8)->args[4].number, INT64_C(45000000000));
    assert_string_equal(step_of_line(scenario, 11)->args[1].text, "*");
    assert_string_equal(step_of_line(scenario, 12)->args[0].text, "");
    assert_string_equal(step_of_line(scenario, 13)->args[2].text, "#\"\\\x01\xff");
    assert_int_equal(strlen(step_of_line(scenario, 14)->args[2].text), 1024);
    assert_int_equal(step_of_line(scenario, 16)->args[1].number, 1);
    assert_true(step_of_line(scenario, 27)->args[2].all);
    assert_int_equal(sim_rangemap_count(step_of_line(scenario, 28)->args[2].ranges), 3);
    assert_int_equal(sim_rangemap_at(step_of_line(scenario, 28)->args[2].ranges, 1)->start,
                     12 << 20);
    assert_int_equal(sim_rangemap_at(step_of_line(scenario, 28)->args[2].ranges, 1)->end,
                     16 << 20);
    assert_int_equal(sim_rangemap_at(step_of_line(scenario, 28)->args[2].ranges, 1)->value, 1);
}

static void test_scenario__title_is_the_first_comment_or_the_name(void **state)
{
    static const char *const cases[][2] = {
        { "# Writes are kept.\nlook left\n", "Writes are kept." },
        { "  ##Two.  ", "Two." },
        { "look left # no\n", "x.scn" },
        { "\n# too late\n", "x.scn" },
        { "#\n", "x.scn" },
        { "", "x.scn" },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Scenario) scenario = parse(cases[i][0]);

        assert_string_equal(scenario->title, cases[i][1]);
        assert_string_equal(scenario->path, "dir/x.scn");
    }
}

static void test_scenario__usage_comes_from_the_table(void **state)
{
    static const char *const usages[] = {
        "bax VERSION",
        "drive NAME SIZE [fleecing=SIZE] [read-only=yes|no]",
        "write DRIVE OFFSET BYTES [hold=submitted|landed|marked] [delay=DURATION]",
        "setup TARGET DRIVES [bitmap=NAME]",
        "teardown TARGET success|failure",
        "wait LABEL",
        "sleep DURATION",
        "fault CALL [on=DRIVE] [nth=NUMBER]",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(usages); i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        step_kind_print_usage(&step_kind_tables[0][i], text);
        assert_string_equal(text->str, usages[i]);
    }
}

/* As much as each limit allows is accepted: one more is in test-scenario-errors.c. */
static void test_scenario__limits_are_inclusive(void **state)
{
    g_autoptr(GString) steps = g_string_new(NULL);
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(GString) large = g_string_new(NULL);
    g_autofree char *line = g_strnfill(SCENARIO_MAX_LINE_BYTES, '#');

    (void)state;
    for (unsigned i = 0; i < SCENARIO_MAX_STEPS; i++) {
        g_string_append(steps, "look left\n");
    }
    assert_prints(steps->str, steps->str);
    for (unsigned i = 0; i < SCENARIO_MAX_LINES; i++) {
        g_string_append_c(lines, '\n');
    }
    assert_prints(lines->str, lines->str);
    while (large->len < SCENARIO_MAX_BYTES) {
        gsize n_left = SCENARIO_MAX_BYTES - large->len;

        g_string_append_len(large, line, MIN(n_left - 1, SCENARIO_MAX_LINE_BYTES));
        g_string_append_c(large, '\n');
    }
    assert_int_equal(large->len, SCENARIO_MAX_BYTES);
    assert_prints(large->str, large->str);
    assert_prints("setup \"x\"*4096 \"y\"*4096\n", "setup \"x\"*4096 \"y\"*4096\n");
}

static void test_scenario__load_reads_a_file(void **state)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = NULL;
    g_autoptr(GString) printed = g_string_new(NULL);
    int fd = g_file_open_tmp("bax-XXXXXX.scn", &path, NULL);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(g_file_set_contents(path, test_canonical_text, -1, NULL));
    scenario = scenario_load(path, &error);
    assert_non_null(scenario);
    scenario_print(scenario, printed);
    assert_string_equal(printed->str, test_canonical_text);
    assert_string_equal(scenario->path, path);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenario__canonical_text_stays),
        cmocka_unit_test(test_scenario__other_forms_become_canonical),
        cmocka_unit_test(test_scenario__values_arrive),
        cmocka_unit_test(test_scenario__title_is_the_first_comment_or_the_name),
        cmocka_unit_test(test_scenario__usage_comes_from_the_table),
        cmocka_unit_test(test_scenario__limits_are_inclusive),
        cmocka_unit_test(test_scenario__load_reads_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
