/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is refused, each kind of mistake with the exact sentence that the user reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "harness/scenario/test-kinds.h"

typedef struct ErrorCase {
    const char *text;
    const char *message;        /* without "x.scn:" */
} ErrorCase;

static void assert_messages(const ErrorCase *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        g_autofree char *message = test_error(cases[i].text, strlen(cases[i].text));
        g_autofree char *expected = g_strconcat("x.scn:", cases[i].message, NULL);

        assert_string_equal(message, expected);
    }
}

#define DRIVE "drive a 1M\n"

static void test_errors__steps(void **state)
{
    static const ErrorCase cases[] = {
        { "wirte", "1:1: unknown step 'wirte'; did you mean 'write'?" },
        { "\n\t writee a", "2:3: unknown step 'writee'; did you mean 'write'?" },
        { "look  lfet now", "1:1: unknown step 'look lfet'; did you mean 'look left'?" },
        { "lok right", "1:1: unknown step 'lok right'; did you mean 'look right'?" },
        { "look # c", "1:1: unknown step 'look'; expected look left or look right" },
        { "look up", "1:1: unknown step 'look up'; expected look left or look right" },
        { "frobnicate",
          "1:1: unknown step 'frobnicate'; expected one that 'bax help steps' lists" },
        { "\xc3\xbc=1234567890123456789012345678901234567890",
          "1:1: unknown step '\\xc3\\xbc=1234567890123456789012345678901234567...'; expected one "
          "that 'bax help steps' lists" },
        { "drive", "1:6: 'drive' lacks its name; expected drive NAME SIZE [fleecing=SIZE] "
          "[read-only=yes|no]" },
        { "teardown x # c", "1:12: 'teardown' lacks its result; expected teardown TARGET "
          "success|failure" },
        { "drive a read-only=yes", "1:9: 'drive' lacks its size; expected drive NAME SIZE "
          "[fleecing=SIZE] [read-only=yes|no]" },
        { "look left now", "1:11: unexpected 'now' behind 'look left'; expected the end of the "
          "line" },
        { "drive a 1M now", "1:12: unexpected 'now' behind 'drive'; expected fleecing=, read-only= "
          "or the end of the line" },
        { "drive a 1M fleecing=1M 7", "1:24: unexpected '7' behind 'drive'; expected read-only= or "
          "the end of the line" },
        { "drive a 1M flecing=1M", "1:12: 'drive' has no 'flecing='; did you mean 'fleecing='?" },
        { "drive a 1M whatever=1M", "1:12: unexpected 'whatever=' behind 'drive'; expected "
          "fleecing=, read-only= or the end of the line" },
        { "drive a 1M fleecing=1M fleecing=2M",
          "1:24: 'fleecing=' is given twice; expected it once" },
        { "drive a 1M fleecing=",
          "1:21: there is nothing behind 'fleecing='; expected a value" },
    };

    (void)state;
    assert_messages(cases, G_N_ELEMENTS(cases));
}

static void test_errors__start_and_names(void **state)
{
    static const ErrorCase cases[] = {
        { "start", "1:6: 'start' lacks its label; expected start LABEL STEP" },
        { "start w1 # c",
          "1:10: there is no step behind 'start w1'; expected start LABEL STEP" },
        { "start \"w\" look left",
          "1:7: '\"w\"' is no label; expected letters, digits, '.', '_' and '-'" },
        { "start w look left",
          "1:9: 'look left' cannot be started; expected setup, teardown or write" },
        { DRIVE "start w write a 0 1K\nstart w write a 0 1K",
          "3:7: label 'w' is taken since line 2; expected another one" },
        { "wait w", "1:6: there is no label 'w'; expected 'start LABEL ...' above" },
        { DRIVE "start w write a 0 1K\nwait v", "3:6: there is no label 'v'; expected w" },
        { "write a 0 1K", "1:7: there is no drive 'a'; expected a 'drive' step above" },
        { DRIVE "drive b 1M\nwrite c 0 1K", "3:7: there is no drive 'c'; expected one of a, b" },
        { DRIVE "fault x on=c", "2:12: there is no drive 'c'; expected a" },
        { DRIVE DRIVE, "2:7: drive 'a' is already there since line 1; expected another name" },
        { "drive a/b 1M", "1:7: name 'a/b' is not the name of a drive; expected letters, digits, "
          "'.', '_' and '-'" },
        { "bax 2", "1:1: this file needs bax scenario language 2, this program knows 1" },
        { "# t\nbax 0", "2:1: there is no bax scenario language 0; expected 1" },
        { DRIVE "bax 1", "2:1: 'bax' stands behind other steps; expected it before all of them" },
    };

    (void)state;
    assert_messages(cases, G_N_ELEMENTS(cases));
}

