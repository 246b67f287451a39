/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * docs/scenario-language.md names every kind of step, and no other.
 *
 * In its part "All steps", each kind has a list item that begins with its usage, as
 * in "- `wait LABEL`: ...".  Blocks that are marked "scn" are scenarios in canonical form.
 * Needs the real tables, and BAX_SOURCE_DIR from the build.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "harness/scenario/scenario.h"

#define DOC_PATH BAX_SOURCE_DIR "/docs/scenario-language.md"
#define HEADING "\n## All steps\n"

/* The usages in the doc, in its order.  NULL-terminated; caller frees. */
static char **read_doc_usages(void)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    GPtrArray *usages = g_ptr_array_new();
    const char *part;

    assert_true(g_file_get_contents(DOC_PATH, &text, NULL, NULL));
    part = strstr(text, HEADING);
    assert_non_null(part);
    lines = g_strsplit(part, "\n", -1);
    for (char **line = lines; *line; line++) {
        const char *end = g_str_has_prefix(*line, "- `") ? strchr(*line + 3, '`') : NULL;

        if (end) {
            g_ptr_array_add(usages, g_strndup(*line + 3, end - *line - 3));
        }
    }
    g_ptr_array_add(usages, NULL);
    return (char **)g_ptr_array_free(usages, FALSE);
}

/* The usages of the tables, in their order.  NULL-terminated; caller frees. */
static char **list_table_usages(void)
{
    GPtrArray *usages = g_ptr_array_new();

    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            GString *usage = g_string_new(kind->can_start ? "[start LABEL] " : NULL);

            step_kind_print_usage(kind, usage);
            g_ptr_array_add(usages, g_string_free(usage, FALSE));
        }
    }
    g_ptr_array_add(usages, NULL);
    return (char **)g_ptr_array_free(usages, FALSE);
}

/* What @wanted has and @present lacks, one a line. */
static char *find_missing(char **wanted, char **present)
{
    GString *missing = g_string_new(NULL);

    for (; *wanted; wanted++) {
        if (!g_strv_contains((const char *const *)present, *wanted)) {
            g_string_append_printf(missing, "- `%s`\n", *wanted);
        }
    }
    return g_string_free(missing, FALSE);
}

static void test_language_doc__names_every_kind_of_step(void **state)
{
    g_auto(GStrv) documented = read_doc_usages();
    g_auto(GStrv) known = list_table_usages();
    g_autofree char *missing = find_missing(known, documented);

    (void)state;
    assert_string_equal(missing, "");
}

static void test_language_doc__names_no_other_kind(void **state)
{
    g_auto(GStrv) documented = read_doc_usages();
    g_auto(GStrv) known = list_table_usages();
    g_autofree char *unknown = find_missing(documented, known);

    (void)state;
    assert_string_equal(unknown, "");
}

static void test_language_doc__every_kind_has_a_sentence(void **state)
{
    (void)state;
    for (const StepKind *const *table = step_kind_tables; *table; table++) {
        for (const StepKind *kind = *table; kind->words; kind++) {
            assert_non_null(kind->summary);
            assert_true(g_str_has_suffix(kind->summary, "."));
        }
    }
}

static void test_language_doc__examples_are_canonical(void **state)
{
    static const char fence[] = "\n```scn\n";
    g_autofree char *text = NULL;
    unsigned n_examples = 0;

    (void)state;
    assert_true(g_file_get_contents(DOC_PATH, &text, NULL, NULL));
    for (const char *at = strstr(text, fence); at; at = strstr(at, fence)) {
        const char *start = at + strlen(fence);
        const char *end = strstr(start, "```\n");
        g_autofree char *example = g_strndup(start, end - start);
        g_autoptr(GError) error = NULL;
        g_autoptr(Scenario) scenario = scenario_parse("doc", start, end - start, &error);
        g_autoptr(GString) printed = g_string_new(NULL);

        assert_string_equal(error ? error->message : "", "");
        scenario_print(scenario, printed);
        assert_string_equal(printed->str, example);
        n_examples++;
        at = end;
    }
    assert_int_equal(n_examples, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language_doc__names_every_kind_of_step),
        cmocka_unit_test(test_language_doc__names_no_other_kind),
        cmocka_unit_test(test_language_doc__every_kind_has_a_sentence),
        cmocka_unit_test(test_language_doc__examples_are_canonical),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
