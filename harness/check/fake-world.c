/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the tests of the checks: drives, bitmaps and requests, and what sim/world.h
 * shows of them.
 */
#include <errno.h>
#include <string.h>

#include "harness/check/fake-world-internal.h"

const Subject subject = { .name = "fake", .generation = 1 };
FakeWorld fake;

/* ---- telling ------------------------------------------------------------------ */

void fake_tell_event(const SimEvent *event)
{
    checks_see_event(event, fake.checks);
}

void fake_tell_deed(Deed deed)
{
    deed.line = fake.line;
    checks_see_deed(&deed, fake.checks);
}

void fake_begin_step(void)
{
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_COMMAND, .who = "", .number = ++fake.line });
}

void fake_end_step(void)
{
    fake_tell_deed((Deed){ .kind = DEED_STEP_DONE });
}

void fake_run_dry(void)
{
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_RUN_DRY });
}

const char *fake_findings(void)
{
    const GArray *findings = checks_findings(fake.checks);

    g_string_truncate(fake.text, 0);
    for (unsigned i = 0; i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        g_string_append_printf(fake.text, "%s%s@%s", i ? " " : "", finding->name,
                               finding->who ? finding->who : "");
    }
    return fake.text->str;
}

/* ---- life ------------------------------------------------------------------------ */

void fake_open(FakeBug bug)
{
    static const char *const names[] = { "drive-a", "drive-b" };
    static const char *const node_names[] = { "#block101", "#block102" };
    static const char *const snapshot_names[] = { "#block201", "#block202" };

    memset(&fake, 0, sizeof(fake));
    fake.bug = bug;
    fake.text = g_string_new(NULL);
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        fake.drives[i].name = names[i];
        fake.drives[i].node_name = node_names[i];
        fake.drives[i].snapshot_name = snapshot_names[i];
        fake.drives[i].size_bytes = 64ull << 20;
    }
    fake.checks = checks_new();
}

void fake_close(void)
{
    checks_free(fake.checks);
    g_string_free(fake.text, TRUE);
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        SimDrive *drive = &fake.drives[i];

        sim_rangemap_clear(&drive->content);
        sim_rangemap_clear(&drive->picture);
        sim_rangemap_clear(&drive->readable);
        for (unsigned j = 0; j < fake.n_archives; j++) {
            sim_rangemap_clear(&drive->archives[j].content);
        }
        while (drive->n_bitmaps) {
            fake_remove_bitmap(drive, &drive->bitmaps[0]);
        }
    }
    for (unsigned i = 0; i < fake.n_names; i++) {
        g_free(fake.names[i]);
    }
}

Checks *fake_checks(void)
{
    return fake.checks;
}

/* ---- bitmaps ---------------------------------------------------------------------- */

FakeBitmap *fake_find_bitmap(SimDrive *drive, const char *name)
{
    for (unsigned i = 0; i < drive->n_bitmaps; i++) {
        if (strcmp(drive->bitmaps[i].view.name, name) == 0) {
            return &drive->bitmaps[i];
        }
    }
    return NULL;
}

FakeBitmap *fake_add_bitmap(SimDrive *drive, const char *name, uint64_t granularity)
{
    FakeBitmap *bitmap = &drive->bitmaps[drive->n_bitmaps++];

    g_assert(drive->n_bitmaps <= FAKE_BITMAPS);
    g_assert(fake.n_names < G_N_ELEMENTS(fake.names));
    *bitmap = (FakeBitmap){
        .view = {
            .name = fake.names[fake.n_names++] = g_strdup(name),
            .granularity = granularity,
            .size_bytes = drive->size_bytes,
            .enabled = true,
        },
    };
    return bitmap;
}

void fake_remove_bitmap(SimDrive *drive, FakeBitmap *bitmap)
{
    sim_rangemap_clear(&bitmap->dirty);
    *bitmap = drive->bitmaps[--drive->n_bitmaps];
}

void fake_set_dirty(const SimDrive *drive, FakeBitmap *bitmap, uint64_t start, uint64_t end)
{
    uint64_t granularity = bitmap->view.granularity;

    start -= start % granularity;
    end += (granularity - end % granularity) % granularity;
    sim_rangemap_set(&bitmap->dirty, start, MIN(end, drive->size_bytes), 1);
}

