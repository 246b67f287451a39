/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of campaigns, as a user runs them, on programs with a planted defect: what they find, that
 * they do so again, and that nothing is lost whenever they are killed.
 *
 * BAX_TESTS is the folder of the programs bax-fixture-DEFECT, given by the build.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/campaign/campaign-private.h"

#define N_KILLS 20

typedef struct Fixture {
    char *folder;
    char *out;
    char *err;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->folder = g_dir_make_tmp("bax-XXXXXX", NULL);
    *state = fixture;
    return fixture->folder ? 0 : -1;
}

static void remove_tree(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        remove_tree(inner);
    }
    if (dir) {
        g_dir_close(dir);
    }
    g_remove(path);
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;

    remove_tree(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->out);
    g_free(fixture->err);
    g_free(fixture);
    return 0;
}

/* "fuzz --jobs 1 ..." of a defect; NULL-terminated, the caller's. */
static char **command(const char *defect, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("%s/bax-fixture-%s %s", BAX_TESTS, defect, arguments);

    return g_strsplit(line, " ", -1);
}

static int run(Fixture *fixture, const char *defect, const char *arguments)
{
    g_auto(GStrv) argv = command(defect, arguments);
    int status;

    g_clear_pointer(&fixture->out, g_free);
    g_clear_pointer(&fixture->err, g_free);
    assert_true(g_spawn_sync(fixture->folder, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                             &fixture->out, &fixture->err, &status, NULL));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Names in a folder of the fixture's, sorted, each with a newline; the caller's. */
static char *list(const Fixture *fixture, const char *where)
{
    g_autofree char *path = g_build_filename(fixture->folder, where, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new(NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_ptr_array_add(names, g_strdup(name));
    }
    if (dir) {
        g_dir_close(dir);
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_string_append_printf(text, "%s\n", (char *) g_ptr_array_index(names, i));
    }
    return g_string_free(text, FALSE);
}

static char **names_in(const Fixture *fixture, const char *where)
{
    g_autofree char *text = list(fixture, where);
    gsize length = strlen(text);

    if (length > 0) {
        text[length - 1] = '\0';
    }
    return g_strsplit(text, "\n", -1);
}

static char *read_text(const Fixture *fixture, const char *where)
{
    g_autofree char *path = g_build_filename(fixture->folder, where, NULL);
    char *text = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void put(const Fixture *fixture, const char *where, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, where, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    assert_int_equal(g_mkdir_with_parents(folder, 0777), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* ---- what it finds --------------------------------------------------------- */

/* The folder of the only finding with that name, "d/findings/crash-0123456789ab"; the caller's. */
static char *find_finding(const Fixture *fixture, const char *name)
{
    g_autofree char *prefix = g_strconcat(name, "-", NULL);
    g_auto(GStrv) names = names_in(fixture, "d/findings");
    char *found = NULL;

    for (char **at = names; *at; at++) {
        if (g_str_has_prefix(*at, prefix)) {
            assert_null(found);
            found = g_build_filename("d/findings", *at, NULL);
        }
    }
    assert_non_null(found);
    return found;
}

static void check_text(const Fixture *fixture, const char *folder, const char *file,
                       const char *expected)
{
    g_autofree char *where = g_build_filename(folder, file, NULL);
    g_autofree char *text = read_text(fixture, where);

    assert_string_equal(text, expected);
}

static const char shrunk_crash[] = "# Finds crash.\nteardown pbs1 failure\n";

static void test_campaign__finds_what_is_planted(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *folder = NULL, *replay = NULL;

    assert_int_equal(run(fixture, "asserts", "fuzz --dir d --jobs 1 --runs 400"), 3);
    folder = find_finding(fixture, "crash");
    check_text(fixture, folder, "shrunk.scn", shrunk_crash);
    replay = g_strdup_printf("run %s/shrunk.scn", folder);
    assert_non_null(strstr(fixture->out, replay));
    assert_int_equal(run(fixture, "asserts", replay), 3);
    check_text(fixture, folder, "report.txt", fixture->out);
    g_free(replay);
    replay = g_strdup_printf("run %s/original.scn", folder);
    assert_int_equal(run(fixture, "asserts", replay), 3);
}

/* What was met in an earlier call keeps its moment, and time goes on from there. */
static void test_campaign__tells_when_it_was_met(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *folder = NULL, *text = NULL;

    put(fixture, "d/state.json",
        "{ \"version\": 1, \"next_run\": 70, \"ms\": 8000000, \"met\": {} }");
    put(fixture, "d/queue/crash-0123456789abcdef.scn",
        "# Run 12, after 4.5 s.\nteardown a failure\n");
    assert_int_equal(run(fixture, "asserts", "fuzz --dir d --jobs 1 --runs 1 --steps 1"), 3);
    folder = find_finding(fixture, "crash");
    check_text(fixture, folder, "first-met.txt", "Run 12, after 4.5 s.\n");
    text = read_text(fixture, "d/state.json");
    assert_non_null(strstr(text, "\"next_run\": 71,\n  \"ms\": 800"));
}

static void test_moment__is_read_as_it_is_printed(void **state)
{
    Moment moment = { .n_runs = 53519, .ms = 14260 };
    g_autofree char *line = moment_print(&moment);
    g_autofree char *text = g_strconcat(line, "query\n", NULL);
    const char *at = text;

    (void) state;
    assert_string_equal(line, "# Run 53519, after 14.2 s.\n");
    moment = moment_take(&at);
    assert_int_equal(moment.n_runs, 53519);
    assert_int_equal(moment.ms, 14200);
    assert_string_equal(at, "query\n");
    moment = moment_take(&at);
    assert_int_equal(moment.n_runs, 0);
    assert_string_equal(at, "query\n");
}

static void test_campaign__ends_at_the_first(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *folder = NULL, *headline = NULL;

    put(fixture, "seed.scn", "# Odd\ndrive scsi0 64M\nquery\nteardown x failure\nquery\n");
    assert_int_equal(run(fixture, "asserts",
                         "fuzz --dir d --jobs 1 --first --seeds seed.scn"), 3);
    folder = find_finding(fixture, "crash");
    check_text(fixture, folder, "shrunk.scn", shrunk_crash);
    headline = g_strdup_printf("\n%s/shrunk.scn:2: crash\n", folder);
    assert_true(g_str_has_prefix(fixture->out, headline));
    assert_non_null(strstr(fixture->out, "; 1 new finding, 1 in d/findings.\n"));
}

/* Where bax itself fails it keeps the input, says so, and goes on. */
static void test_campaign__own_faults_do_not_end_it(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *folder = NULL, *replay = NULL;

    put(fixture, "seed.scn", "query\nteardown x failure\n");
    assert_int_equal(run(fixture, "breaks-bax", "fuzz --dir d --jobs 1 --runs 300 --first "
                         "--seeds seed.scn"), 5);
    assert_null(strstr(fixture->err, "bax: "));
    assert_non_null(strstr(fixture->out, "\n301 runs in "));
    folder = find_finding(fixture, "own-fault");
    check_text(fixture, folder, "shrunk.scn",
               "bax 1\nallow errors\nquery\nteardown x failure\n");
    replay = g_strdup_printf("run %s/shrunk.scn", folder);
    assert_int_equal(run(fixture, "breaks-bax", replay), 5);
}

/* What is in the folder is not told again; what is known does not count. */
static void test_campaign__goes_on_and_knows(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "known.txt", NULL);
    g_autofree char *first = NULL, *second = NULL;

    assert_true(g_file_set_contents(path, "crash *  # it is to be so\n", -1, NULL));
    put(fixture, "seed.scn", "teardown pbs1 failure\n");
    assert_int_equal(run(fixture, "asserts", "fuzz --dir d --jobs 1 --runs 1 --steps 1 "
                         "--seeds seed.scn --known known.txt"), 0);
    assert_non_null(strstr(fixture->out, ": crash (known)\n"));
    first = list(fixture, "d/findings");
    assert_int_equal(run(fixture, "asserts", "fuzz --dir d --jobs 1 --runs 1 --steps 1 "
                         "--seeds seed.scn"), 0);
    assert_null(strstr(fixture->out, "crash"));
    second = list(fixture, "d/findings");
    assert_string_equal(first, second);
}

/* What the clock says, behind @word, is different each time. */
static void drop_time(char *text, const char *word)
{
    char *at = strstr(text, word);

    if (at) {
        at += strlen(word);
        memmove(at, at + strspn(at, "0123456789."), strlen(at + strspn(at, "0123456789.")) + 1);
    }
}

/* All that is in the folder, with its content; the caller's. */
static char *take_picture(Fixture *fixture, const char *where, GString *picture)
{
    g_auto(GStrv) names = names_in(fixture, where);

    for (char **name = names; *name; name++) {
        g_autofree char *inner = g_build_filename(where, *name, NULL);
        g_autofree char *path = g_build_filename(fixture->folder, inner, NULL);

        g_string_append_printf(picture, "== %s\n", inner);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            take_picture(fixture, inner, picture);
        } else {
            g_autofree char *text = read_text(fixture, inner);

            drop_time(text, g_str_has_suffix(inner, ".json") ? "\"ms\": " : ", after ");
            g_string_append(picture, text);
        }
    }
    return picture->str;
}

/* "N features" of the last line of what was said. */
static guint64 count_features(const Fixture *fixture)
{
    g_autoptr(GMatchInfo) match = NULL;
    g_autoptr(GRegex) regex = g_regex_new("in the corpus, ([0-9]+) features", 0, 0, NULL);
    g_autofree char *number = NULL;

    assert_true(g_regex_match(regex, fixture->out, 0, &match));
    number = g_match_info_fetch(match, 1);
    return g_ascii_strtoull(number, NULL, 10);
}

/* Each entry is run once more, so what was seen before is known again. */
static void test_campaign__runs_its_corpus_when_it_goes_on(void **state)
{
    Fixture *fixture = *state;
    guint64 n_features;

    assert_int_equal(run(fixture, "none", "fuzz --dir d --jobs 1 --runs 40 --steps 6"), 0);
    n_features = count_features(fixture);
    assert_true(n_features > 0);
    assert_int_equal(run(fixture, "none", "fuzz --dir d --jobs 1 --runs 1 --steps 6"), 0);
    assert_true(count_features(fixture) >= n_features);
}

static void test_campaign__same_seed_gives_the_same_folder(void **state)
{
    static const char words[] = "fuzz --dir d --jobs 1 --seed 7 --runs 200 --steps 10";
    Fixture *fixture = *state;
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
    g_autoptr(GString) other = g_string_new(NULL);
    g_autofree char *path = g_build_filename(fixture->folder, "d", NULL);

    assert_int_equal(run(fixture, "leaks", words), 1);
    take_picture(fixture, "d", first);
    remove_tree(path);
    assert_int_equal(run(fixture, "leaks", words), 1);
    take_picture(fixture, "d", second);
    assert_string_equal(first->str, second->str);
    assert_non_null(strstr(first->str, "== d/findings/leaked-memory-"));
    assert_non_null(strstr(first->str, "== d/corpus/"));
    remove_tree(path);
    run(fixture, "leaks", "fuzz --dir d --jobs 1 --seed 8 --runs 200 --steps 10");
    take_picture(fixture, "d", other);
    assert_string_not_equal(first->str, other->str);
}

/* ---- what is refused ------------------------------------------------------- */

static void test_campaign__wrong_state_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "[]", "{", "{ \"version\": 2, \"next_run\": 1, \"met\": {} }",
        "{ \"version\": 1, \"next_run\": -1, \"met\": {} }",
        "{ \"version\": 1, \"next_run\": 1, \"met\": { \"x\": 1 } }",
        "{ \"version\": 1, \"next_run\": 1, \"met\": [] }",
    };
    Fixture *fixture = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        put(fixture, "d/state.json", texts[i]);
        assert_int_equal(run(fixture, "none", "fuzz --dir d --jobs 1 --runs 1"), 2);
        assert_true(g_str_has_prefix(fixture->err, "bax: d/state.json is not the state of "));
        assert_string_equal(fixture->out, "");
    }
}

