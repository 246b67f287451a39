/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of edits: what each makes of a scenario, and that nothing comes of those that make none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/shrink/passes.h"

static const char whole[] =
    "drive scsi0 64M\n"                                         /* 0 */
    "drive scsi1 64M\n"
    "start w1 write scsi0 0 64K hold=land\n"                    /* 2 */
    "setup pbs1 scsi0;scsi1 bitmap=b0\n"
    "release w1\n"                                              /* 4 */
    "wait w1\n"
    "write scsi1 4M 64K\n"                                      /* 6 */
    "write scsi1 16M 64K\n"
    "teardown pbs1 success\n"                                   /* 8 */
    "expect content scsi0 w1 0+64K\n"
    "setup pbs2 scsi1\n";                                       /* 10 */

static char *apply(const char *text, const Edit *edit)
{
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, strlen(text), NULL);
    g_autoptr(Scenario) changed = NULL;
    GString *result;

    assert_non_null(scenario);
    changed = edit_apply(scenario, edit);
    if (!changed) {
        return NULL;
    }
    result = g_string_new(NULL);
    scenario_print(changed, result);
    return g_string_free(result, FALSE);
}

/* The lines of whole[] with these numbers, -1 behind the last. */
static char *pick(const int *lines)
{
    g_auto(GStrv) all = g_strsplit(whole, "\n", -1);
    GString *text = g_string_new(NULL);

    for (; *lines >= 0; lines++) {
        g_string_append_printf(text, "%s\n", all[*lines]);
    }
    return g_string_free(text, FALSE);
}

static void test_edit__dependents_go_along(void **state)
{
    static const struct {
        Edit edit;
        int left[12];
    } rows[] = {
        { { EDIT_REMOVE, .line = 6, .to = 7 }, { 0, 1, 2, 3, 4, 5, 8, 9, 10, -1 } },
        { { EDIT_REMOVE, .line = 2, .to = 2 }, { 0, 1, 3, 6, 7, 8, 10, -1 } },
        { { EDIT_REMOVE_TWO, .line = 0, .to = 1 }, { 8, -1 } },
        { { EDIT_REMOVE_TARGET, .line = 8 }, { 0, 1, 2, 4, 5, 6, 7, 9, 10, -1 } },
        { { EDIT_REMOVE_ACCESS, .line = 3 }, { 0, 1, 2, 4, 5, 6, 7, 9, 10, -1 } },
        { { EDIT_REMOVE_ACCESS, .line = 10 }, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1 } },
        { { EDIT_DROP_EXPECTATIONS, .line = UINT_MAX }, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, -1 } },
        { { EDIT_DROP_EXPECTATIONS, .line = 9 }, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1 } },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *expected = pick(rows[i].left);
        g_autofree char *text = apply(whole, &rows[i].edit);

        assert_non_null(text);
        assert_string_equal(text, expected);
    }
}

static void test_edit__lists_lose_a_drive_that_goes(void **state)
{
    g_autofree char *text = apply(whole, &(Edit) { EDIT_REMOVE, .line = 0, .to = 0 });

    (void) state;
    assert_string_equal(text, "drive scsi1 64M\nsetup pbs1 scsi1 bitmap=b0\nwrite scsi1 4M 64K\n"
                              "write scsi1 16M 64K\nteardown pbs1 success\nsetup pbs2 scsi1\n");
}

/* Such a list may name what is not there yet: nothing of it depends on the drive. */
static void test_edit__list_before_its_drive_stays(void **state)
{
    g_autofree char *text = apply("backup scsi0\ndrive scsi0 4M\nwrite scsi0 0 4K\n",
                                  &(Edit) { EDIT_REMOVE, .line = 1, .to = 1 });

    (void) state;
    assert_string_equal(text, "backup scsi0\n");
}

