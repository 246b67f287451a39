/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the tests of the checks: the backup code, the provider and the management
 * layer.  It does right, in the plainest way, wherever no bug is planted.
 */
#include <errno.h>
#include <string.h>

#include "harness/check/fake-world-internal.h"

/* ---- claims -------------------------------------------------------------------- */

static bool has_claim(const char *target_id, const SimDrive *drive, const char *bitmap_name)
{
    for (unsigned i = 0; i < fake.n_claims; i++) {
        if (fake.claims[i].drive == drive &&
            strcmp(fake.claims[i].target_id, target_id) == 0 &&
            strcmp(fake.claims[i].bitmap_name, bitmap_name) == 0) {
            return true;
        }
    }
    return false;
}

static void drop_claims(const SimDrive *drive, const char *bitmap_name)
{
    unsigned n_kept = 0;

    for (unsigned i = 0; i < fake.n_claims; i++) {
        if (fake.claims[i].drive != drive ||
            strcmp(fake.claims[i].bitmap_name, bitmap_name) != 0) {
            fake.claims[n_kept++] = fake.claims[i];
        }
    }
    fake.n_claims = n_kept;
}

static void claim(const char *target_id, SimDrive *drive, const char *bitmap_name)
{
    drop_claims(drive, bitmap_name);
    g_assert(fake.n_claims < G_N_ELEMENTS(fake.claims));
    fake.claims[fake.n_claims].target_id = target_id;
    fake.claims[fake.n_claims].bitmap_name = bitmap_name;
    fake.claims[fake.n_claims++].drive = drive;
}

static void remove_by_name(SimDrive *drive, const char *bitmap_name)
{
    FakeBitmap *bitmap = fake_find_bitmap(drive, bitmap_name);

    if (bitmap) {
        fake_remove_bitmap(drive, bitmap);
    }
    drop_claims(drive, bitmap_name);
}

static void drop_old_names(const char *target_id, const char *devices, const char *bitmap_name)
{
    for (unsigned i = fake.n_claims; i > 0; i--) {
        SimDrive *drive = fake.claims[i - 1].drive;

        if (strcmp(fake.claims[i - 1].target_id, target_id) == 0 &&
            g_strcmp0(fake.claims[i - 1].bitmap_name, bitmap_name) != 0 &&
            (fake.bug != FAKE_KEEPS_OLD_NAME || strstr(devices, drive->name))) {
            remove_by_name(drive, fake.claims[i - 1].bitmap_name);
        }
    }
}

/* ---- setup ----------------------------------------------------------------------- */

static PBSBitmapAction prepare_bitmap(const char *target_id, SimDrive *drive,
                                      const char *bitmap_name)
{
    FakeBitmap *bitmap = fake_find_bitmap(drive, bitmap_name);
    PBSBitmapAction action = PBS_BITMAP_ACTION_NEW;

    if (bitmap) {
        if ((has_claim(target_id, drive, bitmap_name) || fake.bug == FAKE_TRUSTS_FOREIGN) &&
            (bitmap->view.enabled || fake.bug == FAKE_TRUSTS_DISABLED)) {
            claim(target_id, drive, bitmap_name);
            return PBS_BITMAP_ACTION_USED;
        }
        fake_remove_bitmap(drive, bitmap);
        action = PBS_BITMAP_ACTION_INVALID;
    }
    bitmap = fake_add_bitmap(drive, bitmap_name, FAKE_CHUNK_BYTES);
    fake_set_dirty(drive, bitmap, 0, drive->size_bytes);
    claim(target_id, drive, bitmap_name);
    return action;
}

static void begin_access(SimDrive *drive, const char *bitmap_name)
{
    FakeBitmap *bitmap = NULL;

    if (fake.bug == FAKE_DISABLES_OTHERS) {
        for (unsigned i = 0; i < drive->n_bitmaps; i++) {
            drive->bitmaps[i].view.enabled = false;
        }
    }
    drive->access_bitmap = bitmap_name;
    if (bitmap_name) {
        fake_add_bitmap(drive, SUBJECT_BACKGROUND_BITMAP_NAME, FAKE_CHUNK_BYTES);
        bitmap = fake_find_bitmap(drive, bitmap_name);
        bitmap->view.enabled = false;
    }
    sim_rangemap_copy(&drive->picture, &drive->content);
    sim_rangemap_clear(&drive->readable);
    if (bitmap) {
        sim_rangemap_copy(&drive->readable, &bitmap->dirty);
    } else {
        sim_rangemap_set(&drive->readable, 0, drive->size_bytes, 1);
    }
    drive->dirty_bytes = sim_rangemap_covered(&drive->readable, 0, drive->size_bytes);
    drive->has_access = true;
    drive->is_broken = false;
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_NODE_OPEN, .who = drive->snapshot_name,
                                 .text = "snapshot-access" });
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SNAPSHOT, .who = drive->name });
}

