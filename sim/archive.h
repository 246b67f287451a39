/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives: what backups have written, in memory.
 *
 * The stand-ins for the VMA writer and for the library of Proxmox Backup Server both
 * write here, and the world shows it.  An archive holds for every device a map from
 * bytes to write numbers, just as disks do.  Archives live until the world ends.
 */
#ifndef SIM_ARCHIVE_H
#define SIM_ARCHIVE_H

#include "sim/world.h"

typedef struct SimArchiveDevice {
    char *name;
    uint64_t size_bytes;
    bool incremental;
    bool closed;
    uint64_t closed_number;         /* 1, 2, 3, ... over all devices in order of closing */
    SimRangeMap content;
    SimRangeMap written;            /* bytes -> 1; with an incremental one those of its base too */
} SimArchiveDevice;

typedef struct SimArchive SimArchive;

struct SimArchive {
    char *name;
    char *group;                    /* backups that can be each other's base; NULL: none can */
    SimArchiveState state;
    bool handle_alive;
    GPtrArray *devices;             /* of SimArchiveDevice * */
    GPtrArray *config_names;
    SimArchive *next;               /* in the order of making */
};

/* @name and @group copied.  In use by a handle, and open. */
SimArchive *sim_archive_new(const char *name, const char *group);
/* One of this name that is not removed, or NULL. */
SimArchive *sim_archive_find(const char *name);
/* The last complete one of a group, or NULL. */
SimArchive *sim_archive_last_complete(const char *group);
SimArchive *sim_archives_first(void);

/* Returns the device's index.  @base: where an incremental one begins; NULL: from nothing. */
unsigned sim_archive_add_device(SimArchive *archive, const char *name, uint64_t size_bytes,
                                const SimArchiveDevice *base);
SimArchiveDevice *sim_archive_device(const SimArchive *archive, unsigned index);
SimArchiveDevice *sim_archive_find_device(const SimArchive *archive, const char *name);
void sim_archive_add_config(SimArchive *archive, const char *name);

/*
 * @data: a place in the buffer of a write to a dump target, or NULL for zeroes.  The range is
 * cut at the end of the device.  True if this changes nothing.
 */
bool sim_archive_write(SimArchiveDevice *device, uint64_t offset, uint64_t bytes,
                       const void *data);
bool sim_archive_is_full(const SimArchiveDevice *device);
void sim_archive_close_device(SimArchiveDevice *device);
/* As unlink(): 0, or -ENOENT. */
int sim_archive_remove(const char *name);

void sim_archives_reset(void);

#endif
