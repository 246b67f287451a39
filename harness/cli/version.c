/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax --version: what is real in this program, what is simulated, and the proof.
 */
#include <stdio.h>

#include "harness/cli/cli.h"
#include "harness/subject/subject.h"

static void print_files(BuildFileKind kind, const char *heading)
{
    const char *origin = NULL;

    for (const BuildFile *file = build_info.files; file->path; file++) {
        if (file->kind != kind) {
            continue;
        }
        if (!origin) {
            origin = file->origin;
            printf("\n%s, from %s:\n", heading, origin);
        }
        printf("  %s  %s\n", file->sha256, file->path);
    }
}

CliExit cli_print_version(void)
{
    printf("bax %s\n", build_info.version);
    printf("Code under test: %s (generation %u)\n", subject.name, subject.generation);
    printf("Dirty bitmaps: %s\n", build_info.bitmaps);
    print_files(BUILD_FILE_PLACED, "Functions under test");
    print_files(BUILD_FILE_LEFT, "Functions that were found but have no place");
    print_files(BUILD_FILE_SUBJECT, "Code under test");
    print_files(BUILD_FILE_REAL, "Real, unmodified");
    print_files(BUILD_FILE_SIMULATED, "Simulated");
    printf("\nThe numbers are SHA-256 sums of the files as they were compiled.\n");
    return CLI_GOOD;
}
