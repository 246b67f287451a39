/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inputs that did something new, for those who change them further.
 *
 * Kept as text, and read when asked for.  The supervisor never asks: of code that crashes often it
 * forks a process for nearly every run, and each of these begins with a copy of all its memory, of
 * which the scenarios would be twenty times as much as their texts.
 */
#ifndef HARNESS_CAMPAIGN_CORPUS_H
#define HARNESS_CAMPAIGN_CORPUS_H

#include "harness/scenario/scenario.h"

typedef struct Corpus Corpus;

Corpus *corpus_new(void);
void corpus_free(Corpus *corpus);

/* @text must be a scenario, from wherever; copied. */
void corpus_add_text(Corpus *corpus, const char *text);
/* Takes @scenario, which is valid (harness/generate/generate.h). */
void corpus_add(Corpus *corpus, Scenario *scenario);

guint corpus_size(const Corpus *corpus);
/* The one that was added after @index others, made valid; it stays the corpus'. */
const Scenario *corpus_get(Corpus *corpus, guint index);

#endif