static void test_edit__one_step_changes(void **state)
{
    static const struct {
        const char *before;
        Edit edit;
        const char *after;          /* NULL: nothing comes of it */
    } rows[] = {
        { "drive a 4M read-only=yes\n", { EDIT_DROP_OPTION, .arg = 2 }, "drive a 4M\n" },
        { "drive a 4M\n", { EDIT_DROP_OPTION, .arg = 2 }, NULL },
        { "drive a 4M\n", { EDIT_SET_NUMBER, .arg = 1, .value = 512 }, "drive a 512\n" },
        { "drive a 4M\n", { EDIT_SET_NUMBER, .arg = 1, .value = 3 }, NULL },
        { "drive a 4M\nzero a 0 4K delay=1s\n",
          { EDIT_SET_KIND, .line = 1, .words = "write" }, "drive a 4M\nwrite a 0 4K delay=1s\n" },
        { "drive a 4M\nstart w write a 0 4K hold=mark error=EIO\nexpect held w\nrelease w\nquery\n",
          { EDIT_UNLABEL, .line = 1 }, "drive a 4M\nwrite a 0 4K error=EIO\nquery\n" },
        { "drive a 4M\nquery\n", { EDIT_UNLABEL, .line = 1 }, NULL },
        { "drive a 4M\nwrite a 8K 4K\nwrite a 1M 4K\n", { EDIT_MERGE, .line = 1, .to = 2 },
          "drive a 4M\nwrite a 8K 1020K\n" },
        { "setup t a,b;c\n", { EDIT_DROP_ITEM, .arg = 1, .value = 1 }, "setup t a,c\n" },
        { "setup t a\n", { EDIT_DROP_ITEM, .arg = 1, .value = 0 }, NULL },
        { "query\nquit\nbackup-cancel\n", { EDIT_MOVE, .line = 2, .to = 0 },
          "backup-cancel\nquery\nquit\n" },
        { "query\nquit\nbackup-cancel\n", { EDIT_MOVE, .line = 0, .to = 1 },
          "quit\nquery\nbackup-cancel\n" },
        { "drive a 4M\nflush a\n", { EDIT_MOVE, .line = 0, .to = 1 }, NULL },
        { "schedule answers loop 3:1/2@3,4:1/2@5,7:2\nquery\n",
          { EDIT_DROP_ANSWERS, .arg = 1, .value = 1, .to = 5 },
          "schedule answers loop 3:1/2@3\nquery\n" },
        { "schedule answers loop 3:1/2@3\nquery\n",
          { EDIT_DROP_ANSWERS, .arg = 1, .value = 0, .to = 0 }, "query\n" },
        { "schedule answers loop 3:1/2@3,7:2\nquery\n", { EDIT_BARE_ANSWERS, .line = 0 },
          "schedule answers loop 3:1,7:2\nquery\n" },
        { "query\n", { EDIT_BARE_ANSWERS, .line = 0 }, NULL },
        { "setup t a\n", { EDIT_SET_TEXT, .arg = 1, .words = "b" }, "setup t b\n" },
        { "query\nexpect graph clean\nquit\n", { EDIT_ALLOW_ERRORS, .line = UINT_MAX },
          "allow errors\nquery\nquit\n" },
        { "bax 1\nallow errors\nquery\n", { EDIT_ALLOW_ERRORS, .line = UINT_MAX },
          "bax 1\nallow errors\nquery\n" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = apply(rows[i].before, &rows[i].edit);

        if (rows[i].after) {
            assert_non_null(text);
            assert_string_equal(text, rows[i].after);
        } else {
            assert_null(text);
        }
    }
}

static void test_edit__comments_are_no_steps(void **state)
{
    static const char text[] = "# A title.\nquery  # why\n\n# what\nquit\n";
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", text, strlen(text), NULL);
    g_autoptr(Scenario) bare = edit_without_comments(scenario);
    g_autoptr(GString) printed = g_string_new(NULL);

    (void) state;
    scenario_print(bare, printed);
    assert_string_equal(printed->str, "query\nquit\n");
    assert_int_equal(edit_n_steps(scenario), 2);
    assert_int_equal(edit_step_at(bare, 1)->line, 2);
}

static void test_edit__names_become_plain(void **state)
{
    static const char before[] =
        "drive b 4M\ndrive scsi0 4M\nstart x write scsi0 0 4K\nwait x\n"
        "setup night b,nobody;scsi0 bitmap=old\nsetup both * bitmap=both\n"
        "bitmap-remove b \"odd name\"\nteardown night failure\nexpect content b x none\n";
    static const char after[] =
        "drive scsi0 4M\ndrive scsi1 4M\nstart w1 write scsi1 0 4K\nwait w1\n"
        "setup pbs1 scsi0,nobody;scsi1 bitmap=b0\nsetup b1 * bitmap=b1\n"
        "bitmap-remove scsi0 b2\nteardown pbs1 failure\nexpect content scsi0 w1 none\n";
    g_autoptr(Scenario) scenario = scenario_parse("a.scn", before, strlen(before), NULL);
    g_autoptr(Scenario) renamed = passes_rename(scenario);
    g_autoptr(GString) printed = g_string_new(NULL);

    (void) state;
    scenario_print(renamed, printed);
    assert_string_equal(printed->str, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edit__dependents_go_along),
        cmocka_unit_test(test_edit__lists_lose_a_drive_that_goes),
        cmocka_unit_test(test_edit__list_before_its_drive_stays),
        cmocka_unit_test(test_edit__one_step_changes),
        cmocka_unit_test(test_edit__comments_are_no_steps),
        cmocka_unit_test(test_edit__names_become_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
