/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the program itself, run as a user does: exit codes, and what stands on stdout and
 * stderr.  BAX_PROGRAM is its path, given by the build.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char good[] =
    "# One write is tracked.\n"
    "drive scsi0 64M\n"
    "setup pbs1 scsi0 bitmap=b0\n"
    "write scsi0 12M 64K\n"
    "teardown pbs1 success\n"
    "expect bitmap scsi0 b0 12M+4M\n";
static const char bad_expectation[] =
    "# Expects what is not so.\n"
    "drive scsi0 64M\n"
    "setup pbs1 scsi0 bitmap=b0\n"
    "teardown pbs1 success\n"
    "expect bitmap scsi0 b0 12M+4M\n";
/* Generations of the interface answer the last setup in words of their own. */
static const char other_answer[] =
    "# A bitmap is removed during the access.\n"
    "drive scsi0 64M\n"
    "setup b0 scsi0 bitmap=b0\n"
    "teardown b0 success\n"
    "setup b0 scsi0 bitmap=b0\n"
    "bitmap-remove scsi0 b0\n"
    "teardown b0 success\n"
    "setup b0 scsi0 bitmap=b0\n";
static const char known[] =
    "expectation bad.scn  # nobody writes there\n"
    "crash good/a.scn  # it crashed once\n";
static const char busy[] =
    "# Writes are on their way while access is set up.\n"
    "drive scsi0 64M\n"
    "start w1 write scsi0 0 64K\n"
    "start w2 write scsi0 4M 64K\n"
    "start s1 setup pbs1 scsi0 bitmap=b0\n"
    "start w3 write scsi0 8M 64K\n"
    "wait s1\n";
static const char diverges[] =
    "# Has a schedule of another run.\n"
    "schedule answers loop 900:1/2@7\n"
    "drive scsi0 64M\n";
static const char mistake[] = "# Has a mistake.\ndrive scsi0 64M\nfrobnicate scsi0\n";
static const char garbage[] = "\x7f" "ELF\x02\x01\xff\xfe\n\x1b[31m";

typedef struct Fixture {
    char *folder;
    char *out;
    char *err;
} Fixture;

static void add_file(const Fixture *fixture, const char *name, const char *content)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    assert_true(g_file_set_contents(path, content, -1, NULL));
}

/* A folder good/ with a link to itself in it, and files beside. */
static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autofree char *folder = NULL;
    g_autofree char *loop = NULL;

    fixture->folder = g_dir_make_tmp("bax-XXXXXX", NULL);
    folder = g_build_filename(fixture->folder, "good", NULL);
    loop = g_build_filename(folder, "loop", NULL);
    if (g_mkdir(folder, 0700) != 0 || symlink(".", loop) != 0) {
        return -1;
    }
    add_file(fixture, "good/a.scn", good);
    add_file(fixture, "good/b.scn", good);
    add_file(fixture, "bad.scn", bad_expectation);
    add_file(fixture, "busy.scn", busy);
    add_file(fixture, "diverges.scn", diverges);
    add_file(fixture, "mistake.scn", mistake);
    add_file(fixture, "garbage.scn", garbage);
    add_file(fixture, "other.scn", other_answer);
    add_file(fixture, "known.txt", known);
    add_file(fixture, "known-bad.txt", "expectation bad.scn\n");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "good/loop", "good/a.scn", "good/b.scn", "good", "bad.scn", "mistake.scn", "garbage.scn",
        "busy.scn", "diverges.scn",
        "report", "other.scn", "known.txt", "known-bad.txt", "gdb", ".",
    };
    Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = strcmp(names[i], ".") == 0
            ? g_strdup(fixture->folder)
            : g_build_filename(fixture->folder, names[i], NULL);

        g_remove(path);
    }
    g_free(fixture->folder);
    g_free(fixture->out);
    g_free(fixture->err);
    g_free(fixture);
    return 0;
}

