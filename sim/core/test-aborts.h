/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests that expect an assertion to fail: the failure happens in a child process.
 */
#ifndef SIM_CORE_TEST_ABORTS_H
#define SIM_CORE_TEST_ABORTS_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* True if @function ends in abort(), false if it returns or ends otherwise. */
static inline bool test_aborts(void (*function)(void))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        const struct rlimit no_core = { 0, 0 };

        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        function();
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child &&
           WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
