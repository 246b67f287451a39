/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code with static data of every kind, for test-pristine.c.
 */
#ifndef TEST_PRISTINE_CODE_H
#define TEST_PRISTINE_CODE_H

extern int test_pristine_counter;           /* 7 */
extern const char *test_pristine_word;      /* "first" */
extern int test_pristine_n_inits;

/* Changes every static variable; returns some of them as text, which stays the code's. */
char *test_pristine_call(void);
/* How many texts it keeps. */
unsigned test_pristine_n_texts(void);
/* Leaks. */
void test_pristine_lose(void);
/* As time() has it. */
long test_pristine_time(void);

#endif
