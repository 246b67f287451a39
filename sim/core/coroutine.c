/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stackful coroutines.
 *
 * There is one thread, hence one stack that is no coroutine's: the thread's own, on
 * which every chain of entered coroutines begins.  AddressSanitizer has to know the
 * bounds of the stack that a switch goes to, and may keep a second, "fake" stack
 * beside each real one; both are told in one place, switch_stacks().
 */
#include "sim/core/coroutine.h"

#include <glib.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/core/coroutine-switch.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef HAVE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_BYTES (256 * 1024)

typedef struct Stack {
    SimSwitchPoint point;
    const void *bottom;         /* lowest address */
    size_t n_bytes;
    void *fake_stack;           /* AddressSanitizer's, while switched away */
} Stack;

struct SimCoroutine {
    Stack stack;
    SimCoroutineFunc *entry;
    void *opaque;
    SimCoroutine *caller;       /* who entered it; NULL: the thread */
    bool entered;
    bool ended;
    SimCoroutine *next;         /* in the list of those alive, or of those to use again */
    SimCoroutine *previous;
};

static Stack thread_stack;
static SimCoroutine *current;
static SimCoroutine *alive;
static SimCoroutine *unused;
static unsigned n_alive;
static uint64_t n_entered;

static void (*escape_resume)(void *opaque);
static void *escape_opaque;

/* Where the switch under way comes from. */
static Stack *stack_left;

static void arrive_on(Stack *stack)
{
#ifdef HAVE_ADDRESS_SANITIZER
    /* The bounds of the thread's stack are learned here; the others do not change. */
    __sanitizer_finish_switch_fiber(stack->fake_stack, &stack_left->bottom, &stack_left->n_bytes);
    stack->fake_stack = NULL;
#else
    (void)stack;
#endif
}

/* @for_good: nobody ever switches back to @from. */
static void switch_stacks(Stack *from, Stack *to, bool for_good)
{
    stack_left = from;
#ifdef HAVE_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(for_good ? NULL : &from->fake_stack, to->bottom, to->n_bytes);
#else
    (void)for_good;
#endif
    sim_switch(&from->point, &to->point);
    arrive_on(from);
}

static Stack *stack_of(SimCoroutine *co)
{
    return co ? &co->stack : &thread_stack;
}

/* First function on every stack. */
static void run_current(void)
{
    SimCoroutine *co = current;

    arrive_on(&co->stack);
    co->entry(co->opaque);
    co->ended = true;
    switch_stacks(&co->stack, stack_of(co->caller), true);
    g_assert_not_reached();
}

static void prepare(SimCoroutine *co)
{
#ifdef HAVE_ADDRESS_SANITIZER
    /* Functions that never returned left their traps on the stack. */
    __asan_unpoison_memory_region(co->stack.bottom, co->stack.n_bytes);
#endif
    sim_switch_prepare(&co->stack.point, (void *)co->stack.bottom, co->stack.n_bytes, run_current);
    co->entered = false;
    co->ended = false;
}

/* With a page below it that may not be touched: an overflow crashes at once. */
static void map_stack(Stack *stack)
{
    size_t guard_bytes = sysconf(_SC_PAGESIZE);
    char *memory = mmap(NULL, guard_bytes + STACK_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

    g_assert(memory != MAP_FAILED);
    g_assert_cmpint(mprotect(memory, guard_bytes, PROT_NONE), ==, 0);
    stack->bottom = memory + guard_bytes;
    stack->n_bytes = STACK_BYTES;
}

SimCoroutine *sim_coroutine_new(SimCoroutineFunc *entry, void *opaque)
{
    SimCoroutine *co = unused;

    if (co) {
        unused = co->next;
    } else {
        co = g_new0(SimCoroutine, 1);
        map_stack(&co->stack);
    }

    co->entry = entry;
    co->opaque = opaque;
    prepare(co);

    co->previous = NULL;
    co->next = alive;
    if (alive) {
        alive->previous = co;
    }
    alive = co;
    n_alive++;
    return co;
}

static void retire(SimCoroutine *co)
{
    *(co->previous ? &co->previous->next : &alive) = co->next;
    if (co->next) {
        co->next->previous = co->previous;
    }
    n_alive--;
    co->next = unused;
    unused = co;
}

static void resume_after_escape(void)
{
    void (*resume)(void *opaque) = escape_resume;

    escape_resume = NULL;
    current = NULL;
    resume(escape_opaque);
    g_assert_not_reached();
}

bool sim_coroutine_enter(SimCoroutine *co)
{
    SimCoroutine *self = current;

    g_assert(!co->entered);
    g_assert(!co->ended);
    n_entered++;
    co->entered = true;
    co->caller = self;
    current = co;
    switch_stacks(stack_of(self), &co->stack, false);

    if (escape_resume) {
        resume_after_escape();
    }
    current = self;
    co->entered = false;
    if (!co->ended) {
        return false;
    }
    retire(co);
    return true;
}

void sim_coroutine_yield(void)
{
    g_assert(current);
    switch_stacks(&current->stack, stack_of(current->caller), false);
}

SimCoroutine *sim_coroutine_self(void)
{
    return current;
}

void *sim_coroutine_opaque(const SimCoroutine *co)
{
    return co->opaque;
}

void sim_coroutine_escape(void (*resume)(void *opaque), void *opaque)
{
    escape_resume = resume;
    escape_opaque = opaque;
    if (current) {
        switch_stacks(&current->stack, &thread_stack, false);
    }
    resume_after_escape();
    g_assert_not_reached();
}

static void do_nothing(void *opaque)
{
    (void)opaque;
}

void sim_coroutine_reset(void)
{
    g_assert(!current);
    while (alive) {
        SimCoroutine *co = alive;

        /* Ends it properly, from a fresh start: AddressSanitizer's fake stack goes too. */
        prepare(co);
        co->entry = do_nothing;
        sim_coroutine_enter(co);
    }
}

unsigned sim_coroutine_n_alive(void)
{
    return n_alive;
}

uint64_t sim_coroutine_n_entered(void)
{
    return n_entered;
}
