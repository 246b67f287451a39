/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the tests of the checks: regular backups and their archives.
 */
#include <string.h>

#include "harness/check/fake-world-internal.h"

void fake_regular_backup(const char *devices)
{
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_BEGINS });
    fake.n_archives++;
    fake.archive_is_open = true;
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];

        drive->is_archived = strstr(devices, drive->name) != NULL;
        if (drive->is_archived) {
            fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_BEGIN, .who = drive->name });
            drive->archive_bytes = drive->size_bytes;
            sim_rangemap_copy(&drive->archive, &drive->content);
        }
    }
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_ANSWERED });
    fake_end_step();
}

void fake_regular_backup_ends(void)
{
    fake_begin_step();
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];

        if (!drive->is_archived) {
            continue;
        }
        fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_END, .who = drive->name });
        if (fake.bug == FAKE_ARCHIVES_NEW_DATA) {
            sim_rangemap_copy(&drive->archive, &drive->content);
        }
        drive->archive_bytes -= fake.bug == FAKE_ARCHIVES_WRONG_SIZE ? 512 : 0;
        drive->is_archived = fake.bug != FAKE_ARCHIVES_NOT_ALL || i == 0;
    }
    fake.archive_is_open = false;
    fake_end_step();
}

bool sim_world_archive_at(unsigned index, SimArchiveView *ret_view)
{
    bool is_last = index + 1 == fake.n_archives;

    *ret_view = (SimArchiveView){
        .name = "archive",
        .state = is_last && fake.archive_is_open ? SIM_ARCHIVE_OPEN : SIM_ARCHIVE_COMPLETE,
    };
    return index < fake.n_archives;
}

/* Of the last one. */
bool sim_world_archive_device_at(unsigned index G_GNUC_UNUSED, unsigned device_index,
                                 SimArchiveDeviceView *ret_view)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        const SimDrive *drive = &fake.drives[i];

        if (drive->is_archived && device_index-- == 0) {
            *ret_view = (SimArchiveDeviceView){
                .name = drive->name,
                .size_bytes = drive->archive_bytes,
                .content = &drive->archive,
            };
            return true;
        }
    }
    return false;
}
