/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accounting: what is lost is found, with the function that made it, and nothing else is.
 *
 * The functions that the code under test would call are called directly; an array stands for
 * its static data.
 */
#include "qemu/osdep.h"
#include <setjmp.h>
#include <cmocka.h>

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting-private.h"
#include "harness/subject/answers.h"
#include "qapi/error.h"
#include "sim/util/sim-error.h"

static void *statics[4];
static GString *diary;

static void see_leak(const char *name, const char *function, const char *message, void *opaque)
{
    (void)opaque;
    g_string_append_printf(diary, "%s %s\n", name, function);
    g_string_append_printf(diary, "  %s\n", message);
}

/* Names and functions alone. */
static void assert_leaks(const char *expected)
{
    g_autoptr(GString) names = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    g_string_truncate(diary, 0);
    accounting_find_leaks(statics, statics + G_N_ELEMENTS(statics), see_leak, NULL);
    lines = g_strsplit(diary->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (**line && **line != ' ') {
            g_string_append_printf(names, "%s%s", names->len ? "; " : "", *line);
        }
    }
    assert_string_equal(names->str, expected);
}

static void assert_said(const char *part)
{
    if (!strstr(diary->str, part)) {
        fail_msg("\"%s\" is not in:\n%s", part, diary->str);
    }
}

static int set_up(void **state)
{
    (void)state;
    memset(statics, 0, sizeof(statics));
    diary = g_string_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    accounting_free_all();
    sim_errors_reset();
    g_string_free(diary, TRUE);
    return accounting_n_blocks() == 0 ? 0 : -1;
}

/* A function of its own on the stack, whatever the compiler thinks of it. */
#define CALLER __attribute__((noinline))
#define STAY() __asm__ volatile("" ::: "memory")

CALLER static void *make_block(size_t n_bytes)
{
    void *block = subject_account_g_malloc0(n_bytes);

    STAY();
    return block;
}

CALLER static char *make_text(const char *text)
{
    char *copy = subject_account_g_strdup(text);

    STAY();
    return copy;
}

static void test_accounting__what_is_freed_is_not_lost(void **state)
{
    (void)state;
    subject_account_g_free(make_block(24));
    subject_account_free(make_text("a"));
    subject_account_g_strfreev(subject_account_g_strsplit_set("a,b;c", ",;", -1));
    subject_account_g_free(subject_account_g_strconcat("a", "b", "c", NULL));
    assert_int_equal(accounting_n_blocks(), 0);
    assert_leaks("");
}

static void test_accounting__lost_memory_is_summed_up_by_function(void **state)
{
    (void)state;
    make_block(24);
    make_text("12345");
    make_block(40);
    assert_leaks("leaked-memory make_block; leaked-memory make_text");
    assert_said("64 bytes, lost at 2 places");
    assert_said("6 bytes, lost at 1 place");
}

static void test_accounting__static_data_holds_on(void **state)
{
    void **block;

    (void)state;
    statics[1] = block = make_block(2 * sizeof(*block));
    block[1] = make_text("held by a block that is held");
    assert_leaks("");
    statics[1] = NULL;
    assert_leaks("leaked-memory make_block");
    assert_said("45 bytes");
}

static void test_accounting__pointer_into_the_middle_holds_on(void **state)
{
    (void)state;
    statics[0] = make_text("prefix:rest") + 7;
    assert_leaks("");
}

static void test_accounting__circle_is_lost(void **state)
{
    void **one = make_block(sizeof(*one)), **other = make_block(sizeof(*other));

    (void)state;
    *one = other;
    *other = one;
    assert_leaks("leaked-memory make_block");
    assert_said("16 bytes, lost at 1 place");
}

static void test_accounting__realloc_moves_the_account(void **state)
{
    (void)state;
    statics[0] = subject_account_g_realloc_n(make_block(8), 1000, 8);
    assert_int_equal(accounting_n_blocks(), 1);
    assert_leaks("");
    subject_account_g_free(statics[0]);
    assert_int_equal(accounting_n_blocks(), 0);
}

static void test_accounting__lists(void **state)
{
    GList *list = NULL;

    (void)state;
    list = subject_account_g_list_append(list, make_text("b"));
    list = subject_account_g_list_append(list, make_text("c"));
    list = subject_account_g_list_prepend(list, make_text("a"));
    statics[0] = list;
    assert_int_equal(g_list_length(list), 3);
    assert_string_equal(g_list_nth_data(list, 2), "c");
    assert_leaks("");

    /* The node goes, what it held is lost. */
    list = subject_account_g_list_remove(list, g_list_nth_data(list, 1));
    statics[0] = list;
    assert_int_equal(g_list_length(list), 2);
    assert_string_equal(g_list_nth_data(list, 1), "c");
    assert_leaks("leaked-memory make_text");
    subject_account_g_list_free_full(list, subject_account_g_free);
    assert_int_equal(accounting_n_blocks(), 1);
}

