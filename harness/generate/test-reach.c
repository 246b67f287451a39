/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of what random scenarios come to: combinations of steps without which whole kinds of
 * mistakes would never be found.  That each is made at all is asserted here; whether runs come to
 * where it matters is for the marks to say.  Built for each generation of the interface.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/generate/generate.h"
#include "harness/subject/subject.h"

#define N_SCENARIOS 16000

static const struct {
    const char *what;
    const char *pattern;        /* somewhere in the text, lines and all */
    unsigned first_generation, last_generation;
    unsigned least;             /* a quarter of how many there were when this was written */
} places[] = {
    { "a teardown that names the target of the regular backup",
      "teardown " SUBJECT_REGULAR_TARGET_NAME " ", 1, 3, 240 },
    { "a teardown that names it while that is under way",
      "\nbackup [^\n]*\n(.*\n){1,3}teardown " SUBJECT_REGULAR_TARGET_NAME " ", 1, 3, 75 },
    { "an access whose bitmap has a reserved name",
      "setup .* bitmap=" SUBJECT_BACKGROUND_BITMAP_NAME "\\b", 1, 3, 73 },
    { "an access whose bitmap has the name of the regular backup's",
      "setup .* bitmap=" SUBJECT_REGULAR_BITMAP_NAME "\\b", 1, 3, 34 },
    { "a reserved name by hand",
      "\nbitmap-add \\S+ " SUBJECT_BACKGROUND_BITMAP_NAME "\\b", 1, 3, 145 },
    { "the background bitmap in other hands",
      "\nbitmap-disable \\S+ " SUBJECT_BACKGROUND_BITMAP_NAME "\n", 1, 3, 59 },
    { "an empty target", "setup \"\" ", 1, 3, 39 },
    { "an empty name", "bitmap=\"\"", 1, 3, 34 },
    { "a name of full length", "\"x\"\\*1023", 1, 3, 167 },
    { "a name that is too long", "\"x\"\\*1024", 1, 3, 105 },
    { "an access with another name than before",
      "setup t0 [^\n]* bitmap=t0\\b[^\n]*\n(.*\n)*"
      "(start \\w+ )?setup t0 [^\n]* bitmap=b0\\b", 1, 2, 204 },
    { "a new bitmap on demand", "setup .* mode=new\\b", 2, 3, 392 },
    { "a mode for each drive", "setup .*,.* mode=\"(new,use|none,use)\"", 2, 3, 301 },
    { "bitmaps that are inconsistent on several drives when a call fails",
      "\nbitmap-set scsi0 (\\S+) inconsistent\nbitmap-set scsi1 \\1 inconsistent\n"
      "(bitmap-set .*\n)*fault bdrv_", 1, 3, 30 },
    { "a hand while a teardown waits",
      " delay=1ms\nstart \\w+ teardown .*\nbitmap-(add|disable) ", 1, 3, 42 },
    { "a hand while a setup waits", " delay=1ms\nstart \\w+ setup .*\nbitmap-(add|set) ", 1, 3, 44 },
    { "a merge while a teardown waits", "\nstart \\w+ teardown .*\nbitmap-merge ", 1, 3, 288 },
    { "a resize while a backup begins", " delay=1ms\nstart \\w+ backup .*\nresize ", 1, 3, 154 },
    { "a bitmap that is in use beyond the end of its access",
      "\nbitmap-set (\\S+ \\S+) busy\nteardown .*\nbitmap-set \\1 idle", 1, 3, 243 },
    { "writes that wait for each other while an access begins",
      "\nstart \\w+ setup .*,.*\n(start .*\n)?(write scsi\\d+ .*\n){3}", 1, 3, 121 },
    { "QEMU's end while a setup waits", "\nstart \\w+ setup .*\nquit\n", 1, 3, 143 },
    { "QEMU's end while a setup waits, with another command behind it",
      "\nfault .*\nstart \\w+ setup .*\nstart \\w+ (setup|teardown) .*\nquit\n", 1, 3, 8 },
    { "a drive that grows with its fleecing image",
      "\nresize (\\S+) (\\S+) image=drive\nresize \\1 \\2 image=fleecing\n", 1, 3, 372 },
    { "a drive that shrinks a little while a backup begins",
      "\ndrive scsi0 64K\\b[^\n]*\n(.*\n)*start .*backup .*\nresize scsi0 60K image=drive", 1, 3, 1 },
    { "a drive that shrinks between two accesses",
      "\ndrive scsi0 \\d+M\\b[^\n]*\n(.*\n)*teardown [^\n]*\n(.*\n)*resize scsi0 512\\b", 1, 3, 2 },
};

static bool is_of_the_interface(unsigned place)
{
    return places[place].first_generation <= subject.generation
        && subject.generation <= places[place].last_generation;
}

static void test_generate__comes_to_every_place(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned n[G_N_ELEMENTS(places)] = { 0 };
    GRegex *patterns[G_N_ELEMENTS(places)];
    SimPrng prng;

    (void) state;
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        patterns[i] = g_regex_new(places[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
        assert_non_null(patterns[i]);
    }
    sim_prng_init(&prng, 1);
    for (unsigned k = 0; k < N_SCENARIOS; k++) {
        Scenario *scenario = generate_scenario(&prng, NULL);

        g_string_truncate(text, 0);
        scenario_print(scenario, text);
        for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
            n[i] += g_regex_match(patterns[i], text->str, 0, NULL);
        }
        scenario_free(scenario);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        print_message("%5u  %s\n", n[i], places[i].what);
        if (is_of_the_interface(i) && n[i] < places[i].least) {
            fail_msg("%u of %u random scenarios have %s; at least %u should", n[i], N_SCENARIOS,
                     places[i].what, places[i].least);
        }
        g_regex_unref(patterns[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generate__comes_to_every_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