void fake_write_silently(const char *device, uint64_t offset)
{
    uint64_t number = fake_submit(device, offset, 64 << 10);

    fake_land(number, 0);
    fake_mark(number);
    fake_complete(number);
}

static BackupAccessInfoList *answer_for(SimDrive *drive, BackupAccessInfoList *next)
{
    BackupAccessInfoList *list = g_new0(BackupAccessInfoList, 1);
    BackupAccessInfo *info = list->value = g_new0(BackupAccessInfo, 1);

    list->next = next;
    info->node_name = g_strdup(drive->snapshot_name);
    info->device = g_strdup(drive->name);
    info->size = drive->size_bytes - (fake.bug == FAKE_WRONG_SIZE ? 512 : 0);
    if (drive->access_bitmap) {
        info->bitmap_node_name = g_strdup(fake.bug == FAKE_BITMAP_ELSEWHERE ? "#block9"
                                                                           : drive->node_name);
        info->bitmap_name = g_strdup(drive->access_bitmap);
        info->has_bitmap_action = true;
        info->bitmap_action = fake.bug == FAKE_WRONG_ACTION ? PBS_BITMAP_ACTION_INVALID
                                                            : drive->action;
    }
    return list;
}

static void free_answer(BackupAccessInfoList *list)
{
    while (list) {
        BackupAccessInfoList *next = list->next;

        g_free(list->value->node_name);
        g_free(list->value->device);
        g_free(list->value->bitmap_node_name);
        g_free(list->value->bitmap_name);
        g_free(list->value);
        g_free(list);
        list = next;
    }
}

static void begin_accesses(const char *devices, const char *bitmap_name)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (!strstr(devices, fake.drives[i].name)) {
            continue;
        }
        if (i > 0 && fake.bug == FAKE_ONE_DRIVE_AFTER_THE_OTHER) {
            fake_write_silently(fake.drives[0].name, 0);
            fake_write_silently(fake.drives[i].name, 0);
        }
        begin_access(&fake.drives[i], bitmap_name);
    }
}

void fake_setup(const char *target_id, const char *devices, const char *bitmap_name)
{
    SubjectDevice asked_for[FAKE_DRIVES];
    SubjectSetup setup = { .target_id = target_id, .bitmap_name = bitmap_name,
                           .devices = asked_for };
    BackupAccessInfoList *answer = NULL;

    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (strstr(devices, fake.drives[i].name)) {
            asked_for[setup.n_devices++] = (SubjectDevice){ .device = fake.drives[i].name };
        }
    }
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = target_id, .setup = &setup });
    if ((fake.archive_is_open && fake.bug != FAKE_ACCEPTS_SETUP) ||
        (fake.has_quit && fake.bug != FAKE_GOES_ON_AFTER_QUIT)) {
        fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .target_id = target_id,
                               .setup = &setup, .error = "a backup is active, or QEMU has quit" });
        fake_end_step();
        return;
    }
    if (fake.bug == FAKE_TAKES_ALL_DRIVES) {
        devices = "drive-a,drive-b";
    }
    drop_old_names(target_id, devices, bitmap_name);
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (strstr(devices, fake.drives[i].name)) {
            fake.drives[i].action = PBS_BITMAP_ACTION_NOT_USED;
            if (bitmap_name) {
                fake.drives[i].action = prepare_bitmap(target_id, &fake.drives[i], bitmap_name);
            }
        }
    }
    begin_accesses(devices, bitmap_name);
    for (unsigned i = FAKE_DRIVES; i > 0; i--) {
        if (fake.drives[i - 1].has_access) {
            answer = answer_for(&fake.drives[i - 1], answer);
        }
    }
    fake.last_target = target_id;
    fake.had_access = true;
    fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .target_id = target_id, .setup = &setup,
                           .accesses = answer });
    free_answer(answer);
    fake_end_step();
}

