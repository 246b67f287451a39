/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drives of the simulated QEMU: what plugs them in, what they hold, how they are resized and
 * unplugged.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"
#include "sim/core/pool.h"
#include "sim/util/sim-context.h"

struct SimDrive {
    char *name;
    char *node_name;
    BlockDriverState *bs;           /* our own reference; NULL: no medium */
    BlockDriverState *fleecing_bs;
    BlockBackend *blk;
};

static SimPool pool;
static GPtrArray *drives;
static unsigned n_changes;              /* under way */

static void free_drive(SimDrive *drive)
{
    g_free(drive->name);
    g_free(drive->node_name);
    sim_pool_free(&pool, drive);
}

void sim_drives_reset(void)
{
    for (unsigned i = 0; drives && i < drives->len; i++) {
        free_drive(drives->pdata[i]);
    }
    if (drives) {
        g_ptr_array_set_size(drives, 0);
    }
    n_changes = 0;
}

bool sim_drives_are_changing(void)
{
    return n_changes > 0;
}

BlockDriver bdrv_sim_disk = { .format_name = "raw" };

static BlockDriverState *new_disk(uint64_t size_bytes)
{
    BlockDriverState *bs = bdrv_new(&bdrv_sim_disk, NULL);

    g_assert(size_bytes % BDRV_SECTOR_SIZE == 0);
    bs->total_sectors = size_bytes / BDRV_SECTOR_SIZE;
    bs->open_flags = BDRV_O_RDWR | BDRV_O_UNMAP;
    return bs;
}

SimDrive *sim_world_add_drive(const SimDriveOptions *options)
{
    g_autofree char *fleecing_name = g_strconcat(options->name, "-fleecing", NULL);
    SimDrive *drive;

    if (blk_by_name(options->name) || (!options->no_fleecing && blk_by_name(fleecing_name))) {
        return NULL;
    }
    drive = sim_pool_new(&pool, SimDrive);
    drive->name = g_strdup(options->name);
    if (!options->no_medium) {
        drive->bs = new_disk(options->size_bytes);
        drive->bs->read_only = options->read_only;
        if (options->tray_open) {
            drive->bs->drv = NULL;
        }
    }
    drive->node_name = g_strdup(drive->bs ? drive->bs->node_name : "");
    drive->blk = blk_new(options->name, drive->bs);
    if (options->iothread) {
        blk_set_iothread(drive->blk);
    }
    if (!options->no_fleecing) {
        drive->fleecing_bs = new_disk(options->fleecing_size_bytes ? options->fleecing_size_bytes
                                                                   : options->size_bytes);
        blk_new(fleecing_name, drive->fleecing_bs);
        bdrv_unref(drive->fleecing_bs);
    }
    bdrv_unref(drive->bs);
    if (!drives) {
        drives = g_ptr_array_new();
    }
    g_ptr_array_add(drives, drive);
    return drive;
}

SimDrive *sim_world_find_drive(const char *name)
{
    for (unsigned i = 0; drives && i < drives->len; i++) {
        SimDrive *drive = drives->pdata[i];

        if (!strcmp(drive->name, name)) {
            return drive;
        }
    }
    return NULL;
}

unsigned sim_world_n_drives(void)
{
    return drives ? drives->len : 0;
}

SimDrive *sim_world_drive_at(unsigned index)
{
    g_assert_cmpuint(index, <, sim_world_n_drives());
    return drives->pdata[index];
}

const char *sim_drive_name(const SimDrive *drive)
{
    return drive->name;
}

const char *sim_drive_node_name(const SimDrive *drive)
{
    return drive->node_name;
}

uint64_t sim_drive_size_bytes(const SimDrive *drive)
{
    return drive->bs ? (uint64_t)drive->bs->total_sectors << BDRV_SECTOR_BITS : 0;
}

bool sim_drive_is_inserted(const SimDrive *drive)
{
    return drive->bs && drive->bs->drv;
}

bool sim_drive_is_read_only(const SimDrive *drive)
{
    return drive->bs && drive->bs->read_only;
}

const SimRangeMap *sim_drive_content(const SimDrive *drive)
{
    static const SimRangeMap empty;

    return drive->bs ? &drive->bs->content : &empty;
}

