/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps that sequences are made of.
 *
 * What can begin without being waited for is started, so that the next step may come before
 * its end; when first-come decides it comes only when nothing else can go on.
 */
#include "harness/explore/action.h"

static const char *const drive_names[] = { "scsi0", "scsi1", "scsi2" };
static const char *const device_names[] = { "drive-scsi0", "drive-scsi1", "drive-scsi2" };
static const char *const target_names[] = { "pbs0", "pbs1", "pbs2" };
static const char *const bitmap_names[] = { "b0", "b1", "b2" };

G_STATIC_ASSERT(G_N_ELEMENTS(drive_names) == EXPLORE_MAX_DRIVES);
G_STATIC_ASSERT(G_N_ELEMENTS(target_names) == EXPLORE_MAX_TARGETS);
G_STATIC_ASSERT(G_N_ELEMENTS(bitmap_names) == EXPLORE_MAX_NAMES);

/* The calls that can fail, and before which step that is worth while. */
static const struct {
    const char *call;
    ActionKind kind;
} action_faults[] = {
    { "bdrv_co_is_inserted", ACTION_SETUP },
    { "bdrv_create_dirty_bitmap", ACTION_SETUP },
    { "bdrv_getlength", ACTION_SETUP },
    { "bdrv_get_info", ACTION_SETUP },
    { "bdrv_insert_node", ACTION_SETUP },
    { "bdrv_op_is_blocked", ACTION_SETUP },
    { "bdrv_open", ACTION_SETUP },
    { "cbw-read", ACTION_WRITE },
    { "cbw-write", ACTION_WRITE },
    { "guest-write", ACTION_WRITE },
    { "guest-write", ACTION_RELEASE },
    { "snapshot-read", ACTION_TEARDOWN },
};

const char *action_drive_name(unsigned drive)
{
    return drive_names[drive];
}

const char *action_device_name(unsigned drive)
{
    return device_names[drive];
}

const char *action_target_name(unsigned target)
{
    return target_names[target];
}

const char *action_bitmap_name(const Alphabet *alphabet, unsigned name)
{
    return alphabet->generation == 3 ? target_names[name] : bitmap_names[name];
}

/* ---- all of them ------------------------------------------------------------- */

static Action action_of(ActionKind kind)
{
    return (Action) { .kind = kind, .name = ACTION_NO_NAME, .fault = ACTION_NO_FAULT };
}

static void add(Alphabet *alphabet, const Action *action)
{
    g_array_append_val(alphabet->actions, *action);
}

static void add_writes(Alphabet *alphabet)
{
    const ExploreBound *bound = &alphabet->bound;
    Action action = action_of(ACTION_WRITE);

    action.n_drives = 1;
    for (action.hold = 0; action.hold < (bound->n_held ? 3 : 1); action.hold++) {
        for (action.drives[0] = 0; action.drives[0] < bound->n_drives; action.drives[0]++) {
            for (action.chunk = 0; action.chunk < bound->n_chunks; action.chunk++) {
                add(alphabet, &action);
            }
        }
    }
    action = action_of(ACTION_RELEASE);
    for (; bound->n_held && action.step + 1u < bound->depth; action.step++) {
        add(alphabet, &action);
    }
}

static void add_setups_of(Alphabet *alphabet, Action *action)
{
    const ExploreBound *bound = &alphabet->bound;

    for (action->target = 0; action->target < bound->n_targets; action->target++) {
        action->name = ACTION_NO_NAME;
        add(alphabet, action);
        for (action->name = 0; action->name < bound->n_names; action->name++) {
            if (alphabet->generation != 3 || action->name == action->target) {
                add(alphabet, action);
            }
        }
    }
}

/* Every order of every choice of drives. */
static void add_setups(Alphabet *alphabet, Action *action, unsigned taken)
{
    if (action->n_drives) {
        add_setups_of(alphabet, action);
    }
    for (unsigned i = 0; i < alphabet->bound.n_drives; i++) {
        if (!(taken >> i & 1)) {
            action->drives[action->n_drives++] = i;
            add_setups(alphabet, action, taken | 1u << i);
            action->drives[--action->n_drives] = 0;
        }
    }
}

static void add_teardowns(Alphabet *alphabet)
{
    Action action = action_of(ACTION_TEARDOWN);

    for (; action.target < alphabet->bound.n_targets; action.target++) {
        for (action.is_success = 0; action.is_success < 2; action.is_success++) {
            add(alphabet, &action);
        }
    }
}

static void add_bitmaps(Alphabet *alphabet, ActionKind kind)
{
    Action action = action_of(kind);

    action.n_drives = 1;
    for (; action.drives[0] < alphabet->bound.n_drives; action.drives[0]++) {
        for (action.name = 0; action.name < alphabet->bound.n_names; action.name++) {
            add(alphabet, &action);
        }
    }
}

