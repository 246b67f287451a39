/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bitmaps are whose: one record per bitmap that a target has on a node.
 *
 * A record is a claim, not a pointer: the management layer may have removed or replaced
 * the bitmap since, so it is looked up by name each time and compared with what the
 * record remembers.  There are never more records than bitmaps after a setup.
 */
#ifndef BACKUP_RECORDS_H
#define BACKUP_RECORDS_H

#include "block/block_int-global-state.h"

typedef struct BackupRecord {
    char *target_id;
    char *node_name;
    char *bitmap_name;
    int64_t size_bytes;         /* of the drive when the bitmap was last set up */
    uint32_t granularity;
    bool is_distrusted;         /* something happened: the next backup must be a full one */
} BackupRecord;

/* Valid until the next change of the records; NULL: nobody's.  */
BackupRecord *backup_record_find(const char *node_name, const char *bitmap_name);
/* Makes or overwrites the record of this node and bitmap. */
BackupRecord *backup_record_put(const char *target_id, const char *node_name,
                                const char *bitmap_name);
/* There is one. */
void backup_record_drop(const char *node_name, const char *bitmap_name);

/* For walks; dropping record @index moves the later ones down. */
unsigned backup_records_count(void);
BackupRecord *backup_record_at(unsigned index);
void backup_record_drop_at(unsigned index);

/* NULL: the node or the bitmap is gone. */
BdrvDirtyBitmap *backup_record_bitmap(const BackupRecord *record);

#endif
