/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Schedules in scenarios: what is refused, what a run makes of them, and that every run is
 * replayed from its recorded text.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "harness/mirror.h"
#include "harness/run.h"
#include "harness/scenario/schedule.h"

static Scenario *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Scenario *scenario = scenario_parse("x.scn", text, strlen(text), &error);

    assert_string_equal(error ? error->message : "", "");
    return scenario;
}

typedef struct ErrorCase {
    const char *text;
    const char *message;        /* without "x.scn:" */
} ErrorCase;

static void test_schedule__mistakes_are_told_to_the_column(void **state)
{
    static const ErrorCase cases[] = {
        { "schedule seed=x", "1:15: seed 'x' is not a number; expected digits" },
        { "schedule answers", "1:17: 'schedule answers' lacks its purpose; expected schedule answers "
          "loop|bottom-halves|poll|monitor|hold|io-time|iothread ANSWERS" },
        { "schedule answers lop 1:1", "1:18: purpose 'lop' is unknown; did you mean 'loop'?" },
        { "schedule answers loop 1", "1:23: '1' is not an answer; expected "
          "QUESTION:ANSWER[/ALTERNATIVES][@EVENT], such as 17:2/3@131" },
        { "schedule answers loop 1:1,2:x", "1:27: '2:x' is not an answer; expected "
          "QUESTION:ANSWER[/ALTERNATIVES][@EVENT], such as 17:2/3@131" },
        { "schedule answers loop 1:1,", "1:27: '' is not an answer; expected "
          "QUESTION:ANSWER[/ALTERNATIVES][@EVENT], such as 17:2/3@131" },
        { "schedule answers loop 1:1@2/3", "1:23: '1:1@2/3' is not an answer; expected "
          "QUESTION:ANSWER[/ALTERNATIVES][@EVENT], such as 17:2/3@131" },
        { "schedule answers loop 0:1", "1:23: question 0 is out of bounds; expected 1 to "
          "4294967295" },
        { "schedule answers loop 1:65535", "1:25: answer 65535 is out of bounds; expected 0 to "
          "65534" },
        { "schedule answers loop 1:0/1", "1:27: number of alternatives 1 is out of bounds; expected "
          "2 to 65535" },
        { "schedule answers loop 1:1@99999999999999999999", "1:27: event 99999999999999999999 is "
          "out of bounds; expected 0 to 9223372036854775807" },
        { "schedule answers loop 1:3/3", "1:25: there is no answer 3 among 3 alternatives; expected "
          "0 to 2" },
        { "schedule answers loop 2:1,2:1", "1:27: question 2 is not behind question 2; expected "
          "questions in ascending order" },
        { "schedule answers loop 5:1\nschedule answers hold 1:1\nschedule answers loop 3:1",
          "3:23: question 3 is not behind question 5 of purpose loop above; expected questions in "
          "ascending order" },
        { "schedule seed=1\nschedule pct", "2:1: there is a scheduler since line 1; expected one "
          "alone" },
        { "drive a 1M\nschedule", "2:1: 'schedule' stands behind other steps; expected it at the "
          "head of the file" },
        { "schedule pct changes=65", "1:22: changes 65 is out of bounds; expected 0 to 64" },
        { "schedule pct length=0", "1:21: length 0 is out of bounds; expected 1 to 4294967295" },
        { "schedule\nbax 1", "2:1: 'bax' stands behind other steps; expected it before all of "
          "them" },
        { "start x schedule seed=1", NULL },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Scenario) scenario = scenario_parse("x.scn", cases[i].text,
                                                      strlen(cases[i].text), &error);

        assert_null(scenario);
        if (cases[i].message) {
            g_autofree char *expected = g_strconcat("x.scn:", cases[i].message, NULL);

            assert_string_equal(error->message, expected);
        }
    }
}

#define HEAD "# Title.\nbax 1\nneeds generation 1 to=3\n"
#define BODY "\nallow errors\ndrive a 1M  # here\n"

static void test_schedule__prints_back(void **state)
{
    static const char text[] =
        HEAD "schedule pct seed=7 changes=0 length=9 io-times=no\n"
        "schedule answers loop 1:0,17:2/3@131,20:1@0  # why\n"
        "schedule answers loop 21:65534\nschedule answers iothread 4294967295:1/65535\n" BODY;
    g_autoptr(Scenario) scenario = parse(text);
    g_autoptr(GString) printed = g_string_new(NULL);

    (void)state;
    scenario_print(scenario, printed);
    assert_string_equal(printed->str, text);
}

