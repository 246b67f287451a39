/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subject of generation 1: calls its QMP commands by QEMU's prototypes.
 *
 * Knows nothing of who implements them, so that any file of this generation can stand
 * in the reference's place.
 */
#include "harness/subject/accounting.h"
#include "harness/subject/answers.h"
#include "harness/subject/pristine.h"
#include "harness/subject/qmp-generation1.h"
#include "harness/subject/subject.h"

static BackupAccessInfoList *setup(const SubjectSetup *setup, Error **errp)
{
    return subject_take_accesses(qmp_backup_access_setup(setup->target_id, setup->devlist,
                                                         setup->bitmap_name, errp));
}

/* qemu_cleanup() knows of no success. */
static void teardown_at_quit(void)
{
    backup_access_teardown(false);
}

const Subject subject = {
    .name = BAX_SUBJECT_NAME,
    .generation = 1,
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
