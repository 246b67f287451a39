/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static state of the reference implementation: it can put itself back.
 */
#include "harness/subject/pristine.h"
#include "harness/subject/reference/backup-access.h"

void subject_restore_pristine(void)
{
    backup_access_reset();
}
