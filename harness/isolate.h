/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs in processes of their own.
 *
 * The code under test may crash, hang or write where it should not.  Each run is therefore
 * done by a forked child, which hands its result back through a pipe; what became of a
 * child that did not is a result too: a finding "crash" or "hang".  Whatever one run does,
 * the others are not touched by it.
 *
 * Who has very many runs to do lets a child do several, one after the other: that is quicker
 * by far, and a run that ends its process still costs only itself, since another process goes
 * on behind it.  But memory that one run has overwritten may trouble those that follow in
 * its process; and what is found when a process ends (a leak), or was left on its stderr by
 * another run, may stand with a run that has no part in it.
 */
#ifndef HARNESS_ISOLATE_H
#define HARNESS_ISOLATE_H

#include "harness/run.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ISOLATE_HAS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ISOLATE_HAS_ADDRESS_SANITIZER
#endif

/*
 * Does run @index and fills in *@ret_result.  Called in the child; what it writes to stdout
 * appears there, what it writes to stderr is kept for the report of a crash.
 * *@current_line is seen by the parent when the child is no more.
 */
typedef void IsolateRunFunc(unsigned index, unsigned *current_line, RunResult *ret_result,
                            void *opaque);

typedef struct IsolateOptions {
    unsigned n_jobs;            /* processes at a time, at least 1 */
    unsigned cpu_limit_ms;      /* CPU time of one run */
    unsigned real_limit_ms;     /* real time of one run; 0: ten times the limit of CPU time */
    unsigned runs_per_process;  /* at most; 0 and 1: each has a process of its own */
    /*
     * A process does nothing more when it ends: no leak checker has its say, no execution counters
     * are written, and what stdio still holds for stdout is lost.
     */
    bool ends_at_once;
} IsolateOptions;

/*
 * Does the runs 0 to @n - 1, @n_jobs at a time, begun in this order.  @ret_results has room
 * for @n; the caller clears each with run_result_clear().
 */
void isolate_runs(unsigned n, const IsolateOptions *options, IsolateRunFunc *run, void *opaque,
                  RunResult *ret_results);

/*
 * In a child: execution counters of the code under test are written even if a signal ends it,
 * which it does all the same.  Does nothing in a build that does not count.
 */
void isolate_keep_counters(void);

/* Begins the line of stderr that tells the frames of a crash, innermost first, as addresses. */
#define ISOLATE_FRAMES_MARK "bax: crashed:"

/*
 * In a child, after isolate_keep_counters(): a signal of a crash first writes the frames to
 * stderr, then ends the process as it would have.  Does nothing under AddressSanitizer.
 */
void isolate_tell_crashes(void);

/*
 * In the parent, when a child has crashed: what gcc's AddressSanitizer needs to name the functions
 * of its report is read here, once, and the children to come have it from their parent.  Each
 * would read all of the program's debug information itself otherwise, which takes ten times as
 * long as its run.  Does nothing in other builds.
 */
void isolate_read_names(void);

/*
 * Where a child of this process crashed, from what it wrote to stderr: a sentence that names the
 * innermost function of this program, and from where in the code under test it was called;
 * NULL if that is not known.  Owned by the caller.
 */
char *isolate_crash_place(const char *said);

/*
 * The two ends of the pipe: a result as one line without a newline, and back.  Strings must be
 * without NUL; what is not UTF-8 in them becomes U+FFFD.  Reading takes nothing for granted: on
 * anything but what isolate_result_to_text() writes, false and a sentence.
 */
char *isolate_result_to_text(const RunResult *result);
bool isolate_result_from_text(const char *text, gsize n_bytes, RunResult *ret_result,
                              GError **error);

/*
 * The one line of what a dying process wrote to stderr that says why, without process
 * numbers and addresses; NULL if it said nothing.  Owned by the caller.  *@ret_is_own_fault: an
 * assertion of the harness, not of the simulated QEMU or the code under test.
 */
char *isolate_last_words(const char *said, bool *ret_is_own_fault);

#endif