static void test_campaign__one_at_a_time(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "d/lock", NULL);
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd;

    put(fixture, "d/lock", "");
    fd = open(path, O_RDWR);
    assert_int_equal(fcntl(fd, F_SETLK, &all), 0);
    assert_int_equal(run(fixture, "none", "fuzz --dir d --jobs 1 --runs 1"), 2);
    assert_string_equal(fixture->err, "bax: another campaign is running in d\n");
    close(fd);
}

/* ---- killed ---------------------------------------------------------------- */

/* The input that was running is run again first, and what is in the queue is judged. */
static void test_killed__what_was_under_way_is_found(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *found = NULL, *left = NULL;

    put(fixture, "d/current-0.scn", "allow errors\nteardown pbs1 failure\n");
    put(fixture, "d/current-7.scn", "allow errors\nteardown pbs1 failu");
    put(fixture, "d/new-3", "half of");
    put(fixture, "d/new-finding/original.scn", "half of");
    put(fixture, "d/queue/crash-0123456789abcdef.scn", "allow errors\nquery\nteardown a failure\n");
    assert_int_equal(run(fixture, "asserts", "fuzz --dir d --jobs 1 --runs 1 --steps 1"), 3);
    found = list(fixture, "d/findings");
    assert_true(g_str_has_prefix(found, "crash-"));
    left = list(fixture, "d");
    assert_string_equal(left, "again\ncorpus\nfindings\nlock\nqueue\nstate.json\n");
    g_free(left);
    left = list(fixture, "d/queue");
    assert_string_equal(left, "");
}

