/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What planted defects do is shrunk and explained: programs with a defect, as a user would run
 * them.
 *
 * BAX_TESTS is the folder of the programs bax-fixture-DEFECT, given by the build.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

static const char whole[] =
    "# Two drives, two targets, requests in flight.\n"
    "bax 1\n"
    "drive scsi0 64M\n"
    "drive virtio3 32M   # second\n"
    "drive sata1 16M\n"
    "write scsi0 0 4M\n"
    "setup nightly scsi0,virtio3;sata1 bitmap=old\n"
    "expect action scsi0 new\n"
    "write virtio3 12M 64K\n"
    "copy nightly\n"
    "teardown nightly success\n"
    "zero sata1 4M 64K\n"
    "\n"
    "start w9 write scsi0 8M 64K hold=land\n"
    "setup nightly virtio3,scsi0 bitmap=old\n"
    "release w9\n"
    "wait w9\n"
    "discard virtio3 20M 1M delay=20ms\n"
    "fault cbw-read on=scsi0 nth=3 error=ENOSPC\n"
    "write virtio3 24M 128K\n"
    "write scsi0 40M 64K\n"
    "query\n"
    "provider-read nightly scsi0 0 64K\n"
    "sleep 20ms\n"
    "flush scsi0\n"
    "teardown nightly failure\n"
    "expect graph clean\n"
    "setup weekly sata1 bitmap=w\n"
    "teardown weekly success\n";

typedef struct Fixture {
    char *folder;
    char *out;
    char *err;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autofree char *path = NULL;

    fixture->folder = g_dir_make_tmp("bax-XXXXXX", NULL);
    path = g_build_filename(fixture->folder, "a.scn", NULL);
    *state = fixture;
    return g_file_set_contents(path, whole, -1, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "a.scn", NULL);

    g_remove(path);
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->out);
    g_free(fixture->err);
    g_free(fixture);
    return 0;
}

static int run_fixture(Fixture *fixture, const char *defect, const char *command)
{
    g_autofree char *program = g_strdup_printf("%s/bax-fixture-%s", BAX_TESTS, defect);
    const char *argv[] = { program, command, "a.scn", NULL };
    int status;

    g_clear_pointer(&fixture->out, g_free);
    g_clear_pointer(&fixture->err, g_free);
    assert_true(g_spawn_sync(fixture->folder, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                             &fixture->out, &fixture->err, &status, NULL));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_planted__shrinks_to_what_the_defect_needs(void **state)
{
    static const struct {
        const char *defect;
        const char *text;
    } rows[] = {
        { "forgets-what-was-written",
          "# Finds lost-write on drive-scsi0.\ndrive scsi0 4M\nsetup pbs1 scsi0 bitmap=b0\n"
          "write scsi0 0 512\nteardown pbs1 success\n" },
        { "asserts", "# Finds crash.\nteardown pbs1 failure\n" },
        { "leaks", "# Finds leaked-memory on qmp_backup_access_teardown.\n"
                   "teardown pbs1 success\n" },
        { "leaks-an-error", "# Finds leaked-error on qmp_backup_access_teardown.\n"
                            "teardown pbs1 success\n" },
    };
    Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(run_fixture(fixture, rows[i].defect, "shrink"), 0);
        assert_string_equal(fixture->out, rows[i].text);
        assert_non_null(strstr(fixture->err, ": 27 steps to "));
        assert_non_null(strstr(fixture->err, "\nMinimal: "));
    }
}

static void test_planted__explains_what_the_defect_needs(void **state)
{
    static const char small[] =
        "# Finds lost-write on drive-scsi0.\n"
        "drive scsi0 4M\nsetup pbs1 scsi0 bitmap=b0\nquery\nwrite scsi0 0 512\n"
        "teardown pbs1 success\n";
    static const char explained[] =
        "# Finds lost-write on drive-scsi0.\n"
        "drive scsi0 4M  # matters; gone one step later\n"
        "setup pbs1 scsi0 bitmap=b0  # matters; gone without bitmap=b0, one step earlier; the same "
        "one step later\n"
        "query  # does not matter\n"
        "write scsi0 0 512  # matters; gone one step later; the same one step earlier\n"
        "teardown pbs1 success  # matters; gone with failure, one step earlier\n"
        "\n"
        "# lost-write on drive-scsi0 at line 6: 4 of 5 steps matter: lines 2, 3, 5 and 6. With "
        "\"teardown\n"
        "# pbs1 success\" (line 6) it fails, with \"teardown pbs1 failure\" in its place it "
        "passes.\n";
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "a.scn", NULL);

    assert_true(g_file_set_contents(path, small, -1, NULL));
    assert_int_equal(run_fixture(fixture, "forgets-what-was-written", "explain"), 0);
    assert_string_equal(fixture->out, explained);
    assert_string_equal(fixture->err, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_planted__shrinks_to_what_the_defect_needs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_planted__explains_what_the_defect_needs, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
