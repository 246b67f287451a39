/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of devices that setup takes in generations 2 and 3.
 */
#ifndef HARNESS_SUBJECT_SOURCE_DEVICES_H
#define HARNESS_SUBJECT_SOURCE_DEVICES_H

#include "harness/subject/subject.h"

/*
 * NULL for no devices.  Strings are borrowed from @setup; each generation reads its own fields.
 * Accounted for as the subject's, since a command that never ends does not free it.
 */
BackupAccessSourceDeviceList *subject_source_devices(const SubjectSetup *setup);
/* NULL is fine. */
void subject_source_devices_free(BackupAccessSourceDeviceList *devices);

#endif