/* A finding that does not end its process, and something new for the corpus. */
static void test_killed__what_was_under_way_is_kept(void **state)
{
    static const char text[] = "allow errors\nteardown pbs1 success\n";
    Fixture *fixture = *state;
    g_autofree char *found = NULL, *left = NULL;
    g_auto(GStrv) entries = NULL;
    bool is_kept = false;

    put(fixture, "d/current-2.scn", text);
    assert_int_equal(run(fixture, "leaks", "fuzz --dir d --jobs 1 --runs 1 --steps 1"), 1);
    found = list(fixture, "d/findings");
    assert_non_null(strstr(found, "leaked-memory-"));
    left = list(fixture, "d/again");
    assert_string_equal(left, "");
    entries = names_in(fixture, "d/corpus");
    for (char **name = entries; *name; name++) {
        g_autofree char *where = g_build_filename("d/corpus", *name, NULL);
        g_autofree char *content = read_text(fixture, where);

        is_kept = is_kept || strcmp(content, text) == 0;
    }
    assert_true(is_kept);
}

/* Everything in the folder is whole, and all of @before is still there. */
static void check_folder(const Fixture *fixture, const char *where, char *const *before)
{
    g_auto(GStrv) names = names_in(fixture, where);

    for (; *before; before++) {
        assert_true(g_strv_contains((const char *const *) names, *before));
    }
    for (char **name = names; *name; name++) {
        g_autofree char *inner = g_build_filename(where, *name, NULL);

        if (g_str_has_suffix(*name, ".scn")) {
            g_autofree char *text = read_text(fixture, inner);
            g_autoptr(Scenario) scenario = scenario_parse(*name, text, strlen(text), NULL);

            assert_non_null(scenario);
        } else {
            g_autofree char *files = list(fixture, inner);

            assert_string_equal(files, "first-met.txt\noriginal.scn\nreport.txt\nshrunk.scn\n");
        }
    }
}

