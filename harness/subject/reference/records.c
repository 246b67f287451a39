/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bitmaps are whose.
 *
 * An array in the order of making: few records, and the order in which old bitmaps are
 * removed must not depend on hashes.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/records.h"

static BackupRecord *records;
static unsigned n_records;

BackupRecord *backup_record_find(const char *node_name, const char *bitmap_name)
{
    unsigned i;

    for (i = 0; i < n_records; i++) {
        if (strcmp(records[i].node_name, node_name) == 0 &&
            strcmp(records[i].bitmap_name, bitmap_name) == 0) {
            return &records[i];
        }
    }
    return NULL;
}

BackupRecord *backup_record_put(const char *target_id, const char *node_name,
                                const char *bitmap_name)
{
    BackupRecord *record = backup_record_find(node_name, bitmap_name);

    if (record) {
        if (strcmp(record->target_id, target_id) != 0) {
            g_free(record->target_id);
            record->target_id = g_strdup(target_id);
        }
        return record;
    }
    records = g_renew(BackupRecord, records, n_records + 1);
    record = &records[n_records++];
    *record = (BackupRecord) {
        .target_id = g_strdup(target_id),
        .node_name = g_strdup(node_name),
        .bitmap_name = g_strdup(bitmap_name),
    };
    return record;
}

void backup_record_drop(const char *node_name, const char *bitmap_name)
{
    BackupRecord *record = backup_record_find(node_name, bitmap_name);

    g_assert(record);
    backup_record_drop_at(record - records);
}

unsigned backup_records_count(void)
{
    return n_records;
}

BackupRecord *backup_record_at(unsigned index)
{
    g_assert(index < n_records);
    return &records[index];
}

void backup_record_drop_at(unsigned index)
{
    BackupRecord *record = backup_record_at(index);

    g_free(record->target_id);
    g_free(record->node_name);
    g_free(record->bitmap_name);
    n_records--;
    memmove(record, record + 1, (n_records - index) * sizeof(*record));
}

BdrvDirtyBitmap *backup_record_bitmap(const BackupRecord *record)
{
    BlockDriverState *bs = bdrv_find_node(record->node_name);

    return bs ? bdrv_find_dirty_bitmap(bs, record->bitmap_name) : NULL;
}
