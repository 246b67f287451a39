/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks: interesting situations, told from events and deeds.
 */
#include "harness/mark/mark.h"

#include <errno.h>
#include <string.h>

typedef enum Mark {
#define MARK(identifier, name, sentence, first, last) MARK_##identifier,
#include "harness/mark/mark-rows.h"
#undef MARK
    N_MARKS
} Mark;

G_STATIC_ASSERT(N_MARKS <= 64);

const MarkInfo mark_infos[] = {
#define MARK(identifier, name, sentence, first, last) { name, sentence, first, last },
#include "harness/mark/mark-rows.h"
#undef MARK
    { NULL, NULL, 0, 0 },
};

#define CHUNK_BYTES (UINT64_C(4) << 20)
#define MAX_NAME_BYTES 1023
#define N_SLOTS 512
#define MAX_SIZES 8

/* A request under way; slots are found by number, and old ones are over. */
typedef struct Slot {
    bool is_write;
    bool is_held;
    bool is_under_way;
    char type;                      /* first letter: 'w', 'z' of write-zeroes, 'd' */
} Slot;

struct Marks {
    uint64_t reached;
    Slot slots[N_SLOTS];
    unsigned n_writes;              /* under way */
    unsigned n_held;                /* writes */
    unsigned n_held_at_begin;       /* of the last setup or teardown */

    unsigned n_setups;              /* under way */
    unsigned n_teardowns;
    unsigned n_snapshots;           /* drives with backup access */
    unsigned n_jobs;                /* drives of a regular backup */
    unsigned n_copies;              /* of providers, under way */
    bool has_snapshot_in_setup;
    bool is_broken;                 /* a snapshot since the last setup */
    bool has_copied;                /* since the last setup */
    bool had_access;
    uint64_t written_drive;         /* hash of the drive of the last write in access; 0: none */

    char *target;                   /* of the last access; owned */
    char *bitmap;                   /* its bitmap's name; NULL: none; owned */
    bool is_target_active;
    unsigned n_troubled;            /* bitmaps set busy, read-only or inconsistent */
    struct {
        uint64_t drive;
        uint64_t bytes;
    } sizes[MAX_SIZES];             /* as setup answered them */
    unsigned n_sizes;
};

unsigned mark_count(void)
{
    return N_MARKS;
}

bool mark_can_be_reached(const MarkInfo *info, unsigned generation)
{
    return generation >= info->first_generation
        && (info->last_generation == 0 || generation <= info->last_generation);
}

Marks *marks_new(void)
{
    return g_new0(Marks, 1);
}

void marks_free(Marks *marks)
{
    g_free(marks->target);
    g_free(marks->bitmap);
    g_free(marks);
}

uint64_t marks_reached(const Marks *marks)
{
    return marks->reached;
}

static void reach(Marks *marks, Mark mark, bool is_so)
{
    marks->reached |= (uint64_t) is_so << mark;
}

static bool has_access(const Marks *marks)
{
    return marks->n_snapshots > 0;
}

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
    reach(marks, MARK_LANDED_IN_SETUP, marks->n_setups > 0);
    reach(marks, MARK_LANDED_IN_TEARDOWN, marks->n_teardowns > 0);
    reach(marks, MARK_PARTIAL_LAST_CHUNK, end == size_bytes && size_bytes % CHUNK_BYTES != 0);
    if (!has_access(marks)) {
        return;
    }
    reach(marks, MARK_WRITE_FAILED_IN_ACCESS, event->ret < 0);
    reach(marks, MARK_DISCARD_IN_ACCESS, slot->type == 'd');
    reach(marks, MARK_ZERO_IN_ACCESS, slot->type == 'z');
    reach(marks, MARK_ACROSS_CHUNKS,
          event->offset / CHUNK_BYTES != (end - 1) / CHUNK_BYTES);
    reach(marks, MARK_WRITES_ON_TWO_DRIVES,
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
    reach(marks, MARK_SNAPSHOT_BROKEN, true);
    reach(marks, MARK_BROKEN_IN_COPY, marks->n_copies > 0);
    reach(marks, MARK_CBW_TIMEOUT, is_timeout);
    reach(marks, MARK_CBW_TIMEOUT_IN_COPY, is_timeout && marks->n_copies > 0);
}

static void see_fault(Marks *marks)
{
    reach(marks, MARK_FAULT_IN_SETUP, marks->n_setups > 0);
    reach(marks, MARK_FAULT_IN_TEARDOWN, marks->n_teardowns > 0);
    reach(marks, MARK_FAULT_IN_BACKUP, marks->n_jobs > 0);
}

