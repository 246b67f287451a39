/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks that events tell of: requests, snapshots, faults.
 */
#include "harness/mark/mark-private.h"

#include <errno.h>
#include <string.h>

#define CHUNK_BYTES (UINT64_C(4) << 20)

/* ---- requests -------------------------------------------------------------- */

static Slot *slot_of(Marks *marks, const SimEvent *event)
{
    return &marks->slots[event->number % N_SLOTS];
}

static void see_submit(Marks *marks, const SimEvent *event)
{
    const char *type = event->text;
    bool is_zero = g_str_has_prefix(type, "write-");

    *slot_of(marks, event) = (Slot) {
        .is_write = *type == 'w' || *type == 'd',
        .is_under_way = true,
        .type = is_zero ? 'z' : *type,
    };
    marks->n_writes += slot_of(marks, event)->is_write;
}

static void see_end_of_hold(Marks *marks, Slot *slot)
{
    marks->n_held -= slot->is_held;
    slot->is_held = false;
}

static uint64_t size_of(const Marks *marks, uint64_t drive)
{
    for (unsigned i = 0; i < marks->n_sizes; i++) {
        if (marks->sizes[i].drive == drive) {
            return marks->sizes[i].bytes;
        }
    }
    return 0;
}

static void see_land(Marks *marks, const SimEvent *event)
{
    const Slot *slot = slot_of(marks, event);
    uint64_t drive = sim_event_hash(event->who);
    uint64_t end = event->offset + event->bytes, size_bytes = size_of(marks, drive);

    if (!slot->is_write || event->bytes == 0) {
        return;
    }
    mark_reach(marks, MARK_LANDED_IN_SETUP, marks->n_setups > 0);
    mark_reach(marks, MARK_LANDED_IN_TEARDOWN, marks->n_teardowns > 0);
    mark_reach(marks, MARK_PARTIAL_LAST_CHUNK, end == size_bytes && size_bytes % CHUNK_BYTES != 0);
    if (!mark_has_access(marks)) {
        return;
    }
    mark_reach(marks, MARK_WRITE_FAILED_IN_ACCESS, event->ret < 0);
    mark_reach(marks, MARK_DISCARD_IN_ACCESS, slot->type == 'd');
    mark_reach(marks, MARK_ZERO_IN_ACCESS, slot->type == 'z');
    mark_reach(marks, MARK_ACROSS_CHUNKS,
               event->offset / CHUNK_BYTES != (end - 1) / CHUNK_BYTES);
    mark_reach(marks, MARK_WRITES_ON_TWO_DRIVES,
               marks->n_snapshots > 1 && marks->written_drive && marks->written_drive != drive);
    marks->written_drive = drive;
}

static void see_hold(Marks *marks, const SimEvent *event)
{
    Slot *slot = slot_of(marks, event);

    if (slot->is_write) {
        slot->is_held = true;
        marks->n_held++;
    }
}

static void see_complete(Marks *marks, const SimEvent *event)
{
    Slot *slot = slot_of(marks, event);

    see_end_of_hold(marks, slot);
    marks->n_writes -= slot->is_write && slot->is_under_way;
    slot->is_under_way = false;
}

/* ---- snapshots ------------------------------------------------------------- */

static void see_break(Marks *marks, const SimEvent *event)
{
    bool is_timeout = event->ret == -ETIMEDOUT;

    marks->is_broken = true;
    mark_reach(marks, MARK_SNAPSHOT_BROKEN, true);
    mark_reach(marks, MARK_BROKEN_IN_COPY, marks->n_copies > 0);
    mark_reach(marks, MARK_CBW_TIMEOUT, is_timeout);
    mark_reach(marks, MARK_CBW_TIMEOUT_IN_COPY, is_timeout && marks->n_copies > 0);
}

static void see_fault(Marks *marks)
{
    mark_reach(marks, MARK_FAULT_IN_SETUP, marks->n_setups > 0);
    mark_reach(marks, MARK_FAULT_IN_TEARDOWN, marks->n_teardowns > 0);
    mark_reach(marks, MARK_FAULT_IN_BACKUP, marks->n_jobs > 0);
}

static void see_command(Marks *marks, const SimEvent *event)
{
    if (event->text && strcmp(event->text, "quit") == 0) {
        mark_reach(marks, MARK_WRITE_IN_FLIGHT_AT_QUIT, marks->n_writes > 0);
    }
}

void marks_see_event(const SimEvent *event, void *opaque)
{
    Marks *marks = opaque;

    switch (event->kind) {
    case SIM_EVENT_SUBMIT:
        see_submit(marks, event);
        break;
    case SIM_EVENT_QUEUE:
        mark_reach(marks, MARK_QUEUED_BY_DRAIN, true);
        mark_reach(marks, MARK_QUEUED_IN_SETUP, marks->n_setups > 0);
        mark_reach(marks, MARK_QUEUED_IN_TEARDOWN, marks->n_teardowns > 0);
        break;
    case SIM_EVENT_COPY:
        mark_reach(marks, event->ret < 0 ? MARK_COPY_FAILED : MARK_COPIED_BEFORE_WRITE, true);
        break;
    case SIM_EVENT_LAND:
        see_land(marks, event);
        break;
    case SIM_EVENT_COMPLETE:
        see_complete(marks, event);
        break;
    case SIM_EVENT_HOLD:
        see_hold(marks, event);
        break;
    case SIM_EVENT_RELEASE:
        see_end_of_hold(marks, slot_of(marks, event));
        break;
    case SIM_EVENT_SNAPSHOT:
        marks->n_snapshots++;
        marks->has_snapshot_in_setup = true;
        break;
    case SIM_EVENT_SNAPSHOT_BREAK:
        see_break(marks, event);
        break;
    case SIM_EVENT_SNAPSHOT_END:
        marks->n_snapshots -= marks->n_snapshots > 0;
        break;
    case SIM_EVENT_BACKUP_BEGIN:
        marks->n_jobs++;
        break;
    case SIM_EVENT_BACKUP_END:
        marks->n_jobs -= marks->n_jobs > 0;
        break;
    case SIM_EVENT_FAULT:
        see_fault(marks);
        break;
    case SIM_EVENT_COMMAND:
        see_command(marks, event);
        break;
    case SIM_EVENT_RESIZE:
        mark_reach(marks, MARK_RESIZED_BETWEEN, marks->had_access && !mark_has_access(marks));
        break;
    default:
        break;
    }
}
