/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world from outside: jobs, what backups have written, and quitting.
 */
#include "sim/world.h"

#include "qemu/osdep.h"
#include "block/block.h"
#include "qemu/job.h"

#include "sim/archive.h"

unsigned sim_world_n_jobs(void)
{
    unsigned n = 0;

    for (Job *job = job_next_locked(NULL); job; job = job_next_locked(job)) {
        n += job->status != JOB_STATUS_NULL;
    }
    return n;
}

static SimArchive *archive_at(unsigned index)
{
    SimArchive *archive = sim_archives_first();

    while (archive && index--) {
        archive = archive->next;
    }
    return archive;
}

bool sim_world_archive_at(unsigned index, SimArchiveView *ret_view)
{
    SimArchive *archive = archive_at(index);

    if (archive) {
        *ret_view = (SimArchiveView){
            .name = archive->name,
            .state = archive->state,
            .handle_alive = archive->handle_alive,
            .n_devices = archive->devices->len,
            .n_configs = archive->config_names->len,
        };
    }
    return archive;
}

bool sim_world_archive_device_at(unsigned index, unsigned device_index,
                                 SimArchiveDeviceView *ret_view)
{
    SimArchive *archive = archive_at(index);
    const SimArchiveDevice *device = archive ? sim_archive_device(archive, device_index) : NULL;

    if (device) {
        *ret_view = (SimArchiveDeviceView){
            .name = device->name,
            .size_bytes = device->size_bytes,
            .incremental = device->incremental,
            .closed = device->closed,
            .content = &device->content,
            .written = &device->written,
        };
    }
    return device;
}

void sim_world_quit_drain(void)
{
    bdrv_drain_all_begin();
}

void sim_world_quit_cancel_jobs(void)
{
    job_cancel_sync_all();
    bdrv_drain_all_end();
}
