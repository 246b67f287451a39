/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of output.c in a folder of their own: whole or not at all, and nothing left beside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/report/output.h"

typedef struct Fixture {
    char *folder;
    GString *text;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->folder = g_dir_make_tmp("bax-output-XXXXXX", NULL);
    fixture->text = g_string_new("a report\n");
    *state = fixture;
    return fixture->folder ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    g_string_free(fixture->text, TRUE);
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void assert_content(const char *path, const char *content)
{
    g_autofree char *is = NULL;

    assert_true(g_file_get_contents(path, &is, NULL, NULL));
    assert_string_equal(is, content);
}

static void test_output__replaces_a_file_by_a_new_one(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "report", NULL);
    struct stat old, new;

    assert_true(output_check(path, NULL));
    assert_true(g_file_set_contents(path, "an older and longer report\n", -1, NULL));
    assert_int_equal(g_stat(path, &old), 0);
    assert_true(output_check(path, NULL));
    assert_true(output_write(path, fixture->text, NULL));
    assert_int_equal(g_stat(path, &new), 0);
    assert_content(path, "a report\n");
    assert_true(old.st_ino != new.st_ino);
    assert_int_equal(g_unlink(path), 0);
    /* Else something was left beside it. */
    assert_int_equal(g_rmdir(fixture->folder), 0);
}

static void test_output__a_pipe_is_written_to(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "pipe", NULL);
    char content[16] = "";
    int fd;

    assert_int_equal(mkfifo(path, 0600), 0);
    fd = g_open(path, O_RDONLY | O_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_true(output_check(path, NULL));
    assert_true(output_write(path, fixture->text, NULL));
    assert_int_equal(read(fd, content, sizeof(content)), 9);
    assert_string_equal(content, "a report\n");
    close(fd);
    assert_int_equal(g_unlink(path), 0);
}

static void test_output__a_full_device_is_an_error(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;

    if (g_access("/dev/full", W_OK) != 0) {
        skip();
    }
    assert_false(output_write("/dev/full", fixture->text, &error));
    assert_string_equal(error->message,
                        "cannot write the report to /dev/full: No space left on device");
}

static void test_output__places_that_cannot_be_are_refused_before(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "none", "report", NULL);
    g_autofree char *wanted = g_strdup_printf(
        "cannot write the report to %s: No such file or directory", path);
    g_autofree char *wanted_for_folder = g_strdup_printf(
        "cannot write the report to %s: Is a directory", fixture->folder);
    g_autoptr(GError) error = NULL;

    assert_false(output_check(path, &error));
    assert_string_equal(error->message, wanted);
    g_clear_error(&error);
    assert_false(output_check(fixture->folder, &error));
    assert_string_equal(error->message, wanted_for_folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_output__replaces_a_file_by_a_new_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_output__a_pipe_is_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_output__a_full_device_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_output__places_that_cannot_be_are_refused_before,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
