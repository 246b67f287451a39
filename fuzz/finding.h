/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a fuzz target and its engine say to each other.
 *
 * The functions of libFuzzer's interface, which AFL++ and OSS-Fuzz know too, and the way in
 * which a target tells a finding: the name comes first and is stable, by which findings of the
 * same kind are known again; then the process aborts, so that the engine keeps the input.
 */
#ifndef FUZZ_FINDING_H
#define FUZZ_FINDING_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Prints "bax: finding NAME: MESSAGE" to stderr and aborts. */
void fuzz_finding(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;

/* What the engine need not keep in its corpus.  Older engines want 0 of every input. */
#if defined(__clang_major__) && __clang_major__ >= 16
#define FUZZ_REJECTED (-1)
#else
#define FUZZ_REJECTED 0
#endif

/* Called by the engine. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

#endif
