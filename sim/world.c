/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated QEMU, seen from outside: its life, its drives, and what may be asked.
 */
#include "sim/world.h"

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "qemu/job.h"
#include "qemu/module.h"
#include "system/block-backend.h"
#include "uuid/uuid.h"

#include "sim/archive.h"
#include "sim/block/backup-dump.h"
#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/core/pool.h"
#include "sim/files.h"
#include "sim/qobject/sim-qdict.h"
#include "sim/util/sim-context.h"
#include "sim/util/sim-error.h"

/* Virtual time begins at 2020-01-01 00:00 UTC, for whoever asks time(). */
#define EPOCH_SECONDS 1577836800

struct SimDrive {
    char *name;
    char *node_name;
    BlockDriverState *bs;           /* our own reference; NULL: no medium */
    BlockDriverState *fleecing_bs;
    BlockBackend *blk;
};

static struct {
    bool is_open;
    SimLoop *loop;
    SimEvents events;
    SimFaults faults;
    GPtrArray *drives;
    SimStandstillFunc *standstill;
    void *standstill_opaque;
    unsigned n_changes;             /* of drives, under way */
    const char *poll_why;           /* what the innermost nested loop waits for; NULL: none */
    const char *poll_who;
    GString *explanation;
} world;

/* ---- life ------------------------------------------------------------------------ */

static unsigned count_holds(void)
{
    unsigned n = 0;

    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        n += request->held;
    }
    return n;
}

/* First-come lets the oldest go. */
static bool release_a_hold(void *opaque G_GNUC_UNUSED)
{
    unsigned n_holds = count_holds(), index;

    if (n_holds == 0) {
        return false;
    }
    index = sim_choices_choose(sim_choices, SIM_CHOICE_HOLD, n_holds);
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->held && index-- == 0) {
            return sim_world_release_request(request->number);
        }
    }
    g_assert_not_reached();
}

void sim_world_open(SimChoices *choices)
{
    g_assert(!world.is_open);
    world.is_open = true;
    world.loop = sim_loop_new(choices);
    sim_loop_set_stuck(world.loop, release_a_hold, NULL);
    sim_events_init(&world.events, world.loop);
    if (!world.drives) {
        world.drives = g_ptr_array_new();
        world.explanation = g_string_new(NULL);
    }
    sim_main_loop = world.loop;
    sim_choices = choices;
    choices->clock = &world.events.n_emitted;
    sim_events = &world.events;
    sim_faults = &world.faults;
}

static SimPool drives;

static void free_drive(SimDrive *drive)
{
    g_free(drive->name);
    g_free(drive->node_name);
    sim_pool_free(&drives, drive);
}

void sim_world_close(void)
{
    g_assert(world.is_open);
    sim_context_reset();
    sim_errors_reset();
    sim_qdicts_reset();
    sim_requests_reset();
    sim_node_reads_reset();
    sim_proxmox_backup_reset();
    sim_vma_writers_reset();
    sim_archives_reset();
    sim_backup_dump_reset();
    sim_jobs_reset();
    sim_uuid_reset();
    sim_bdrv_reset();
    sim_block_backends_reset();
    sim_exports_reset();
    sim_io_reset();
    for (unsigned i = 0; i < world.drives->len; i++) {
        free_drive(world.drives->pdata[i]);
    }
    g_ptr_array_set_size(world.drives, 0);
    sim_faults_clear(&world.faults);
    sim_faults_count(&world.faults, NULL);
    sim_loop_free(world.loop);
    sim_main_loop = NULL;
    sim_choices->clock = NULL;
    sim_choices = NULL;
    sim_events = NULL;
    sim_faults = NULL;
    world.standstill = NULL;
    world.poll_why = NULL;
    world.n_changes = 0;
    world.is_open = false;
}

SimChoices *sim_world_choices(void)
{
    return sim_choices;
}

SimLoop *sim_world_loop(void)
{
    return world.loop;
}

SimEvents *sim_world_events(void)
{
    return &world.events;
}

SimFaults *sim_world_faults(void)
{
    return &world.faults;
}

time_t sim_time(time_t *ret_time)
{
    time_t now = EPOCH_SECONDS + sim_loop_now_ns(world.loop) / 1000000000;

    if (ret_time) {
        *ret_time = now;
    }
    return now;
}

/* ---- waiting ----------------------------------------------------------------------- */

void sim_world_set_standstill(SimStandstillFunc *standstill, void *opaque)
{
    world.standstill = standstill;
    world.standstill_opaque = opaque;
}

const char *sim_world_explain_standstill(void)
{
    GString *text = world.explanation;

    g_string_truncate(text, 0);
    if (world.poll_why) {
        g_string_append_printf(text, "%s (%s)", world.poll_why, world.poll_who);
    }
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        g_string_append_printf(text, "%srequest #%" PRIu64 " (%s of %s) waits for %s",
                               text->len ? "; " : "", request->number,
                               sim_request_type_name(request->options.type), blk_name(request->blk),
                               request->queued ? "the drained section of its drive to end"
                               : request->waits_for ? request->waits_for : "its turn");
    }
    if (!text->len) {
        g_string_append(text, "nothing is under way in the block layer");
    }
    return text->str;
}