void fake_setup_fails(const char *target_id, const char *devices, const char *bitmap_name)
{
    SubjectSetup setup = { .target_id = target_id, .bitmap_name = bitmap_name };

    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = target_id, .setup = &setup });
    if (fake.bug == FAKE_KEEPS_NEW_BITMAP) {
        fake_add_bitmap(sim_world_find_drive(devices), bitmap_name, FAKE_CHUNK_BYTES);
    }
    fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .target_id = target_id, .setup = &setup,
                           .error = "a fault was injected" });
    fake_end_step();
}

void fake_setup_by_mode(const char *target_id, SubjectBitmapMode mode, PBSBitmapAction action)
{
    SimDrive *drive = &fake.drives[0];
    const SubjectDevice asked_for = { .device = drive->name, .mode = mode };
    SubjectSetup setup = { .target_id = target_id, .bitmap_name = target_id,
                           .devlist = drive->name, .devices = &asked_for, .n_devices = 1 };
    BackupAccessInfoList *answer;

    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = target_id, .setup = &setup });
    prepare_bitmap(target_id, drive, target_id);
    drive->action = action;
    begin_access(drive, target_id);
    answer = answer_for(drive, NULL);
    fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .target_id = target_id, .setup = &setup,
                           .accesses = answer });
    free_answer(answer);
    fake_end_step();
}

/* ---- provider ------------------------------------------------------------------------ */

static int copy_range(const char *target_id, const SimDrive *drive, uint64_t start, uint64_t end)
{
    SimRangeMap content = { 0 };
    uint64_t run_bytes;
    int ret = sim_world_peek_snapshot(drive->snapshot_name, start, end - start, &content,
                                      &run_bytes);

    fake_tell_deed((Deed){ .kind = DEED_PROVIDER_READ, .target_id = target_id,
                           .device = drive->name, .offset = start, .bytes = end - start,
                           .ret = ret, .is_copy = true, .content = ret < 0 ? NULL : &content });
    sim_rangemap_clear(&content);
    return ret;
}

static void copy_drive(const char *target_id, const SimDrive *drive)
{
    SimRange range;
    int ret = 0;

    fake_tell_deed((Deed){ .kind = DEED_COPY_BEGINS, .target_id = target_id,
                           .device = drive->name });
    for (uint64_t at = 0; sim_rangemap_next(&drive->readable, at, UINT64_MAX, &range);
         at = range.end) {
        int range_ret = copy_range(target_id, drive, range.start, range.end);

        ret = ret ? ret : range_ret;
        if (fake.bug == FAKE_SHOWS_BITMAP_TOO_LATE) {
            break;
        }
    }
    fake_tell_deed((Deed){ .kind = DEED_COPY_ENDS, .target_id = target_id, .device = drive->name,
                           .ret = ret });
}

void fake_copy(const char *target_id)
{
    fake_begin_step();
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (fake.drives[i].has_access) {
            copy_drive(target_id, &fake.drives[i]);
        }
    }
    fake_end_step();
}

/* ---- teardown --------------------------------------------------------------------------- */

static void settle_bitmap(SimDrive *drive, bool success)
{
    FakeBitmap *bitmap = fake_find_bitmap(drive, drive->access_bitmap);
    FakeBitmap *background = fake_find_bitmap(drive, SUBJECT_BACKGROUND_BITMAP_NAME);
    bool is_good = success && (!drive->is_broken || fake.bug == FAKE_TRUSTS_BROKEN);

    if (bitmap) {
        if (is_good && fake.bug != FAKE_FORGETS_TO_CLEAR && fake.bug != FAKE_BITMAP_ELSEWHERE) {
            sim_rangemap_clear(&bitmap->dirty);
        }
        if (success || fake.bug != FAKE_DROPS_BACKGROUND) {
            fake_merge(drive, bitmap, background);
        }
        bitmap->view.enabled = fake.bug != FAKE_LEAVES_DISABLED;
    }
    if (fake.bug == FAKE_KEEPS_BACKGROUND_BUSY) {
        background->view.busy = true;
    } else if (fake.bug != FAKE_KEEPS_BACKGROUND) {
        fake_remove_bitmap(drive, background);
    }
    if (fake.bug == FAKE_DROPS_BITMAP) {
        remove_by_name(drive, drive->access_bitmap);
    }
}

