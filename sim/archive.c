/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives: what backups have written, in memory.
 */
#include "sim/archive.h"

#include "qemu/osdep.h"

#include "sim/block/backup-dump.h"

static SimArchive *all_archives;
static uint64_t n_closed_devices;

SimArchive *sim_archive_new(const char *name, const char *group)
{
    SimArchive *archive = g_new0(SimArchive, 1);
    SimArchive **link = &all_archives;

    archive->name = g_strdup(name);
    archive->group = g_strdup(group);
    archive->state = SIM_ARCHIVE_OPEN;
    archive->handle_alive = true;
    archive->devices = g_ptr_array_new();
    archive->config_names = g_ptr_array_new_with_free_func(g_free);
    while (*link) {
        link = &(*link)->next;
    }
    *link = archive;
    return archive;
}

SimArchive *sim_archives_first(void)
{
    return all_archives;
}

SimArchive *sim_archive_find(const char *name)
{
    for (SimArchive *archive = all_archives; archive; archive = archive->next) {
        if (archive->state != SIM_ARCHIVE_REMOVED && !strcmp(archive->name, name)) {
            return archive;
        }
    }
    return NULL;
}

SimArchive *sim_archive_last_complete(const char *group)
{
    SimArchive *last = NULL;

    for (SimArchive *archive = all_archives; archive; archive = archive->next) {
        if (archive->state == SIM_ARCHIVE_COMPLETE && !g_strcmp0(archive->group, group)) {
            last = archive;
        }
    }
    return last;
}

unsigned sim_archive_add_device(SimArchive *archive, const char *name, uint64_t size_bytes,
                                const SimArchiveDevice *base)
{
    SimArchiveDevice *device = g_new0(SimArchiveDevice, 1);

    device->name = g_strdup(name);
    device->size_bytes = size_bytes;
    device->incremental = base;
    if (base) {
        sim_rangemap_copy(&device->content, &base->content);
        sim_rangemap_copy(&device->written, &base->written);
    }
    g_ptr_array_add(archive->devices, device);
    return archive->devices->len - 1;
}

SimArchiveDevice *sim_archive_device(const SimArchive *archive, unsigned index)
{
    return index < archive->devices->len ? archive->devices->pdata[index] : NULL;
}

SimArchiveDevice *sim_archive_find_device(const SimArchive *archive, const char *name)
{
    for (unsigned i = 0; i < archive->devices->len; i++) {
        SimArchiveDevice *device = archive->devices->pdata[i];

        if (!strcmp(device->name, name)) {
            return device;
        }
    }
    return NULL;
}

void sim_archive_add_config(SimArchive *archive, const char *name)
{
    g_ptr_array_add(archive->config_names, g_strdup(name));
}

static bool has_equal_content(const SimArchiveDevice *device, uint64_t offset, uint64_t end,
                              const SimDumpSource *source)
{
    uint64_t shift = source->offset - offset;
    uint64_t at = offset;

    while (at < end) {
        SimRange ours = sim_rangemap_run(&device->content, at, end);
        SimRange theirs = sim_rangemap_run(source->content, at + shift, end + shift);

        if (ours.value != theirs.value) {
            return false;
        }
        at = MIN(ours.end, theirs.end - shift);
    }
    return true;
}

static void take_content(SimArchiveDevice *device, uint64_t offset, uint64_t end,
                         const SimDumpSource *source)
{
    uint64_t shift = source->offset - offset;
    uint64_t at = offset;

    while (at < end) {
        SimRange run = sim_rangemap_run(source->content, at + shift, end + shift);

        sim_rangemap_set(&device->content, at, run.end - shift, run.value);
        at = run.end - shift;
    }
}

bool sim_archive_write(SimArchiveDevice *device, uint64_t offset, uint64_t bytes,
                       const void *data)
{
    static const SimRangeMap zeroes;
    SimDumpSource source = { .content = &zeroes, .offset = offset };
    uint64_t end = MIN(offset + bytes, device->size_bytes);
    bool is_known;

    if (data) {
        /* There is no other source of data in this world. */
        bool is_of_dump = sim_backup_dump_find(data, &source);

        g_assert(is_of_dump);
    }
    is_known = has_equal_content(device, offset, end, &source);
    if (!is_known) {
        take_content(device, offset, end, &source);
    }
    return !sim_rangemap_set(&device->written, offset, end, 1) && is_known;
}

bool sim_archive_is_full(const SimArchiveDevice *device)
{
    return sim_rangemap_covered(&device->written, 0, device->size_bytes) == device->size_bytes;
}

void sim_archive_close_device(SimArchiveDevice *device)
{
    device->closed = true;
    device->closed_number = ++n_closed_devices;
}

int sim_archive_remove(const char *name)
{
    SimArchive *archive = sim_archive_find(name);

    if (!archive) {
        return -ENOENT;
    }
    archive->state = SIM_ARCHIVE_REMOVED;
    return 0;
}

static void free_device(SimArchiveDevice *device)
{
    sim_rangemap_clear(&device->content);
    sim_rangemap_clear(&device->written);
    g_free(device->name);
    g_free(device);
}

void sim_archives_reset(void)
{
    while (all_archives) {
        SimArchive *archive = all_archives;

        all_archives = archive->next;
        for (unsigned i = 0; i < archive->devices->len; i++) {
            free_device(archive->devices->pdata[i]);
        }
        g_ptr_array_free(archive->devices, TRUE);
        g_ptr_array_free(archive->config_names, TRUE);
        g_free(archive->name);
        g_free(archive->group);
        g_free(archive);
    }
    n_closed_devices = 0;
}