const SimRangeMap *sim_drive_fleecing_content(const SimDrive *drive)
{
    return drive->fleecing_bs ? &drive->fleecing_bs->content : NULL;
}

/* As bdrv_co_truncate() on its way back up: what filters hold has the new size, too. */
static void truncate_upwards(BlockDriverState *bs, uint64_t size_bytes)
{
    bs->total_sectors = size_bytes / BDRV_SECTOR_SIZE;
    bdrv_dirty_bitmap_truncate(bs, size_bytes);
    if (bs->drv == &bdrv_cbw_filter) {
        sim_cbw_truncate(bs, size_bytes);
    }
    for (BdrvChild *child = bs->parents; child; child = child->next_parent) {
        if (child->parent_bs && child->parent_bs->file == child &&
            child->parent_bs->drv == &bdrv_cbw_filter) {
            truncate_upwards(child->parent_bs, size_bytes);
        }
    }
}

/* Who keeps a bitmap busy (an export, a job) does not let anybody resize the node either. */
static bool has_busy_bitmap(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap;

    FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
        if (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL) < 0) {
            return true;
        }
    }
    return false;
}

int sim_drive_resize(SimDrive *drive, uint64_t size_bytes)
{
    if (!sim_drive_is_inserted(drive)) {
        return -ENOMEDIUM;
    }
    if (drive->bs->read_only) {
        return -EACCES;
    }
    if (bdrv_op_is_blocked(blk_bs(drive->blk), BLOCK_OP_TYPE_RESIZE, NULL)
        || has_busy_bitmap(drive->bs)) {
        return -EBUSY;
    }
    n_changes++;
    bdrv_drained_begin(drive->bs);
    sim_rangemap_truncate(&drive->bs->content, size_bytes);
    truncate_upwards(drive->bs, size_bytes);
    sim_events_emit(sim_events, &(SimEvent){
        .kind = SIM_EVENT_RESIZE, .who = drive->name, .bytes = size_bytes,
    });
    bdrv_drained_end(drive->bs);
    n_changes--;
    return 0;
}

/* Of a job that is not simulated; it would block its drive. */
static bool has_bitmap_in_use(BlockDriverState *bs)
{
    BdrvDirtyBitmap *bitmap = bs ? bdrv_dirty_bitmap_first(bs) : NULL;

    while (bitmap && (bdrv_dirty_bitmap_check(bitmap, BDRV_BITMAP_BUSY, NULL) == 0 ||
                      sim_export_has_bitmap(bitmap))) {
        bitmap = bdrv_dirty_bitmap_next(bitmap);
    }
    return bitmap;
}

int sim_drive_unplug(SimDrive *drive)
{
    BlockBackend *blk = drive->blk;
    BlockDriverState *root = blk ? blk_bs(blk) : NULL;

    if (!blk) {
        return -ENODEV;
    }
    if (has_bitmap_in_use(drive->bs) ||
        (root && bdrv_op_is_blocked(root, BLOCK_OP_TYPE_DRIVE_DEL, NULL))) {
        return -EBUSY;
    }
    drive->blk = NULL;
    drive->bs = NULL;
    n_changes++;
    blk_sim_delete(blk, drive->name);
    n_changes--;
    return 0;
}

/* As block/copy-before-write.c, cbw_child_perm(): a filter does not share its target's size. */
static bool is_target(const BlockDriverState *bs)
{
    const BdrvChild *child = bs->parents;

    while (child && !(child->parent_bs && child->parent_bs->drv == &bdrv_cbw_filter &&
                      child->parent_bs->file != child)) {
        child = child->next_parent;
    }
    return child != NULL;
}

int sim_drive_resize_fleecing(SimDrive *drive, uint64_t size_bytes)
{
    BlockDriverState *bs = drive->fleecing_bs;

    if (!bs) {
        return -ENODEV;
    }
    if (is_target(bs)) {
        return -EPERM;
    }
    n_changes++;
    bdrv_drained_begin(bs);
    sim_rangemap_truncate(&bs->content, size_bytes);
    truncate_upwards(bs, size_bytes);
    bdrv_drained_end(bs);
    n_changes--;
    return 0;
}

uint64_t sim_drive_submit(SimDrive *drive, const SimRequestOptions *options)
{
    return blk_sim_submit(drive->blk, options);
}
