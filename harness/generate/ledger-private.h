/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files share that know of a scenario up to a step.
 */
#ifndef HARNESS_GENERATE_LEDGER_PRIVATE_H
#define HARNESS_GENERATE_LEDGER_PRIVATE_H

#include "harness/generate/generate-private.h"

#define SECTOR_BYTES 512
#define MAX_NAME_BYTES 1100

/* A number that goes by the letters of a name, for a choice that is the same every time. */
unsigned ledger_number_of(const char *text);
uint64_t ledger_round_down(uint64_t number, uint64_t unit);

/* NULL: there is none. */
KnownDrive *ledger_find_drive(Ledger *ledger, const char *name);
bool ledger_admit_drive(Ledger *ledger, Step *step);
/* The step names a drive: one that will do, and what is within its bounds; false: none will. */
bool ledger_settle_drive(Ledger *ledger, const KindFacts *facts, Step *step);

/* The argument that names a label; false: there is none that will do. */
bool ledger_settle_label(const Ledger *ledger, const KindFacts *facts, Step *step, unsigned index);
/* The step's own: taken away where it cannot be, made another one where it is taken. */
void ledger_settle_own_label(Ledger *ledger, const KindFacts *facts, Step *step);

#endif
