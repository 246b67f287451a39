/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every expectation, once as it holds and once as it does not.
 *
 * A case is a scenario that ends in the expectation, with what it must complain of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/actor/test-subject.h"

typedef struct Case {
    const char *before;         /* steps behind the drives scsi0 and scsi1 */
    const char *expectation;
    const char *complaint;      /* NULL: it holds */
} Case;

static void run_cases(const Case *cases, size_t n_cases)
{
    for (size_t i = 0; i < n_cases; i++) {
        g_autofree char *text = g_strconcat("drive scsi0 64M\ndrive scsi1 30M\n", cases[i].before,
                                            cases[i].expectation, "\n", NULL);
        RunResult result;

        test_run(text, NULL, &result);
        if (!cases[i].complaint) {
            if (result.findings->len > 0) {
                fail_msg("%s: %s", text, g_array_index(result.findings, Finding, 0).message);
            }
            assert_int_equal(result.verdict, RUN_GOOD);
        } else {
            const Finding *finding;

            assert_int_equal(result.verdict, RUN_FINDING);
            assert_int_equal(result.findings->len, 1);
            finding = &g_array_index(result.findings, Finding, 0);
            assert_string_equal(finding->name, "expectation");
            assert_string_equal(finding->who, cases[i].expectation);
            assert_string_equal(finding->message, cases[i].complaint);
        }
        run_result_clear(&result);
    }
}

#define FAILED "setup fails scsi0\n"
#define SETUP "setup a scsi0 bitmap=b0\n"

