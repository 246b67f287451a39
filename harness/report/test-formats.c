/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the formats for programs: read back as their readers do, plus the places where a
 * format is hurt most easily.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "harness/report/test-fixture.h"

static GString *print(const char *format)
{
    GString *text = g_string_new(NULL);
    Report report;

    fixture_report(&report);
    report_find_format(format)->print(&report, text);
    report_clear(&report);
    return text;
}

/* ---- JSON ------------------------------------------------------------------------ */

static void assert_member(JsonObject *object, const char *name, const char *value)
{
    JsonNode *node = json_object_get_member(object, name);

    assert_non_null(node);
    if (value) {
        assert_string_equal(json_node_get_string(node), value);
    } else {
        assert_true(JSON_NODE_HOLDS_NULL(node));
    }
}

static void assert_number(JsonObject *object, const char *name, int value)
{
    assert_true(json_object_has_member(object, name));
    assert_int_equal(json_object_get_int_member(object, name), value);
}

static void test_json__reads_back(void **state)
{
    static const char *const verdicts[] = {
        "ok", "finding", "invalid", "crash", "hang", "skipped", "fault",
    };
    static const bool is_cut_off[] = { false, false, false, true, true, false, true };
    g_autoptr(GString) text = print("json");
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root, *summary, *scenario, *finding;
    JsonArray *scenarios, *findings;

    (void) state;
    assert_true(json_parser_load_from_data(parser, text->str, text->len, NULL));
    root = json_node_get_object(json_parser_get_root(parser));
    assert_member(root, "program", "bax");
    assert_member(root, "version", "0.0.1");
    assert_member(root, "bitmaps", "real");
    assert_member(root, "qemu_version", "7.2.0");
    assert_member(root, "subject", "reference");
    assert_number(root, "generation", 1);

    scenarios = json_object_get_array_member(root, "scenarios");
    summary = json_object_get_object_member(root, "summary");
    assert_int_equal(json_array_get_length(scenarios), G_N_ELEMENTS(verdicts));
    assert_number(summary, "scenarios", G_N_ELEMENTS(verdicts));
    assert_number(summary, "findings", 4);
    assert_member(summary, "digest", "8ff3c416064ae1c9");
    for (guint i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        scenario = json_array_get_object_element(scenarios, i);
        assert_member(scenario, "verdict", verdicts[i]);
        assert_member(scenario, "digest", is_cut_off[i] ? NULL : "0123456789abcdef");
        assert_number(scenario, "events", 42);
        assert_number(scenario, "steps", 9);
        assert_number(scenario, "virtual_ns", 1500000000);
        assert_number(summary, verdicts[i], 1);
    }

    scenario = json_array_get_object_element(scenarios, 1);
    assert_member(scenario, "file", "a/lost one.scn");
    assert_member(scenario, "title", "A # of \\ <hard> \"titles\".");
    assert_member(scenario, "reason", NULL);
    assert_member(scenario, "replay", "bax run 'a/lost one.scn'");
    findings = json_object_get_array_member(scenario, "findings");
    assert_int_equal(json_array_get_length(findings), 2);
    finding = json_array_get_object_element(findings, 0);
    assert_member(finding, "name", "lost-write");
    assert_member(finding, "who", "drive-scsi0");
    assert_number(finding, "line", 9);
    assert_member(finding, "message",
                  "chunk 2 (8M+4M): write #5 landed.\nBitmap b0 is clean there.");
    finding = json_array_get_object_element(findings, 1);
    assert_member(finding, "who", NULL);
    assert_member(finding, "message",
                  "<&\"'> # \\ \x01 \x1b[31m \xef\xbf\xbd ]]> \xef\xbf\xbf");
    assert_member(json_array_get_object_element(scenarios, 2), "reason",
                  "a/invalid.scn:3: there is no drive 'scsi7'");
}

/* ---- TAP ------------------------------------------------------------------------- */

static const char *const tap_lines[] = {
    "TAP version 14",
    "1..7",
    "ok 1 - a/good.scn: All is well.",
    "not ok 2 - a/lost one.scn: A \\# of \\\\ <hard> \"titles\".",
    "not ok 3 - a/invalid.scn: Asks too much.",
    "not ok 4 - a/crash.scn: Crashes.",
    "not ok 5 - b/hang.scn: Hangs.",
    "ok 6 - b/skipped.scn: Is for others. # SKIP needs generation 3 \\# or later",
    "not ok 7 - b/fault.scn: Is our fault.",
    "# digest of all traces: 8ff3c416064ae1c9",
};