/* Runs bax in the folder with the words of @arguments; its exit code. */
static int run_bax(Fixture *fixture, const char *arguments)
{
    g_auto(GStrv) words = g_strsplit(arguments, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status;

    g_clear_pointer(&fixture->out, g_free);
    g_clear_pointer(&fixture->err, g_free);
    g_ptr_array_add(argv, (char *) BAX_PROGRAM);
    for (char **word = words; *word; word++) {
        if (**word != '\0') {
            g_ptr_array_add(argv, *word);
        }
    }
    g_ptr_array_add(argv, NULL);
    assert_true(g_spawn_sync(fixture->folder, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL,
                             NULL, &fixture->out, &fixture->err, &status, NULL));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_bax__wrong_usage_is_one_sentence_and_code_2(void **state)
{
    static const char *const rows[] = {
        "", "frobnicate", "run", "run --frobnicate good", "run --format xml good",
        "run --repeat 0 good", "run --jobs 0 good", "run --timeout -1 good",
        "run --output none/report good", "run none.scn", "run mistake.scn", "run garbage.scn",
        "run good mistake.scn", "check", "check mistake.scn", "show", "show good", "show none.scn",
        "run --seed x good", "run --seed 1 --schedule seed=2 good", "run --schedule nonsense good",
        "run --schedule seed=1,io-times=yes good", "run --record none/r good/a.scn",
        "run --record report good", "show --seed x good/a.scn",
        "run --known none.txt good", "run --known known-bad.txt good", "compare", "compare a b",
        "compare --format tap " BAX_PROGRAM " " BAX_PROGRAM " good",
        "compare ./none " BAX_PROGRAM " good", "compare " BAX_PROGRAM " /bin/true good",
        "compare " BAX_PROGRAM " " BAX_PROGRAM " mistake.scn", "soak good", "soak --runs 0",
        "soak --steps 0", "soak --keep good/a.scn/x", "soak --replay -1", "bench --size x",
        "bench --cycles 0", "bench good", "bench --scenario none.scn",
        "bench --scenario mistake.scn", "bench --scenario good/a.scn --size 1M", "help none",
        "help steps frobnicate", "faults", "faults none.scn", "faults mistake.scn",
        "faults --limit 0 good", "faults --max-pairs 0 good", "faults --jobs 0 good",
        "faults --keep good/a.scn/x good",
        "shrink", "shrink good", "shrink none.scn", "shrink mistake.scn", "shrink good/a.scn",
        "shrink --jobs 0 bad.scn", "shrink --timeout 0 bad.scn",
        "shrink --output none/a.scn bad.scn", "shrink --finding lost-write bad.scn",
        "explain", "explain good", "explain good/a.scn", "explain --format tap bad.scn",
        "explain --jobs 0 bad.scn", "explain --finding lost-write bad.scn", "run --gdb good",
        "run --gdb=0 bad.scn", "run --gdb=1 bad.scn", "run --gdb=x bad.scn", "run --gdb good/a.scn",
        "run --gdb", "fuzz good", "fuzz --runs -1", "fuzz --jobs 0", "fuzz --steps 0",
        "fuzz --seed -1", "fuzz --timeout 0", "fuzz --for 10x", "fuzz --for 0", "fuzz --for m",
        "fuzz --seeds none.scn", "fuzz --seeds mistake.scn", "fuzz --known none.txt",
        "fuzz --dir good/a.scn/x --runs 1",
        "explore good", "explore --depth 0", "explore --drives 9",
        "explore --shard 3/2", "explore --shard x", "explore --format xml", "explore --merge",
        "explore --resume good/a.scn", "explore --keep good/a.scn/x",
    };
    Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(run_bax(fixture, rows[i]), 2);
        assert_string_equal(fixture->out, "");
        assert_true(strlen(fixture->err) > 10);
        /* One line, and it ends. */
        assert_ptr_equal(strchr(fixture->err, '\n'), fixture->err + strlen(fixture->err) - 1);
    }
}

static void test_bax__all_mistakes_are_told_at_once(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "check good mistake.scn garbage.scn"), 2);
    assert_non_null(strstr(fixture->err, "mistake.scn:3:1: "));
    assert_non_null(strstr(fixture->err, "garbage.scn:1:1: "));
    assert_int_equal(run_bax(fixture, "check good bad.scn"), 0);
    assert_string_equal(fixture->out, "3 scenarios, no mistake\n");
    assert_string_equal(fixture->err, "");
}