static void test_expect__answers(void **state)
{
    static const Case cases[] = {
        { FAILED, "expect error \"luck\"", NULL },
        { FAILED, "expect error \"bad luck\"",
          "expected an error that says \"bad luck\"\nsetup failed: no luck" },
        { SETUP, "expect error \"luck\"",
          "expected an error that says \"luck\", but setup succeeded" },
        { "", "expect error \"luck\"",
          "expected an error that says \"luck\", but there was no command" },
        { "setup warns scsi0\n", "expect warning \"careful\"", NULL },
        { "setup warns scsi0\n", "expect warning \"rash\"",
          "expected a report that says \"rash\"\nreported was: \"warning: careful\"" },
        { "setup warns scsi0\nsetup a scsi0\n", "expect warning \"careful\"",
          "expected a report that says \"careful\"\nreported was: nothing" },
        { "setup warns scsi0\nsetup a scsi0\n", "expect no-warning", NULL },
        { "setup warns scsi0\n", "expect no-warning",
          "expected no report\nreported was: \"warning: careful\"" },
        { SETUP, "expect action scsi0 new", NULL },
        { SETUP, "expect action scsi0 used", "expected action used for scsi0, setup answered new" },
        { "setup a scsi0\n", "expect action scsi0 none", NULL },
        { SETUP, "expect action scsi1 new",
          "expected action new for scsi1, but the last setup gave no access to it" },
        { "", "expect action scsi1 new",
          "expected action new for scsi1, but no setup was answered yet" },
        { SETUP "setup fails scsi0\nexpect error \"luck\"\n", "expect action scsi0 new",
          "expected action new for scsi0, but the last setup failed" },
        { SETUP, "expect size scsi0 64M", NULL },
        { SETUP, "expect size scsi0 30M",
          "expected 31457280 bytes for scsi0, setup answered 67108864" },
        { SETUP, "expect size scsi1 30M",
          "expected access to scsi1, but the last setup gave no access to it" },
        { SETUP, "expect named scsi0 b0", NULL },
        { SETUP, "expect named scsi0 b1", "expected bitmap 'b1' for scsi0, setup answered 'b0'" },
        { "setup a scsi0\n", "expect named scsi0 b1",
          "expected bitmap 'b1' for scsi0, setup answered none" },
        { SETUP, "expect no-access scsi1", NULL },
        { SETUP, "expect no-access scsi0",
          "expected no access to scsi0, but the last setup gave it" },
        { "", "expect status none", NULL },
        { "query\n", "expect status active", NULL },
        { "query\n", "expect status done", "expected status done, query answered active" },
        { "query\n", "expect info scsi0 used", NULL },
        { "query\n", "expect info scsi0 used size=64K dirty=4K", NULL },
        { "query\n", "expect info scsi0 used size=64K dirty=8K",
          "query answered of scsi0: action used, size 65536, dirty 4096" },
        { "query\n", "expect info scsi0 new",
          "query answered of scsi0: action used, size 65536, dirty 4096" },
        { "query\n", "expect info scsi1 used",
          "expected an info of scsi1, the last query answered none" },
    };

    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

#define BITMAP "bitmap-add scsi0 b0 granularity=1M\n"

static void test_expect__bitmaps(void **state)
{
    static const Case cases[] = {
        { BITMAP, "expect bitmap scsi0 b0 none", NULL },
        { BITMAP "write scsi0 3M 512\n", "expect bitmap scsi0 b0 3M+1M", NULL },
        { BITMAP "write scsi0 0 64M\n", "expect bitmap scsi0 b0 all", NULL },
        { BITMAP "write scsi0 3M 512\n", "expect bitmap scsi0 b0 3M+2M",
          "expected dirty in bitmap 'b0' of scsi0: 3M+2M\ndirty is: 3M+1M" },
        { BITMAP, "expect bitmap scsi0 b0 all",
          "expected dirty in bitmap 'b0' of scsi0: 0+64M\ndirty is: none" },
        { BITMAP, "expect bitmap scsi1 b0 none",
          "expected a bitmap 'b0' on scsi1, there is none" },
        { BITMAP, "expect no-bitmap scsi0 b1", NULL },
        { BITMAP, "expect no-bitmap scsi0 b0", "expected no bitmap 'b0' on scsi0, there is one" },
        { BITMAP, "expect bitmaps scsi0 1", NULL },
        { BITMAP "bitmap-add scsi0 b1\n", "expect bitmaps scsi0 1",
          "expected 1 bitmaps on scsi0, there are 2: 'b1', 'b0'" },
        { BITMAP, "expect bitmaps scsi1 1", "expected 1 bitmaps on scsi1, there are 0" },
        { BITMAP, "expect flag scsi0 b0 enabled", NULL },
        { BITMAP, "expect flag scsi0 b0 disabled",
          "expected bitmap 'b0' of scsi0 disabled, it is enabled" },
        { BITMAP "bitmap-disable scsi0 b0\n", "expect flag scsi0 b0 disabled", NULL },
        { BITMAP "bitmap-disable scsi0 b0\nbitmap-enable scsi0 b0\n",
          "expect flag scsi0 b0 enabled", NULL },
        { BITMAP "bitmap-set scsi0 b0 busy\n", "expect flag scsi0 b0 busy", NULL },
        { BITMAP "bitmap-set scsi0 b0 busy\nbitmap-set scsi0 b0 idle\n",
          "expect flag scsi0 b0 busy", "expected bitmap 'b0' of scsi0 busy, it is idle" },
        { BITMAP "bitmap-set scsi0 b0 read-only\n", "expect flag scsi0 b0 read-only", NULL },
        { BITMAP "bitmap-set scsi0 b0 read-only\nbitmap-set scsi0 b0 read-write\n",
          "expect flag scsi0 b0 read-write", NULL },
        { "bitmap-add scsi0 b0 persistent=yes\nbitmap-set scsi0 b0 inconsistent\n",
          "expect flag scsi0 b0 inconsistent", NULL },
        { BITMAP, "expect flag scsi0 b0 consistent", NULL },
        { "bitmap-add scsi0 b0 persistent=yes\n", "expect flag scsi0 b0 persistent", NULL },
        { BITMAP, "expect flag scsi0 b0 transient", NULL },
        { BITMAP, "expect granularity scsi0 b0 1M", NULL },
        { BITMAP, "expect granularity scsi0 b0 2M",
          "expected granularity 2097152 of bitmap 'b0' of scsi0, it is 1048576" },
        { "bitmap-add scsi0 b0 disabled=yes\nwrite scsi0 0 64K\n",
          "expect bitmap scsi0 b0 none", NULL },
        { BITMAP "write scsi0 0 64K\nbitmap-clear scsi0 b0\n",
          "expect bitmap scsi0 b0 none", NULL },
        { BITMAP "bitmap-remove scsi0 b0\n", "expect no-bitmap scsi0 b0", NULL },
        { BITMAP "write scsi0 0 64K\nbitmap-add scsi0 b1\nbitmap-merge scsi0 b1 b0\n",
          "expect bitmap scsi0 b1 0+1M", NULL },
    };

    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

/* What QEMU's commands refuse, and that a refusal changes nothing. */
static void test_expect__bitmap_commands_refuse(void **state)
{
    static const char *const refused[] = {
        "bitmap-add scsi0 \"\"\n",
        "bitmap-add scsi0 b0\n",
        "bitmap-add scsi0 b1 granularity=1000\n",
        "bitmap-add scsi0 b1 granularity=256\n",
        "bitmap-remove scsi0 b1\n",
        "bitmap-clear scsi1 b0\n",
        "bitmap-merge scsi0 b0 b1\n",
        "bitmap-merge scsi0 b1 b0\n",
        "bitmap-set scsi0 b0 busy\nbitmap-clear scsi0 b0\n",
        "bitmap-set scsi0 b0 busy\nbitmap-remove scsi0 b0\n",
        "bitmap-set scsi0 b0 busy\nbitmap-enable scsi0 b0\n",
        "bitmap-set scsi0 b0 read-only\nbitmap-remove scsi0 b0\n",
        "bitmap-set scsi0 b0 read-only\nbitmap-clear scsi0 b0\n",
        "bitmap-set scsi0 b0 inconsistent\nbitmap-clear scsi0 b0\n",
        "bitmap-set scsi0 b0 inconsistent\nbitmap-disable scsi0 b0\n",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *before = g_strconcat("bitmap-add scsi0 b0 granularity=1M persistent=yes\n"
                                              "write scsi0 0 64K\n", refused[i],
                                              "expect error \"\"\nexpect bitmaps scsi0 1\n", NULL);
        const Case held = { before, "expect bitmap scsi0 b0 0+1M", NULL };

        run_cases(&held, 1);
    }
}

static void test_expect__graph_and_content(void **state)
{
    static const Case cases[] = {
        { SETUP, "expect graph clean", NULL },
        { "start w1 write scsi0 0 1M\nstart w2 write scsi0 512K 64K\n",
          "expect content scsi0 w1 0+512K,576K+448K", NULL },
        { "start w1 write scsi0 0 1M\n", "expect content scsi0 nothing 1M+63M", NULL },
        { "", "expect content scsi0 nothing all", NULL },
        { "start w1 write scsi0 0 1M error=EIO\n", "expect content scsi0 w1 none", NULL },
        { "start w1 write scsi0 0 1M\n", "expect content scsi0 w1 0+2M",
          "expected 'w1' on the disk of scsi0 at: 0+2M\nit is at: 0+1M" },
    };

    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

static void test_expect__archive(void **state)
{
    static const Case cases[] = {
        { "", "expect archive none", NULL },
        { "backup scsi0\n", "expect archive complete", NULL },
        { "backup scsi0 speed=1M\n", "expect archive open", NULL },
        { "backup scsi0\n", "expect archive none",
          "expected the last archive: none, it is: complete" },
        { "backup scsi0\nbackup scsi0 speed=1M\n", "expect archive complete",
          "expected the last archive: complete, it is: open" },
        { "backup scsi0\n", "expect archive-sees scsi0 nothing all", NULL },
        { "backup scsi0\n", "expect archive-sees scsi0 nothing 0+1M",
          "expected 'nothing' in the archive of scsi0 at: 0+1M\nit is at: 0+64M" },
        { "drive scsi01 64M\nbackup scsi0\n", "expect archive-sees scsi01 nothing all",
          "scsi01 is not in the last archive" },
        { "", "expect archive-sees scsi0 nothing all", "scsi0 is not in the last archive" },
    };

    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

#define HELD "start w1 write scsi0 0 64K hold=land\n"
#define LOOK "start w1 write scsi0 0 1M\n" SETUP "provider-read a scsi0 512K 1M\n"

static void test_expect__progress(void **state)
{
    static const Case cases[] = {
        { HELD, "expect held w1", NULL },
        { HELD, "expect pending w1", NULL },
        { HELD, "expect done w1", "expected 'w1' done, it is held" },
        { HELD "release w1\n", "expect done w1", NULL },
        { HELD "release w1\n", "expect held w1", "expected 'w1' held, it is done" },
        { "start w1 write scsi0 0 64K error=EIO\n", "expect failed w1", NULL },
        { "start w1 write scsi0 0 64K error=EIO\n", "expect done w1",
          "expected 'w1' done, it is failed" },
        { "start s1 setup slow scsi0\n", "expect pending s1", NULL },
        { "start s1 setup slow scsi0\n", "expect failed s1",
          "expected 's1' failed, it is pending" },
        { "start s1 setup slow scsi0\n", "expect held s1", "expected 's1' held, it is pending" },
        { LOOK, "expect read ok", NULL },
        { LOOK, "expect read denied", "expected the provider's read denied, it was ok" },
        { "provider-read a scsi0 0 64K\n", "expect read failed", NULL },
        { "provider-read a scsi0 0 64K\n", "expect read ok",
          "expected the provider's read ok, it was failed: No such file or directory" },
        { SETUP "provider-read a scsi0 64M 64K\n", "expect read failed", NULL },
        { LOOK, "expect sees w1 512K+512K", NULL },
        { LOOK, "expect sees nothing 1M+512K", NULL },
        { LOOK, "expect sees w1 all",
          "expected the provider to see 'w1' at: 512K+1M\nit saw it at: 512K+512K" },
        { "provider-read a scsi0 0 64K\n", "expect sees nothing all",
          "the provider's read saw nothing: No such file or directory" },
        { "fault guest-write\nwrite scsi0 0 64K\n", "expect fired guest-write", NULL },
        { "fault guest-write\nwrite scsi0 0 64K\nwrite scsi0 0 64K\n",
          "expect fired guest-write times=1", NULL },
        { "fault guest-write mode=always\nwrite scsi0 0 64K\nwrite scsi0 0 64K\n",
          "expect fired guest-write times=1",
          "expected guest-write to fail 1 times, it failed 2 times" },
        { "fault guest-write on=scsi1\nwrite scsi0 0 64K\n", "expect fired guest-write",
          "expected guest-write to fail, it never did" },
        { "fault guest-write nth=2\nwrite scsi0 0 64K\n", "expect fired guest-write times=0",
          NULL },
        { "fault guest-write\nclear-faults\nwrite scsi0 0 64K\n",
          "expect fired guest-write times=0", NULL },
    };

    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expect__answers),
        cmocka_unit_test(test_expect__bitmaps),
        cmocka_unit_test(test_expect__bitmap_commands_refuse),
        cmocka_unit_test(test_expect__graph_and_content),
        cmocka_unit_test(test_expect__archive),
        cmocka_unit_test(test_expect__progress),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
