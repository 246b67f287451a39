/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The archive that a regular backup writes: a VMA file with one stream per drive.
 *
 * The first error stays, and the archive is then not complete.
 */
#ifndef REGULAR_ARCHIVE_H
#define REGULAR_ARCHIVE_H

#include "qemu/osdep.h"
#include "block/block_int.h"
#include "vma.h"

typedef struct RegularArchive RegularArchive;

/* NULL with *@errp set: @file is there already or cannot be made. */
RegularArchive *regular_archive_new(const char *file, uuid_t uuid, size_t n_max_drives,
                                    Error **errp);
/* Registers a drive.  A node that hands what is written to it to the archive: the caller's. */
BlockDriverState *coroutine_fn regular_archive_co_add(RegularArchive *archive,
                                                      const char *device, int64_t size_bytes,
                                                      Error **errp);
void regular_archive_fail(RegularArchive *archive, const char *reason);
/* Frees the archive.  What to say if it is not complete, the caller's; NULL: it is. */
char *coroutine_fn regular_archive_co_close(RegularArchive *archive);
/* Gives it up before anything was written: its file goes.  @archive may be NULL. */
void regular_archive_remove(RegularArchive *archive, const char *file);

#endif