static void see_command(Marks *marks, const SimEvent *event)
{
    if (event->text && strcmp(event->text, "quit") == 0) {
        reach(marks, MARK_WRITE_IN_FLIGHT_AT_QUIT, marks->n_writes > 0);
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
        reach(marks, MARK_QUEUED_BY_DRAIN, true);
        reach(marks, MARK_QUEUED_IN_SETUP, marks->n_setups > 0);
        reach(marks, MARK_QUEUED_IN_TEARDOWN, marks->n_teardowns > 0);
        break;
    case SIM_EVENT_COPY:
        reach(marks, event->ret < 0 ? MARK_COPY_FAILED : MARK_COPIED_BEFORE_WRITE, true);
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
        reach(marks, MARK_RESIZED_BETWEEN, marks->had_access && !has_access(marks));
        break;
    default:
        break;
    }
}

/* ---- setup ----------------------------------------------------------------- */

static void see_command_begin(Marks *marks)
{
    reach(marks, MARK_TWO_COMMANDS, marks->n_setups + marks->n_teardowns > 0);
    marks->n_held_at_begin = marks->n_held;
}

static void see_name(Marks *marks, const char *name)
{
    size_t length = name ? strlen(name) : 0;

    reach(marks, MARK_NAME_AT_LIMIT, length == MAX_NAME_BYTES);
    reach(marks, MARK_NAME_OVER_LIMIT, length > MAX_NAME_BYTES);
    reach(marks, MARK_BACKGROUND_NAME,
          name && strcmp(name, SUBJECT_BACKGROUND_BITMAP_NAME) == 0);
}

static void see_setup_begin(Marks *marks, const Deed *deed)
{
    const char *bitmap = deed->setup->bitmap_name;

    see_command_begin(marks);
    see_name(marks, bitmap);
    reach(marks, MARK_WRITE_IN_FLIGHT_AT_SETUP, marks->n_writes > 0);
    reach(marks, MARK_SETUP_DURING_TEARDOWN, marks->n_teardowns > 0);
    reach(marks, MARK_TROUBLED_AT_SETUP, marks->n_troubled > 0);
    reach(marks, MARK_NAME_CHANGED, bitmap && marks->bitmap && marks->target
          && strcmp(marks->target, deed->target_id) == 0 && strcmp(marks->bitmap, bitmap) != 0);
    marks->n_setups++;
    marks->has_snapshot_in_setup = false;
}

static void see_action(Marks *marks, PBSBitmapAction action)
{
    reach(marks, MARK_ACTION_NEW, action == PBS_BITMAP_ACTION_NEW);
    reach(marks, MARK_ACTION_USED, action == PBS_BITMAP_ACTION_USED);
    reach(marks, MARK_ACTION_INVALID, action == PBS_BITMAP_ACTION_INVALID);
    reach(marks, MARK_ACTION_REMOVED, action == PBS_BITMAP_ACTION_NOT_USED_REMOVED);
    reach(marks, MARK_ACTION_MISSING, action == PBS_BITMAP_ACTION_MISSING_RECREATED);
}

static void see_accesses(Marks *marks, const Deed *deed)
{
    unsigned n_drives = 0;

    marks->n_sizes = 0;
    for (const BackupAccessInfoList *at = deed->accesses; at; at = at->next, n_drives++) {
        if (at->value->has_bitmap_action) {
            see_action(marks, at->value->bitmap_action);
        }
        if (marks->n_sizes < MAX_SIZES) {
            marks->sizes[marks->n_sizes].drive = sim_event_hash(at->value->device);
            marks->sizes[marks->n_sizes++].bytes = at->value->size;
        }
    }
    reach(marks, MARK_SETUP_ON_DRIVES, n_drives > 1);
    reach(marks, MARK_TWO_TARGETS, marks->target && strcmp(marks->target, deed->target_id) != 0);
    g_free(marks->target);
    g_free(marks->bitmap);
    marks->target = g_strdup(deed->target_id);
    marks->bitmap = g_strdup(deed->setup->bitmap_name);
    marks->is_target_active = marks->had_access = true;
    marks->is_broken = marks->has_copied = false;
    marks->written_drive = 0;
}

static void see_setup_end(Marks *marks, const Deed *deed)
{
    marks->n_setups--;
    reach(marks, MARK_WRITE_HELD_OVER_SETUP, marks->n_held_at_begin > 0 && marks->n_held > 0);
    if (!deed->error) {
        see_accesses(marks, deed);
        return;
    }
    reach(marks, MARK_SETUP_REFUSED, true);
    reach(marks, MARK_SETUP_ROLLED_BACK, marks->has_snapshot_in_setup);
    reach(marks, MARK_SETUP_REFUSED_BY_ACCESS, has_access(marks));
    reach(marks, MARK_SETUP_REFUSED_BY_BACKUP, marks->n_jobs > 0);
}