void fake_merge(const SimDrive *drive, FakeBitmap *target, const FakeBitmap *source)
{
    for (unsigned i = 0; i < sim_rangemap_count(&source->dirty); i++) {
        const SimRange *range = sim_rangemap_at(&source->dirty, i);

        fake_set_dirty(drive, target, range->start, range->end);
    }
}

/* ---- requests ----------------------------------------------------------------------- */

uint64_t fake_submit(const char *device, uint64_t offset, uint64_t bytes)
{
    uint64_t number = ++fake.n_requests;

    g_assert(number < FAKE_REQUESTS);
    fake.requests[number] = (FakeRequest){ sim_world_find_drive(device), offset, bytes, 0 };
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SUBMIT, .who = device, .offset = offset,
                                 .bytes = bytes, .number = number, .text = "write" });
    return number;
}

void fake_land(uint64_t number, int ret)
{
    FakeRequest *request = &fake.requests[number];

    request->ret = ret;
    if (ret == 0) {
        sim_rangemap_set(&request->drive->content, request->offset,
                         request->offset + request->bytes, number);
    }
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_LAND, .who = request->drive->name,
                                 .offset = request->offset, .bytes = request->bytes,
                                 .number = number, .ret = ret });
}

void fake_mark(uint64_t number)
{
    FakeRequest *request = &fake.requests[number];
    SimDrive *drive = request->drive;

    for (unsigned i = 0; i < drive->n_bitmaps; i++) {
        if (drive->bitmaps[i].view.enabled) {
            fake_set_dirty(drive, &drive->bitmaps[i], request->offset,
                           request->offset + request->bytes);
        }
    }
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_MARK, .who = drive->name,
                                 .offset = request->offset, .bytes = request->bytes,
                                 .number = number });
}

void fake_complete(uint64_t number)
{
    FakeRequest *request = &fake.requests[number];
    int ret = request->ret;

    if (request->drive->has_access && fake.bug == FAKE_FORGETS_GUEST) {
        return;
    }
    if (request->drive->has_access && fake.bug == FAKE_FAILS_GUEST) {
        ret = -EIO;
    }
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_COMPLETE, .who = request->drive->name,
                                 .offset = request->offset, .bytes = request->bytes,
                                 .number = number, .ret = ret });
}

uint64_t fake_write(const char *device, uint64_t offset, uint64_t bytes)
{
    uint64_t number;

    fake_begin_step();
    number = fake_submit(device, offset, bytes);
    fake_land(number, 0);
    fake_mark(number);
    fake_complete(number);
    fake_end_step();
    return number;
}

void fake_read(const char *device, uint64_t offset, uint64_t bytes)
{
    static const SimEventKind kinds[] = { SIM_EVENT_SUBMIT, SIM_EVENT_LAND, SIM_EVENT_COMPLETE };
    uint64_t number = ++fake.n_requests;

    fake_begin_step();
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        fake_tell_event(&(SimEvent){ .kind = kinds[i], .who = device, .offset = offset,
                                     .bytes = bytes, .number = number,
                                     .text = kinds[i] == SIM_EVENT_SUBMIT ? "read" : NULL });
    }
    fake_end_step();
}

void fake_resize(const char *device, uint64_t size_bytes)
{
    SimDrive *drive = sim_world_find_drive(device);

    fake_begin_step();
    drive->size_bytes = size_bytes;
    sim_rangemap_truncate(&drive->content, size_bytes);
    for (unsigned i = 0; i < drive->n_bitmaps; i++) {
        drive->bitmaps[i].view.size_bytes = size_bytes;
        sim_rangemap_truncate(&drive->bitmaps[i].dirty, size_bytes);
    }
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_RESIZE, .who = device, .bytes = size_bytes });
    fake_end_step();
}

/* Its bitmaps stay, as if something in the graph still needed the node. */
void fake_unplug(const char *device)
{
    fake_begin_step();
    sim_world_find_drive(device)->is_unplugged = true;
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_UNPLUG, .who = device });
    fake_end_step();
}

void fake_break_snapshot(const char *device)
{
    fake_begin_step();
    sim_world_find_drive(device)->is_broken = true;
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SNAPSHOT_BREAK, .who = device, .ret = -EIO });
    fake_end_step();
}

