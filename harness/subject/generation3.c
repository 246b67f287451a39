/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subject of generation 3: a list of devices, each with a bitmap mode; the bitmap goes by the
 * target ID.  A scenario that asks for another name never gets here: it needs another generation.
 */
#include "harness/subject/accounting.h"
#include "harness/subject/answers.h"
#include "harness/subject/pristine.h"
#include "harness/subject/qmp-generation2.h"
#include "harness/subject/source-devices.h"
#include "harness/subject/subject.h"

static BackupAccessInfoList *setup(const SubjectSetup *setup, Error **errp)
{
    BackupAccessSourceDeviceList *devices = subject_source_devices(setup);
    BackupAccessInfoList *accesses = qmp_backup_access_setup(setup->target_id, devices, errp);

    subject_source_devices_free(devices);
    return subject_take_accesses(accesses);
}

/* qemu_cleanup() knows of no success. */
static void teardown_at_quit(void)
{
    backup_access_teardown(false);
}

const Subject subject = {
    .name = BAX_SUBJECT_NAME,
    .generation = 3,
    .is_reference = subject_is_reference,
    .setup = setup,
    .teardown = qmp_backup_access_teardown,
    .teardown_at_quit = teardown_at_quit,
    .backup = subject_backup,
    .backup_cancel = subject_backup_cancel,
    .query_backup = subject_query_backup,
    .query_bitmap_info = subject_query_bitmap_info,
    .find_leaks = subject_find_leaks,
    .maker_of_bitmap = accounting_maker_of_bitmap,
    .hash_static_data = subject_hash_static_data,
    .free_all = accounting_free_all,
    .reset = subject_restore_pristine,
};
