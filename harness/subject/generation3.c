/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subject of generation 3: a list of devices, each with a bitmap mode; the bitmap goes by the
 * target ID.  A scenario that asks for another name never gets here: it needs another generation.
 */
#include "harness/subject/accounting.h"
#include "harness/subject/answers.h"
#include "harness/subject/pristine.h"
#include "harness/subject/qmp-generation2.h"
#include "harness/subject/subject.h"

static BackupAccessSetupBitmapMode mode_of(SubjectBitmapMode mode)
{
    switch (mode) {
    case SUBJECT_BITMAP_NONE:
        return BACKUP_ACCESS_SETUP_BITMAP_MODE_NONE;
    case SUBJECT_BITMAP_NEW:
        return BACKUP_ACCESS_SETUP_BITMAP_MODE_NEW;
    case SUBJECT_BITMAP_USE:
        return BACKUP_ACCESS_SETUP_BITMAP_MODE_USE;
    }
    g_assert_not_reached();
}

/*
 * QAPI's visitor makes the list on the heap and frees it after the command; here one array
 * holds nodes and devices.  It is accounted for as the subject's, since a command that never
 * ends does not free it.
 */
static BackupAccessInfoList *setup(const SubjectSetup *setup, Error **errp)
{
    struct {
        BackupAccessSourceDeviceList node;
        BackupAccessSourceDevice device;
    } *items = g_malloc0_n(setup->n_devices + 1, sizeof(*items));
    BackupAccessInfoList *accesses;

    accounting_add(items, 0, ACCOUNTED_MEMORY, NULL);
    for (size_t i = 0; i < setup->n_devices; i++) {
        items[i].device = (BackupAccessSourceDevice) {
            .device = (char *)setup->devices[i].device,
            .bitmap_mode = mode_of(setup->devices[i].mode),
        };
        items[i].node.value = &items[i].device;
        items[i].node.next = i + 1 < setup->n_devices ? &items[i + 1].node : NULL;
    }
    accesses = qmp_backup_access_setup(setup->target_id, setup->n_devices ? &items[0].node : NULL,
                                       errp);
    accounting_forget(items);
    g_free(items);
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
    .setup = setup,
    .teardown = qmp_backup_access_teardown,
    .teardown_at_quit = teardown_at_quit,
    .backup = subject_backup,
    .backup_cancel = subject_backup_cancel,
    .query_backup = subject_query_backup,
    .query_bitmap_info = subject_query_bitmap_info,
    .find_leaks = subject_find_leaks,
    .free_all = accounting_free_all,
    .reset = subject_restore_pristine,
};
