/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child of isolate.c: does its runs and hands their results back as they end.
 */
#include "harness/isolate-private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* @ms 0: takes the limit away. */
static void limit_run(unsigned ms)
{
    struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

    setitimer(ITIMER_PROF, &timer, NULL);
}

/* The kernel's own limit is for code that ignores signals. */
static void limit_process(const IsolateOptions *options, unsigned n_runs)
{
    rlim_t seconds = (rlim_t) (options->cpu_limit_ms / 1000 + 5) * n_runs;
    struct rlimit cpu_time = { seconds, seconds + 5 }, no_core = { 0, 0 };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &cpu_time);
    signal(SIGPROF, SIG_DFL);
}

static void write_all(int fd, const char *text, size_t left)
{
    while (left > 0) {
        ssize_t n = write(fd, text, left);

        if (n < 0 && errno != EINTR) {
            _exit(EXIT_FAILURE);
        }
        if (n > 0) {
            text += n;
            left -= n;
        }
    }
}

static void hand_back(int fd, const RunResult *result)
{
    char *text = isolate_result_to_text(result);
    size_t length = strlen(text);

    text[length] = '\n';         /* in one piece with its end: one system call */
    write_all(fd, text, length + 1);
    g_free(text);
}

/* GLib tells of an assertion on stdout, too, where the report of the parent stands. */
static void print_to_stderr(const char *text)
{
    fputs(text, stderr);
}

/* Ends by exit(), so that a leak checker and a coverage counter have their say, if they may. */
void isolate_run_in_child(const IsolateWork *work, unsigned begin, unsigned end, int result_fd,
                          int said_fd)
{
    dup2(said_fd, STDERR_FILENO);
    close(said_fd);
    g_set_print_handler(print_to_stderr);
    limit_process(work->options, end - begin);
    isolate_keep_counters();
    isolate_tell_crashes();
    for (unsigned i = begin; i < end; i++) {
        RunResult result = { .verdict = RUN_GOOD };

        limit_run(work->options->cpu_limit_ms);
        work->run(i, &work->current_lines[i], &result, work->opaque);
        limit_run(0);
        hand_back(result_fd, &result);
        run_result_clear(&result);
    }
    close(result_fd);
    if (work->options->ends_at_once) {
        _exit(EXIT_SUCCESS);
    }
    exit(EXIT_SUCCESS);
}