/* A plan, a point for each scenario in order, and nothing else but blocks of YAML. */
static void test_tap__plan_and_points(void **state)
{
    g_autoptr(GString) text = print("tap");
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    bool is_in_yaml = false;
    unsigned n = 0;

    (void) state;
    for (char **line = lines; *line && **line != '\0'; line++) {
        if (strcmp(*line, "  ---") == 0) {
            assert_false(is_in_yaml);
            is_in_yaml = true;
        } else if (strcmp(*line, "  ...") == 0) {
            assert_true(is_in_yaml);
            is_in_yaml = false;
        } else if (is_in_yaml) {
            assert_true(g_str_has_prefix(*line, "  "));
        } else {
            assert_true(n < G_N_ELEMENTS(tap_lines));
            assert_string_equal(*line, tap_lines[n++]);
        }
    }
    assert_false(is_in_yaml);
    assert_int_equal(n, G_N_ELEMENTS(tap_lines));
}

static void test_tap__strings_of_yaml_are_escaped(void **state)
{
    g_autoptr(GString) text = print("tap");

    (void) state;
    assert_non_null(strstr(text->str,
        "  findings:\n"
        "    - name: \"lost-write\"\n"
        "      who: \"drive-scsi0\"\n"
        "      line: 9\n"
        "      message: \"chunk 2 (8M+4M): write #5 landed.\\nBitmap b0 is clean there.\"\n"
        "    - name: \"expectation\"\n"
        "      line: 0\n"
        "      message: \"<&\\\"'> # \\\\ \\x01 \\x1b[31m \xef\xbf\xbd ]]> \xef\xbf\xbf\"\n"
        "  replay: \"bax run 'a/lost one.scn'\"\n"));
}

/* ---- JUnit ----------------------------------------------------------------------- */

typedef struct JUnitCounts {
    unsigned n_cases;
    unsigned n_failures;
    unsigned n_errors;
    unsigned n_skipped;
    GString *failure_text;
    bool is_in_failure;
} JUnitCounts;

static void see_element(GMarkupParseContext *context, const char *name, const char **names,
                        const char **values, gpointer opaque, GError **error)
{
    JUnitCounts *counts = opaque;

    (void) context;
    (void) names;
    (void) values;
    (void) error;
    counts->n_cases += strcmp(name, "testcase") == 0;
    counts->n_failures += strcmp(name, "failure") == 0;
    counts->n_errors += strcmp(name, "error") == 0;
    counts->n_skipped += strcmp(name, "skipped") == 0;
    counts->is_in_failure = strcmp(name, "failure") == 0;
}

static void see_text(GMarkupParseContext *context, const char *text, gsize n_bytes,
                     gpointer opaque, GError **error)
{
    JUnitCounts *counts = opaque;

    (void) context;
    (void) error;
    if (counts->is_in_failure) {
        g_string_append_len(counts->failure_text, text, n_bytes);
    }
}

static void end_element(GMarkupParseContext *context, const char *name, gpointer opaque,
                        GError **error)
{
    (void) context;
    (void) name;
    (void) error;
    ((JUnitCounts *) opaque)->is_in_failure = false;
}

static void test_junit__is_well_formed_and_complete(void **state)
{
    static const GMarkupParser parser = { see_element, end_element, see_text, NULL, NULL };
    g_autoptr(GString) text = print("junit");
    g_autoptr(GString) failure_text = g_string_new(NULL);
    JUnitCounts counts = { .failure_text = failure_text };
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&parser, 0, &counts, NULL);

    (void) state;
    assert_true(g_markup_parse_context_parse(context, text->str, text->len, NULL));
    assert_true(g_markup_parse_context_end_parse(context, NULL));
    assert_int_equal(counts.n_cases, 7);
    assert_int_equal(counts.n_failures, 2);
    assert_int_equal(counts.n_errors, 4);
    assert_int_equal(counts.n_skipped, 1);
    assert_string_equal(failure_text->str,
        "chunk 2 (8M+4M): write #5 landed.\nBitmap b0 is clean there.\n"
        "replay: bax run 'a/lost one.scn'"
        "<&\"'> # \\ \xef\xbf\xbd \xef\xbf\xbd[31m \xef\xbf\xbd ]]> \xef\xbf\xbd\n"
        "replay: bax run 'a/lost one.scn'");
    assert_non_null(strstr(text->str,
        "<testsuite name=\"bax\" tests=\"7\" failures=\"1\" errors=\"4\" skipped=\"1\">"));
    assert_non_null(strstr(text->str,
        "<property name=\"title\" value=\"A # of \\ &lt;hard&gt; &quot;titles&quot;.\"/>"));
}

/* GMarkup lets some bytes pass that XML 1.0 does not know at all. */
static void test_junit__holds_no_byte_that_xml_forbids(void **state)
{
    g_autoptr(GString) text = print("junit");

    (void) state;
    assert_true(g_utf8_validate(text->str, text->len, NULL));
    for (const char *c = text->str; *c != '\0'; c++) {
        assert_true(*c == '\n' || !g_ascii_iscntrl(*c));
    }
    assert_null(strstr(text->str, "&#x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json__reads_back),
        cmocka_unit_test(test_tap__plan_and_points),
        cmocka_unit_test(test_tap__strings_of_yaml_are_escaped),
        cmocka_unit_test(test_junit__is_well_formed_and_complete),
        cmocka_unit_test(test_junit__holds_no_byte_that_xml_forbids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
