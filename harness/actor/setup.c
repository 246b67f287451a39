/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The management layer sets up backup access.
 *
 * A scenario names drives as it names them everywhere; QEMU gets device names, with the
 * separators that the scenario has written.  The command runs in a coroutine, as QEMU's
 * monitor/qmp.c runs commands that are marked so.
 */
#include <string.h>

#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"
#include "qemu/coroutine.h"

/* ---- what is wanted of the bitmaps ------------------------------------------ */

#define MODE_SEPARATORS ","

/* Word @index of a list like "new,use"; the last one holds for all drives after it. */
static bool find_mode(const char *modes, size_t index, SubjectBitmapMode *ret_mode)
{
    static const char *const words[] = {
        [SUBJECT_BITMAP_NONE] = "none",
        [SUBJECT_BITMAP_NEW] = "new",
        [SUBJECT_BITMAP_USE] = "use",
    };
    size_t length = strcspn(modes, MODE_SEPARATORS);

    for (; index > 0 && modes[length]; index--) {
        modes += length + 1;
        length = strcspn(modes, MODE_SEPARATORS);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i]) == length && memcmp(words[i], modes, length) == 0) {
            *ret_mode = i;
            return true;
        }
    }
    return false;
}

/*
 * A management layer that keeps its books asks for a new bitmap where its target's last access
 * had none, and else for the one that was there.
 */
static SubjectBitmapMode usual_mode(Stage *stage, const char *target_id, const char *device)
{
    const BackupAccessInfo *last = stage_find_last_answer(stage, target_id, device);

    return last && last->bitmap_name ? SUBJECT_BITMAP_USE : SUBJECT_BITMAP_NEW;
}

/* ---- the command -------------------------------------------------------------- */

/* Lives in the entry's data, so that it is freed even if the coroutine never ends. */
typedef struct SetupCommand {
    SubjectSetup setup;
    SubjectDevice *devices;
    char *devlist;
    char *devices_text;         /* the same words, each ended by a NUL */
} SetupCommand;

static size_t word_length(const char *text)
{
    return strcspn(text, STAGE_DEVLIST_SEPARATORS);
}

static size_t count_words(const char *text)
{
    size_t n_words = 1;

    for (; *text; text++) {
        n_words += strchr(STAGE_DEVLIST_SEPARATORS, *text) != NULL;
    }
    return n_words;
}

size_t stage_translate_drive(char *target, const char *word, size_t length)
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

static void name_listed_drives(SetupCommand *command, const char *text)
{
    char *devlist = command->devlist, *name = command->devices_text;

    for (;;) {
        size_t length = word_length(text);
        size_t translated = stage_translate_drive(devlist, text, length);

        if (translated > 0) {
            memcpy(name, devlist, translated);
            name[translated] = 0;
            command->devices[command->setup.n_devices++].device = name;
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
static void name_writable_drives(SetupCommand *command)
{
    for (unsigned i = 0; i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);

        if (sim_drive_is_inserted(drive) && !sim_drive_is_read_only(drive)) {
            command->devices[command->setup.n_devices++].device = sim_drive_name(drive);
        }
    }
}

static void choose_modes(Stage *stage, SetupCommand *command, const Step *step)
{
    const char *modes = step_text_or_null(step, 3);

    for (size_t i = 0; i < command->setup.n_devices; i++) {
        SubjectDevice *device = &command->devices[i];

        device->mode = SUBJECT_BITMAP_NONE;
        if (modes) {
            find_mode(modes, i, &device->mode);
        } else if (command->setup.bitmap_name) {
            device->mode = usual_mode(stage, command->setup.target_id, device->device);
        }
    }
}

static SetupCommand *setup_command_new(Stage *stage, const Step *step)
{
    const char *drives = step->args[1].text;
    bool is_default = strcmp(drives, "*") == 0;
    size_t n_words = is_default ? sim_world_n_drives() : count_words(drives);
    /* A translated word is longer by "drive-". */
    size_t n_text_bytes = strlen(drives) + 6 * n_words + 1;
    SetupCommand *command = g_malloc0(sizeof(*command) + n_words * sizeof(SubjectDevice) +
                                      2 * n_text_bytes);

    command->devices = (SubjectDevice *)(command + 1);
    command->devlist = (char *)(command->devices + n_words);
    command->devices_text = command->devlist + n_text_bytes;
    command->setup.target_id = step->args[0].text;
    command->setup.bitmap_name = step_text_or_null(step, 2);
    command->setup.devices = command->devices;
    if (is_default) {
        name_writable_drives(command);
    } else {
        name_listed_drives(command, drives);
    }
    choose_modes(stage, command, step);
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
    SetupCommand *command = setup_command_new(stage, entry->outcome.step);

    entry->data = command;
    stage_tell(stage, &(Deed) {
        .kind = DEED_SETUP_BEGINS,
        .line = entry->outcome.step->line,
        .target_id = command->setup.target_id,
        .setup = &command->setup,
    });
    qemu_coroutine_enter(qemu_coroutine_create(setup_co, entry));
}

/* What the interface of the code under test has no words for. */
static StepState check_interface(Stage *stage, const Step *step)
{
    const char *bitmap_name = step_text_or_null(step, 2);
    unsigned generation = stage_subject(stage)->generation;

    if (step->args[3].present && generation == 1) {
        return stage_skip(stage, "asks for bitmap modes, which generation 1 of the interface has "
                          "not");
    }
    if (bitmap_name && generation == 3 && strcmp(bitmap_name, step->args[0].text) != 0) {
        return stage_skip(stage, "names a bitmap '%s' of target '%s', and generation 3 of the "
                          "interface names bitmaps after their targets", bitmap_name,
                          step->args[0].text);
    }
    return STEP_DONE;
}

static StepState check_modes(Stage *stage, const Step *step)
{
    const char *modes = step_text_or_null(step, 3);
    SubjectBitmapMode mode;

    if (modes && !step->args[2].present) {
        return stage_refuse_step(stage, step, "mode= says what is wanted of the bitmap that "
                                 "bitmap= names");
    }
    /* The list has no more words than bytes, and its last word answers for all beyond. */
    for (size_t i = 0; modes && i <= strlen(modes); i++) {
        if (!find_mode(modes, i, &mode)) {
            return stage_refuse_step(stage, step, "a bitmap mode is 'new', 'use' or 'none', and "
                                     "there is one or one for each drive: '%s'", modes);
        }
    }
    return STEP_DONE;
}

static StepState run_setup(Stage *stage, const Step *step)
{
    if (check_modes(stage, step) != STEP_DONE || check_interface(stage, step) != STEP_DONE) {
        return STEP_INVALID;
    }
    return stage_send_command(stage_begin_entry(stage, step), begin_setup);
}

const StepKind setup_step_kinds[] = {
    {
        .words = "setup",
        .summary = "Sets up backup access to drives for a target, with a bitmap or without; '*' "
                   "leaves the choice of drives to QEMU.",
        .args = {
            { "target", ARG_NAME, NULL, false },
            { "drives", ARG_DRIVES, NULL, false },
            { "bitmap", ARG_NAME, NULL, true },
            { "mode", ARG_NAME, NULL, true },
        },
        .can_start = true,
        .run = run_setup,
    },
    { .words = NULL },
};
