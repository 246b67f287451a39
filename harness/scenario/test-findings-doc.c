/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * docs/findings/ shows the scenarios of scenarios/found/ as they are.
 *
 * Each page has one or more blocks that are marked "scn", each below the path of its file.
 * Every file is shown by one page and every page has its row in the index, so that neither can
 * change, come or go alone.  Needs BAX_SOURCE_DIR from the build.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include <glib.h>

#define DOC_DIR BAX_SOURCE_DIR "/docs/findings"
#define FOUND_DIR BAX_SOURCE_DIR "/scenarios/found"
#define FENCE "`:\n\n```scn\n"
#define PATH_START "`scenarios/found/"

static char *read_text(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Those that end in @suffix, sorted; caller frees. */
static GPtrArray *list_names(const char *folder, const char *suffix)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    assert_non_null(dir);
    while ((name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, suffix) && strcmp(name, "README.md") != 0) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* Compares the page's blocks with their files, and adds the names of these to @shown. */
static void compare_page(const char *page, GPtrArray *shown)
{
    g_autofree char *text = read_text(DOC_DIR, page);
    unsigned n_blocks = 0;

    for (const char *fence = strstr(text, FENCE); fence; fence = strstr(fence + 1, FENCE)) {
        const char *start = fence + strlen(FENCE);
        const char *end = strstr(start, "```\n");
        const char *path = g_strrstr_len(text, fence - text, PATH_START);
        g_autofree char *block = NULL;
        g_autofree char *file = NULL;
        char *name;

        assert_non_null(path);
        assert_non_null(end);
        path += strlen(PATH_START);
        name = g_strndup(path, fence - path);
        g_ptr_array_add(shown, name);
        block = g_strndup(start, end - start);
        file = read_text(FOUND_DIR, name);
        assert_string_equal(block, file);
        n_blocks++;
    }
    if (!n_blocks) {
        fail_msg("%s shows no scenario", page);
    }
}

static void test_findings_doc__shows_every_scenario_as_it_is(void **state)
{
    g_autoptr(GPtrArray) pages = list_names(DOC_DIR, ".md");
    g_autoptr(GPtrArray) files = list_names(FOUND_DIR, ".scn");
    g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);

    (void)state;
    for (unsigned i = 0; i < pages->len; i++) {
        compare_page(g_ptr_array_index(pages, i), shown);
    }
    g_ptr_array_sort(shown, compare_names);
    for (unsigned i = 0; i < MIN(shown->len, files->len); i++) {
        assert_string_equal(g_ptr_array_index(shown, i), g_ptr_array_index(files, i));
    }
    assert_int_equal(shown->len, files->len);
}

static void test_findings_doc__index_has_every_page_in_order(void **state)
{
    g_autoptr(GPtrArray) pages = list_names(DOC_DIR, ".md");
    g_autofree char *text = read_text(DOC_DIR, "README.md");
    const char *at = text;

    (void)state;
    for (unsigned i = 0; i < pages->len; i++) {
        const char *page = g_ptr_array_index(pages, i);
        g_autofree char *number = g_strdup_printf("%04u-", i + 1);
        g_autofree char *row = g_strdup_printf("\n| [%u](%s) |", i + 1, page);

        assert_true(g_str_has_prefix(page, number));
        at = strstr(at, row);
        if (!at) {
            fail_msg("the index has no row of %s in its place", page);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings_doc__shows_every_scenario_as_it_is),
        cmocka_unit_test(test_findings_doc__index_has_every_page_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
