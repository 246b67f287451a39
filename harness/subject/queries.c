/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queries, which are the same in all generations; part of every adapter.
 */
#include "qemu/osdep.h"
#include "harness/subject/answers.h"
#include "qapi/qapi-commands-block.h"

BackupStatus *subject_query_backup(Error **errp)
{
    return subject_take_status(qmp_query_backup(errp));
}

PBSBitmapInfoList *subject_query_bitmap_info(Error **errp)
{
    return subject_take_bitmap_infos(qmp_query_pbs_bitmap_info(errp));
}