static void test_bax__help_has_examples(void **state)
{
    static const char *const commands[] = {
        "", "run", "check", "show", "compare", "faults", "soak", "fuzz", "bench", "help", "shrink",
        "explain", "explore",
    };
    Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *arguments = g_strconcat(commands[i], " --help", NULL);
        g_autofree char *example = g_strconcat("Examples:\n  bax ", commands[i], NULL);

        assert_int_equal(run_bax(fixture, arguments), 0);
        assert_non_null(strstr(fixture->out, example));
        assert_non_null(strstr(fixture->out, "Exit code"));
    }
    assert_int_equal(run_bax(fixture, "help steps teardown"), 0);
    assert_true(g_str_has_prefix(fixture->out, "teardown <"));
}

static void test_bax__faults_fails_each_call_and_counts(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "faults good/a.scn"), 0);
    assert_non_null(strstr(fixture->out, "\n1 scenario, "));
    assert_non_null(strstr(fixture->out, "; 0 of all runs with findings.\n"));
}

static void test_bax__version_tells_what_is_real(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "--version"), 0);
    assert_true(g_str_has_prefix(fixture->out, "bax "));
    assert_non_null(strstr(fixture->out, "\nSimulated, from bax "));
    assert_non_null(strstr(fixture->out, "  sim/core/loop.c\n"));
    assert_non_null(strstr(fixture->out, "/dirty-bitmap.c\n"));
}

static void test_bax__a_finding_ends_in_its_replay(void **state)
{
    g_autofree char *replay = g_strdup_printf("  replay: %s run bad.scn\n", BAX_PROGRAM);
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "run good bad.scn"), 1);
    assert_non_null(strstr(fixture->out, "bad.scn:5: expectation on "));
    assert_non_null(strstr(fixture->out, replay));
    assert_non_null(strstr(fixture->out, "3 scenarios: 2 ok, 1 with findings; 1 finding.\n"));
    assert_int_equal(run_bax(fixture, "show bad.scn"), 1);
    assert_non_null(strstr(fixture->out, "\nline 3: setup pbs1 scsi0 bitmap=b0\n"));
    assert_non_null(strstr(fixture->out, replay));
}

static void test_bax__report_goes_to_a_file(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "report", NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root;

    assert_int_equal(run_bax(fixture, "run --repeat 3 --format json -o report good"), 0);
    assert_non_null(strstr(fixture->out, "2 scenarios: 2 ok; 0 findings.\nEach ran 3 times.\n"));
    assert_true(json_parser_load_from_file(parser, path, NULL));
    root = json_node_get_object(json_parser_get_root(parser));
    assert_int_equal(json_array_get_length(json_object_get_array_member(root, "scenarios")), 2);
    assert_int_equal(json_object_get_int_member(root, "repeats"), 3);
}

/* What --record writes runs as the run that it was written by, crashes included. */
static void test_bax__recorded_runs_replay(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "report", NULL);
    g_autofree char *plain = NULL, *seeded = NULL, *text = NULL;

    run_bax(fixture, "show busy.scn");
    plain = g_strdup(strstr(fixture->out, "digest "));
    assert_int_equal(run_bax(fixture, "show --seed 2 busy.scn"), 0);
    seeded = g_strdup(strstr(fixture->out, "digest "));
    assert_string_not_equal(seeded, plain);
    assert_int_equal(run_bax(fixture, "run --seed 2 --record report busy.scn"), 0);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_non_null(strstr(text, "schedule answers loop "));
    assert_null(strstr(text, "seed"));
    assert_int_equal(run_bax(fixture, "show report"), 0);
    assert_string_equal(strstr(fixture->out, "digest "), seeded);
    assert_null(strstr(fixture->out, "\nnote: "));
}

/* A schedule that no longer fits is noted, and fails nothing. */
static void test_bax__divergence_is_a_note(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "run diverges.scn"), 0);
    assert_non_null(strstr(fixture->out, "\nnote: diverges.scn:2: the run differs from its "
                                         "schedule, first at the answer 'loop 900:1/2@7': that "
                                         "question never came\n"));
    assert_int_equal(run_bax(fixture, "run --format tap diverges.scn"), 0);
    assert_non_null(strstr(fixture->out, "  divergence: \"diverges.scn:2: the run "));
    assert_int_equal(run_bax(fixture, "run --format json diverges.scn"), 0);
    assert_non_null(strstr(fixture->out, "\"divergence\" : \"diverges.scn:2: the run "));
    assert_int_equal(run_bax(fixture, "run --format junit diverges.scn"), 0);
    assert_non_null(strstr(fixture->out, "name=\"divergence\" value=\"diverges.scn:2: the "));
}

