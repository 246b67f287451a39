/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world's state as tokens: all that what happens next may depend on.
 *
 * Left out is what only grows and is only compared for being equal, such as the numbers in
 * the names of nodes, and what nobody can see any more, such as an old fleecing image.
 */
#include "sim/world-state.h"

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "system/block-backend.h"

#include "sim/block/copy-before-write-private.h"
#include "sim/block/request.h"
#include "sim/world.h"

/* Drives and fleecing images by the node that holds their content. */
static bool find_drive(const BlockDriverState *leaf, unsigned *ret_index, bool *ret_is_fleecing)
{
    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);

        *ret_index = i;
        *ret_is_fleecing = sim_drive_fleecing_content(drive) == &leaf->content;
        if (*ret_is_fleecing || !strcmp(sim_drive_node_name(drive), leaf->node_name)) {
            return true;
        }
    }
    return false;
}

static void describe_copied(SimState *state, unsigned drive, const CbwState *s)
{
    SimRangeMap copied = { 0 };

    for (uint32_t i = 0; i < sim_rangemap_count(&s->done); i++) {
        const SimRange *range = sim_rangemap_at(&s->done, i);

        sim_rangemap_copy_range(&copied, &s->target->bs->content, range->start, range->end);
    }
    sim_state_add_map(state, drive, SIM_TOKEN_WRITE, &copied);
    sim_rangemap_clear(&copied);
}

static void describe_filter(SimState *state, unsigned drive, const CbwState *s)
{
    state->is_incomplete |= s->frozen_reads || s->copied;
    sim_state_add_number(state, s->break_snapshot | s->discard_source << 1);
    sim_state_add_number(state, s->timeout_ns);
    sim_state_add_number(state, s->cluster_bytes);
    sim_state_add_number(state, -s->snapshot_error);
    sim_state_add_map(state, drive, SIM_TOKEN_NUMBER, &s->copy);
    sim_state_add_map(state, drive, SIM_TOKEN_NUMBER, &s->access);
    sim_state_add_map(state, drive, SIM_TOKEN_NUMBER, &s->done);
}

/* @is_sight: without contents. */
static void describe_node(SimState *state, unsigned drive, const BlockDriverState *bs,
                          bool is_sight)
{
    unsigned n_parents = 0;

    for (const BdrvChild *parent = bs->parents; parent; parent = parent->next_parent) {
        n_parents++;
    }
    sim_state_add_name(state, bs->drv ? bs->drv->format_name : NULL);
    sim_state_add_number(state, bs->total_sectors);
    sim_state_add_number(state, bs->read_only);
    sim_state_add_number(state, bs->refcnt);
    sim_state_add_number(state, bs->in_flight);
    sim_state_add_number(state, bs->quiesce_counter);
    sim_state_add_number(state, n_parents);
    if (bs->drv == &bdrv_cbw_filter) {
        describe_filter(state, drive, bs->opaque);
    }
    if (is_sight) {
        return;
    }
    if (bs->drv == &bdrv_cbw_filter) {
        describe_copied(state, drive, bs->opaque);
        sim_block_copy_describe(state, drive, bs->opaque);
    } else if (!bs->file) {
        sim_state_add_map(state, drive, SIM_TOKEN_WRITE, &bs->content);
    }
}

/* A filter that waits until it can be put above its drive: no drive has it yet. */
static bool is_being_opened(const BlockDriverState *bs)
{
    return bs->drv == &bdrv_cbw_filter && !bs->file && !bs->parents;
}

static void describe_nodes_being_opened(SimState *state)
{
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        if (is_being_opened(bs)) {
            sim_state_add_name(state, bs->drv->format_name);
            sim_state_add_number(state, bs->refcnt);
            sim_state_add_number(state, bs->quiesce_counter);
            state->is_suspended = true;
        }
    }
}

static void describe_nodes(SimState *state, unsigned index, bool is_sight)
{
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        unsigned of_drive;
        bool is_fleecing;

        if (is_being_opened(bs)) {
            continue;
        } else if (!find_drive(sim_bdrv_leaf(bs), &of_drive, &is_fleecing)) {
            state->is_incomplete = true;
        } else if (of_drive == index && is_fleecing) {
            sim_state_add_number(state, bs->refcnt);
            sim_state_add_number(state, bs->quiesce_counter);
        } else if (of_drive == index) {
            describe_node(state, index, bs, is_sight);
        }
    }
}

