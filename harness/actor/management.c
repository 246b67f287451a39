/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management layer: QMP commands of backup access, and the end of QEMU.
 *
 * Setup and teardown run in a coroutine, as QEMU's monitor/qmp.c runs commands that
 * are marked so; all others run outside of coroutines.
 */
#include <string.h>

#include "harness/actor/provider.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qemu/coroutine.h"

/* ---- setup ----------------------------------------------------------------- */

/* Lives in the entry's data, so that it is freed even if the coroutine never ends. */
typedef struct SetupCommand {
    SubjectSetup setup;
    SubjectDevice *devices;
    char *devlist;
    char *devices_text;         /* the same words, each ended by a NUL */
} SetupCommand;

#define DEVLIST_SEPARATORS ",;:"

static size_t word_length(const char *text)
{
    return strcspn(text, DEVLIST_SEPARATORS);
}

static size_t count_words(const char *text)
{
    size_t n_words = 1;

    for (; *text; text++) {
        n_words += strchr(DEVLIST_SEPARATORS, *text) != NULL;
    }
    return n_words;
}

/* A word that names a drive of the scenario becomes its device name; all else stays as it is. */
static size_t translate_word(char *target, const char *word, size_t length)
{
    char name[STAGE_DEVICE_NAME_BYTES], device[STAGE_DEVICE_NAME_BYTES];

    if (length < STAGE_DEVICE_NAME_BYTES / 2) {
        memcpy(name, word, length);
        name[length] = 0;
        if (sim_world_find_drive(stage_device_name(name, device))) {
            size_t device_length = strlen(device);

            memcpy(target, device, device_length);
            return device_length;
        }
    }
    memcpy(target, word, length);
    return length;
}

static void name_listed_drives(SetupCommand *command, const char *text, SubjectBitmapMode mode)
{
    char *devlist = command->devlist, *name = command->devices_text;

    for (;;) {
        size_t length = word_length(text);
        size_t translated = translate_word(devlist, text, length);

        if (translated > 0) {
            memcpy(name, devlist, translated);
            name[translated] = 0;
            command->devices[command->setup.n_devices].device = name;
            command->devices[command->setup.n_devices++].mode = mode;
            name += translated + 1;
        }
        devlist += translated;
        text += length;
        *devlist++ = *text;
        if (!*text++) {
            break;
        }
    }
    command->setup.devlist = command->devlist;
}

/* What an interface without a devlist is told when the drives are left out. */
static void name_writable_drives(SetupCommand *command, SubjectBitmapMode mode)
{
    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);

        if (sim_drive_is_inserted(drive) && !sim_drive_is_read_only(drive)) {
            command->devices[command->setup.n_devices].device = sim_drive_name(drive);
            command->devices[command->setup.n_devices++].mode = mode;
        }
    }
}

static SetupCommand *setup_command_new(const Step *step)
{
    const char *drives = step->args[1].text;
    bool is_default = strcmp(drives, "*") == 0;
    size_t n_words = is_default ? sim_world_n_drives() : count_words(drives);
    /* A translated word is longer by "drive-". */
    size_t n_text_bytes = strlen(drives) + 6 * n_words + 1;
    SetupCommand *command = g_malloc0(sizeof(*command) + n_words * sizeof(SubjectDevice) +
                                      2 * n_text_bytes);
    SubjectBitmapMode mode = step->args[2].present ? SUBJECT_BITMAP_USE : SUBJECT_BITMAP_NONE;

    command->devices = (SubjectDevice *)(command + 1);
    command->devlist = (char *)(command->devices + n_words);
    command->devices_text = command->devlist + n_text_bytes;
    command->setup.target_id = step->args[0].text;
    command->setup.bitmap_name = step_text_or_null(step, 2);
    command->setup.devices = command->devices;
    if (is_default) {
        name_writable_drives(command, mode);
    } else {
        name_listed_drives(command, drives, mode);
    }
    return command;
}