/* The command that replays a finding names the schedule that it was found with. */
static void test_bax__replay_names_the_schedule(void **state)
{
    g_autofree char *replay = g_strdup_printf("  replay: %s run --schedule seed=5 bad.scn\n",
                                              BAX_PROGRAM);
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "run --seed 5 bad.scn"), 1);
    assert_non_null(strstr(fixture->out, replay));
}

static void test_bax__known_findings_do_not_fail(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "run --known known.txt good bad.scn"), 0);
    assert_non_null(strstr(fixture->out, " (known)\n  Known: nobody writes there\n"));
    assert_non_null(strstr(fixture->out, "1 finding, 1 of them known.\n"));
    assert_non_null(strstr(fixture->out, "known.txt:2: known finding no longer occurs: crash in "
                                         "good/a.scn (it crashed once)\n"));
    run_bax(fixture, "run --known known-bad.txt good");
    assert_true(g_str_has_prefix(fixture->err, "known-bad.txt:1:20: there is no reason; "));
}

static void test_bax__compare_lists_other_answers(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "compare " BAX_PROGRAM " " BAX_PROGRAM " good bad.scn"), 0);
    assert_non_null(strstr(fixture->out, "3 scenarios: 3 the same, 0 differ.\n"));
    assert_non_null(strstr(fixture->out, "Findings: 1 in both, 0 only in A, 0 only in B.\n"));
    assert_int_equal(run_bax(fixture, "compare " BAX_PROGRAM " " BAX_OTHER_PROGRAM
                                      " good other.scn"), 1);
    assert_non_null(strstr(fixture->out, "other.scn: A bitmap is removed during the access.\n"
        "  answers\n"
        "    A  8: setup: drive-scsi0 new bitmap=b0 size=67108864\n"
        "    B  8: setup: drive-scsi0 missing-recreated bitmap=b0 size=67108864\n"));
    assert_non_null(strstr(fixture->out, "3 scenarios: 0 the same, 1 differ, 2 not compared "
                                         "since one of them skips it.\n"));
    assert_int_equal(run_bax(fixture, "compare --format json " BAX_PROGRAM " " BAX_OTHER_PROGRAM
                                      " other.scn"), 1);
    assert_non_null(strstr(fixture->out, "\"outcome\" : \"differs\""));
}

static void test_bax__soak_tells_what_was_reached(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "soak --runs 40 --seed 3"), 0);
    assert_non_null(strstr(fixture->out, "\n40 random runs, "));
    assert_non_null(strstr(fixture->out, "\nReplayed: 40\n"));
    assert_non_null(strstr(fixture->out, "  copied-before-write\n"));
    assert_int_equal(run_bax(fixture, "soak --runs 1 --require-marks"), 1);
    assert_non_null(strstr(fixture->out, "  never       "));
    assert_int_equal(run_bax(fixture, "soak --seed 3 --print 7"), 0);
    assert_true(g_str_has_prefix(fixture->out, "bax 1\nallow errors\n"));
}

static void test_bax__shrink_writes_the_smallest(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "report", NULL);
    g_autofree char *small = NULL;

    assert_int_equal(run_bax(fixture, "shrink bad.scn"), 0);
    assert_string_equal(fixture->out, "# Finds expectation on expect bitmap scsi0 b0 12M+4M.\n"
                                      "drive scsi0 4M\nsetup pbs1 scsi0 bitmap=b0\n"
                                      "teardown pbs1 success\n"
                                      "expect bitmap scsi0 b0 12M+4M\n");
    assert_true(g_str_has_prefix(fixture->err, "expectation on expect bitmap scsi0 b0 12M+4M: "
                                               "4 steps to 4, "));
    assert_int_equal(run_bax(fixture, "shrink -o report bad.scn"), 0);
    assert_true(g_str_has_prefix(fixture->out, "expectation on "));
    assert_string_equal(fixture->err, "");
    assert_true(g_file_get_contents(path, &small, NULL, NULL));
    assert_true(g_str_has_prefix(small, "# Finds expectation on "));
}