/* The lines go where the old ones were, or before the first step that is no heading. */
static void test_schedule__is_replaced_in_its_place(void **state)
{
    static const char expected[] = HEAD "schedule seed=3\n" BODY;
    g_autoptr(Scenario) with = parse(HEAD "schedule seed=1\nschedule answers hold 1:1\n" BODY);
    g_autoptr(Scenario) without = parse(HEAD BODY);
    g_autoptr(Scenario) empty = parse("# Title.\n");
    g_autofree char *replaced = schedule_replace(with, "schedule seed=3\n");
    g_autofree char *added = schedule_replace(without, "schedule seed=3\n");
    g_autofree char *alone = schedule_replace(empty, "schedule seed=3\n");
    g_autofree char *removed = schedule_replace(with, "");

    (void)state;
    assert_string_equal(replaced, expected);
    assert_string_equal(added, HEAD "\nallow errors\nschedule seed=3\ndrive a 1M  # here\n");
    assert_string_equal(alone, "# Title.\nschedule seed=3\n");
    assert_string_equal(removed, HEAD BODY);
}

/* Purposes in order, lines of a length that people can look at. */
static void test_schedule__record_is_sorted_into_lines(void **state)
{
    SimAnswer answers[40] = { { SIM_CHOICE_HOLD, 1, 2, 1, 5 } };
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    (void)state;
    for (unsigned i = 1; i < G_N_ELEMENTS(answers); i++) {
        answers[i] = (SimAnswer) { SIM_CHOICE_LOOP, 1, 3, i, 100 };
    }
    text = schedule_print(true, answers, G_N_ELEMENTS(answers));
    lines = g_strsplit(text, "\n", -1);
    assert_string_equal(lines[0], "schedule io-times=yes");
    assert_true(g_str_has_prefix(lines[1], "schedule answers loop 1:1/3@100,2:1/3@100,"));
    assert_true(strlen(lines[1]) <= 100);
    assert_true(g_str_has_prefix(lines[2], "schedule answers loop "));
    assert_string_equal(lines[g_strv_length(lines) - 2], "schedule answers hold 1:1/2@5");
    g_free(text);
    text = schedule_print(false, NULL, 0);
    assert_string_equal(text, "");
}

#define BUSY \
    "drive scsi0 64M\ndrive scsi1 64M\nstart w1 write scsi0 0 64K\n" \
    "start w2 write scsi0 0 64K\nstart s1 setup pbs1 scsi0,scsi1 bitmap=b0\n" \
    "start w3 write scsi1 0 64K\nwait s1\n"

/* The result of a run without its findings, which do not matter here. */
static void run(const char *text, RunResult *ret_result)
{
    g_autoptr(Scenario) scenario = parse(text);
    RunOptions options = { .keeps_schedule = true };

    run_scenario(scenario, &options, ret_result);
    assert_int_equal(ret_result->verdict, RUN_GOOD);
}

static uint64_t digest_of(const char *text)
{
    RunResult result;
    uint64_t digest;

    run(text, &result);
    digest = result.digest;
    run_result_clear(&result);
    return digest;
}

/* What says nothing changes nothing, not even the digest; what says something does. */
static void test_schedule__heading_alone_changes_no_digest(void **state)
{
    uint64_t plain = digest_of(BUSY);
    unsigned n_other = 0;

    (void)state;
    assert_true(digest_of("schedule\n" BUSY) == plain);
    assert_true(digest_of("schedule io-times=yes\n" BUSY) == plain);
    assert_true(digest_of("schedule answers loop 1:0\n" BUSY) == plain);
    for (unsigned seed = 0; seed < 10; seed++) {
        g_autofree char *seeded = g_strdup_printf("schedule seed=%u\n" BUSY, seed);
        g_autofree char *pct = g_strdup_printf("schedule pct seed=%u\n" BUSY, seed);

        assert_true(digest_of(seeded) == digest_of(seeded));
        n_other += digest_of(seeded) != plain;
        n_other += digest_of(pct) != plain;
    }
    assert_in_range(n_other, 15, 20);
}

/* One answer of another kind is one deviation, and its record is itself. */
static void test_schedule__answers_are_the_record(void **state)
{
    RunResult result;

    (void)state;
    run("schedule answers loop 3:1\n" BUSY, &result);
    assert_true(g_str_has_prefix(result.schedule, "schedule answers loop 3:1/"));
    assert_null(strchr(result.schedule, ','));
    assert_null(result.divergence);
    run_result_clear(&result);
}

static void test_schedule__divergence_names_the_answer(void **state)
{
    RunResult result;

    (void)state;
    run("schedule answers loop 3:1/2@4\n" BUSY, &result);
    assert_null(result.divergence);
    run_result_clear(&result);
    run("schedule\nschedule answers loop 3:1/7@4\n" BUSY, &result);
    assert_string_equal(result.divergence, "x.scn:2: the run differs from its schedule, first at "
                        "the answer 'loop 3:1/7@4': that question came after event 4 and had 2 "
                        "alternatives");
    run_result_clear(&result);
    run("schedule answers hold 1:1/2@4\n" BUSY, &result);
    assert_string_equal(result.divergence, "x.scn:1: the run differs from its schedule, first at "
                        "the answer 'hold 1:1/2@4': that question never came");
    run_result_clear(&result);
}

