/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of last-words.c: the one line of all that a process said that tells why it ended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/isolate.h"

static void test_last_words__the_telling_line(void **state)
{
    static const struct {
        const char *said;
        const char *words;
        bool is_own_fault;
    } rows[] = {
        { "", NULL, false },
        { "\n\n", NULL, false },
        { "hello\nbye\n", "bye", false },
        { "hello\n" ISOLATE_FRAMES_MARK " 0x1234\n", "hello", false },
        { "noise\n/q/a.c:3:5: runtime error: member access within misaligned address "
          "0x7ffd00001234 for type 'x'\nnote\n",
          "/q/a.c:3:5: runtime error: member access within misaligned address (an address) "
          "for type 'x'", false },
        { "==9==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000 (pc 0x55d0c0ffee)\n"
          "    #0 0x5 in main\nSUMMARY: AddressSanitizer: SEGV /q/b.c:1 in f\n==9==ABORTING\n",
          "AddressSanitizer: SEGV /q/b.c:1 in f", false },
        { "ERROR:/x/sim/block.c:4:f: assertion failed: (a)\n",
          "/x/sim/block.c:4:f: assertion failed: (a)", false },
        { "ERROR:/x/harness/subject/reference.c:4:f: assertion failed: (a)\n",
          "/x/harness/subject/reference.c:4:f: assertion failed: (a)", false },
        { "Bail out! ERROR:/x/harness/run.c:4:f: assertion failed: (a)\n",
          "/x/harness/run.c:4:f: assertion failed: (a)", true },
        { "ERROR:harness/run.c:4:f: code should not be reached\n",
          "harness/run.c:4:f: code should not be reached", true },
        { "not text: \xff", "not text: \xef\xbf\xbd", false },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool is_own_fault;
        g_autofree char *words = isolate_last_words(rows[i].said, &is_own_fault);

        if (rows[i].words) {
            assert_string_equal(words, rows[i].words);
        } else {
            assert_null(words);
        }
        assert_int_equal(is_own_fault, rows[i].is_own_fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_words__the_telling_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
