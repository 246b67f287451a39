/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subject of generation 1: calls its QMP commands by QEMU's prototypes.
 *
 * Knows nothing of who implements them, so that any file of this generation can stand
 * in the reference's place.
 */
#include "harness/subject/subject.h"
#include "harness/subject/pristine.h"
#include "harness/subject/qmp-generation1.h"

static BackupAccessInfoList *setup(const SubjectSetup *setup, Error **errp)
{
    return qmp_backup_access_setup(setup->target_id, setup->devlist, setup->bitmap_name, errp);
}

/* qemu_cleanup() knows of no success. */
static void teardown_at_quit(void)
{
    backup_access_teardown(false);
}

const Subject subject = {
    .name = "reference",
    .generation = 1,
    .setup = setup,
    .teardown = qmp_backup_access_teardown,
    .teardown_at_quit = teardown_at_quit,
    .query_backup = qmp_query_backup,
    .query_bitmap_info = qmp_query_pbs_bitmap_info,
    .reset = subject_restore_pristine,
};