static void coroutine_fn setup_co(void *opaque)
{
    StageEntry *entry = opaque;
    Stage *stage = entry->stage;
    const SubjectSetup *setup = &((SetupCommand *)entry->data)->setup;
    Error *error = NULL;

    entry->outcome.accesses = stage_subject(stage)->setup(setup, &error);
    stage->last_setup = entry;
    digest_mix_accesses(entry->outcome.accesses);
    if (!error) {
        stage_add_access(stage, setup->target_id, entry->outcome.accesses);
    }
    stage_tell(stage, &(Deed) {
        .kind = DEED_SETUP_ANSWERED,
        .line = entry->outcome.step->line,
        .target_id = setup->target_id,
        .setup = setup,
        .accesses = entry->outcome.accesses,
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void begin_setup(Stage *stage, StageEntry *entry)
{
    SetupCommand *command = setup_command_new(entry->outcome.step);

    entry->data = command;
    stage_tell(stage, &(Deed) {
        .kind = DEED_SETUP_BEGINS,
        .line = entry->outcome.step->line,
        .target_id = command->setup.target_id,
        .setup = &command->setup,
    });
    qemu_coroutine_enter(qemu_coroutine_create(setup_co, entry));
}

static StepState run_setup(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), begin_setup);
}

/* ---- teardown -------------------------------------------------------------- */

static bool is_success(const Step *step)
{
    return step->args[1].number == 0;
}

static void coroutine_fn teardown_co(void *opaque)
{
    StageEntry *entry = opaque;
    const Step *step = entry->outcome.step;
    const char *target_id = step->args[0].text;
    Error *error = NULL;

    stage_subject(entry->stage)->teardown(target_id, is_success(step), &error);
    if (!error) {
        stage_remove_accesses(entry->stage, target_id);
    }
    stage_tell(entry->stage, &(Deed) {
        .kind = DEED_TEARDOWN_ANSWERED,
        .line = step->line,
        .target_id = target_id,
        .success = is_success(step),
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static void begin_teardown(Stage *stage, StageEntry *entry)
{
    stage_tell(stage, &(Deed) {
        .kind = DEED_TEARDOWN_BEGINS,
        .line = entry->outcome.step->line,
        .target_id = entry->outcome.step->args[0].text,
        .success = is_success(entry->outcome.step),
    });
    qemu_coroutine_enter(qemu_coroutine_create(teardown_co, entry));
}

static void send_teardown(StageEntry *entry)
{
    stage_send_command(entry, begin_teardown);
}

static StepState run_teardown(Stage *stage, const Step *step)
{
    StageEntry *entry = stage_begin_entry(stage, step);

    entry->is_command = true;
    if (is_success(step) && step_is_yes(step, 2, true)) {
        provider_copy(entry, step->args[0].text, NULL, send_teardown);
    } else {
        send_teardown(entry);
    }
    return STEP_WAITING;
}

/* ---- query, quit ----------------------------------------------------------- */

static void query(Stage *stage, StageEntry *entry)
{
    Error *error = NULL;

    qapi_free_BackupStatus(stage->status);
    qapi_free_PBSBitmapInfoList(stage->bitmap_infos);
    stage->bitmap_infos = NULL;
    stage->status = stage_subject(stage)->query_backup(&error);
    if (!error) {
        stage->bitmap_infos = stage_subject(stage)->query_bitmap_info(&error);
    }
    digest_mix_query(stage->status, stage->bitmap_infos);
    stage_tell(stage, &(Deed) {
        .kind = DEED_QUERY_ANSWERED,
        .line = entry->outcome.step->line,
        .status = stage->status,
        .bitmap_infos = stage->bitmap_infos,
        .error = error ? error_get_pretty(error) : NULL,
    });
    stage_answer(entry, error);
}

static StepState run_query(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), query);
}

/*
 * As QEMU 10.0 system/runstate.c, qemu_cleanup(): the virtual CPUs stop and what they
 * asked for is waited for, before backup access is torn down.
 */
static void quit(Stage *stage, StageEntry *entry)
{
    unsigned line = entry->outcome.step->line;

    while (sim_world_n_in_flight() > 0 && sim_loop_step(sim_world_loop())) {
    }
    stage_tell(stage, &(Deed) { .kind = DEED_QUIT_BEGINS, .line = line });
    stage_subject(stage)->teardown_at_quit();
    stage_remove_accesses(stage, NULL);
    stage->has_quit = true;
    stage_tell(stage, &(Deed) { .kind = DEED_QUIT_DONE, .line = line });
    stage_answer(entry, NULL);
}

static StepState run_quit(Stage *stage, const Step *step)
{
    return stage_send_command(stage_begin_entry(stage, step), quit);
}

/* ---- block_resize ---------------------------------------------------------- */

static void resize(Stage *stage, StageEntry *entry)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    const Step *step = entry->outcome.step;
    SimDrive *drive = sim_world_find_drive(stage_device_name(step->args[0].text, device));
    int ret = sim_drive_resize(drive, step->args[1].number);
    Error *error = NULL;

    (void)stage;
    if (ret < 0) {
        error_setg_errno(&error, -ret, "resizing %s failed", sim_drive_name(drive));
    }
    stage_answer(entry, error);
}

static StepState run_resize(Stage *stage, const Step *step)
{
    if (!stage_find_drive(stage, step, step->args[0].text)) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), resize);
}

const StepKind management_step_kinds[] = {
    {
        .words = "setup",
        .summary = "Sets up backup access to drives for a target, with a bitmap or without; '*' "
                   "leaves the choice of drives to QEMU.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drives", ARG_DRIVES, NULL, false },
            { "bitmap", ARG_NAME, NULL, true },
        },
        .can_start = true,
        .run = run_setup,
    }, {
        .words = "teardown",
        .summary = "Ends a target's backup access and says whether its backup succeeded; before a "
                   "success the provider copies what it has not yet, unless copy=no.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "result", ARG_WORD, "success|failure", false },
            { "copy", ARG_WORD, "yes|no", true },
        },
        .can_start = true,
        .run = run_teardown,
    }, {
        .words = "query",
        .summary = "Asks for the backup's status and the bitmaps' infos.",
        .run = run_query,
    }, {
        .words = "quit",
        .summary = "QEMU ends: the guest stops, then backup access is torn down; nothing but "
                   "expectations may follow.",
        .run = run_quit,
    }, {
        .words = "resize",
        .summary = "Gives a drive another size, as block_resize does.",
        .args = {
            { "drive", ARG_DRIVE, NULL, false },
            { "size", ARG_SIZE, "512", false },
        },
        .run = run_resize,
    },
    { .words = NULL },
};