static GPid begin(const Fixture *fixture, const char *defect, const char *arguments)
{
    g_auto(GStrv) argv = command(defect, arguments);
    GPid pid;

    assert_true(g_spawn_async(fixture->folder, argv, NULL,
                              G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                              | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, NULL));
    return pid;
}

/* Until there are so many files in the corpus; the process must not end before. */
static void wait_for_entries(const Fixture *fixture, GPid pid, guint n)
{
    guint n_now = 0;

    while (n_now < n) {
        g_auto(GStrv) names = names_in(fixture, "d/corpus");

        n_now = g_strv_length(names);
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        g_usleep(2000);
    }
}

static void test_killed__twenty_times_nothing_is_lost(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *found = NULL;

    put(fixture, "seed.scn", "drive scsi0 4M\nsetup pbs1 scsi0 bitmap=b0\nwrite scsi0 0 512\n"
                             "teardown pbs1 success\n");
    for (unsigned i = 0; i < N_KILLS; i++) {
        g_auto(GStrv) entries = names_in(fixture, "d/corpus");
        g_auto(GStrv) findings = names_in(fixture, "d/findings");
        GPid pid = begin(fixture, "forgets-what-was-written",
                         "fuzz --dir d --jobs 2 --steps 6 --seeds seed.scn");
        int status;

        wait_for_entries(fixture, pid, g_strv_length(entries) + 1 + 2 * (i % 5));
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        check_folder(fixture, "d/corpus", entries);
        check_folder(fixture, "d/findings", findings);
    }
    assert_int_not_equal(run(fixture, "forgets-what-was-written",
                             "fuzz --dir d --jobs 2 --runs 1"), 2);
    found = list(fixture, "d/findings");
    assert_non_null(strstr(found, "lost-write-"));
}