static void test_bax__explain_tells_what_matters(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "explain bad.scn"), 0);
    assert_true(g_str_has_prefix(fixture->out, "# Expects what is not so.\n"
                                               "drive scsi0 64M  # "));
    assert_non_null(strstr(fixture->out, "teardown pbs1 success  # "));
    assert_non_null(strstr(fixture->out, "\n\n# expectation on expect bitmap scsi0 b0 12M+4M at "
                                         "line 5: "));
    assert_int_equal(run_bax(fixture, "explain --format json -o report bad.scn"), 0);
    assert_string_equal(fixture->out, "");
}

/* A program of that name that tells what it was asked. */
static void test_bax__gdb_stops_at_the_finding(void **state)
{
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    Fixture *fixture = *state;
    g_autofree char *gdb = g_build_filename(fixture->folder, "gdb", NULL);

    g_setenv("PATH", fixture->folder, TRUE);
    assert_int_equal(run_bax(fixture, "run --gdb bad.scn"), 2);
    assert_string_equal(fixture->err, "bax: --gdb wants gdb, which is not installed\n");
    add_file(fixture, "gdb", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assert_int_equal(g_chmod(gdb, 0700), 0);
    assert_int_equal(run_bax(fixture, "run --gdb bad.scn"), 0);
    assert_non_null(strstr(fixture->out, "\nbreak player_step_begins if "
                                         "*(unsigned *) &player_line_under_way == 5\n"));
    assert_true(g_str_has_suffix(fixture->out, "\nbad.scn\n"));
    assert_int_equal(run_bax(fixture, "run --gdb=3 bad.scn"), 0);
    assert_non_null(strstr(fixture->out, " == 3\n"));
    g_setenv("PATH", path, TRUE);
}

static void test_bax__explore_prints_a_certificate(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *digest = NULL;
    const char *at;

    assert_int_equal(run_bax(fixture, "explore --depth 2"), 0);
    assert_non_null(strstr(fixture->out, "Bound: 1 drives, 2 chunks each, 1 targets, "));
    assert_non_null(strstr(fixture->out, "\nResult: exhausted; no finding.\n"));
    at = strstr(fixture->out, "Digest: ");
    assert_non_null(at);
    digest = g_strndup(at + strlen("Digest: "), 16);
    for (unsigned i = 1; i <= 2; i++) {
        g_autofree char *shard = g_strdup_printf("explore --depth 2 --shard %u/2 --resume s%u", i,
                                                 i);

        assert_int_equal(run_bax(fixture, shard), 0);
        assert_non_null(strstr(fixture->out, "this shard is exhausted"));
    }
    assert_int_equal(run_bax(fixture, "explore --depth 2 --merge s1 s2 --format json"), 0);
    assert_non_null(strstr(fixture->out, digest));
    assert_non_null(strstr(fixture->out, "\"result\" : \"exhausted\""));
    assert_int_equal(run_bax(fixture, "explore --depth 2 --merge s1 s1"), 2);
    assert_int_equal(run_bax(fixture, "explore --depth 3 --merge s1 s2"), 2);
}

static void test_bax__bench_prints_its_table(void **state)
{
    Fixture *fixture = *state;

    assert_int_equal(run_bax(fixture, "bench --cycles 10"), 0);
    assert_non_null(strstr(fixture->out, "\n256M   no     yes "));
    assert_non_null(strstr(fixture->out, "\n16T    yes    no "));
    assert_int_equal(run_bax(fixture, "bench --cycles 10 --scenario good/a.scn"), 0);
    assert_non_null(strstr(fixture->out, "\nempty  no     yes "));
    assert_non_null(strstr(fixture->out, "\ngiven  no     no "));
    assert_non_null(strstr(fixture->out, "Cycle: good/a.scn; "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bax__wrong_usage_is_one_sentence_and_code_2, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bax__all_mistakes_are_told_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bax__help_has_examples, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__faults_fails_each_call_and_counts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bax__version_tells_what_is_real, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__a_finding_ends_in_its_replay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__report_goes_to_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__recorded_runs_replay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__divergence_is_a_note, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__replay_names_the_schedule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__known_findings_do_not_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__compare_lists_other_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__soak_tells_what_was_reached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__shrink_writes_the_smallest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__explain_tells_what_matters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__gdb_stops_at_the_finding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__explore_prints_a_certificate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bax__bench_prints_its_table, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
