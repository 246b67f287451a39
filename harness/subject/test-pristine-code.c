/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code with static data of every kind, for test-pristine.c; treated as code under test is.
 */
#include "qemu/osdep.h"
#include "harness/subject/test-pristine-code.h"
#include "qemu/module.h"

int test_pristine_counter = 7;
const char *test_pristine_word = "first";
static int n_calls;
static char *text;
static GList *list;
static struct {
    char bytes[37];
    int number;
} odd = { .number = 3 };

int test_pristine_n_inits;

static void count_inits(void)
{
    test_pristine_n_inits++;
}

opts_init(count_inits);

char *test_pristine_call(void)
{
    static int local = 100;

    n_calls++;
    test_pristine_counter++;
    test_pristine_word = "changed";
    odd.number += n_calls;
    odd.bytes[36]++;
    local--;
    g_free(text);
    text = g_strdup_printf("%d %d %d %d", n_calls, odd.number, odd.bytes[36], local);
    list = g_list_append(list, g_strdup(text));
    return text;
}

unsigned test_pristine_n_texts(void)
{
    return g_list_length(list);
}

void test_pristine_lose(void)
{
    char *lost = g_strdup(test_pristine_word);

    lost[0] = '!';
}

long test_pristine_time(void)
{
    return time(NULL);
}
