/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What AddressSanitizer is told by every program of the build; ASAN_OPTIONS has the last word.
 *
 * Thousands of runs follow each other in a process, each gives back less than a megabyte, and none
 * may touch what an earlier one had.  So memory that was given back need not be kept from being
 * used again for long: some runs' worth, which stays in the processor's caches, instead of the
 * default of 256 MB, which each process would first have to get from the kernel page by page.
 * The call stacks that are kept of each allocation end where all runs are alike.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "quarantine_size_mb=16:malloc_context_size=8";
}