static void test_errors__numbers(void **state)
{
    static const ErrorCase cases[] = {
        { "drive a 12Q",
          "1:9: size '12Q' is not a size; expected bytes such as 512, 64K or 4M" },
        { "drive a -1", "1:9: size '-1' is not a size; expected bytes such as 512, 64K or 4M" },
        { "drive a 4KB", "1:9: size '4KB' is not a size; expected bytes such as 512, 64K or 4M" },
        { "drive a K", "1:9: size 'K' is not a size; expected bytes such as 512, 64K or 4M" },
        { "drive a 9223372036854775808",
          "1:9: size 9223372036854775808 is too large; expected at most 2^63 - 1" },
        { "drive a 99999999999999999999999",
          "1:9: size 99999999999999999999999 is too large; expected at most 2^63 - 1" },
        { "drive a 8388608T", "1:9: size 8388608T is too large; expected at most 2^63 - 1" },
        { DRIVE "write a 3000 512", "2:9: offset 3000 is not a multiple of 512" },
        { DRIVE "write a 0 1", "2:11: bytes 1 is not a multiple of 512" },
        { "sleep 5", "1:7: duration '5' is not a duration; expected a number with ns, us, ms or "
          "s, such as 20ms" },
        { "sleep ms", "1:7: duration 'ms' is not a duration; expected a number with ns, us, ms or "
          "s, such as 20ms" },
        { "sleep 9223372037s", "1:7: duration 9223372037s is too large; expected at most 2^63 - "
          "1" },
        { "bax 1K", "1:5: version '1K' is not a number; expected digits" },
        { "bax 18446744073709551617",
          "1:5: version 18446744073709551617 is too large; expected at most 2^63 - 1" },
    };

    (void)state;
    assert_messages(cases, G_N_ELEMENTS(cases));
}

static void test_errors__ranges(void **state)
{
    static const ErrorCase cases[] = {
        { DRIVE "expect bitmap a b 5",
          "2:19: ranges '5' is not a range; expected START+LENGTH with commas between, none or "
          "all" },
        { DRIVE "expect bitmap a b 0+4M,",
          "2:24: ranges '' is not a range; expected START+LENGTH with commas between, none or "
          "all" },
        { DRIVE "expect bitmap a b 0+",
          "2:21: ranges '' is not a size; expected bytes such as 512, 64K or 4M" },
        { DRIVE "expect bitmap a b 0+4M,4M+0", "2:24: range 4M+0 is empty; expected a length above "
          "0" },
        { DRIVE "expect bitmap a b 1+9223372036854775807",
          "2:19: range 1+9223372036854775807 is too large; expected an end of at most 2^63 - 1" },
        { DRIVE "expect bitmap a b 4M+4M,0+1M",
          "2:25: range 0+1M begins before the end of the one before it; expected ranges in "
          "ascending order" },
        { DRIVE "expect bitmap a b 0+4M,4M+4M",
          "2:24: range 4M+4M touches the one before it; expected both as one" },
    };

    (void)state;
    assert_messages(cases, G_N_ELEMENTS(cases));
}

