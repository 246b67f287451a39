/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is new about a run?
 *
 * A campaign keeps an input that does what none did before.  What a run does is a set of features,
 * numbers hashed from its events and deeds as the checks see them: which followed which, on the
 * same drive or across drives, what was answered, which calls failed, which marks were reached and
 * how often what happened.  So every build can tell, whatever the compiler.  A build with coverage
 * counters (clang's inline-8bit-counters, as the preset "fuzz" has) adds which edges of the program
 * were passed and how often.
 *
 * Nothing of it depends on addresses or time: the same run has the same features.
 */
#ifndef HARNESS_CAMPAIGN_FEATURES_H
#define HARNESS_CAMPAIGN_FEATURES_H

#include "harness/actor/deed.h"
#include "sim/core/event.h"

#define FEATURES_BITS 20
#define FEATURES_MAX (1u << FEATURES_BITS)

typedef struct Features Features;

/*
 * @seen: FEATURES_MAX bytes that may be shared by processes, each 1 if any run had that feature.
 * @sees_edges: those of the program count, too, where the compiler counts them.
 */
Features *features_new(uint8_t *seen, bool sees_edges);
void features_free(Features *features);

/* Around one run; the observers are for RunOptions, the Features their @opaque. */
void features_begin(Features *features);
void features_see_event(const SimEvent *event, void *opaque);
void features_see_deed(const Deed *deed, void *opaque);
/* How many of this run's features had not been seen; they are from now on. */
unsigned features_end(Features *features);

/* A text without what differs from run to run: words with digits, long words, what is quoted. */
uint64_t features_hash_words(const char *text);

#endif
