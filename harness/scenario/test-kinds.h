/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of step kinds for the tests of the language: small, fixed, and with
 * every type of argument in it, so that the tests do not change with the actors.
 */
#ifndef HARNESS_SCENARIO_TEST_KINDS_H
#define HARNESS_SCENARIO_TEST_KINDS_H

#include "harness/scenario/scenario.h"

/* A valid scenario in canonical form that uses every kind and every form of value. */
extern const char test_canonical_text[];

/* Parses (the test fails with the message if it cannot) and prints.  Caller frees. */
char *test_reprint(const char *text, gsize n_bytes);
/* The message for a text that must be refused.  Caller frees. */
char *test_error(const char *text, gsize n_bytes);

#endif
