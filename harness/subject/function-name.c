/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of functions, out of the program's own ELF symbol table.
 *
 * dladdr() knows no static functions, and those are what the code under test mostly consists
 * of.  Read once, when the first name is asked for: no run pays for it.
 */
#define _GNU_SOURCE     /* dl_iterate_phdr() */

#include "harness/subject/function-name.h"

#include <elf.h>
#include <glib.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

static char *image;                     /* the program's file; NULL: not readable */
static const ElfW(Sym) *symbols;
static size_t n_symbols;
static const char *names;

static void read_symbols(void)
{
    const ElfW(Ehdr) *header;
    const ElfW(Shdr) *sections;

    if (!g_file_get_contents("/proc/self/exe", &image, NULL, NULL)) {
        return;
    }
    header = (const ElfW(Ehdr) *)image;
    sections = (const ElfW(Shdr) *)(image + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == SHT_SYMTAB) {
            symbols = (const ElfW(Sym) *)(image + sections[i].sh_offset);
            n_symbols = sections[i].sh_size / sizeof(*symbols);
            names = image + sections[sections[i].sh_link].sh_offset;
        }
    }
}

/* The program itself comes first. */
static int see_program(struct dl_phdr_info *info, size_t size G_GNUC_UNUSED, void *ret_base)
{
    *(uintptr_t *)ret_base = info->dlpi_addr;
    return 1;
}

const char *function_name_at(const void *return_address)
{
    static gsize is_read;
    uintptr_t base = 0, at;

    if (g_once_init_enter(&is_read)) {
        read_symbols();
        g_once_init_leave(&is_read, 1);
    }
    dl_iterate_phdr(see_program, &base);
    /* The call may be the last instruction of its function. */
    at = (uintptr_t)return_address - base - 1;
    for (size_t i = 0; i < n_symbols; i++) {
        if (ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC &&
            at - symbols[i].st_value < symbols[i].st_size) {
            const char *name = names + symbols[i].st_name;

            g_autofree char *plain = g_strndup(name, strcspn(name, "."));

            return g_intern_string(plain);
        }
    }
    return "?";
}
