/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a write to a dump target carries.
 *
 * Disks hold write numbers and no data, so the buffer that the code under test gets is
 * only an address: it reads as zeroes, and whoever stores "what is in it" asks here
 * which part of the source it stands for.  So data that is handed on under a wrong
 * offset, or twice, or not at all, shows in the archive as what it is.
 */
#ifndef SIM_BLOCK_BACKUP_DUMP_H
#define SIM_BLOCK_BACKUP_DUMP_H

#include "block/block_int.h"

typedef void SimDumpDone(int ret, void *opaque);

/*
 * Writes to a dump target: calls its function in a coroutine of its own, and then, still in
 * there, @done with 0 or -errno.  @content (what the source holds in that range) is borrowed
 * until then.
 */
void sim_backup_dump_write(BlockDriverState *bs, uint64_t offset, uint64_t bytes,
                           const SimRangeMap *content, SimDumpDone *done, void *opaque);

typedef struct SimDumpSource {
    const SimRangeMap *content;     /* of the write whose buffer it is */
    uint64_t offset;                /* that @data stands for */
    uint64_t end;                   /* of the write */
} SimDumpSource;

/* False if @data does not point into the buffer of a write that is under way. */
bool sim_backup_dump_find(const void *data, SimDumpSource *ret_source);

/* Forgets all writes; for the end of a world. */
void sim_backup_dump_reset(void);

#endif
