/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the tests of the checks: regular backups and their archives.
 */
#include <string.h>

#include "harness/check/fake-world-internal.h"

static bool is_excluded(void)
{
    return (fake.drives[0].has_access || fake.drives[1].has_access) &&
           fake.bug != FAKE_ACCEPTS_BACKUP;
}

static void begin(const char *devices)
{
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_BEGINS });
    if (is_excluded()) {
        fake_tell_deed((Deed){ .kind = DEED_BACKUP_ANSWERED, .error = "an access is active" });
        return;
    }
    g_assert(fake.n_archives < FAKE_ARCHIVES);
    fake.n_archives++;
    fake.archive_is_open = true;
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];
        FakeArchive *archive = &drive->archives[fake.n_archives - 1];

        archive->has_drive = strstr(devices, drive->name) != NULL;
        if (archive->has_drive) {
            if (i > 0 && fake.bug == FAKE_ARCHIVES_ONE_DRIVE_AFTER_THE_OTHER) {
                fake_write_silently(fake.drives[0].name, 0);
                fake_write_silently(drive->name, 0);
            }
            fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_BEGIN, .who = drive->name });
            archive->size_bytes = drive->size_bytes;
            sim_rangemap_copy(&archive->content, &drive->content);
        }
    }
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_ANSWERED });
}

static void end(void)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];
        FakeArchive *archive = &drive->archives[fake.n_archives - 1];

        if (!archive->has_drive) {
            continue;
        }
        fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_BACKUP_END, .who = drive->name });
        if (fake.bug == FAKE_ARCHIVES_NEW_DATA) {
            sim_rangemap_copy(&archive->content, &drive->content);
        }
        archive->size_bytes -= fake.bug == FAKE_ARCHIVES_WRONG_SIZE ? 512 : 0;
        archive->has_drive = fake.bug != FAKE_ARCHIVES_NOT_ALL || i == 0;
    }
    fake.archive_is_open = false;
}

void fake_regular_backup(const char *devices)
{
    fake_begin_step();
    begin(devices);
    fake_end_step();
}

void fake_regular_backup_ends(void)
{
    fake_begin_step();
    end();
    fake_end_step();
}

void fake_regular_backup_follows(const char *devices)
{
    fake_begin_step();
    end();
    begin(devices);
    fake_end_step();
}

bool sim_world_archive_at(unsigned index, SimArchiveView *ret_view)
{
    bool is_last = index + 1 == fake.n_archives;

    *ret_view = (SimArchiveView){
        .name = "archive.vma",
        .state = is_last && fake.archive_is_open ? SIM_ARCHIVE_OPEN
                 : fake.bug == FAKE_GIVES_ARCHIVE_UP ? SIM_ARCHIVE_INCOMPLETE
                                                     : SIM_ARCHIVE_COMPLETE,
    };
    return index < fake.n_archives;
}

bool sim_world_archive_device_at(unsigned index, unsigned device_index,
                                 SimArchiveDeviceView *ret_view)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        const SimDrive *drive = &fake.drives[i];
        const FakeArchive *archive = &drive->archives[index];

        if (archive->has_drive && device_index-- == 0) {
            *ret_view = (SimArchiveDeviceView){
                .name = drive->name,
                .size_bytes = archive->size_bytes,
                .content = &archive->content,
            };
            return true;
        }
    }
    return false;
}