void fake_time_out(const char *device)
{
    fake_begin_step();
    sim_world_find_drive(device)->is_broken = true;
    fake_tell_event(&(SimEvent){
        .kind = SIM_EVENT_SNAPSHOT_BREAK, .who = device, .ret = -ETIMEDOUT,
        .time_ns = (fake.bug == FAKE_GIVES_UP_TOO_SOON ? 44 : 45) * 1000000000ull,
    });
    fake_end_step();
}

/* ---- sim/world.h ---------------------------------------------------------------------- */

unsigned sim_world_n_drives(void)
{
    return FAKE_DRIVES;
}

SimDrive *sim_world_drive_at(unsigned index)
{
    return &fake.drives[index];
}

SimDrive *sim_world_find_drive(const char *name)
{
    return strcmp(name, fake.drives[0].name) == 0 ? &fake.drives[0] : &fake.drives[1];
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
    return drive->size_bytes;
}

static SimDrive *find_node(const char *node_name)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (strcmp(fake.drives[i].node_name, node_name) == 0) {
            return &fake.drives[i];
        }
    }
    return NULL;
}

bool sim_world_bitmap_at(const char *node_name, unsigned index, SimBitmapView *ret_view)
{
    SimDrive *drive = find_node(node_name);

    if (!drive || index >= drive->n_bitmaps) {
        return false;
    }
    *ret_view = drive->bitmaps[index].view;
    return true;
}

bool sim_world_find_bitmap(const char *node_name, const char *name, SimBitmapView *ret_view)
{
    SimDrive *drive = find_node(node_name);
    FakeBitmap *bitmap = drive ? fake_find_bitmap(drive, name) : NULL;

    if (bitmap) {
        *ret_view = bitmap->view;
    }
    return bitmap != NULL;
}

bool sim_world_bitmap_ranges(const char *node_name, const char *name, SimRangeMap *ret_ranges)
{
    SimDrive *drive = find_node(node_name);
    FakeBitmap *bitmap = drive ? fake_find_bitmap(drive, name) : NULL;

    if (bitmap) {
        sim_rangemap_copy(ret_ranges, &bitmap->dirty);
    }
    return bitmap != NULL;
}

static SimDrive *find_snapshot(const char *node_name)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        if (fake.drives[i].has_access && strcmp(fake.drives[i].snapshot_name, node_name) == 0) {
            return &fake.drives[i];
        }
    }
    return NULL;
}

bool sim_world_node_exists(const char *node_name)
{
    return find_node(node_name) || find_snapshot(node_name);
}

bool sim_world_is_polling(void)
{
    return false;
}

void sim_world_print_graph(GString *text)
{
    for (unsigned i = 0; i < FAKE_DRIVES; i++) {
        const SimDrive *drive = &fake.drives[i];

        if (!drive->is_unplugged) {
            g_string_append_printf(text, "backend %s root=%s\nnode %s driver=raw\n", drive->name,
                                   drive->node_name, drive->node_name);
        }
        if (drive->has_access || drive->has_leaked_node) {
            g_string_append_printf(text, "node %s driver=snapshot-access\n",
                                   drive->snapshot_name);
        }
    }
    if (fake.bug == FAKE_KEEPS_DUMP_NODE) {
        g_string_append(text, "node #block9 driver=backup-dump-drive\n");
    }
}

int sim_world_peek_snapshot(const char *node_name, uint64_t offset, uint64_t bytes,
                            SimRangeMap *ret_content, uint64_t *ret_run_bytes)
{
    SimDrive *drive = find_snapshot(node_name);
    SimRange run = sim_rangemap_run(&drive->readable, offset, offset + bytes);
    bool is_broken = drive->is_broken && fake.bug != FAKE_READABLE_AFTER_BREAK;

    *ret_run_bytes = run.end - offset;
    if (!run.value || is_broken || fake.bug == FAKE_DENIES) {
        return -EACCES;
    }
    sim_rangemap_copy_range(ret_content,
                            fake.bug == FAKE_SHOWS_NEW_DATA ? &drive->content : &drive->picture,
                            offset, run.end);
    return 0;
}