void sim_poll(const char *why, const char *who)
{
    const char *outer_why = world.poll_why;
    const char *outer_who = world.poll_who;

    world.poll_why = why;
    world.poll_who = who;
    if (!sim_loop_step(world.loop)) {
        g_assert(world.standstill);
        world.standstill(sim_world_explain_standstill(), world.standstill_opaque);
        g_assert_not_reached();
    }
    world.poll_why = outer_why;
    world.poll_who = outer_who;
}

bool sim_world_is_polling(void)
{
    return world.poll_why || world.n_changes;
}

/* QEMU looks whether it may go on after each turn of the loop, and a turn may do more. */
bool sim_poll_goes_on(bool has_polled)
{
    return has_polled && sim_loop_is_anything_ready(world.loop) &&
           sim_choices_choose(sim_choices, SIM_CHOICE_POLL, 2);
}

bool aio_poll(AioContext *ctx G_GNUC_UNUSED, bool blocking)
{
    if (!blocking && !sim_loop_is_busy(world.loop)) {
        return false;
    }
    sim_poll("the main loop is polled", "main loop");
    return true;
}

int sim_fault(const char *call, const char *who, uint64_t *ret_delay_ns)
{
    uint64_t delay_ns = 0;
    int ret;

    if (!sim_faults_are_asked(&world.faults)) {
        return 0;
    }
    ret = sim_faults_check_delay(&world.faults, call, who, &delay_ns);
    if (ret || delay_ns) {
        sim_events_emit(&world.events, &(SimEvent){
            .kind = SIM_EVENT_FAULT, .who = who, .text = call, .ret = ret,
        });
    }
    if (ret_delay_ns) {
        *ret_delay_ns += delay_ns;
    }
    return ret;
}

/* ---- drives -------------------------------------------------------------------------- */

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
    drive = sim_pool_new(&drives, SimDrive);
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
    g_ptr_array_add(world.drives, drive);
    return drive;
}

SimDrive *sim_world_find_drive(const char *name)
{
    for (unsigned i = 0; i < world.drives->len; i++) {
        SimDrive *drive = world.drives->pdata[i];

        if (!strcmp(drive->name, name)) {
            return drive;
        }
    }
    return NULL;
}

unsigned sim_world_n_drives(void)
{
    return world.drives->len;
}

SimDrive *sim_world_drive_at(unsigned index)
{
    g_assert_cmpuint(index, <, world.drives->len);
    return world.drives->pdata[index];
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
    world.n_changes++;
    bdrv_drained_begin(drive->bs);
    sim_rangemap_truncate(&drive->bs->content, size_bytes);
    truncate_upwards(drive->bs, size_bytes);
    sim_events_emit(&world.events, &(SimEvent){
        .kind = SIM_EVENT_RESIZE, .who = drive->name, .bytes = size_bytes,
    });
    bdrv_drained_end(drive->bs);
    world.n_changes--;
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
    world.n_changes++;
    blk_sim_delete(blk, drive->name);
    world.n_changes--;
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
    world.n_changes++;
    bdrv_drained_begin(bs);
    sim_rangemap_truncate(&bs->content, size_bytes);
    truncate_upwards(bs, size_bytes);
    bdrv_drained_end(bs);
    world.n_changes--;
    return 0;
}

/* ---- guest requests --------------------------------------------------------------------- */

const char *sim_phase_name(SimPhase phase)
{
    static const char *const names[SIM_N_PHASES] = {
        [SIM_PHASE_SUBMIT] = "submit",
        [SIM_PHASE_COPY] = "copy",
        [SIM_PHASE_LAND] = "land",
        [SIM_PHASE_MARK] = "mark",
        [SIM_PHASE_COMPLETE] = "complete",
    };

    g_assert((unsigned)phase < SIM_N_PHASES);
    return names[phase];
}

uint64_t sim_drive_submit(SimDrive *drive, const SimRequestOptions *options)
{
    return blk_sim_submit(drive->blk, options);
}

static SimRequest *find_request(uint64_t number)
{
    SimRequest *request = sim_requests_first();

    while (request && request->number != number) {
        request = request->next;
    }
    return request;
}

bool sim_world_release_request(uint64_t number)
{
    SimRequest *request = find_request(number);

    if (!request || !request->held) {
        return false;
    }
    request->held = false;
    request->options.hold_before = SIM_PHASE_SUBMIT;
    sim_request_emit(request, SIM_EVENT_RELEASE, NULL);
    sim_request_enter(request, request->phase);
    return true;
}

bool sim_world_is_held(uint64_t number)
{
    SimRequest *request = find_request(number);

    return request && request->held;
}

unsigned sim_world_n_in_flight(void)
{
    unsigned n = 0;

    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        n++;
    }
    return n;
}