/* The first child that the process has now. */
static GPid find_child(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? (GPid) g_ascii_strtoll(text, NULL, 10)
                                                        : 0;
}

static void test_killed__workers_are_replaced_and_an_interrupt_ends_it(void **state)
{
    Fixture *fixture = *state;
    GPid pid = begin(fixture, "none", "fuzz --dir d --jobs 1 --steps 6");
    g_autofree char *left = NULL;
    int status;

    for (guint n = 5; n <= 15; n += 5) {
        GPid worker;

        wait_for_entries(fixture, pid, n);
        worker = find_child(pid);
        if (worker > 0) {
            kill(worker, SIGKILL);
        }
    }
    wait_for_entries(fixture, pid, 20);
    kill(pid, SIGINT);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    left = list(fixture, "d");
    assert_string_equal(left, "again\ncorpus\nfindings\nlock\nqueue\nstate.json\n");
}

static void wait_for_file(const Fixture *fixture, GPid pid, const char *where)
{
    g_autofree char *path = g_build_filename(fixture->folder, where, NULL);

    while (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        g_usleep(2000);
    }
}

/* To make a hang small takes seconds: the signal comes before that is over, and nothing is lost. */
static void test_interrupt__leaves_what_is_being_made_small(void **state)
{
    static const char text[] = "drive scsi0 64M\nallow errors\nquery\nquery\nquery\n"
                               "write scsi0 0 4K\n"
                               "teardown a failure\n";
    Fixture *fixture = *state;
    g_autofree char *left = NULL, *found = NULL, *again = NULL;
    int status;
    GPid pid;

    put(fixture, "d/queue/hang-0123456789abcdef.scn", text);
    pid = begin(fixture, "hangs", "fuzz --dir d --jobs 1 --timeout 1");
    wait_for_file(fixture, pid, "d/lock");
    kill(pid, SIGINT);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    left = list(fixture, "d/queue");
    assert_string_equal(left, "hang-0123456789abcdef.scn\n");
    again = read_text(fixture, "d/queue/hang-0123456789abcdef.scn");
    assert_string_equal(again, text);
    found = list(fixture, "d/findings");
    assert_string_equal(found, "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_campaign__finds_what_is_planted),
        TEST(test_campaign__tells_when_it_was_met),
        cmocka_unit_test(test_moment__is_read_as_it_is_printed),
        TEST(test_campaign__ends_at_the_first),
        TEST(test_campaign__own_faults_do_not_end_it),
        TEST(test_campaign__goes_on_and_knows),
        TEST(test_campaign__runs_its_corpus_when_it_goes_on),
        TEST(test_campaign__same_seed_gives_the_same_folder),
        TEST(test_campaign__wrong_state_is_refused),
        TEST(test_campaign__one_at_a_time),
        TEST(test_killed__what_was_under_way_is_found),
        TEST(test_killed__what_was_under_way_is_kept),
        TEST(test_killed__twenty_times_nothing_is_lost),
        TEST(test_killed__workers_are_replaced_and_an_interrupt_ends_it),
        TEST(test_interrupt__leaves_what_is_being_made_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
