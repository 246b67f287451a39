/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forks a child for each run or for several, listens to them all, and judges how each ended.
 *
 * A child has two pipes: its results, a line for each run, and its stderr.  It is done when
 * both are at their end.  The CPU time of a run is limited by a timer of the child; a child
 * that sleeps instead is killed by the parent, which for that needs a clock, the only one that
 * decides anything, and only about a run that would not have ended.
 */
#define _GNU_SOURCE     /* sigabbrev_np() */

#include "harness/isolate-private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef ISOLATE_HAS_ADDRESS_SANITIZER
#define OWN_FAULT_HINT ""
#else
#define OWN_FAULT_HINT \
    ", unless the code under test wrote to memory that is not its own: a build with " \
    "AddressSanitizer tells"
#endif

#define REAL_TIME_FACTOR 10
#define MAX_RESULT_BYTES (64 * 1024 * 1024)
#define MAX_SAID_BYTES (256 * 1024)

typedef struct Pipe {
    int fd;                 /* the parent's end; -1: at its end */
    GString *text;
    gsize max_bytes;        /* what comes beyond is thrown away */
} Pipe;

typedef struct Child {
    pid_t pid;              /* 0: the slot is free */
    unsigned next;          /* the run that is under way: of those before the result has come */
    unsigned end;
    gint64 deadline_us;     /* of that run */
    bool is_killed;         /* by us, since its time was over */
    Pipe result;
    Pipe said;
} Child;

typedef struct Nursery {
    IsolateWork work;
    RunResult *results;
    Child *children;                /* n_jobs of them */
} Nursery;

/* ---- in the parent: begin ------------------------------------------------- */

static void fail_run(RunResult *result, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void fail_run(RunResult *result, const char *format, ...)
{
    va_list arguments;

    run_result_clear(result);
    va_start(arguments, format);
    *result = (RunResult) {
        .verdict = RUN_OWN_FAULT,
        .reason = g_strdup_vprintf(format, arguments),
        .findings = findings_new(),
    };
    va_end(arguments);
}

static void pipe_open(Pipe *pipe, int fd, gsize max_bytes)
{
    *pipe = (Pipe) { .fd = fd, .text = g_string_new(NULL), .max_bytes = max_bytes };
}

static unsigned real_limit_ms(const IsolateOptions *options)
{
    return options->real_limit_ms ? options->real_limit_ms
                                  : options->cpu_limit_ms * REAL_TIME_FACTOR;
}

static gint64 find_deadline(const Nursery *nursery)
{
    return g_get_monotonic_time() + (gint64) real_limit_ms(nursery->work.options) * 1000;
}

/* Begins the runs @begin to @end - 1. */
static void begin_child(Nursery *nursery, Child *child, unsigned begin, unsigned end)
{
    int result_fds[2] = { -1, -1 }, said_fds[2] = { -1, -1 };
    pid_t pid = -1;

    fflush(NULL);
    if (pipe(result_fds) == 0 && pipe(said_fds) == 0) {
        pid = fork();
    }
    if (pid == 0) {
        close(result_fds[0]);
        close(said_fds[0]);
        isolate_run_in_child(&nursery->work, begin, end, result_fds[1], said_fds[1]);
    }
    for (unsigned i = begin; pid < 0 && i < end; i++) {
        fail_run(&nursery->results[i], "no process could be made for the run: %s",
                 g_strerror(errno));
    }
    close(result_fds[1]);
    close(said_fds[1]);
    if (pid < 0) {
        close(result_fds[0]);
        close(said_fds[0]);
        return;
    }
    *child = (Child) {
        .pid = pid,
        .next = begin,
        .end = end,
        .deadline_us = find_deadline(nursery),
    };
    pipe_open(&child->result, result_fds[0], MAX_RESULT_BYTES);
    pipe_open(&child->said, said_fds[0], MAX_SAID_BYTES);
}

/* ---- in the parent: judge ------------------------------------------------- */

static void add_finding(RunResult *result, RunVerdict verdict, const char *name, unsigned line,
                        const char *message)
{
    Finding finding = {
        .name = g_strdup(name),
        .line = line,
        .message = g_strdup(message),
    };

    result->verdict = verdict;
    g_array_append_val(result->findings, finding);
}

/* "SIGSEGV"; the numbers differ between machines, the names do not. */
static char *name_signal(int number)
{
    const char *abbreviation = sigabbrev_np(number);

    return abbreviation ? g_strconcat("SIG", abbreviation, NULL)
                        : g_strdup_printf("signal %d", number);
}

static void judge_hang(const Nursery *nursery, const Child *child, RunResult *result,
                       unsigned line)
{
    const IsolateOptions *options = nursery->work.options;
    unsigned ms = child->is_killed ? real_limit_ms(options) : options->cpu_limit_ms;
    g_autofree char *message = g_strdup_printf(
        "The run was not over after %u.%03u s of %s time.", ms / 1000, ms % 1000,
        child->is_killed ? "real" : "CPU");

    add_finding(result, RUN_HUNG, "hang", line, message);
}

static void judge_crash(const Child *child, RunResult *result, unsigned line, int status)
{
    bool is_own_fault;
    g_autofree char *words = isolate_last_words(child->said.text->str, &is_own_fault);
    g_autofree char *end = WIFSIGNALED(status)
        ? name_signal(WTERMSIG(status))
        : g_strdup_printf("exit code %d", WEXITSTATUS(status));
    g_autofree char *place = isolate_crash_place(child->said.text->str);
    g_autofree char *message = words || place
        ? g_strdup_printf("%s%s%s%sThe process ended by %s.", words ? words : "",
                          words ? "\n" : "", place ? place : "", place ? "\n" : "", end)
        : g_strdup_printf("The process ended by %s and said nothing.", end);

    isolate_read_names();
    if (is_own_fault) {
        fail_run(result, "%s" OWN_FAULT_HINT, words);
    } else {
        add_finding(result, RUN_CRASHED, "crash", line, message);
    }
}

/* A run whose process handed back no result: it is lost, or it was the last thing done. */
static void judge_death(const Nursery *nursery, const Child *child, unsigned index, int status)
{
    RunResult *result = &nursery->results[index];
    unsigned line = nursery->work.current_lines[index];
    bool is_out_of_time = WIFSIGNALED(status)
        && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGXCPU);

    if (child->is_killed || is_out_of_time) {
        judge_hang(nursery, child, result, line);
    } else {
        judge_crash(child, result, line, status);
    }
}