static void add_ends(Alphabet *alphabet)
{
    Action action = action_of(ACTION_UNPLUG);

    action.n_drives = 1;
    for (; action.drives[0] < alphabet->bound.n_drives; action.drives[0]++) {
        add(alphabet, &action);
    }
    action = action_of(ACTION_QUERY);
    add(alphabet, &action);
    action = action_of(ACTION_QUIT);
    add(alphabet, &action);
}

static void add_faults(Alphabet *alphabet)
{
    guint n = alphabet->bound.n_faults ? alphabet->actions->len : 0;

    for (guint i = 0; i < n; i++) {
        Action action = *alphabet_at(alphabet, i);

        for (action.fault = 0; action.fault < G_N_ELEMENTS(action_faults); action.fault++) {
            for (unsigned k = 0; action_faults[action.fault].kind == action.kind
                                 && k < alphabet->bound.n_drives; k++) {
                action.fault_drive = k;
                add(alphabet, &action);
            }
        }
    }
}

void alphabet_init(Alphabet *alphabet, const ExploreBound *bound, unsigned generation)
{
    Action setup = action_of(ACTION_SETUP);

    *alphabet = (Alphabet) { .bound = *bound, .generation = generation };
    if (generation == 3) {
        alphabet->bound.n_names = bound->n_targets;
    }
    alphabet->actions = g_array_new(FALSE, FALSE, sizeof(Action));
    add_writes(alphabet);
    add_setups(alphabet, &setup, 0);
    add_teardowns(alphabet);
    add_bitmaps(alphabet, ACTION_REMOVE);
    add_bitmaps(alphabet, ACTION_BUSY);
    add_bitmaps(alphabet, ACTION_IDLE);
    add_ends(alphabet);
    add_faults(alphabet);
}

void alphabet_clear(Alphabet *alphabet)
{
    g_array_unref(alphabet->actions);
}

/* ---- as text ------------------------------------------------------------------- */

static void print_write(const Action *action, unsigned position, GString *text)
{
    static const char *const holds[] = { "", " hold=land", " hold=mark" };

    g_string_append_printf(text, "start w%u write %s %uM 64K%s\n", position,
                           drive_names[action->drives[0]],
                           (unsigned) (action->chunk * EXPLORE_CHUNK_BYTES >> 20),
                           holds[action->hold]);
}

static void print_setup(const Alphabet *alphabet, const Action *action, unsigned position,
                        GString *text)
{
    g_string_append_printf(text, "start s%u setup %s ", position, target_names[action->target]);
    for (unsigned i = 0; i < action->n_drives; i++) {
        g_string_append_printf(text, "%s%s", i ? "," : "", drive_names[action->drives[i]]);
    }
    if (action->name != ACTION_NO_NAME) {
        g_string_append_printf(text, " bitmap=%s", action_bitmap_name(alphabet, action->name));
    }
    g_string_append_c(text, '\n');
}

unsigned action_print(const Alphabet *alphabet, const Action *action, unsigned position,
                      GString *text)
{
    const char *drive = drive_names[action->drives[0]];
    const char *name = action->name != ACTION_NO_NAME ? action_bitmap_name(alphabet, action->name)
                                                      : NULL;

    if (action->fault != ACTION_NO_FAULT) {
        g_string_append_printf(text, "fault %s on=%s\n", action_faults[action->fault].call,
                               drive_names[action->fault_drive]);
    }
    switch ((ActionKind) action->kind) {
    case ACTION_WRITE:
        print_write(action, position, text);
        break;
    case ACTION_RELEASE:
        g_string_append_printf(text, "release w%u\n", action->step);
        break;
    case ACTION_SETUP:
        print_setup(alphabet, action, position, text);
        break;
    case ACTION_TEARDOWN:
        g_string_append_printf(text, "start s%u teardown %s %s\n", position,
                               target_names[action->target],
                               action->is_success ? "success" : "failure");
        break;
    case ACTION_REMOVE:
        g_string_append_printf(text, "bitmap-remove %s %s\n", drive, name);
        break;
    case ACTION_BUSY:
        g_string_append_printf(text, "bitmap-set %s %s busy\n", drive, name);
        break;
    case ACTION_IDLE:
        g_string_append_printf(text, "bitmap-set %s %s idle\n", drive, name);
        break;
    case ACTION_UNPLUG:
        g_string_append_printf(text, "unplug %s\n", drive);
        break;
    case ACTION_QUERY:
        g_string_append(text, "query\n");
        break;
    case ACTION_QUIT:
        g_string_append(text, "quit\n");
        break;
    }
    return action->fault != ACTION_NO_FAULT ? 2 : 1;
}