/* An I/O that takes 46 s breaks the snapshot: its copy runs into the timeout. */
static void test_schedule__io_takes_its_time(void **state)
{
    static const char text[] =
        "drive scsi0 64M\nsetup pbs1 scsi0 bitmap=b0\nwrite scsi0 0 64K\n"
        "provider-read pbs1 scsi0 0 64K\n";
    g_autofree char *slow = g_strconcat("schedule io-times=yes\nschedule answers io-time 1:4/5\n",
                                        text, "expect read denied\n", NULL);
    g_autofree char *quick = g_strconcat("schedule io-times=yes\n", text, "expect read ok\n",
                                         NULL);

    (void)state;
    digest_of(slow);
    digest_of(quick);
}

/* The mirror holds what the result holds. */
static void test_schedule__mirror_is_the_record(void **state)
{
    g_autoptr(Scenario) scenario = parse("schedule seed=3 io-times=yes\n" BUSY);
    SimRecord *mirror = mirror_new(1000), *small = mirror_new(1);
    g_autofree char *text = NULL;
    RunOptions options = { .keeps_schedule = true, .mirror = mirror };
    RunResult result;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        run_scenario(scenario, &options, &result);
        g_free(text);
        text = mirror_print(mirror);
        assert_string_equal(text, result.schedule);
        run_result_clear(&result);
    }
    options.mirror = small;
    run_scenario(scenario, &options, &result);
    assert_null(mirror_print(small));
    run_result_clear(&result);
    mirror_free(small);
    mirror_free(mirror);
}

/* Runs as the scenario's text with @words for its schedule says. */
static void run_with(const Scenario *scenario, const char *words, RunResult *ret_result)
{
    g_autoptr(Scenario) schedule = words ? schedule_parse_words("x", words, NULL) : NULL;
    RunOptions options = { .schedule = schedule, .keeps_schedule = true };

    run_scenario(scenario, &options, ret_result);
}

static char *describe(const char *file, const char *words, const RunResult *result)
{
    return g_strdup_printf("%s: schedule %s: verdict %d, digest %016" G_GINT64_MODIFIER "x", file,
                           words, (int)result->verdict, result->digest);
}

/* All scenarios that there are, each with a seed of its own, replayed from the text alone. */
static void test_schedule__every_run_replays_from_its_text(void **state)
{
    static const char *const folders[] = { BAX_SOURCE_DIR "/scenarios", NULL };
    g_auto(GStrv) files = scenario_find_files(folders, NULL);
    unsigned n_runs = 0, n_others = 0;

    (void)state;
    for (unsigned i = 0; files[i]; i++) {
        g_autoptr(Scenario) scenario = scenario_load(files[i], NULL);
        g_autoptr(Scenario) again = NULL;
        g_autofree char *words = g_strdup_printf("%sseed=%u%s", i % 3 == 2 ? "pct " : "", i,
                                                 i % 2 ? " io-times=yes" : "");
        g_autofree char *recorded = NULL, *expected = NULL, *found = NULL;
        RunResult plain, seeded, replayed;

        run_with(scenario, NULL, &plain);
        run_with(scenario, words, &seeded);
        recorded = run_recorded_scenario(scenario, &seeded, NULL);
        assert_non_null(recorded);
        again = parse(recorded);
        run_with(again, NULL, &replayed);
        expected = describe(files[i], words, &seeded);
        found = describe(files[i], words, &replayed);
        assert_string_equal(found, expected);
        assert_null(replayed.divergence);
        assert_string_equal(replayed.schedule, seeded.schedule);
        n_runs++;
        n_others += seeded.digest != plain.digest;
        run_result_clear(&plain);
        run_result_clear(&seeded);
        run_result_clear(&replayed);
    }
    assert_true(n_runs > 200);
    assert_true(n_others > n_runs / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule__mistakes_are_told_to_the_column),
        cmocka_unit_test(test_schedule__prints_back),
        cmocka_unit_test(test_schedule__is_replaced_in_its_place),
        cmocka_unit_test(test_schedule__record_is_sorted_into_lines),
        cmocka_unit_test(test_schedule__heading_alone_changes_no_digest),
        cmocka_unit_test(test_schedule__answers_are_the_record),
        cmocka_unit_test(test_schedule__divergence_names_the_answer),
        cmocka_unit_test(test_schedule__io_takes_its_time),
        cmocka_unit_test(test_schedule__mirror_is_the_record),
        cmocka_unit_test(test_schedule__every_run_replays_from_its_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