static void test_accounting__list_of_somebody_else(void **state)
{
    (void)state;
    subject_account_g_list_free(g_list_append(g_list_append(NULL, statics), statics));
    subject_account_g_slist_free(g_slist_append(NULL, statics));
    subject_account_g_free(g_strdup("x"));
    assert_int_equal(accounting_n_blocks(), 0);
}

static void test_accounting__hash_table(void **state)
{
    GHashTable *table = subject_account_g_hash_table_new_full(
        g_str_hash, g_str_equal, subject_account_free, subject_account_free);

    (void)state;
    g_hash_table_insert(table, make_text("key"), make_text("value"));
    g_hash_table_insert(table, make_text("key"), make_text("other value"));
    statics[2] = table;
    assert_int_equal(accounting_n_blocks(), 3);
    assert_leaks("");
    statics[2] = NULL;
    assert_int_equal(accounting_n_blocks(), 3);
    subject_account_g_hash_table_ref(table);
    subject_account_g_hash_table_unref(table);
    assert_int_equal(accounting_n_blocks(), 3);
    subject_account_g_hash_table_destroy(table);
    assert_int_equal(accounting_n_blocks(), 0);
}

/* All kinds of containers are left to accounting_free_all() in the tear-down. */
static void test_accounting__containers_that_are_left(void **state)
{
    GPtrArray *array = subject_account_g_ptr_array_new_with_free_func(subject_account_g_free);
    void **elements;

    (void)state;
    g_ptr_array_add(array, make_text("element"));
    statics[0] = array;
    statics[1] = subject_account_g_hash_table_new_full(g_str_hash, g_str_equal,
                                                       subject_account_free, NULL);
    g_hash_table_insert(statics[1], make_text("key"), NULL);
    statics[2] = subject_account_g_string_new("text");
    statics[3] = subject_account_g_array_new(FALSE, TRUE, sizeof(void *));
    assert_leaks("");

    array = subject_account_g_ptr_array_new();
    g_ptr_array_add(array, make_text("one"));
    elements = subject_account_g_ptr_array_free(array, FALSE);
    statics[2] = elements;
    assert_leaks("leaked-memory test_accounting__containers_that_are_left");
}

static void test_accounting__answers_change_hands(void **state)
{
    PBSBitmapInfoList *answer = make_block(sizeof(*answer));

    (void)state;
    answer->value = make_block(sizeof(*answer->value));
    answer->value->drive = make_text("drive-scsi0");
    assert_leaks("leaked-memory make_block");
    assert_ptr_equal(subject_take_bitmap_infos(answer), answer);
    assert_leaks("");
    qapi_free_PBSBitmapInfoList(answer);
}

static void test_accounting__errors(void **state)
{
    Error *lost = NULL, *kept = NULL;

    (void)state;
    error_setg(&lost, "no luck with %d", 7);
    error_setg(&kept, "kept");
    statics[3] = kept;
    assert_leaks("leaked-error test_accounting__errors");
    assert_said("\"no luck with 7\"");
    assert_said("in test-accounting.c");
    assert_int_equal(accounting_n_blocks(), 0);
    error_free(lost);
    assert_leaks("");
}

/* Against a plain array of what is known, with many more blocks than the table begins with. */
static void test_accounting__table_against_an_array(void **state)
{
    enum { N = 3000, N_ROUNDS = 30000 };
    static char space[N * 16];
    static bool is_known[N];
    uint32_t random = 1;
    unsigned n_known = 0;

    (void)state;
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        unsigned i;

        random = random * 1664525 + 1013904223;
        i = (random >> 8) % N;
        if (random >> 30) {
            accounting_add(space + i * 16, 16, ACCOUNTED_MEMORY, NULL);
            n_known += !is_known[i];
            is_known[i] = true;
        } else {
            assert_int_equal(accounting_forget(space + i * 16), is_known[i]);
            n_known -= is_known[i];
            is_known[i] = false;
        }
        assert_int_equal(accounting_n_blocks(), n_known);
    }
    for (unsigned i = 0; i < N; i++) {
        const AccountedBlock *block = accounting_find(space + i * 16);

        assert_int_equal(block != NULL, is_known[i]);
        assert_true(!block || block->start == space + i * 16);
        accounting_forget(space + i * 16);
    }
    assert_null(accounting_first());
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_accounting__what_is_freed_is_not_lost),
        TEST(test_accounting__lost_memory_is_summed_up_by_function),
        TEST(test_accounting__static_data_holds_on),
        TEST(test_accounting__pointer_into_the_middle_holds_on),
        TEST(test_accounting__circle_is_lost),
        TEST(test_accounting__realloc_moves_the_account),
        TEST(test_accounting__lists),
        TEST(test_accounting__list_of_somebody_else),
        TEST(test_accounting__hash_table),
        TEST(test_accounting__containers_that_are_left),
        TEST(test_accounting__answers_change_hands),
        TEST(test_accounting__errors),
        TEST(test_accounting__table_against_an_array),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