/* Takes @line, @n_bytes long, as the result of the run under way. */
static void take_result(Nursery *nursery, Child *child, const char *line, gsize n_bytes)
{
    RunResult *result = &nursery->results[child->next];
    g_autoptr(GError) error = NULL;

    if (!isolate_result_from_text(line, n_bytes, result, &error)) {
        fail_run(result, "the process of the run handed back no result: %s", error->message);
    }
    child->next++;
    child->deadline_us = find_deadline(nursery);
}

/* What it found before it died is kept: so is the result of its last run if that has come. */
static void judge_child(Nursery *nursery, Child *child, int status)
{
    bool is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const GString *rest = child->result.text;

    if (child->next == child->end) {
        if (!is_good) {
            judge_death(nursery, child, child->end - 1, status);
        } else if (rest->len > 0) {
            fail_run(&nursery->results[child->end - 1],
                     "the process of the run handed back more than its result");
        }
    } else if (is_good && rest->len > 0) {
        take_result(nursery, child, rest->str, rest->len);
    } else {
        nursery->results[child->next] = (RunResult) { .findings = findings_new() };
        judge_death(nursery, child, child->next++, status);
    }
}

/* The runs that the process did not come to are done by another one. */
static void end_child(Nursery *nursery, Child *child)
{
    int status = 0;

    while (waitpid(child->pid, &status, 0) < 0) {
        g_assert(errno == EINTR);
    }
    judge_child(nursery, child, status);
    g_string_free(child->result.text, TRUE);
    g_string_free(child->said.text, TRUE);
    child->pid = 0;
    if (child->next < child->end) {
        begin_child(nursery, child, child->next, child->end);
    }
}

/* ---- in the parent: listen ------------------------------------------------- */

static void pipe_read(Pipe *pipe)
{
    char buffer[16 * 1024];
    ssize_t n = read(pipe->fd, buffer, sizeof(buffer));

    if (n < 0 && errno == EINTR) {
        return;
    }
    if (n <= 0) {
        close(pipe->fd);
        pipe->fd = -1;
        return;
    }
    g_string_append_len(pipe->text, buffer, MIN((gsize) n, pipe->max_bytes - pipe->text->len));
}

