/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of devices that setup takes in generations 2 and 3.
 *
 * QAPI's visitor makes it on the heap and frees it after the command; here one array holds
 * nodes and devices.
 */
#include "harness/subject/source-devices.h"

#include <glib.h>

#include "harness/subject/accounting.h"

typedef struct SourceDevice {
    BackupAccessSourceDeviceList node;      /* first: the list's first node is the array */
    BackupAccessSourceDevice device;
} SourceDevice;

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

BackupAccessSourceDeviceList *subject_source_devices(const SubjectSetup *setup)
{
    SourceDevice *items;

    if (!setup->n_devices) {
        return NULL;
    }
    items = g_new0(SourceDevice, setup->n_devices);
    accounting_add(items, 0, ACCOUNTED_MEMORY, NULL);
    for (size_t i = 0; i < setup->n_devices; i++) {
        items[i].device = (BackupAccessSourceDevice) {
            .device = (char *)setup->devices[i].device,
            .bitmap_name = (char *)setup->bitmap_name,
            .bitmap_mode = mode_of(setup->devices[i].mode),
        };
        items[i].node.value = &items[i].device;
        items[i].node.next = i + 1 < setup->n_devices ? &items[i + 1].node : NULL;
    }
    return &items[0].node;
}

void subject_source_devices_free(BackupAccessSourceDeviceList *devices)
{
    if (devices) {
        accounting_forget(devices);
        g_free(devices);
    }
}
