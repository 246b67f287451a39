/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files a list of files and folders stands for, in a folder made for each test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/scenario/scenario.h"

/* What every test finds in its folder; a name with a "/" at its end is a folder. */
static const char *const entries[] = {
    "b.scn", "a.scn", "B.scn", "a-b.scn", "notes.txt", ".hidden.scn", "sub/", "sub/z.scn",
    "sub/deep/", "sub/deep/c.scn", "sub.scn/", "sub.scn/in.scn", "empty/", "empty/readme",
};

static void make_links(void)
{
    assert_int_equal(symlink("..", "sub/loop"), 0);
    assert_int_equal(symlink(".", "loop.scn"), 0);
    assert_int_equal(symlink("b.scn", "0-link.scn"), 0);
    assert_int_equal(link("sub/z.scn", "sub/hard.scn"), 0);
}

static int set_up(void **state)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("bax-find-XXXXXX", &error);

    assert_non_null(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        if (g_str_has_suffix(entries[i], "/")) {
            assert_int_equal(mkdir(entries[i], 0755), 0);
        } else {
            assert_true(g_file_set_contents(entries[i], "", 0, NULL));
        }
    }
    make_links();
    *state = folder;
    return 0;
}

static void remove_tree(const char *folder)
{
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (unlink(path) != 0) {
            remove_tree(path);
        }
    }
    assert_int_equal(rmdir(folder), 0);
}

static int tear_down(void **state)
{
    assert_int_equal(chdir("/"), 0);
    remove_tree(*state);
    g_free(*state);
    return 0;
}

/* Both are lists with a blank between; @expected may be the message instead. */
static void assert_finds(const char *paths, const char *expected)
{
    g_auto(GStrv) given = g_strsplit(paths, " ", -1);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) found = scenario_find_files((const char *const *)given, &error);
    g_autofree char *joined = found ? g_strjoinv(" ", found) : NULL;

    assert_true((found == NULL) == (error != NULL));
    assert_string_equal(found ? joined : error->message, expected);
}

static void test_find__folder_is_searched_in_byte_order(void **state)
{
    (void)state;
    assert_finds("sub", "sub/deep/c.scn sub/hard.scn");
    assert_finds(".", "./0-link.scn ./B.scn ./a-b.scn ./a.scn ./sub.scn/in.scn ./sub/deep/c.scn "
                 "./sub/hard.scn");
    assert_finds("sub/", "sub/deep/c.scn sub/hard.scn");
}

static void test_find__given_order_and_names_stay(void **state)
{
    (void)state;
    assert_finds("b.scn notes.txt a.scn", "b.scn notes.txt a.scn");
    assert_finds("sub/z.scn sub", "sub/z.scn sub/deep/c.scn");
    assert_finds("a.scn ./a.scn a.scn", "a.scn");
    assert_finds("sub sub sub/deep", "sub/deep/c.scn sub/hard.scn");
    assert_finds(".hidden.scn", ".hidden.scn");
    assert_finds("sub/loop/b.scn", "sub/loop/b.scn");
}

static void test_find__mistakes_are_named(void **state)
{
    (void)state;
    assert_finds("a.scn nothing", "nothing: does not exist; expected a scenario file or a folder "
                 "of them");
    assert_finds("a.scn/x", "a.scn/x: cannot be read: Not a directory");
    assert_finds("empty", "empty: has no scenario in it; expected *.scn");
    assert_int_equal(symlink("nowhere", "sub/dangling.scn"), 0);
    assert_finds("sub", "sub/dangling.scn: does not exist; expected a scenario file or a folder of "
                 "them");
    assert_int_equal(unlink("sub/dangling.scn"), 0);
    assert_int_equal(mkfifo("sub/pipe.scn", 0600), 0);
    assert_finds("sub", "sub/pipe.scn: is no regular file; expected a scenario");
}

/* Root may read everything, so it becomes someone else for a moment. */
static void test_find__folder_without_permission_is_named(void **state)
{
    uid_t user = geteuid();

    (void)state;
    assert_int_equal(chmod("sub/deep", 0), 0);
    if (user == 0) {
        assert_int_equal(seteuid(65534), 0);
    }
    assert_finds("sub", "sub/deep: cannot be read: Permission denied");
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(chmod("sub/deep", 0755), 0);
}

static void test_find__nothing_given_finds_nothing(void **state)
{
    static const char *const none[] = { NULL };
    g_auto(GStrv) found = scenario_find_files(none, NULL);

    (void)state;
    assert_non_null(found);
    assert_null(found[0]);
}

#define FIND_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIND_TEST(test_find__folder_is_searched_in_byte_order),
        FIND_TEST(test_find__given_order_and_names_stay),
        FIND_TEST(test_find__mistakes_are_named),
        FIND_TEST(test_find__folder_without_permission_is_named),
        FIND_TEST(test_find__nothing_given_finds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