/* A line can be long: what was looked through before is not looked through again. */
static void read_results(Nursery *nursery, Child *child)
{
    GString *text = child->result.text;
    gsize begin = 0, seen = text->len;
    const char *newline;

    pipe_read(&child->result);
    while (child->next < child->end
           && (newline = memchr(text->str + seen, '\n', text->len - seen))) {
        gsize end = newline - text->str;

        take_result(nursery, child, text->str + begin, end - begin);
        begin = seen = end + 1;
    }
    g_string_erase(text, 0, begin);
}

/* Milliseconds until the first child is out of time; kills those that are. */
static int watch_the_time(const Nursery *nursery)
{
    gint64 now_us = g_get_monotonic_time();
    gint64 wait_ms = -1;

    for (unsigned i = 0; i < nursery->work.options->n_jobs; i++) {
        Child *child = &nursery->children[i];
        gint64 left_ms = (child->deadline_us - now_us) / 1000 + 1;

        if (child->pid == 0 || child->is_killed) {
            continue;
        }
        if (now_us >= child->deadline_us) {
            child->is_killed = true;
            kill(child->pid, SIGKILL);
        } else if (wait_ms < 0 || left_ms < wait_ms) {
            wait_ms = left_ms;
        }
    }
    return MIN(wait_ms, G_MAXINT);
}

static void listen_once(Nursery *nursery)
{
    unsigned n_jobs = nursery->work.options->n_jobs;
    g_autofree struct pollfd *fds = g_new0(struct pollfd, 2 * n_jobs);

    for (unsigned i = 0; i < n_jobs; i++) {
        const Child *child = &nursery->children[i];

        fds[2 * i].fd = child->pid ? child->result.fd : -1;
        fds[2 * i + 1].fd = child->pid ? child->said.fd : -1;
        fds[2 * i].events = fds[2 * i + 1].events = POLLIN;
    }
    if (poll(fds, 2 * n_jobs, watch_the_time(nursery)) <= 0) {
        return;
    }
    for (unsigned i = 0; i < n_jobs; i++) {
        Child *child = &nursery->children[i];

        if (fds[2 * i].revents) {
            read_results(nursery, child);
        }
        if (fds[2 * i + 1].revents) {
            pipe_read(&child->said);
        }
        if (child->pid && child->result.fd < 0 && child->said.fd < 0) {
            end_child(nursery, child);
        }
    }
}

static Child *find_child(const Nursery *nursery, bool is_free)
{
    for (unsigned i = 0; i < nursery->work.options->n_jobs; i++) {
        if ((nursery->children[i].pid == 0) == is_free) {
            return &nursery->children[i];
        }
    }
    return NULL;
}

/* How many runs the next child gets: no job is without work while another has much. */
static unsigned find_share(const IsolateOptions *options, unsigned n_left)
{
    unsigned fair_share = (n_left - 1) / options->n_jobs + 1;

    return MAX(1, MIN(options->runs_per_process, fair_share));
}

void isolate_runs(unsigned n, const IsolateOptions *options, IsolateRunFunc *run, void *opaque,
                  RunResult *ret_results)
{
    size_t n_shared_bytes = MAX(n, 1) * sizeof(unsigned);
    g_autofree Child *children = g_new0(Child, options->n_jobs);
    Nursery nursery = { { options, run, opaque, NULL }, ret_results, children };
    unsigned n_begun = 0;

    g_assert(options->n_jobs > 0);
    nursery.work.current_lines = mmap(NULL, n_shared_bytes, PROT_READ | PROT_WRITE,
                                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert(nursery.work.current_lines != MAP_FAILED);
    memset(ret_results, 0, n * sizeof(*ret_results));

    while (n_begun < n || find_child(&nursery, false)) {
        Child *child = find_child(&nursery, true);

        if (n_begun < n && child) {
            unsigned end = n_begun + find_share(options, n - n_begun);

            begin_child(&nursery, child, n_begun, end);
            n_begun = end;
        } else {
            listen_once(&nursery);
        }
    }
    munmap(nursery.work.current_lines, n_shared_bytes);
}