static void end_access(SimDrive *drive, bool success)
{
    drive->has_access = false;
    drive->has_leaked_node = fake.bug == FAKE_KEEPS_NODE || fake.bug == FAKE_KEEPS_REFERENCE;
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SNAPSHOT_END, .who = drive->name });
    if (fake.bug != FAKE_KEEPS_NODE) {
        fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_NODE_CLOSE, .who = drive->snapshot_name });
    }
    if (drive->access_bitmap) {
        settle_bitmap(drive, success);
    }
}

static void end_accesses(bool success)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (fake.drives[i].has_access) {
            end_access(&fake.drives[i], success);
        }
    }
}

void fake_teardown(const char *target_id, bool success)
{
    bool is_right = strcmp(target_id, fake.last_target) == 0;

    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_TEARDOWN_BEGINS, .target_id = target_id,
                           .success = success });
    if (is_right) {
        end_accesses(success);
    }
    fake_tell_deed((Deed){ .kind = DEED_TEARDOWN_ANSWERED, .target_id = target_id,
                           .success = success, .error = is_right ? NULL : "another target" });
    fake_end_step();
}

void fake_quit(void)
{
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_QUIT_BEGINS });
    end_accesses(false);
    fake.has_quit = true;
    fake_tell_deed((Deed){ .kind = DEED_QUIT_DONE });
    fake_end_step();
}

void fake_close_node(const char *device)
{
    SimDrive *drive = sim_world_find_drive(device);

    fake_begin_step();
    drive->has_leaked_node = false;
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_NODE_CLOSE, .who = drive->snapshot_name });
    fake_end_step();
}

void fake_backup_fails(void)
{
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_BEGINS });
    if (fake.bug == FAKE_KEEPS_ARCHIVE) {
        fake.n_archives++;
        fake.archive_is_open = true;
    }
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_ANSWERED, .error = "a fault was injected" });
    fake_end_step();
}

/* ---- queries and commands ------------------------------------------------------------------ */

void fake_query(void)
{
    PBSBitmapInfo infos[FAKE_DRIVES];
    PBSBitmapInfoList list[FAKE_DRIVES] = { { 0 } }, *head = NULL;
    BackupStatus status = { .has_total = true, .has_dirty = true, .has_reused = true };
    bool is_active = fake.bug == FAKE_STAYS_ACTIVE;

    fake_begin_step();
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];

        is_active |= drive->has_access;
        if (drive->dirty_bytes) {
            infos[i] = (PBSBitmapInfo){ (char *)drive->name, drive->action, drive->size_bytes,
                                        drive->dirty_bytes };
            infos[i].dirty -= fake.bug == FAKE_WRONG_DIRTY_COUNT ? 512 : 0;
            list[i] = (PBSBitmapInfoList){ head, &infos[i] };
            head = &list[i];
            status.total += drive->size_bytes;
            status.dirty += infos[i].dirty;
        }
    }
    status.reused = status.total - status.dirty;
    status.status = (char *)(is_active ? "active" : fake.had_access ? "done" : NULL);
    fake_tell_deed((Deed){ .kind = DEED_QUERY_ANSWERED, .status = &status,
                           .bitmap_infos = head });
    fake_end_step();
}

void fake_command(const char *command, const char *device, const char *bitmap_name,
                  const char *source_name, uint64_t granularity)
{
    SimDrive *drive = sim_world_find_drive(device);
    FakeBitmap *bitmap = fake_find_bitmap(drive, bitmap_name);

    fake_begin_step();
    if (strcmp(command, "add") == 0) {
        fake_add_bitmap(drive, bitmap_name, granularity);
    } else if (strcmp(command, "remove") == 0) {
        fake_remove_bitmap(drive, bitmap);
    } else if (strcmp(command, "clear") == 0) {
        sim_rangemap_clear(&bitmap->dirty);
    } else if (strcmp(command, "merge") == 0) {
        fake_merge(drive, bitmap, fake_find_bitmap(drive, source_name));
    } else if (strcmp(command, "enable") == 0) {
        bitmap->view.enabled = true;
    } else {
        g_assert_cmpstr(command, ==, "disable");
        bitmap->view.enabled = false;
    }
    fake_tell_deed((Deed){ .kind = DEED_BITMAP_COMMAND, .command = command, .device = device,
                           .bitmap_name = bitmap_name, .source_bitmap_name = source_name,
                           .granularity = granularity });
    fake_end_step();
}