static void test_errors__texts(void **state)
{
    static const ErrorCase cases[] = {
        { "teardown p sucess", "1:12: result 'sucess' is unknown; did you mean 'success'?" },
        { "teardown p xyz", "1:12: result 'xyz' is unknown; expected success or failure" },
        { DRIVE "write a 0 512 hold=q",
          "2:20: hold 'q' is unknown; expected submitted, landed or marked" },
        { "setup a/b x", "1:7: target 'a/b' needs quotes; expected letters, digits, '.', '_' and "
          "'-', or \"text\"" },
        { "setup a /", "1:9: drives '/' needs quotes; expected letters, digits, '.', '_' and "
          "'-' with ',', ';' or ':' between, or \"text\"" },
        { "setup a *x",
          "1:9: drives '*x' is not a list of drives; expected * alone for all writable drives" },
        { "setup a \"*\"",
          "1:9: drives is * in quotes; expected * without quotes for all writable drives" },
        { "expect error x", "1:14: text 'x' is not in quotes; expected \"text\"" },
        { "expect error \"x", "1:14: this quote is not closed; expected another \" on the same "
          "line" },
        { "expect error \"x\\\"", "1:14: this quote is not closed; expected another \" on the "
          "same line" },
        { "expect error \"\\n\"",
          "1:15: unknown escape in quotes; expected \\\", \\\\ or \\xNN" },
        { "expect error \"\\x4", "1:15: unknown escape in quotes; expected \\\", \\\\ or \\xNN" },
        { "expect error \"\\",
          "1:15: unknown escape in quotes; expected \\\", \\\\ or \\xNN" },
        { "expect error \"a\\x00\"", "1:16: \\x00 ends a text; expected \\x01 to \\xff" },
        { "expect error \"a\"b",
          "1:17: 'b' behind a closing quote; expected a blank or *COUNT" },
        { "expect error \"a\"*", "1:18: '' is no count of repetitions; expected a number from 1 "
          "to 4096" },
        { "expect error \"a\"*0", "1:18: '0' is no count of repetitions; expected a number from 1 "
          "to 4096" },
        { "expect error \"a\"*4097", "1:18: '4097' is no count of repetitions; expected a number "
          "from 1 to 4096" },
        { "expect error \"ab\"*2049",
          "1:14: text of 4098 bytes is too long; expected at most 4096" },
        { "expect error \"a\\x01\"*2048",
          "1:1: this line is longer than 8192 bytes when its names are written out; expected "
          "less" },
        { "look left\r\n", "1:10: byte 0x0d has no place in a scenario; expected printable text, "
          "and lines that end with a newline alone" },
        { "# \x7f", "1:3: byte 0x7f has no place in a scenario; expected printable text" },
    };
    g_autofree char *nul = test_error("\nlook\0left", 10);

    (void)state;
    assert_messages(cases, G_N_ELEMENTS(cases));
    assert_string_equal(nul, "x.scn:2:5: byte 0x00 has no place in a scenario; expected printable "
                        "text");
}

static void assert_repeated(const char *line, unsigned n_lines, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *message = NULL;

    for (unsigned i = 0; i < n_lines; i++) {
        g_string_append(text, line);
    }
    message = test_error(text->str, text->len);
    assert_string_equal(message, expected);
}

static void test_errors__limits(void **state)
{
    (void)state;
    assert_repeated("look left\n", SCENARIO_MAX_STEPS + 1,
                    "x.scn:10001:1: this is one step too many; expected at most 10000");
    assert_repeated("\n", SCENARIO_MAX_LINES + 1,
                    "x.scn:20001:1: this is one line too many; expected at most 20000");
    assert_repeated("#", SCENARIO_MAX_LINE_BYTES + 1,
                    "x.scn:1:8193: this line is longer than 8192 bytes; expected less");
    assert_repeated("x", SCENARIO_MAX_BYTES + 1,
                    "x.scn:1:1: this text is larger than 1048576 bytes; expected less");
    assert_repeated("expect error \"ab\"*2000\n", 300,
                    "x.scn:1:1: this text is larger than 1048576 bytes when its names are written "
                    "out; expected less");
}

static void test_errors__files_that_cannot_be_read(void **state)
{
    static const char *const cases[][2] = {
        { "/nonexistent/x.scn",
          "/nonexistent/x.scn: cannot be read: No such file or directory" },
        { "/", "/: cannot be read: Is a directory" },
        { "/dev/zero", "/dev/zero:1:1: this text is larger than 1048576 bytes; expected less" },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(scenario_load(cases[i][0], &error));
        assert_string_equal(error->message, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors__steps),
        cmocka_unit_test(test_errors__start_and_names),
        cmocka_unit_test(test_errors__numbers),
        cmocka_unit_test(test_errors__ranges),
        cmocka_unit_test(test_errors__texts),
        cmocka_unit_test(test_errors__limits),
        cmocka_unit_test(test_errors__files_that_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
