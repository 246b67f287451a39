/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of how gdb is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/cli/cli.h"

static void test_gdb__stops_at_the_step_and_behind_it_at_commands(void **state)
{
    g_auto(GStrv) command = cli_gdb_command("/bin/gdb", "./bax", "a b.scn", 7);
    g_autofree char *words = g_strjoinv("\n", command);

    (void) state;
    assert_string_equal(words,
        "/bin/gdb\n-q\n"
        "-ex\nset follow-fork-mode child\n"
        "-ex\nset breakpoint pending on\n"
        "-ex\nbreak player_step_begins if *(unsigned *) &player_line_under_way == 7\n"
        "-ex\nbreak qmp_backup_access_setup if *(unsigned *) &player_line_under_way >= 7\n"
        "-ex\nbreak qmp_backup_access_teardown if *(unsigned *) &player_line_under_way >= 7\n"
        "-ex\nbreak backup_access_teardown if *(unsigned *) &player_line_under_way >= 7\n"
        "-ex\nbreak qmp_backup if *(unsigned *) &player_line_under_way >= 7\n"
        "-ex\nbreak qmp_backup_cancel if *(unsigned *) &player_line_under_way >= 7\n"
        "-ex\nrun\n"
        "--args\n./bax\nrun\n--jobs\n1\n--timeout\n86400\n--\na b.scn");
}

static void test_gdb__its_option_is_taken_out(void **state)
{
    static const struct {
        const char *words;
        bool is_there;
        const char *line;
        const char *left;
    } rows[] = {
        { "run a.scn", false, NULL, "run a.scn" },
        { "run --gdb a.scn", true, NULL, "run a.scn" },
        { "run --jobs 1 a.scn --gdb=12", true, "12", "run --jobs 1 a.scn" },
        { "run --gdbx a.scn", false, NULL, "run --gdbx a.scn" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) all = g_strsplit(rows[i].words, " ", -1);
        int argc = (int) g_strv_length(all);
        g_autofree char **argv = g_memdup2(all, (argc + 1) * sizeof(*argv));
        g_autofree char *left = NULL;
        const char *line;

        assert_int_equal(cli_take_gdb_option(&argc, argv, &line), rows[i].is_there);
        left = g_strjoinv(" ", argv);
        assert_string_equal(left, rows[i].left);
        assert_int_equal(argc, g_strv_length(argv));
        if (rows[i].line) {
            assert_string_equal(line, rows[i].line);
        } else {
            assert_null(line);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gdb__stops_at_the_step_and_behind_it_at_commands),
        cmocka_unit_test(test_gdb__its_option_is_taken_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
