/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The provider's copy of an access: what ends up in a backup.
 *
 * It reads one run of dirty chunks after the other, in pieces, so that the guest
 * goes on between them.  A drive without bitmap is copied as a whole.  A read that
 * fails is told and the copy goes on: what the management layer then says of the
 * backup is up to the scenario.
 */
#include <errno.h>
#include <string.h>

#include "harness/actor/provider.h"
#include "sim/core/pool.h"

/* A drive is copied in at most so many pieces and one more per run of dirty chunks. */
#define MAX_PIECES 16
#define MIN_PIECE_BYTES (64ULL << 20)

/* Lives in the entry's data. */
typedef struct Copy {
    StageEntry *entry;
    const char *target_id;              /* borrowed from the step */
    const char *only_device;            /* NULL: all; borrowed from the world */
    void (*then)(StageEntry *entry);
    const BackupAccessInfoList *at;     /* the drive that is copied now */
    uint64_t offset;                    /* of the read under way */
    uint64_t bytes;
    int first_error;
    SimRangeMap dirty;
} Copy;

static SimPool copies;

static void copy_free(void *data)
{
    Copy *copy = data;

    sim_rangemap_clear(&copy->dirty);
    sim_pool_free(&copies, copy);
}

static void copy_tell(const Copy *copy, DeedKind kind, int ret)
{
    stage_tell(copy->entry->stage, &(Deed) {
        .kind = kind,
        .line = copy->entry->outcome.step->line,
        .target_id = copy->target_id,
        .device = copy->at->value->device,
        .ret = ret,
        .is_copy = true,
    });
}

static void copy_finish(Copy *copy)
{
    StageEntry *entry = copy->entry;
    void (*then)(StageEntry *) = copy->then;

    copy_free(g_steal_pointer(&entry->data));
    entry->free_data = NULL;
    then(entry);
}

/* The next drive that is wanted and was not copied yet; false: there is none. */
static bool copy_next_drive(Copy *copy)
{
    StageAccess *access = stage_find_access(copy->entry->stage, copy->target_id);
    const BackupAccessInfoList *at = access ? access->accesses : NULL;

    for (size_t i = 0; at; at = at->next, i++) {
        if (!access->is_copied[i] &&
            (!copy->only_device || strcmp(copy->only_device, at->value->device) == 0)) {
            access->is_copied[i] = true;
            copy->at = at;
            return true;
        }
    }
    return false;
}

static void copy_begin_drive(Copy *copy)
{
    const BackupAccessInfo *info = copy->at->value;

    copy->offset = 0;
    copy->bytes = 0;
    copy->first_error = 0;
    sim_rangemap_clear(&copy->dirty);
    if (!info->bitmap_name ||
        !sim_world_bitmap_ranges(info->bitmap_node_name, info->bitmap_name, &copy->dirty)) {
        sim_rangemap_set(&copy->dirty, 0, info->size, 1);
    }
    copy_tell(copy, DEED_COPY_BEGINS, 0);
}

static void copy_read_done(int ret, const SimRangeMap *content, void *opaque);

static uint64_t piece_bytes(const BackupAccessInfo *info)
{
    return MAX(MIN_PIECE_BYTES, info->size / MAX_PIECES);
}

/* False: there is nothing more to read of this drive. */
static bool copy_read_next(Copy *copy)
{
    const BackupAccessInfo *info = copy->at->value;
    uint64_t start = copy->offset + copy->bytes;
    SimRange range;

    if (start >= info->size ||
        !sim_rangemap_next(&copy->dirty, start, info->size, &range)) {
        return false;
    }
    copy->offset = range.start;
    copy->bytes = MIN(range.end - range.start, piece_bytes(info));
    if (!sim_world_read_node(info->node_name, copy->offset, copy->bytes, 0, copy_read_done,
                             copy)) {
        copy->first_error = copy->first_error ? copy->first_error : -ENOENT;
        return false;
    }
    return true;
}

/* Goes on until a read is under way or all is done; then @copy is gone. */
static void copy_go_on(Copy *copy)
{
    for (;;) {
        if (copy->at) {
            if (copy_read_next(copy)) {
                return;
            }
            copy_tell(copy, DEED_COPY_ENDS, copy->first_error);
            copy->at = NULL;
        }
        if (!copy_next_drive(copy)) {
            copy_finish(copy);
            return;
        }
        copy_begin_drive(copy);
    }
}

static void copy_read_done(int ret, const SimRangeMap *content, void *opaque)
{
    Copy *copy = opaque;

    copy->first_error = copy->first_error ? copy->first_error : ret;
    stage_tell(copy->entry->stage, &(Deed) {
        .kind = DEED_PROVIDER_READ,
        .line = copy->entry->outcome.step->line,
        .target_id = copy->target_id,
        .device = copy->at->value->device,
        .offset = copy->offset,
        .bytes = copy->bytes,
        .ret = ret,
        .is_copy = true,
        .content = content,
    });
    copy_go_on(copy);
}

void provider_copy(StageEntry *entry, const char *target_id, const char *device,
                   void (*then)(StageEntry *entry))
{
    Copy *copy = sim_pool_new(&copies, Copy);

    g_assert(!entry->data);
    entry->data = copy;
    entry->free_data = copy_free;
    copy->entry = entry;
    copy->target_id = target_id;
    copy->only_device = device;
    copy->then = then;
    copy_go_on(copy);
}
