/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static data of the code under test: kept once, put back between runs.
 */
#include "harness/subject/pristine.h"

#include <glib.h>
#include <stdint.h>

#include "harness/subject/accounting.h"
#include "qemu/module.h"

/* Named by the linker; both are NULL for code without static data. */
extern char __start_subject_data[] __attribute__((weak));
extern char __stop_subject_data[] __attribute__((weak));

/*
 * Word by word and through volatile, since AddressSanitizer guards the gaps between variables
 * and watches memcpy() too.  The linker aligns the sections to words at least when there is
 * something in them that holds a pointer; the bytes at the end are copied one by one.
 */
__attribute__((no_sanitize("address")))
static void copy(char *target, const char *source, size_t n_bytes)
{
    size_t i = 0;

    if (((uintptr_t)target | (uintptr_t)source) % sizeof(uint64_t) == 0) {
        for (; i + sizeof(uint64_t) <= n_bytes; i += sizeof(uint64_t)) {
            *(volatile uint64_t *)(target + i) = *(const volatile uint64_t *)(source + i);
        }
    }
    for (; i < n_bytes; i++) {
        *(volatile char *)(target + i) = *(const volatile char *)(source + i);
    }
}

void subject_restore_pristine(void)
{
    static char *kept;
    size_t n_bytes = __stop_subject_data - __start_subject_data;

    accounting_free_all();
    if (kept) {
        copy(__start_subject_data, kept, n_bytes);
    } else {
        kept = g_malloc(n_bytes + 1);
        copy(kept, __start_subject_data, n_bytes);
    }
    module_call_init(MODULE_INIT_OPTS);
}

void subject_find_leaks(SubjectLeakFunc *found, void *opaque)
{
    accounting_find_leaks(__start_subject_data, __stop_subject_data, found, opaque);
}

/* Where 64-bit Linux puts programs, heaps and stacks, with AddressSanitizer and without. */
static uint64_t mask_address(uint64_t word)
{
    return word >> 40 >= 0x50 && word >> 40 < 0x80 ? 1 : word;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* Zeroes count for nothing: the linker may leave room anywhere. */
__attribute__((no_sanitize("address")))
uint64_t subject_hash_static_data(void)
{
    const char *at = __start_subject_data;
    uint64_t hash = 0;

    while (at < __stop_subject_data) {
        bool is_word = (uintptr_t)at % 8 == 0 && __stop_subject_data - at >= 8;
        uint64_t value = is_word ? mask_address(*(const volatile uint64_t *)at)
                                 : (unsigned char)*(const volatile char *)at;

        hash = value ? mix(mix(hash, at - __start_subject_data), value) : hash;
        at += is_word ? 8 : 1;
    }
    return hash;
}
