/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * docs/faults.md names every call that can be made to fail, and no other.
 *
 * In its part "Calls", each has a table row that begins with its name, as in "| `cbw-read` |".
 * Needs BAX_SOURCE_DIR from the build.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>

#include "sim/core/fault.h"

#define DOC_PATH BAX_SOURCE_DIR "/docs/faults.md"
#define HEADING "\n## Calls\n"
#define ROW "| `"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One a line, sorted; caller frees. */
static char *join_sorted(GPtrArray *names)
{
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return g_strjoinv("\n", (char **)names->pdata);
}

static char *list_documented(void)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *part;

    assert_true(g_file_get_contents(DOC_PATH, &text, NULL, NULL));
    part = strstr(text, HEADING);
    assert_non_null(part);
    lines = g_strsplit(part + strlen(HEADING), "\n", -1);
    for (char **line = lines; *line && !g_str_has_prefix(*line, "## "); line++) {
        if (g_str_has_prefix(*line, ROW)) {
            const char *name = *line + strlen(ROW);

            g_ptr_array_add(names, g_strndup(name, strcspn(name, "`")));
        }
    }
    return join_sorted(names);
}

static char *list_known(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (unsigned i = 0; sim_fault_calls[i]; i++) {
        g_ptr_array_add(names, (void *)sim_fault_calls[i]);
    }
    return join_sorted(names);
}

static void test_faults_doc__names_every_call(void **state)
{
    g_autofree char *documented = list_documented();
    g_autofree char *known = list_known();

    (void)state;
    assert_string_equal(documented, known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_doc__names_every_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
