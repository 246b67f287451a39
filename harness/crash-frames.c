/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process that crashes tells of the place: the addresses of its frames, on stderr.
 *
 * The handler does as little as it can, for the heap may be in ruins: the addresses mean the
 * same to the parent, which was forked from and has all the time to find names for them
 * (crash-place.c).  Then the signal has its way as if nobody had looked.
 */
#include "harness/isolate.h"

#ifdef ISOLATE_HAS_ADDRESS_SANITIZER

#include <sanitizer/common_interface_defs.h>

/* Its own report says more. */
void isolate_tell_crashes(void)
{
}

/* Clang's asks a program, to which children must not talk at the same time. */
void isolate_read_names(void)
{
#ifndef __clang__
    static bool are_read;
    char name[256];

    if (!are_read) {
        are_read = true;
        __sanitizer_symbolize_pc(__builtin_return_address(0), "%f", name, sizeof(name));
    }
#endif
}

#else

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* backtrace() begins with the handler and what the kernel returns to. */
#define N_FRAMES_OF_HANDLER 2
#define MAX_FRAMES 64
#define MAX_FRAME_LENGTH sizeof(" 0x0123456789abcdef")

static const int numbers[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV };

static struct sigaction before[G_N_ELEMENTS(numbers)];

/* The stack of a coroutine that is at its end has no room for a handler. */
static char stack[256 * 1024];

static char *put_frame(char *end, guintptr address)
{
    bool is_begun = false;

    end = stpcpy(end, " 0x");
    for (int shift = 8 * (int) sizeof(address) - 4; shift >= 0; shift -= 4) {
        unsigned digit = address >> shift & 15;

        is_begun = is_begun || digit != 0 || shift == 0;
        if (is_begun) {
            *end++ = "0123456789abcdef"[digit];
        }
    }
    return end;
}

static void write_frames(void *const *frames, int n_frames)
{
    char line[sizeof(ISOLATE_FRAMES_MARK) + MAX_FRAMES * MAX_FRAME_LENGTH + 2];
    char *end = stpcpy(line, "\n" ISOLATE_FRAMES_MARK);

    for (int i = N_FRAMES_OF_HANDLER; i < n_frames; i++) {
        /* The first is an instruction of its function, not one to return to behind a call. */
        end = put_frame(end, (guintptr) frames[i] + (i == N_FRAMES_OF_HANDLER));
    }
    *end++ = '\n';
    /* Whoever cannot say it anyway ends all the same. */
    if (write(STDERR_FILENO, line, end - line) < 0) {
        return;
    }
}

/* If looking at a broken stack crashes too, the first signal is the one that counts. */
static void tell(int number)
{
    static volatile sig_atomic_t first_number;
    void *frames[MAX_FRAMES];
    sigset_t signals;

    if (first_number == 0) {
        first_number = number;
        write_frames(frames, backtrace(frames, MAX_FRAMES));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        sigaction(numbers[i], &before[i], NULL);
    }
    sigemptyset(&signals);
    sigaddset(&signals, first_number);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    raise(first_number);
}

void isolate_tell_crashes(void)
{
    stack_t other_stack = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction action = { .sa_handler = tell, .sa_flags = SA_ONSTACK };
    void *frame;

    /* The first call loads a library, which a handler may not do. */
    backtrace(&frame, 1);
    sigaltstack(&other_stack, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        sigaction(numbers[i], &action, &before[i]);
    }
}

void isolate_read_names(void)
{
}

#endif