/* ---- teardown and quit ----------------------------------------------------- */

static void see_teardown_begin(Marks *marks, const Deed *deed)
{
    bool is_its_own = marks->is_target_active && strcmp(marks->target, deed->target_id) == 0;

    see_command_begin(marks);
    reach(marks, MARK_WRITE_IN_FLIGHT_AT_TEARDOWN, is_its_own && marks->n_writes > 0);
    reach(marks, MARK_TEARDOWN_DURING_SETUP, marks->n_setups > 0);
    reach(marks, MARK_TROUBLED_AT_TEARDOWN, is_its_own && marks->n_troubled > 0);
    reach(marks, MARK_TEARDOWN_OF_NOTHING, !is_its_own && marks->n_setups == 0);
    if (is_its_own) {
        reach(marks, MARK_BROKEN_THEN_SUCCESS, marks->is_broken && deed->success);
        reach(marks, MARK_BROKEN_THEN_FAILURE, marks->is_broken && !deed->success);
        reach(marks, MARK_SUCCESS_WITHOUT_COPY, deed->success && !marks->has_copied);
    }
    marks->n_teardowns++;
}

static void see_teardown_end(Marks *marks, const Deed *deed)
{
    marks->n_teardowns--;
    reach(marks, MARK_WRITE_HELD_OVER_TEARDOWN, marks->n_held_at_begin > 0 && marks->n_held > 0);
    if (deed->error) {
        reach(marks, MARK_TEARDOWN_REFUSED, true);
        return;
    }
    reach(marks, deed->success ? MARK_TEARDOWN_SUCCESS : MARK_TEARDOWN_FAILURE,
          marks->is_target_active);
    marks->is_target_active = false;
}

static void see_quit(Marks *marks)
{
    reach(marks, MARK_QUIT_WITH_ACCESS, has_access(marks));
    reach(marks, MARK_QUIT_DURING_COMMAND, marks->n_setups + marks->n_teardowns > 0);
    reach(marks, MARK_QUIT_WITH_JOBS, marks->n_jobs > 0);
}

/* ---- bitmaps and the provider ---------------------------------------------- */

static void see_bitmap_command(Marks *marks, const Deed *deed)
{
    static const char *const touches[] = { "remove", "enable", "disable", "clear", NULL };
    static const char *const troubles[] = { "busy", "read-only", "inconsistent", NULL };

    if (deed->error) {
        reach(marks, MARK_MERGE_REFUSED, strcmp(deed->command, "merge") == 0);
        return;
    }
    reach(marks, MARK_TOUCHED_IN_ACCESS,
          has_access(marks) && g_strv_contains(touches, deed->command));
    marks->n_troubled += g_strv_contains(troubles, deed->command);
}

static void see_read(Marks *marks, const Deed *deed)
{
    marks->has_copied = marks->has_copied || deed->is_copy;
    reach(marks, MARK_READ_DENIED, deed->ret < 0);
    reach(marks, MARK_READ_BESIDE_HELD_WRITE, marks->n_held > 0);
}

void marks_see_deed(const Deed *deed, void *opaque)
{
    Marks *marks = opaque;

    switch (deed->kind) {
    case DEED_SETUP_BEGINS:
        see_setup_begin(marks, deed);
        break;
    case DEED_SETUP_ANSWERED:
        see_setup_end(marks, deed);
        break;
    case DEED_TEARDOWN_BEGINS:
        see_teardown_begin(marks, deed);
        break;
    case DEED_TEARDOWN_ANSWERED:
        see_teardown_end(marks, deed);
        break;
    case DEED_QUIT_BEGINS:
        see_quit(marks);
        break;
    case DEED_BITMAP_COMMAND:
        see_bitmap_command(marks, deed);
        break;
    case DEED_COPY_BEGINS:
        marks->n_copies++;
        break;
    case DEED_COPY_ENDS:
        marks->n_copies--;
        reach(marks, MARK_COPY_SAW_ERROR, deed->ret < 0);
        break;
    case DEED_PROVIDER_READ:
        see_read(marks, deed);
        break;
    case DEED_PROVIDER_DISCARD:
        reach(marks, MARK_DISCARDED, deed->ret == 0);
        break;
    case DEED_BACKUP_ANSWERED:
        reach(marks, MARK_BACKUP_REFUSED_BY_ACCESS, deed->error && has_access(marks));
        break;
    case DEED_BACKUP_CANCEL_BEGINS:
        reach(marks, MARK_BACKUP_CANCELLED, marks->n_jobs > 0);
        break;
    default:
        break;
    }
}
