/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this program was built from.
 *
 * The table is generated when the program is built (cmake/BaxBuildInfo.cmake): a row for
 * every file that stands for a part of QEMU, real or simulated, and for the code under test.
 */
#ifndef HARNESS_CLI_BUILD_INFO_H
#define HARNESS_CLI_BUILD_INFO_H

typedef enum BuildFileKind {
    BUILD_FILE_REAL,            /* unmodified, from a QEMU tree */
    BUILD_FILE_SIMULATED,       /* ours, in place of QEMU's */
    BUILD_FILE_SUBJECT,         /* the code under test */
    BUILD_FILE_PLACED,          /* a function of a patch in it: path names it, origin is the patch */
    BUILD_FILE_LEFT,            /* one that the patch adds too, but that has no place in it */
} BuildFileKind;

typedef struct BuildFile {
    BuildFileKind kind;
    const char *path;           /* in its tree */
    const char *origin;         /* the tree and its version: "QEMU 10.0.13 in /src/qemu" */
    const char *sha256;         /* of the file that was compiled */
} BuildFile;

typedef struct BuildInfo {
    const char *version;            /* of bax */
    const char *bitmaps;            /* "real" or "builtin" */
    const char *qemu_version;       /* of the tree that real files came from; NULL: none did */
    const BuildFile *files;         /* of a kind by path; ends with a NULL path */
} BuildInfo;

extern const BuildInfo build_info;

#endif
