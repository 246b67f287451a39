/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A subject for tests of the actors.
 */
#include <string.h>

#include "qemu/osdep.h"
#include "block/block.h"
#include "qapi/qapi-types-block-core.h"
#include "qemu/coroutine.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"

#include "harness/actor/test-subject.h"
#include "harness/subject/subject.h"
#include "sim/world.h"
#include "vma.h"

#define SLOW_NS 1000000

GString *test_diary;

static bool clings;

void test_diary_add(const char *format, ...)
{
    va_list arguments;

    if (test_diary->len > 0) {
        g_string_append_c(test_diary, '|');
    }
    va_start(arguments, format);
    g_string_append_vprintf(test_diary, format, arguments);
    va_end(arguments);
}

static void poll_for_ever(void)
{
    for (;;) {
        aio_poll(qemu_get_aio_context(), true);
    }
}

static void behave(const char *target_id, Error **errp)
{
    if (strcmp(target_id, "fails") == 0) {
        error_setg(errp, "no luck");
    } else if (strcmp(target_id, "warns") == 0) {
        warn_report("careful");
    } else if (strcmp(target_id, "slow") == 0) {
        qemu_co_sleep_ns(QEMU_CLOCK_REALTIME, SLOW_NS);
    } else if (strcmp(target_id, "drains") == 0) {
        BlockDriverState *bs = bdrv_find_node(sim_drive_node_name(sim_world_drive_at(0)));

        bdrv_drained_begin(bs);
        bdrv_drained_end(bs);
    } else if (strcmp(target_id, "hangs") == 0) {
        qemu_coroutine_yield();
    } else if (strcmp(target_id, "polls") == 0) {
        poll_for_ever();
    }
}

static BackupAccessInfo *make_info(const SubjectSetup *setup, const SimDrive *drive)
{
    BackupAccessInfo *info = g_new0(BackupAccessInfo, 1);

    info->node_name = g_strdup(sim_drive_node_name(drive));
    info->device = g_strdup(sim_drive_name(drive));
    info->size = sim_drive_size_bytes(drive);
    if (setup->bitmap_name) {
        info->bitmap_node_name = g_strdup(sim_drive_node_name(drive));
        info->bitmap_name = g_strdup(setup->bitmap_name);
        info->has_bitmap_action = true;
        info->bitmap_action = PBS_BITMAP_ACTION_NEW;
    }
    return info;
}

static BackupAccessInfoList *setup(const SubjectSetup *setup, Error **errp)
{
    BackupAccessInfoList *list = NULL, **tail = &list;
    Error *error = NULL;

    g_assert(qemu_in_coroutine());
    test_diary_add("setup %s %s", setup->target_id, setup->devlist ? setup->devlist : "-");
    clings = strcmp(setup->target_id, "clings") == 0;
    behave(setup->target_id, &error);
    if (error) {
        *errp = error;
        return NULL;
    }
    for (size_t i = 0; i < setup->n_devices; i++) {
        SimDrive *drive = sim_world_find_drive(setup->devices[i].device);

        if (drive) {
            QAPI_LIST_APPEND(tail, make_info(setup, drive));
        }
    }
    test_diary_add("setup-ends %s", setup->target_id);
    return list;
}

static void teardown(const char *target_id, bool success, Error **errp)
{
    g_assert(qemu_in_coroutine());
    test_diary_add("teardown %s %s", target_id, success ? "success" : "failure");
    behave(target_id, errp);
}

static void teardown_at_quit(void)
{
    g_assert(!qemu_in_coroutine());
    test_diary_add("quit");
    if (clings) {
        poll_for_ever();
    }
}

static BackupStatus *query_backup(Error **errp G_GNUC_UNUSED)
{
    BackupStatus *status = g_new0(BackupStatus, 1);

    g_assert(!qemu_in_coroutine());
    status->status = g_strdup("active");
    return status;
}

static PBSBitmapInfoList *query_bitmap_info(Error **errp G_GNUC_UNUSED)
{
    PBSBitmapInfoList *list = NULL;
    PBSBitmapInfo *info = g_new0(PBSBitmapInfo, 1);

    info->drive = g_strdup("drive-scsi0");
    info->action = PBS_BITMAP_ACTION_USED;
    info->size = 65536;
    info->dirty = 4096;
    QAPI_LIST_PREPEND(list, info);
    return list;
}

static void reset(void)
{
    if (!test_diary) {
        test_diary = g_string_new(NULL);
    }
    g_string_truncate(test_diary, 0);
    clings = false;
}

/* An archive of one drive that nothing is written to; with a speed it stays open. */
static bool coroutine_fn backup(const SubjectBackup *options, Error **errp)
{
    VmaWriter *writer;
    size_t zero_bytes;
    uuid_t uuid;
    int stream;

    uuid_generate(uuid);
    writer = vma_writer_create(options->file, uuid, errp);
    stream = vma_writer_register_stream(writer, options->devlist, 64 * 1024 * 1024);
    for (unsigned i = 0; !options->speed && i < 64 * 1024 * 1024 / VMA_CLUSTER_SIZE; i++) {
        vma_writer_write(writer, stream, i, NULL, &zero_bytes);
    }
    if (!options->speed) {
        vma_writer_close_stream(writer, stream);
        vma_writer_close(writer, errp);
    }
    vma_writer_destroy(writer);
    return true;
}

const Subject subject = {
    .name = "test",
    .generation = 2,
    .setup = setup,
    .teardown = teardown,
    .teardown_at_quit = teardown_at_quit,
    .backup = backup,
    .query_backup = query_backup,
    .query_bitmap_info = query_bitmap_info,
    .reset = reset,
};

static void see_event(const SimEvent *event, void *opaque G_GNUC_UNUSED)
{
    if (event->kind == SIM_EVENT_COMPLETE) {
        test_diary_add("complete #%u", (unsigned)event->number);
    }
}

Scenario *test_parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Scenario *scenario = scenario_parse("test.scn", text, strlen(text), &error);

    if (!scenario) {
        g_error("%s", error->message);
    }
    return scenario;
}

void test_run(const char *text, SimChoices *choices, RunResult *ret_result)
{
    g_autoptr(Scenario) scenario = test_parse(text);
    RunOptions options = {
        .choices = choices, .without_checks = true, .observe = see_event,
    };

    run_scenario(scenario, &options, ret_result);
}
