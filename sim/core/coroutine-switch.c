/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch from one stack to another, in assembly where it matters.
 *
 * sim_switch() is an ordinary call to the compiler, so only the registers that a
 * called function must preserve are saved, on the stack that is left.  The control
 * words of the floating-point units belong to these by the letter of the ABI, but
 * nothing here ever changes a rounding mode, and loading them is slow.
 */
#include "sim/core/coroutine-switch.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

/*
 * System V ABI: rbx, rbp, r12 to r15.  It ends in a jump and not in a return: the
 * processor expects a return to go to its own caller, and would guess wrong each time.
 */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl sim_switch\n"
    ".type sim_switch, @function\n"
    "sim_switch:\n"
    "    pushq %rbp\n"
    "    pushq %rbx\n"
    "    pushq %r12\n"
    "    pushq %r13\n"
    "    pushq %r14\n"
    "    pushq %r15\n"
    "    movq %rsp, (%rdi)\n"
    "    movq (%rsi), %rsp\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    "    popq %rcx\n"
    "    jmpq *%rcx\n"
    ".size sim_switch, . - sim_switch\n"
);

enum {
    N_SAVED_WORDS = 8,      /* r15 to rbp, where to go on, and the zero that ends a backtrace */
    ENTRY_WORD = 6,
};

#elif defined(__aarch64__)

/* AAPCS64: x19 to x30 and the lower halves of v8 to v15. */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl sim_switch\n"
    ".type sim_switch, %function\n"
    "sim_switch:\n"
    "    stp x19, x20, [sp, #-160]!\n"
    "    stp x21, x22, [sp, #16]\n"
    "    stp x23, x24, [sp, #32]\n"
    "    stp x25, x26, [sp, #48]\n"
    "    stp x27, x28, [sp, #64]\n"
    "    stp x29, x30, [sp, #80]\n"
    "    stp d8, d9, [sp, #96]\n"
    "    stp d10, d11, [sp, #112]\n"
    "    stp d12, d13, [sp, #128]\n"
    "    stp d14, d15, [sp, #144]\n"
    "    mov x9, sp\n"
    "    str x9, [x0]\n"
    "    ldr x9, [x1]\n"
    "    mov sp, x9\n"
    "    ldp x21, x22, [sp, #16]\n"
    "    ldp x23, x24, [sp, #32]\n"
    "    ldp x25, x26, [sp, #48]\n"
    "    ldp x27, x28, [sp, #64]\n"
    "    ldp x29, x30, [sp, #80]\n"
    "    ldp d8, d9, [sp, #96]\n"
    "    ldp d10, d11, [sp, #112]\n"
    "    ldp d12, d13, [sp, #128]\n"
    "    ldp d14, d15, [sp, #144]\n"
    "    ldp x19, x20, [sp], #160\n"
    "    br x30\n"
    ".size sim_switch, . - sim_switch\n"
);

enum {
    N_SAVED_WORDS = 20,
    ENTRY_WORD = 11,        /* x30 */
};

#endif

#if defined(__x86_64__) || defined(__aarch64__)

void sim_switch_prepare(SimSwitchPoint *point, void *stack, size_t n_bytes, void (*entry)(void))
{
    uintptr_t *words = (uintptr_t *)((char *)stack + n_bytes) - N_SAVED_WORDS;

    memset(words, 0, N_SAVED_WORDS * sizeof(*words));
    words[ENTRY_WORD] = (uintptr_t)entry;
    point->stack_pointer = words;
}

#else

void sim_switch_prepare(SimSwitchPoint *point, void *stack, size_t n_bytes, void (*entry)(void))
{
    getcontext(&point->context);
    point->context.uc_stack.ss_sp = stack;
    point->context.uc_stack.ss_size = n_bytes;
    point->context.uc_link = NULL;
    makecontext(&point->context, entry, 0);
}

void sim_switch(SimSwitchPoint *from, SimSwitchPoint *to)
{
    swapcontext(&from->context, &to->context);
}

#endif