static void describe_bitmaps(SimState *state, unsigned index, const char *node_name)
{
    SimBitmapView view;

    for (unsigned i = 0; sim_world_bitmap_at(node_name, i, &view); i++) {
        SimRangeMap ranges = { 0 };

        state->is_incomplete |= !view.name;
        sim_state_add_name(state, view.name);
        sim_state_add_number(state, view.granularity);
        sim_state_add_number(state, view.size_bytes);
        sim_state_add_number(state, view.enabled | view.busy << 1 | view.read_only << 2 |
                                    view.inconsistent << 3 | view.persistent << 4);
        if (view.name && sim_world_bitmap_ranges(node_name, view.name, &ranges)) {
            sim_state_add_map(state, index, SIM_TOKEN_NUMBER, &ranges);
        }
        sim_rangemap_clear(&ranges);
    }
}

static void describe_drive(SimState *state, unsigned index, bool is_sight)
{
    const SimDrive *drive = sim_world_drive_at(index);
    BlockBackend *blk = blk_by_name(sim_drive_name(drive));

    sim_state_add_number(state, blk != NULL);
    if (blk) {
        sim_state_add_number(state, blk_in_flight(blk));
        sim_state_add_number(state, blk_quiesce_counter(blk));
        sim_state_add_name(state, blk_bs(blk) && blk_bs(blk)->drv ? blk_bs(blk)->drv->format_name
                                                                  : NULL);
    }
    describe_nodes(state, index, is_sight);
    describe_bitmaps(state, index, sim_drive_node_name(drive));
}

void sim_world_describe_drive(SimState *state, unsigned index)
{
    describe_drive(state, index, false);
}

void sim_world_describe_sight(SimState *state, unsigned index)
{
    describe_drive(state, index, true);
}

static void describe_request(SimState *state, const SimRequest *request)
{
    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        if (!strcmp(sim_drive_name(sim_world_drive_at(i)), blk_name(request->blk))) {
            sim_state_add_place(state, i, request->options.offset);
        }
    }
    sim_state_add(state, SIM_TOKEN_WRITE, 0, request->number);
    sim_state_add_number(state, request->options.type);
    sim_state_add_number(state, request->options.bytes);
    sim_state_add_number(state, request->options.hold_before);
    sim_state_add_number(state, request->options.error);
    sim_state_add_number(state, request->phase);
    sim_state_add_number(state, -request->ret);
    sim_state_add_number(state, request->held | request->queued << 1 | request->copying << 2);
    sim_state_add_name(state, request->waits_for);
    sim_state_add_name(state, request->root && request->root->drv ? request->root->drv->format_name
                                                                  : NULL);
}

static void describe_faults(SimState *state, const SimFaults *faults)
{
    for (uint32_t i = 0; i < faults->n_faults; i++) {
        const SimFault *fault = &faults->faults[i];

        if (fault->n_seen >= fault->nth && !fault->from_then_on) {
            continue;       /* it will not fire again */
        }
        sim_state_add_name(state, fault->call);
        sim_state_add_name(state, fault->who);
        sim_state_add_number(state, (uint64_t)fault->nth - MIN(fault->n_seen, fault->nth));
        sim_state_add_number(state, fault->from_then_on);
        sim_state_add_number(state, fault->error);
        sim_state_add_number(state, fault->delay_ns);
    }
}

/* What is to run next, in this order. */
static void describe_task(const SimTask *task, void *opaque)
{
    SimState *state = opaque;
    const SimRequest *request = sim_request_of_task(task);
    uint64_t copy_of = sim_block_copy_of_task(task);

    if (request) {
        sim_state_add(state, SIM_TOKEN_WRITE, 0, request->number);
    } else if (copy_of) {
        sim_state_add_name(state, task->what);
        sim_state_add(state, SIM_TOKEN_WRITE, 0, copy_of);
    } else {
        sim_state_add_name(state, task->what);
        sim_state_add_number(state, task->is_in_pass);
        state->is_suspended = true;
    }
    if (task->state == SIM_TASK_TIMED) {
        sim_state_add_name(state, "later");
        sim_state_add_number(state, task->due_ns - sim_loop_now_ns(sim_world_loop()));
    }
}

static void describe_wait(SimState *state)
{
    const char *who, *why = sim_world_poll_reason(&who);

    if (sim_world_is_polling() || sim_coroutine_n_alive()) {
        state->is_suspended = true;
        sim_state_add_number(state, sim_coroutine_n_alive() << 1 | sim_drives_are_changing());
        sim_state_add_name(state, why);
        sim_state_add_name(state, who);
    }
}

void sim_world_describe(SimState *state)
{
    SimArchiveView archive;

    sim_loop_visit(sim_world_loop(), describe_task, state);
    describe_wait(state);
    describe_nodes_being_opened(state);
    state->is_incomplete |= sim_node_reads_in_flight() > 0 || sim_world_n_jobs() > 0 ||
                            sim_world_archive_at(0, &archive);
    for (const SimRequest *request = sim_requests_first(); request; request = request->next) {
        describe_request(state, request);
    }
    sim_state_add_number(state, sim_world_n_in_flight());
    describe_faults(state, sim_world_faults());
}
